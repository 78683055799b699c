import Artefacts
import NumericCore
import Planning
import StageSupport
import Topography

/// Heights and layers between which a surface is held.
struct SurfaceBounds {
  static let upper = Input.optional(
    "upper_layer", [.topography], "surface that must not be exceeded")
  static let lower = Input.optional(
    "lower_layer", [.topography], "surface that must not be undercut")
  static let upperLimit = Setting(
    "upper_limit", .number(in: .metre), .optional, "height that must not be exceeded")
  static let lowerLimit = Setting(
    "lower_limit", .number(in: .metre), .optional, "height that must not be undercut")

  static let observations = Input.optional(
    "observations", [.gravity],
    "gravity whose observations the surface stays below, by a hundredth of the nodes' spacing: a draw may reach them"
  )

  static let rules: [Rule] = [
    .check(lowerLimit, upperLimit, "stand in this order") { low, high in
      guard let low, let high, low > high else { return nil }
      return "stand in this order, but \(low) m is above \(high) m"
    }
  ]

  /// Share of the nodes above which a reader is warned: the surface is then the bound's rather than the points'.
  private static let muchMoved = 0.01

  let upper, lower: Grid?
  /// Below the observations over each node's cell; NaN where there is none.
  private let ceiling: Grid?

  /// - Parameter geometry: the nodes of the surface.
  init(_ context: StageContext, on geometry: GridGeometry) throws {
    func bound(
      _ input: Input<String?>, _ limit: Double?, _ narrower: (Double, Double) -> Double
    ) throws -> Grid? {
      let layer = try context[input].map { try TopographyArtefact(path: $0).topography }
      guard let limit else { return layer }
      guard let layer else { return Grid(geometry: geometry, repeating: limit) }
      return Grid(
        geometry: layer.geometry, values: layer.values.map { $0.isNaN ? limit : narrower($0, limit) })
    }
    upper = try bound(Self.upper, context[Self.upperLimit], min)
    lower = try bound(Self.lower, context[Self.lowerLimit], max)
    ceiling = try context[Self.observations].map { Self.ceiling(try GravityArtefact(path: $0), geometry) }
  }

  private static func ceiling(_ gravity: GravityArtefact, _ geometry: GridGeometry) -> Grid {
    var result = Grid(geometry: geometry, repeating: .nan)
    let spacing = min(geometry.spacingEasting, geometry.spacingNorthing)
    let clearance = 0.01 * spacing * (geometry.isGeographic ? 111_000 : 1)
    /// Cells that a place lies in or on the edge of.
    func cells(_ position: Double, _ count: Int) -> Range<Int> {
      let first = max(0, Int((position - 0.5 - 1e-9).rounded(.up)))
      let last = min(count - 1, Int((position + 0.5 + 1e-9).rounded(.down)))
      return first..<max(first, last + 1)
    }
    let nodes = gravity.geometry.nodes
    for index in gravity.upward.indices where gravity.upward[index].isFinite {
      let height = gravity.upward[index] - clearance
      let columns = cells(
        (nodes.easting[index] - geometry.region.west) / geometry.spacingEasting, geometry.columns)
      let rows = cells(
        (nodes.northing[index] - geometry.region.south) / geometry.spacingNorthing, geometry.rows)
      for row in rows {
        for column in columns where !(result[row, column] <= height) { result[row, column] = height }
      }
    }
    return result
  }

  /// The surface where it lies between, the bound elsewhere; layers on other nodes are bicubic.
  func hold(_ surface: Grid, _ context: StageContext) throws -> Grid {
    guard upper != nil || lower != nil else { return try holdBelowObservations(surface, context) }
    let (held, moved) = try confined(surface, upper: upper, lower: lower)
    tell(moved, of: surface, "to a bound", context)
    return try holdBelowObservations(held, context)
  }

  /// The surface with what reaches the observations put below them.
  func holdBelowObservations(_ surface: Grid, _ context: StageContext) throws -> Grid {
    guard let ceiling else { return surface }
    let (held, moved) = try confined(surface, upper: ceiling, lower: nil)
    tell(moved, of: surface, "below the observations", context)
    return held
  }

  private func tell(_ moved: Int, of surface: Grid, _ place: String, _ context: StageContext) {
    guard moved > 0 else { return }
    let text = "\(moved) of \(surface.values.count) nodes were moved \(place)"
    if Double(moved) > Self.muchMoved * Double(surface.values.count) {
      context.warn("\(text); their standard deviation is still that of the free surface")
    } else {
      context.log(text)
    }
  }
}
