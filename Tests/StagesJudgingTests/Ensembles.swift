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

  /// Tables of three points with a name each, the first one shifted, beside a number a member.
  static func tables(shiftedBy shifts: [Double]) throws -> Dataset {
    var ensemble = try Samples.table(["easting": [0, 1000, 2000], "northing": [0, 0, 1000]])
    try ensemble.addColumn("name", ["a", "b", "c"], longName: "station")
    ensemble.dimensions.append(.init(name: "run", size: shifts.count))
    try ensemble.add(
      .init(
        name: "observed", dimensions: ["run", "point"],
        values: .double(shifts.flatMap { shift in [10, 20, 30].map { $0 + shift } }),
        attributes: [.init(name: "units", value: .text("mGal"))]))
    try ensemble.addColumn("chi", shifts.map { 2 * $0 }, units: "1", dimension: "run")
    try ensemble.addColumn("member", shifts.indices.map(Double.init), dimension: "run")
    return ensemble
  }

  /// A number a member and nothing else, besides what was drawn.
  static func numbers(_ values: [Double], units: String) throws -> Dataset {
    var ensemble = Dataset()
    try ensemble.addColumn("member", values.indices.map(Double.init), dimension: "run")
    try ensemble.addColumn("param_x", values.map { $0 / 2 }, units: "m", dimension: "run")
    try ensemble.addColumn("depth", values, units: units, dimension: "run")
    return ensemble
  }
}
