import Datasets
import Inference
import Planning
import StageSupport

/// What a search has tried and what came of it.
///
/// A step gets the members of its round and, as its state, the trials of all rounds before; a search's own node gets
/// all members, or the last state and the members that no step has seen.
struct SearchTrials {
  /// Values of the varied settings in canonical units, trial by trial.
  private(set) var values: [[Double]] = []
  /// Port of a score → the score of each trial, NaN where it has none.
  private(set) var scores: [String: [Double]] = [:]
  private(set) var units: [String: String] = [:]

  init(_ context: StageContext) throws {
    if let state = context[SearchStep.before] {
      try read(NetCDFFile.read(state), variables: context.memberVariables.count)
    }
    let files = MemberFiles()
    for member in context.members { try add(member, files) }
  }

  private static func column(_ variable: Int) -> String { "value_\(variable)" }

  var count: Int { values.count }

  private mutating func add(_ member: StageContext.Member, _ files: MemberFiles) throws {
    for port in member.inputs.keys where scores[port] == nil {
      scores[port] = [Double](repeating: .nan, count: count)
    }
    values.append(member.values)
    for port in scores.keys {
      let path = member.inputs[port]
      if let path, member.row != nil {
        let dataset = try files.dataset(member, path, port: port)
        scores[port]?.append(try dataset.scalar(dataset.variables.first?.name ?? port))
        if units[port] == nil { units[port] = dataset.variables.first?.units }
        continue
      }
      scores[port]?.append(try path.map { try NetCDFFile.readScalar($0) } ?? .nan)
      // Every trial writes the same port: one file tells the unit of all.
      if let path, units[port] == nil { units[port] = try NetCDFFile.read(path).variables.first?.units }
    }
  }

  private mutating func read(_ dataset: Dataset, variables: Int) throws {
    let columns = try (0..<variables).map { try dataset.column(Self.column($0)) }
    let count = columns.first?.count ?? 0
    values = (0..<count).map { trial in columns.map { $0[trial] } }
    let own = Set((0..<variables).map(Self.column))
    for variable in dataset.variables where !own.contains(variable.name) {
      scores[variable.name] = try dataset.column(variable.name)
      units[variable.name] = variable.units
    }
  }

  /// The state of a step.
  func write(to context: StageContext) throws {
    var dataset = Dataset(title: "trials of a search so far")
    for index in context.memberVariables.indices {
      let variable = context.memberVariables[index]
      try dataset.addColumn(
        Self.column(index), values.map { $0[index] }, units: nil,
        longName: "tried \(variable.name), canonical units", dimension: "trial")
    }
    for port in scores.keys.sorted() {
      try dataset.addColumn(
        port, scores[port] ?? [], units: units[port], longName: port, dimension: "trial")
    }
    try NetCDFFile.write(dataset, to: context[SearchStep.after])
  }

  // MARK: - folds

  /// How many folds each trial was computed for; 0 where it was computed once.
  func foldCount(_ port: String) -> Int {
    (0...).first { scores[FamilySpec.port(port, fold: $0)] == nil } ?? 0
  }

  /// The score of each trial, of folds their average.
  func averaged(_ port: String, by average: FoldAverage) -> [Double] {
    let folds = foldCount(port)
    guard folds > 0 else { return scores[port] ?? [Double](repeating: .nan, count: count) }
    return ofFolds(port).map { average($0) }
  }

  /// Trial by trial the score of each fold.
  func ofFolds(_ port: String) -> [[Double]] {
    let columns = (0..<foldCount(port)).compactMap { scores[FamilySpec.port(port, fold: $0)] }
    return values.indices.map { trial in columns.map { $0[trial] } }
  }

  func has(_ port: String) -> Bool {
    scores[port] != nil || scores[FamilySpec.port(port, fold: 0)] != nil
  }

  func unit(_ port: String) -> String? { units[port] ?? units[FamilySpec.port(port, fold: 0)] }
}
