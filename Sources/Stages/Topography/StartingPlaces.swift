import NumericCore
import Planning
import StageSupport
import Topography

/// Where the nodes and constraints of a starting surface are: in metres, whatever the grid's coordinates.
enum StartingPlaces {
  /// Settings of a projection, for nodes in longitude and latitude.
  static let specifications = PlaceSettings.optionalProjection.map { spec in
    var result = spec
    result.summary = "spline on nodes in longitude and latitude: \(spec.summary)"
    return result
  }

  /// The projection that distances between points are measured in; nil for projected nodes.
  private static func projection(_ settings: Settings, _ geometry: GridGeometry) throws -> MapProjection? {
    let method = settings.word("method")
    guard !geometry.isGeographic || method != "minimum_curvature" else {
      throw StageError.outOfPlace(
        "the nodes are in longitude and latitude and minimum_curvature needs equal distances in metres; put a stage of "
          + "kind 'project' before, and one with inverse = yes after, or use method spline with a 'projection'"
      )
    }
    guard settings.has("projection") else {
      for spec in specifications where settings.has(spec.name) {
        throw StageError.missingSetting(
          name: "projection", because: "'\(spec.name)' is given, and is about it")
      }
      guard !geometry.isGeographic || method == "flat" else {
        throw StageError.missingSetting(
          name: "projection",
          because: "the nodes are in longitude and latitude, and distances between points must be in metres")
      }
      return nil
    }
    guard geometry.isGeographic else {
      throw StageError.outOfPlace("the nodes are in projected metres; leave 'projection' out")
    }
    guard method == "spline" else {
      throw StageError.outOfPlace("method flat needs no distances; leave 'projection' out")
    }
    return try PlaceSettings.projection(settings)
  }

  /// The nodes in metres; nil where the grid has them.
  static func nodes(_ settings: Settings, _ geometry: GridGeometry) throws -> Points? {
    guard let projection = try projection(settings, geometry) else { return nil }
    return try project(geometry.nodes, projection)
  }

  static func constraints(_ context: StageContext, _ geometry: GridGeometry) throws -> ConstraintPoints? {
    guard let path = context.inputs["constraints"], context.settings.word("method") != "flat" else {
      return nil
    }
    let projection = try projection(context.settings, geometry)
    var points = try ConstraintsArtefact(path: path, isGeographic: projection != nil).constraints
    if let projection { points.points = try project(points.points, projection) }
    return points
  }

  private static func project(_ places: Points, _ projection: MapProjection) throws -> Points {
    var result = Points(easting: [], northing: [])
    for (longitude, latitude) in zip(places.easting, places.northing) {
      let point = try projection.project(longitude: longitude, latitude: latitude)
      result.easting.append(point.easting)
      result.northing.append(point.northing)
    }
    return result
  }
}
