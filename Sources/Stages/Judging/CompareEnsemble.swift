import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// An ensemble against the truth that its data were made of: error and deviation of its mean and the truth's rank among
/// its members, value by value, for a family to collect over many truths.
struct CompareEnsemble: StageKind {
  private static let variable = Setting(
    "variable", .wordOrText, .optional(otherwise: "topography, or else the first that members hold"),
    "which grid, column or number of the members")
  private static let members = Input("members", [.ensemble], "the ensemble")
  private static let truth = Input(
    "truth", EnsembleTruth.types, "the grid, the table with the column, or the number that is true")
  private static let compared = Output(
    "comparison", .grid,
    "error of the mean, deviation of the members, rank of the truth among them; of tables and numbers a table",
    collected: true)
  private static let error = Output(
    "rms_error", .scalar(.length), "RMS of the mean minus the truth", collected: true)
  private static let otherError = Output(
    "other_rms_error", .scalar(.dimensionless),
    "the same of what is no height, in its unit; NaN for heights, as rms_error for the rest"
  ).onDemand
  private static let count = Output("runs", .scalar(.dimensionless), "number of members", collected: true)

  let signature = StageSignature(
    kind: "compare_ensemble", version: 1,
    summary: "compares an ensemble with the truth that its data were made of",
    declares: [variable, members, truth, compared, error, otherError, count])

  func run(_ context: StageContext) throws {
    let reader = try NetCDFSeriesReader(context[Self.members])
    guard reader.count > 1 else {
      throw StageError.outOfPlace("one member has no deviation; at least two are needed")
    }
    let name = try Self.choice(context[Self.variable], among: ChosenMembers.names(reader))
    let members = try ChosenMembers(whole: name, of: reader)
    let truth = try Self.truth(context, members)
    let comparison = try Comparison(members, truth: truth, context)
    let isHeight = members.units == "m"
    try comparison.write(members, to: context[Self.compared])
    let rms = Statistics.rms(comparison.errors.filter(\.isFinite))
    context.log("RMS error of the mean \(rms) \(members.units), \(reader.count) members")
    for (port, value, units) in [
      (Self.error, isHeight ? rms : .nan, "m"),
      (Self.otherError, isHeight ? .nan : rms, isHeight ? "1" : members.units),
      (Self.count, Double(reader.count), "1"),
    ] where context.wants(port.name) {
      try NetCDFFile.writeScalar(
        value, name: port.name, units: units, longName: port.spec.summary, to: context[port])
    }
  }

  private static func choice(_ asked: String?, among names: [String]) throws -> String {
    let usual = SurfaceVariables.topography.name
    guard let asked else { return names.contains(usual) ? usual : names.first ?? usual }
    guard names.contains(asked) else {
      let found = names.map { "'\($0)'" }.joined(separator: ", ")
      throw StageError.missingVariable(asked, artefact: "the members", hint: "they hold \(found)")
    }
    return asked
  }

  /// At the places of the members: a grid on other nodes is sampled there.
  private static func truth(_ context: StageContext, _ members: ChosenMembers) throws -> [Double] {
    let truth = try EnsembleTruth(
      context[truth], variable: members.variable, units: members.units, like: members.shape)
    if truth.shape.isSame(as: members.shape) { return truth.values }
    guard let nodes = members.shape.geometry, let geometry = truth.shape.geometry else {
      throw StageError.gridsDiffer("the ensemble", "its truth")
    }
    let grid = Grid(geometry: geometry, values: truth.values)
    return BicubicSampler.sample(grid: grid, at: nodes.nodes, singlePrecision: false)
  }
}

/// What members are to a truth, value by value.
private struct Comparison {
  let errors, deviations, ranks: [Double]

  init(_ members: ChosenMembers, truth: [Double], _ context: StageContext) throws {
    let (count, runs) = (truth.count, members.reader.count)
    var sum = [Double](repeating: 0, count: count)
    var (squares, rank) = (sum, sum)
    for index in 0..<runs {
      try context.checkCancelled()
      let member = try members.member(index)
      for node in 0..<count {
        let away = member[node] - sum[node]
        sum[node] += away / Double(index + 1)
        squares[node] += away * (member[node] - sum[node])
        if member[node] < truth[node] { rank[node] += 1 }
      }
    }
    errors = zip(sum, truth).map { $0 - $1 }
    deviations = squares.map { ($0 / Double(runs - 1)).squareRoot() }
    for node in 0..<count where !errors[node].isFinite { rank[node] = .nan }
    ranks = rank
  }

  func write(_ members: ChosenMembers, to path: String) throws {
    let isHeight = members.units == "m"
    var dataset = Dataset(
      title: isHeight && members.shape.geometry != nil
        ? "an ensemble and the surface that its data were made of" : "an ensemble and the truth of its data")
    for (variable, values) in [
      (SimulationVariables.error, errors), (SimulationVariables.deviation, deviations),
      (SimulationVariables.rank, ranks),
    ] {
      let isRank = variable == SimulationVariables.rank
      try members.shape.ofRows.add(
        variable.name, values, units: isRank ? variable.quantity?.units : members.units,
        longName: variable.longName, to: &dataset)
    }
    try NetCDFFile.write(dataset, to: path)
  }
}

extension CompareEnsemble: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    guard let parts = request.facts(Self.members).parts else { return foresight }
    let asked = request[Self.variable] ?? nil
    let usual = SurfaceVariables.topography.name
    let part =
      asked.map { name in parts.first { $0.port == name || $0.variables.contains(name) } }
      ?? parts.first { $0.variables.contains(usual) } ?? (parts.count == 1 ? parts[0] : nil)
    if let asked, part == nil, parts.allSatisfy({ $0.type.isScalar || !$0.variables.isEmpty }) {
      foresight.refuse("members hold no '\(asked)'", at: Self.variable.name)
    }
    EnsembleTruth.refuse(part, of: Self.truth, request, in: &foresight)
    if let part, part.type.form != .grid, part.type.form != .mixed { foresight[Self.compared].form = .table }
    foresight[Self.compared].gain(SimulationVariables.error.name)
    return foresight
  }
}
