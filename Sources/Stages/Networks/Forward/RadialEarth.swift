import Artefacts
import Datasets
import ForwardModels
import NumericCore
import Planning
import StageSupport

/// When the first wave arrives that has gone through a spherical earth.
struct RadialEarth: StageKind {
  private static let earth = Setting(
    "earth", .file, .required,
    "table of columns `depth` in km and `velocity` in km/s (or the one that 'velocity' names) from the surface down to where waves no "
      + "longer go; two rows of one depth are a discontinuity")
  private static let velocity = Setting(
    "velocity", .wordOrText, .optional(meaning: "velocity"), "column of the earth's velocity")
  private static let source = Setting(
    "source_depth", .number(in: .metre), .default(0), .atLeast(0), "of the source")
  private static let distances = Setting(
    "distances", .list(.number(in: .degree), 1...300), .required, .atLeast(0).atMost(180),
    "from the source, at which times are wanted")
  private static let depths = Setting(
    "depths", .list(.number(in: .metre), 2...50), .optional, .atLeast(0),
    "between which the velocity is changed, from the first to the last; between them the change is linear")
  private static let changes = Setting(
    "changes", .list(.number, 2...50), .optional, .above(-0.5).below(0.5),
    "relative change of the velocity at each of the depths: 0.01 is 1 % faster")
  private static let times = Output(
    "times", .table,
    "a row a distance: time of the first arrival, seconds; diffracted along the bottom beyond")
  private static let profile = Output(
    "velocities", .table, "the velocity at each of the depths, km/s, as it was used")

  let signature = StageSignature(
    kind: "radial_earth", version: 1,
    summary: "travel times of first arrivals in a spherical earth, with its velocity changed at depths",
    declares: [earth, velocity, source, distances, depths, changes, times, profile],
    rules: [
      .needs(changes, with: depths), .needs(depths, with: changes), .ascending(depths),
      .check(depths, changes, "are as many") { depths, changes in
        guard let depths, let changes, depths.count != changes.count else { return nil }
        return "are as many: there are \(depths.count) depths and \(changes.count) changes"
      },
    ])

  func run(_ context: StageContext) throws {
    let path = context[Self.earth]
    let table = try TableFile.readAny(path)
    var (nodes, velocities) = (try table.numbers("depth"), try table.numbers(context[Self.velocity]))
    guard nodes.count > 1 else {
      throw StageError.outOfPlace("\(path) has \(nodes.count) rows; an earth takes two nodes at least")
    }
    let knots = (context[Self.depths] ?? []).map { $0 / 1000 }
    let changes = context[Self.changes] ?? []
    (nodes, velocities) = Self.refined(nodes, velocities, at: knots)
    for node in nodes.indices { velocities[node] *= 1 + Self.change(at: nodes[node], knots, changes) }
    let rays: RadialRays
    do throws(RadialRays.Failure) {
      rays = try RadialRays(depths: nodes, velocities: velocities, source: context[Self.source] / 1000)
    } catch {
      throw Self.words(error, path)
    }
    let distances = context[Self.distances]
    let times = distances.map { rays.firstArrival(at: $0) }
    if let index = times.firstIndex(of: nil) {
      throw StageError.outOfPlace(
        "no ray arrives at \(distances[index])°: it lies in a shadow of this earth")
    }
    var result = Dataset()
    result.setAttribute("title", text: "travel times of first arrivals")
    try result.addColumn("time", times.compactMap(\.self), units: "s", longName: "time of the first arrival")
    try NetCDFFile.write(result, to: context[Self.times])
    try write(knots, nodes, velocities, context)
  }

  private func write(
    _ knots: [Double], _ nodes: [Double], _ velocities: [Double], _ context: StageContext
  ) throws {
    var result = Dataset()
    result.setAttribute("title", text: "velocities that were used")
    let places = knots.isEmpty ? nodes : knots
    let values = places.map { place in
      // Below a discontinuity at the depth itself.
      let node = nodes.lastIndex { $0 <= place } ?? 0
      guard nodes[node] < place, node + 1 < nodes.count else { return velocities[node] }
      let part = (place - nodes[node]) / (nodes[node + 1] - nodes[node])
      return velocities[node] + part * (velocities[node + 1] - velocities[node])
    }
    try result.addColumn("depth", places, units: "km", longName: "depth")
    try result.addColumn("velocity", values, units: "km/s", longName: "velocity")
    try NetCDFFile.write(result, to: context[Self.profile])
  }

  private static func words(_ failure: RadialRays.Failure, _ path: String) -> StageError {
    switch failure {
    case .badModel(let node):
      .outOfPlace(
        "\(path): row \(node + 1) is no node of an earth: depths go down from 0 km and velocities are above 0"
      )
    case .sourceOutside(let depth, let bottom):
      .outOfPlace("the source at \(depth) km lies below the earth, which ends at \(bottom) km")
    }
  }

  /// With nodes where the change bends, so that it is what it says everywhere.
  private static func refined(
    _ depths: [Double], _ velocities: [Double], at knots: [Double]
  ) -> ([Double], [Double]) {
    var (nodes, values) = (depths, velocities)
    for knot in knots where !nodes.contains(knot) {
      guard let after = nodes.firstIndex(where: { $0 > knot }), after > 0 else { continue }
      let part = (knot - nodes[after - 1]) / (nodes[after] - nodes[after - 1])
      values.insert(values[after - 1] + part * (values[after] - values[after - 1]), at: after)
      nodes.insert(knot, at: after)
    }
    return (nodes, values)
  }

  private static func change(at depth: Double, _ knots: [Double], _ changes: [Double]) -> Double {
    guard let first = knots.first, let last = knots.last, depth >= first, depth <= last else { return 0 }
    let after = knots.firstIndex { $0 >= depth } ?? 0
    guard after > 0 else { return changes[0] }
    let part = (depth - knots[after - 1]) / (knots[after] - knots[after - 1])
    return changes[after - 1] + part * (changes[after] - changes[after - 1])
  }
}
