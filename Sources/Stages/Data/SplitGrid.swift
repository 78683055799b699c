import Artefacts
import NumericCore
import Planning
import StageSupport

/// Holds nodes of measured gravity out of an inversion, so that a damping can be judged at them.
struct SplitGrid: StageKind {
  enum Method: String, SettingWord {
    case alternate, interpolated

    var summary: String {
      switch self {
      case .alternate: "every second node along both axes is kept and those between are held out"
      case .interpolated:
        "all are kept and tests lie halfway between, where the gravity is interpolated and favours weak damping"
      }
    }
  }

  static let gravity = Input("gravity", [.gravity], "gravity anomaly, before its regional part is known")
  static let split = Output(
    "gravity", .gravity, "the data, and which nodes are held out for testing",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"))
  static let method = Setting("method", .word(Method.self), .default(.alternate), "which nodes are held out")

  let signature = StageSignature(
    kind: "split_grid", version: 1,
    summary: "holds nodes of a gravity grid out for testing: every second one, or new ones interpolated",
    declares: [gravity, method, split])

  func run(_ context: StageContext) throws {
    var gravity = try GravityArtefact(path: context[Self.gravity])
    guard gravity.isTest == nil else {
      throw StageError.outOfPlace("the gravity has nodes that are held out already")
    }
    guard gravity.forward == nil, gravity.regional == nil else {
      throw StageError.outOfPlace(
        "the gravity has that of a model or a regional part with it; hold nodes out before those are computed"
      )
    }
    switch context[Self.method] {
    case .interpolated:
      guard gravity.geometry.columns > 1, gravity.geometry.rows > 1 else {
        throw StageError.outOfPlace("a grid of a single row or column has nothing between its nodes")
      }
      gravity = interpolatedTests(gravity)
    case .alternate:
      try Self.checkSize("columns", "easting", gravity.geometry.columns)
      try Self.checkSize("rows", "northing", gravity.geometry.rows)
      gravity.isTest = halfSpacingTests(gravity.geometry)
    }
    let held = gravity.isTest?.count { $0 } ?? 0
    context.log("\(held) of \(gravity.geometry.count) nodes are held out")
    try gravity.write(to: context[Self.split])
  }

  /// The kept nodes must reach both edges.
  private static func checkSize(_ name: String, _ axis: String, _ count: Int) throws(StageError) {
    guard count % 2 == 1, count > 2 else {
      throw .outOfPlace(
        "every second node is kept, from edge to edge, which needs an odd number of \(name), at least 3; there are "
          + "\(count): cut the grid by one along \(axis)")
    }
  }
}
