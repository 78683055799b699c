import Artefacts
import NumericCore
import Planning
import StageSupport
import Topography

/// Where the nodes and constraints of a starting surface are: in metres, whatever the grid's coordinates.
enum StartingPlaces {
  /// For nodes in longitude and latitude.
  static let projection = ProjectionSettings.optional(use: "spline on nodes in longitude and latitude")

  /// The projection that distances between points are measured in; nil for projected nodes.
  private static func projection(
    _ context: StageContext, _ geometry: GridGeometry
  ) throws -> MapProjection? {
    let projection = try projection.projection(context.settings)
    guard geometry.isGeographic else {
      guard projection == nil else {
        throw StageError.outOfPlace("the nodes are in projected metres; leave 'projection' out")
      }
      return nil
    }
    switch context[StartingTopography.method] {
    case .flat, .kriging: return nil
    case .minimumCurvature:
      throw StageError.outOfPlace(
        "the nodes are in longitude and latitude and minimum_curvature needs equal distances in metres; put a stage of "
          + "kind 'project' before, and one with inverse = yes after, or use method spline with a 'projection'"
      )
    case .spline:
      guard let projection else {
        throw StageError.missingSetting(
          name: Self.projection.name.name,
          because: "the nodes are in longitude and latitude, and distances between points must be in metres")
      }
      return projection
    }
  }

  /// The nodes in metres; nil where the grid has them.
  static func nodes(_ context: StageContext, _ geometry: GridGeometry) throws -> Points? {
    guard let projection = try projection(context, geometry) else { return nil }
    return try project(geometry.nodes, projection)
  }

  static func constraints(_ context: StageContext, _ geometry: GridGeometry) throws -> ConstraintPoints? {
    guard let path = context[StartingTopography.constraints], context[StartingTopography.method] != .flat
    else { return nil }
    let projection = try projection(context, geometry)
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
