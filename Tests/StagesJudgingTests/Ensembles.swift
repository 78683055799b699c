import Datasets
import NumericCore
import StageTestSupport

/// A small ensemble: surfaces of 3 × 2 nodes, each the first one shifted.
enum Ensembles {
  static func shifted(by shifts: [Double], norms: [Double]? = nil) throws -> Dataset {
    let base = [1.0, 2, 3, 4, 5, 6].map { 10 * $0 }
    var ensemble = try Samples.grid(Samples.nodes(3, 2), ["base": { _, _ in 0 }])
    ensemble.variables.removeAll { $0.name == "base" }
    ensemble.dimensions.append(.init(name: "run", size: shifts.count))
    try ensemble.add(
      .init(
        name: "topography", dimensions: ["run", "northing", "easting"],
        values: .double(shifts.flatMap { shift in base.map { $0 + shift } }),
        attributes: [.init(name: "units", value: .text("m"))]))
    if let norms { try ensemble.addColumn("rmse", norms, units: "mGal", dimension: "run") }
    return ensemble
  }
}
