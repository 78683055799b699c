import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// How well the members so far tell the deviation: the planner puts it after every batch of an ensemble with `until`.
///
/// It goes on from the moments of the batch before, so each member is read once.
struct EnsembleCheck: StageKind {
  static let kind = "ensemble_check"

  private enum EvenSampler: String, SettingWord {
    case sobol

    var summary: String { "fills its cube evenly block by block" }
  }

  private static let before = Input.optional("state", [.file], "moments of the members before")
  private static let after = Output("state", .statistics, "moments of the members")
  static let error = Output(
    "value", .scalar(.dimensionless), "mean over the nodes of the relative standard error")
  private static let sampler = Setting(
    "sampler", .word(EvenSampler.self), .optional(otherwise: "draws are independent"),
    "how the members fill their cube")

  let signature = StageSignature(
    kind: EnsembleCheck.kind, version: 1,
    summary: "relative standard error of the deviation of the members so far",
    declares: [sampler, before, after, error]
  ).hidden

  /// Nothing for independent draws, so that a check is the same whatever else draws them.
  static func settings(isEven: Bool) -> NameTable<SettingValue> {
    isEven ? [sampler.name: .word(EvenSampler.sobol.rawValue)] : [:]
  }

  func run(_ context: StageContext) throws {
    switch context[Self.sampler] {
    case .sobol?: try look(context, BlockState.self)
    case nil: try look(context, IndependentState.self)
    }
  }

  private func look<State: EnsembleState>(_ context: StageContext, _: State.Type) throws {
    var state = try context[Self.before].map { try State(NetCDFFile.read($0)) }
    let files = MemberFiles()
    for member in context.members where !member.hasFailed {
      try context.checkCancelled()
      let held = try CollectedMember(member, context.memberPorts, files)
      let name = try ChosenVariable.choice(context.settings, among: held.names)
      if state == nil { state = State(shape: try held.shape(of: name)) }
      let values = try held.values(name)
      guard values.count == state?.size else {
        throw StageError.outOfPlace(
          "member \(member.index) has \(values.count) values of '\(name)' where others have \(state?.size ?? 0)"
        )
      }
      state?.add(values, member.index)
    }
    guard var state else { throw StageError.tooFewMembers(found: 0, failed: context.members.count) }
    state.endBatch(of: context.members.count)
    var dataset = Dataset(title: "moments of the members of an ensemble")
    try state.write(to: &dataset)
    dataset.setAttribute("members", Double(state.count))
    try NetCDFFile.write(dataset, to: context[Self.after])
    let error = state.relativeDeviationError
    context.log("\(state.count) members: relative standard error of the deviation \(error)")
    try NetCDFFile.writeScalar(
      error, name: Self.error.name, units: "1", longName: "relative standard error of the deviation",
      to: context[Self.error])
  }
}

/// What is known of the members of an ensemble so far.
private protocol EnsembleState {
  init(shape: MemberShape)
  init(_ dataset: Dataset) throws
  /// A member of the present batch, by its place in that.
  mutating func add(_ values: [Double], _ place: Int)
  func write(to dataset: inout Dataset) throws
  /// - Parameter members: of the present batch, with those that failed.
  mutating func endBatch(of members: Int)
  var count: Int { get }
  /// Values of a member.
  var size: Int { get }
  var relativeDeviationError: Double { get }
}

private struct IndependentState: EnsembleState {
  private static let names = ["mean", "second", "third", "fourth"]
  private let shape: MemberShape
  private var moments: RunningMoments

  init(shape: MemberShape) {
    (self.shape, moments) = (shape, RunningMoments(quantities: shape.count))
  }

  init(_ dataset: Dataset) throws {
    let values = try Self.names.map { try dataset.doubles($0) }
    shape = try MemberShape(of: Self.names[0], in: dataset, marks: dataset.marks(besides: Self.names))
    moments = RunningMoments(
      count: Int(dataset.number(attribute: "members") ?? 0), mean: values[0], second: values[1],
      third: values[2], fourth: values[3])
  }

  mutating func add(_ values: [Double], _ place: Int) { moments.add(values) }

  mutating func endBatch(of members: Int) {}

  func write(to dataset: inout Dataset) throws {
    for (name, values) in zip(Self.names, [moments.mean, moments.second, moments.third, moments.fourth]) {
      try shape.add(name, values, units: nil, longName: "\(name) moment", to: &dataset)
    }
  }

  var count: Int { moments.count }
  var size: Int { shape.count }
  var relativeDeviationError: Double { moments.relativeDeviationError }
}

private struct BlockState: EnsembleState {
  private let shape: MemberShape
  private var moments: BlockMoments
  /// Members of the batches before, with those that failed.
  private var asked = 0

  init(shape: MemberShape) {
    (self.shape, moments) = (shape, BlockMoments(quantities: shape.count))
  }

  init(_ dataset: Dataset) throws {
    let counts = try dataset.column("count")
    let blocks = try counts.indices.map { block in
      BlockMoments.Block(
        count: Int(counts[block]), mean: try dataset.doubles("mean_\(block)"),
        second: try dataset.doubles("second_\(block)"))
    }
    let names = counts.indices.flatMap { ["mean_\($0)", "second_\($0)"] } + ["count"]
    shape = try MemberShape(of: "mean_0", in: dataset, marks: dataset.marks(besides: names))
    moments = BlockMoments(size: Int(dataset.number(attribute: "block_size") ?? 1), blocks: blocks)
    asked = Int(dataset.number(attribute: "asked") ?? 0)
  }

  mutating func add(_ values: [Double], _ place: Int) { moments.add(values, at: asked + place) }

  mutating func endBatch(of members: Int) { asked += members }

  func write(to dataset: inout Dataset) throws {
    for (number, block) in moments.blocks.enumerated() {
      for (name, values) in [("mean", block.mean), ("second", block.second)] {
        try shape.add(
          "\(name)_\(number)", values, units: nil, longName: "\(name) moment of block \(number)", to: &dataset
        )
      }
    }
    try dataset.addColumn(
      "count", moments.blocks.map { Double($0.count) }, units: "1", longName: "members of the block",
      dimension: "block")
    dataset.setAttribute("block_size", Double(moments.size))
    dataset.setAttribute("asked", Double(asked))
  }

  var count: Int { moments.count }
  var size: Int { shape.count }
  var relativeDeviationError: Double { moments.relativeDeviationError }
}

extension Dataset {
  /// What a state holds besides its moments.
  fileprivate func marks(besides names: [String]) -> [String] {
    variables.map(\.name).filter { !names.contains($0) }
  }
}
