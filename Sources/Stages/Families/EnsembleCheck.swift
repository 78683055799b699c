import Datasets
import Inference
import NumericCore
import Planning

/// How well the members so far tell the deviation: the planner puts it after every batch of an ensemble with `until`.
///
/// It goes on from the moments of the batch before, so each member is read once.
struct EnsembleCheck: StageKind {
  let signature = StageSignature(
    kind: "ensemble_check", version: 1,
    summary: "relative standard error of the deviation of the members so far",
    inputs: [InputSpec("state", [.file], required: false, "moments of the members before")],
    outputs: [
      OutputSpec("state", .statistics, "moments of the members"),
      OutputSpec("value", .scalar(.dimensionless), "mean over the nodes of the relative standard error"),
    ],
    isPublic: false)

  private static let moments = ["mean", "second", "third", "fourth"]

  func run(_ context: StageContext) throws {
    var state = try context.inputs["state"].map(Self.read)
    for member in context.members where !member.hasFailed {
      try context.checkCancelled()
      let grids = try MemberGrids(member)
      let grid = try grids.grid(MemberGrids.choice(context.settings, among: grids.names))
      if state == nil { state = (RunningMoments(quantities: grid.values.count), grid.geometry) }
      state?.moments.add(grid.values)
    }
    guard let (moments, geometry) = state else {
      throw StageError.tooFewMembers(found: 0, failed: context.members.count)
    }
    try Self.write(moments, geometry, to: context.output("state"))
    let error = moments.relativeDeviationError
    context.log("\(moments.count) members: relative standard error of the deviation \(error)")
    try NetCDFFile.writeScalar(
      error, name: "value", units: "1", longName: "relative standard error of the deviation",
      to: context.output("value"))
  }

  private static func read(_ path: String) throws -> (moments: RunningMoments, geometry: GridGeometry) {
    let dataset = try NetCDFFile.read(path)
    let values = try moments.map { try dataset.grid($0).values }
    return (
      RunningMoments(
        count: Int(dataset.number(attribute: "members") ?? 0), mean: values[0], second: values[1],
        third: values[2], fourth: values[3]), try dataset.grid(moments[0]).geometry
    )
  }

  private static func write(_ state: RunningMoments, _ geometry: GridGeometry, to path: String) throws {
    var dataset = Dataset(title: "moments of the members of an ensemble")
    for (name, values) in zip(moments, [state.mean, state.second, state.third, state.fourth]) {
      try dataset.addGrid(name, Grid(geometry: geometry, values: values), longName: "\(name) moment")
    }
    dataset.setAttribute("members", Double(state.count))
    try NetCDFFile.write(dataset, to: path)
  }
}
