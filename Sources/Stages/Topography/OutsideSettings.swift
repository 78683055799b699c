import Artefacts
import NumericCore
import Planning
import StageSupport
import Topography

/// What a starting surface keeps of a known one.
enum OutsideSettings {
  static func outside(_ context: StageContext, _ geometry: GridGeometry) throws -> OutsideTopography? {
    let settings = context.settings
    guard let path = context.inputs["outside"] else {
      for name in ["inside_region", "buffer_width", "outside_uncertainty"] where settings.has(name) {
        throw StageError.missingInput(name: "outside", because: "'\(name)' is given, and is about it")
      }
      if context.inputs["inside"] != nil {
        throw StageError.missingInput(name: "outside", because: "the mask 'inside' is about it")
      }
      return nil
    }
    guard settings.word("method") != "flat" else {
      throw StageError.outOfPlace("method flat is level everywhere; leave 'outside' away")
    }
    guard !geometry.isGeographic else {
      throw StageError.outOfPlace(
        "'outside' needs nodes in projected metres; put a stage of kind 'project' before, and one with inverse = yes after"
      )
    }
    return OutsideTopography(
      surface: try TopographyArtefact(path: path).topography, isInside: try inside(context, geometry),
      bufferWidth: settings.optionalNumber("buffer_width") ?? 0,
      uncertainty: settings.optionalNumber("outside_uncertainty"))
  }

  private static func inside(_ context: StageContext, _ geometry: GridGeometry) throws -> [Bool] {
    let hasRegion = context.settings.has("inside_region")
    guard hasRegion != (context.inputs["inside"] != nil) else {
      throw StageError.missingSetting(
        name: "inside_region",
        because: hasRegion
          ? "it and the mask 'inside' are given; keep one"
          : "it or the mask 'inside' says where the constraints replace the surface 'outside'")
    }
    if hasRegion {
      let region = context.settings.region("inside_region")
      let nodes = geometry.nodes
      return (0..<geometry.count).map {
        region.contains(easting: nodes.easting[$0], northing: nodes.northing[$0])
      }
    }
    let mask = try SharedSettings.grid(context.input("inside"), variable: "mask")
    guard mask.geometry.isSame(as: geometry) else {
      throw StageError.gridsDiffer("input 'inside'", "the surface")
    }
    return mask.values.map { $0.isFinite && $0 != 0 }
  }
}
