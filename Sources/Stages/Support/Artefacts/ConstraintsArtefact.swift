import Artefacts
public import Datasets
public import Topography
public import NumericCore

/// A table of points at which the surface is known: columns `easting, northing, upward`, metres, and
/// where known `uncert` (1σ, metres) and `weight`; `longitude, latitude` in degrees for geographic grids.
public struct ConstraintsArtefact {
  /// Places, heights, their deviations and weights.
  public var constraints: ConstraintPoints
  /// The whole file, with columns that only others read.
  public var dataset: Dataset

  /// - Parameter isGeographic: whether places are longitudes and latitudes.
  public init(path: String, isGeographic: Bool = false) throws {
    let dataset = try NetCDFFile.read(path)
    let uncertainty = try dataset.optionalColumn(PointVariables.uncertainty)
    self.dataset = dataset
    let (east, north) = PointVariables.places(isGeographic: isGeographic)
    constraints = ConstraintPoints(
      points: Points(easting: try dataset.column(east.name), northing: try dataset.column(north.name)),
      upward: try dataset.column(PointVariables.height), uncertainty: uncertainty,
      weights: try dataset.optionalColumn(PointVariables.weight))
  }

  /// Points of known height in the coordinates of a grid; longitudes by its convention.
  public static func points(_ path: String, on geometry: GridGeometry) throws -> ConstraintPoints {
    var points = try ConstraintsArtefact(path: path, isGeographic: geometry.isGeographic).constraints
    points.points = geometry.turned(points.points)
    return points
  }

  /// Writes points as every stage of constraints reads them.
  public static func write(_ constraints: ConstraintPoints, to path: String) throws {
    var dataset = try Dataset.ofPoints(constraints.points, title: "points of known height")
    try dataset.add(PointVariables.height, constraints.upward)
    if let uncertainty = constraints.uncertainty { try dataset.add(PointVariables.uncertainty, uncertainty) }
    if let weights = constraints.weights { try dataset.add(PointVariables.weight, weights) }
    try NetCDFFile.write(dataset, to: path)
  }
}
