import Artefacts
import NumericCore
import Planning
import StageSupport
import Topography

/// What a starting surface keeps of a known one.
enum OutsideSettings {
  private static let region = Setting(
    "inside_region", .region, .optional,
    "west, east, south, north edge of the nodes that the constraints make")
  private static let bufferWidth = Setting(
    "buffer_width", .number(in: .metre), .optional(meaning: 0), .atLeast(0),
    "zone around those that is made by constraints and outside nodes together")
  private static let uncertainty = Setting(
    "outside_uncertainty", .number(in: .metre), .optional, .above(0),
    "with use_weights: standard deviation of that surface")
  private static let outside = Input.optional(
    "outside", [.topography],
    "known surface that is kept but for a region (`inside_region` or input `inside`) and its buffer")
  private static let inside = Input.optional(
    "inside", [.weights], "nodes with a value other than 0 are made by the constraints")

  static let settings = Declarations([region, bufferWidth, uncertainty], rules: [.upright(region)])
  static let inputs = Declarations(
    [outside, inside],
    rules: [
      .only(
        outside, with: StartingTopography.method, in: .spline, .minimumCurvature,
        because: "a flat surface is level everywhere, and a kriged one has a covariance"),
      .only(region, bufferWidth, uncertainty, inside, with: outside), .atMostOne(region, inside),
      .atLeastOne(
        region, inside, when: outside.isGiven,
        because: "it says where the constraints replace the surface 'outside'"),
    ])

  static func outside(_ context: StageContext, _ geometry: GridGeometry) throws -> OutsideTopography? {
    guard let path = context[outside] else { return nil }
    guard !geometry.isGeographic else {
      throw StageError.outOfPlace(
        "'outside' needs nodes in projected metres; put a stage of kind 'project' before, and one with inverse = yes after"
      )
    }
    return OutsideTopography(
      surface: try TopographyArtefact(path: path).topography, isInside: try inside(context, geometry),
      bufferWidth: context[bufferWidth], uncertainty: context[uncertainty])
  }

  private static func inside(_ context: StageContext, _ geometry: GridGeometry) throws -> [Bool] {
    if let region = context[region] {
      let nodes = geometry.nodes
      return (0..<geometry.count).map {
        region.contains(easting: nodes.easting[$0], northing: nodes.northing[$0])
      }
    }
    let mask = try SharedSettings.grid(context[given: inside], variable: "mask")
    guard mask.geometry.isSame(as: geometry) else {
      throw StageError.gridsDiffer("input '\(inside.name)'", "the surface")
    }
    return mask.values.map { $0.isFinite && $0 != 0 }
  }
}
