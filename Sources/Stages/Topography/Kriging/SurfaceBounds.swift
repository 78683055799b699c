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

  static let rules: [Rule] = [
    .check(lowerLimit, upperLimit, "stand in this order") { low, high in
      guard let low, let high, low > high else { return nil }
      return "stand in this order, but \(low) m is above \(high) m"
    }
  ]

  /// Share of the nodes above which a reader is warned: the surface is then the bound's rather than the points'.
  private static let muchMoved = 0.01

  let upper, lower: Grid?

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
  }

  /// The surface where it lies between, the bound elsewhere; layers on other nodes are bicubic.
  func hold(_ surface: Grid, _ context: StageContext) throws -> Grid {
    guard upper != nil || lower != nil else { return surface }
    let (held, moved) = try confined(surface, upper: upper, lower: lower)
    guard moved > 0 else { return held }
    let text = "\(moved) of \(surface.values.count) nodes were moved to a bound"
    if Double(moved) > Self.muchMoved * Double(surface.values.count) {
      context.warn("\(text); their standard deviation is still that of the free surface")
    } else {
      context.log(text)
    }
    return held
  }
}
