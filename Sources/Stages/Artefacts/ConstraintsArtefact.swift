import Datasets
import Inversion
import NumericCore

/// A table of points at which the surface is known: columns `easting, northing, upward`, metres, and
/// where known `uncert` (1σ, metres) and `weight`.
struct ConstraintsArtefact {
  var constraints: ConstraintPoints
  var dataset: Dataset

  init(path: String) throws {
    let dataset = try NetCDFFile.read(path)
    func optional(_ name: String) throws -> [Double]? {
      dataset[name] == nil ? nil : try dataset.column(name)
    }
    let uncertainty = try optional("uncert")
    self.dataset = dataset
    constraints = ConstraintPoints(
      points: Points(easting: try dataset.column("easting"), northing: try dataset.column("northing")),
      upward: try dataset.column("upward"), uncertainty: uncertainty,
      weights: try optional("weight"))
  }

  static func write(_ constraints: ConstraintPoints, to path: String) throws {
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
