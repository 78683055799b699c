public import Datasets
public import Topography
public import NumericCore

/// A table of points at which the surface is known: columns `easting, northing, upward`, metres, and
/// where known `uncert` (1σ, metres) and `weight`; `longitude, latitude` in degrees for geographic grids.
public struct ConstraintsArtefact {
  public var constraints: ConstraintPoints
  public var dataset: Dataset

  /// - Parameter isGeographic: whether places are longitudes and latitudes.
  public init(path: String, isGeographic: Bool = false) throws {
    let dataset = try NetCDFFile.read(path)
    func optional(_ name: String) throws -> [Double]? {
      dataset[name] == nil ? nil : try dataset.column(name)
    }
    let uncertainty = try optional("uncert")
    self.dataset = dataset
    let (east, north) = isGeographic ? ("longitude", "latitude") : ("easting", "northing")
    constraints = ConstraintPoints(
      points: Points(easting: try dataset.column(east), northing: try dataset.column(north)),
      upward: try dataset.column("upward"), uncertainty: uncertainty,
      weights: try optional("weight"))
  }

  /// Points of known height in the coordinates of a grid; longitudes by its convention.
  public static func points(_ path: String, on geometry: GridGeometry) throws -> ConstraintPoints {
    var points = try ConstraintsArtefact(path: path, isGeographic: geometry.isGeographic).constraints
    points.points = geometry.turned(points.points)
    return points
  }

  public static func write(_ constraints: ConstraintPoints, to path: String) throws {
    var dataset = try Dataset.ofPoints(constraints.points, title: "points of known height")
    try dataset.addColumn("upward", constraints.upward, units: "m", longName: "known height of the surface")
    if let uncertainty = constraints.uncertainty {
      try dataset.addColumn("uncert", uncertainty, units: "m", longName: "standard deviation of the height")
    }
    if let weights = constraints.weights {
      try dataset.addColumn("weight", weights, units: "m-2", longName: "weight of the point")
    }
    try NetCDFFile.write(dataset, to: path)
  }
}
