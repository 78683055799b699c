import Artefacts
import Datasets
import Foundation
import Manifests
import NumericCore
import Planning
import Reporting
import StandardCatalogue

/// A run of the whole pipeline made of formulas: artefacts on disk, signatures and a run record.
struct SampleRun {
  let folder: URL
  let geometry: GridGeometry
  let runs: Int

  init(runs: Int = 20, columns: Int = 41, rows: Int = 31) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("report-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    geometry = GridGeometry(
      region: Region(west: 0, east: 40_000, south: 0, north: 30_000), columns: columns, rows: rows)
    self.runs = runs
    try writeModel()
    try writeGravity()
    try writeInversion()
    try writeTables()
    try writeEnsemble()
    for (name, value, units) in [
      ("inversion-rmse", 0.2134, "mGal"), ("inversion-constraints_rmse", 3.41, "m"),
      ("damping-best", 0.13895, "1"),
      ("score-rmse", 12.3, "m"), ("score-coverage", 0.92, "1"),
    ] {
      try NetCDFFile.writeScalar(value, name: "value", units: units, to: path(name))
    }
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name + ".nc").path }

  func inputs(outcome: RunRecord.Outcome = .succeeded, missing: Set<String> = []) -> ReportInputs {
    let folder = folder
    return ReportInputs(
      record: SampleRecord.record(pipeline, outcome: outcome, runs: runs), pipeline: pipeline,
      views: .standard,
      artefact: { stage, port in
        let path = folder.appendingPathComponent("\(stage)-\(port).nc").path
        return !missing.contains("\(stage).\(port)") && FileManager.default.fileExists(atPath: path)
          ? path : nil
      })
  }

  var pipeline: ResolvedPipeline { SampleRecord.pipeline }

  // MARK: Fields

  func field(_ formula: (_ x: Double, _ y: Double) -> Double) -> Grid {
    let values = geometry.northings.flatMap { y in geometry.eastings.map { formula($0 / 1000, y / 1000) } }
    return Grid(geometry: geometry, values: values)
  }

  static func bump(_ x: Double, _ y: Double, _ width: Double) -> Double { exp(-(x * x + y * y) / width) }

  var truth: Grid {
    field { x, y in 492 + 120 * Self.bump(x - 26, y - 18, 70) - 95 * Self.bump(x - 10, y - 9, 45) + 0.8 * x }
  }
  var start: Grid {
    field { x, y in 490 + 70 * Self.bump(x - 24, y - 17, 130) - 50 * Self.bump(x - 11, y - 10, 90) + 0.8 * x }
  }
  func inverted(_ member: Int = 0) -> Grid {
    let shift = Double((member * 7) % 11 - 5)
    return field { x, y in
      492 + shift * 1.6 + 114 * Self.bump(x - 26.2, y - 18, 74) - 90 * Self.bump(x - 10, y - 9, 47) + 0.8 * x
        + (4 + 0.5 * shift) * sin(x / 1.7) * cos(y / 1.3 + shift)
    }
  }

  private func writeModel() throws {
    var topography = Dataset()
    try topography.addGrid("topography", truth, units: "m")
    try NetCDFFile.write(topography, to: path("model-topography"))
    var points = Dataset()
    let eastings = (0..<12).map { Double($0 * 17 % 40) * 1000 + 500 }
    try points.addColumn("easting", eastings, units: "m")
    try points.addColumn("northing", (0..<12).map { Double($0 * 11 % 29) * 1000 + 700 }, units: "m")
    try points.addColumn("upward", eastings.map { 480 + $0 / 1000 }, units: "m")
    try points.addColumn("uncert", [Double](repeating: 5, count: 12), units: "m")
    try NetCDFFile.write(points, to: path("model-constraints"))
    var start = Dataset()
    try start.addGrid("topography", self.start, units: "m")
    start.attributes.append(.init(name: "damping", value: .numbers([1e-10])))
    try NetCDFFile.write(start, to: path("start-topography"))
  }

  private func writeGravity() throws {
    let noise = field { x, y in 0.3 * sin(x * 7.1) * cos(y * 5.3) }
    let forward = field { x, y in 7 * Self.bump(x - 24, y - 17, 160) - 5 * Self.bump(x - 11, y - 10, 120) }
    let regional = field { x, y in 0.14 * x - 0.11 * y - 1 }
    let residual = field { x, y in 4 * Self.bump(x - 26, y - 18, 60) - 3 * Self.bump(x - 10, y - 9, 40) }
    let combine = { (grids: [Grid]) -> Grid in
      Grid(
        geometry: grids[0].geometry,
        values: grids[0].values.indices.map { index in grids.reduce(0) { $0 + $1.values[index] } })
    }
    let misfit = combine([regional, residual, noise])
    let observed = combine([forward, misfit])
    var data = Dataset()
    try data.addGrid("gravity_anomaly", observed, units: "mGal")
    try data.addGrid("uncert", Grid(geometry: geometry, repeating: 0.2), units: "mGal")
    try NetCDFFile.write(data, to: path("model-gravity"))
    try data.addGrid("forward_gravity", forward, units: "mGal")
    try data.addGrid("misfit", misfit, units: "mGal")
    try NetCDFFile.write(data, to: path("predicted-gravity"))
    try data.addGrid("reg", regional, units: "mGal")
    try data.addGrid("res", combine([residual, noise]), units: "mGal")
    try NetCDFFile.write(data, to: path("regional-gravity"))
    var final = Dataset()
    try final.addGrid("starting_res", combine([residual, noise]), units: "mGal")
    try final.addGrid("res", noise, units: "mGal")
    try final.addGrid("forward_gravity", observed, units: "mGal")
    try NetCDFFile.write(final, to: path("inversion-gravity"))
  }

  private func writeInversion() throws {
    var topography = Dataset()
    try topography.addGrid("starting_topography", start, units: "m")
    try topography.addGrid("topography", inverted(), units: "m")
    try topography.addGrid("correction", field { x, y in 0.5 * sin(x) * cos(y) }, units: "m")
    try NetCDFFile.write(topography, to: path("inversion-topography"))
    let norms = (0..<24).map { 0.462 + 1.1 * exp(-Double($0) / 3.5) }
    var history = Dataset()
    try history.addColumn("rmse", norms.map { $0 * $0 }, units: "mGal", dimension: "iteration")
    try history.addColumn("l2_norm", norms, units: "mGal^0.5", dimension: "iteration")
    let changes = [2.2] + zip(norms, norms.dropFirst()).map { $0 / $1 }
    try history.addColumn("delta_l2_norm", changes, dimension: "iteration")
    history.attributes = [
      .init(name: "l2_norm_tolerance", value: .numbers([0.2])),
      .init(name: "delta_l2_norm_tolerance", value: .numbers([1.001])),
      .init(name: "termination_reason", value: .text("delta_l2_norm_tolerance")),
      .init(name: "returned_iteration", value: .integers([24])),
    ]
    try NetCDFFile.write(history, to: path("inversion-history"))
  }

  private func writeTables() throws {
    var scores = Dataset()
    let dampings = [0.001, 0.0026827, 0.0071969, 0.019307, 0.051795, 0.13895, 0.37276, 1]
    try scores.addColumn("damping", dampings, units: "1", dimension: "trial")
    let values = [1.165218, 1.170967, 0.4358, 0.252005, 0.251958, 0.239711, 0.49614, 7.036035]
    try scores.addColumn("score", values, units: "mGal", dimension: "trial")
    scores.attributes = [
      .init(name: "score_name", value: .text("test_rmse")), .init(name: "best_trial", value: .integers([5])),
    ]
    try NetCDFFile.write(scores, to: path("damping-scores"))
    var table = Dataset()
    let indices = 0..<40
    try table.addColumn("easting", indices.map { Double($0 * 13 % 40) * 1000 + 300 }, units: "m")
    try table.addColumn("northing", indices.map { Double($0 * 7 % 30) * 1000 + 200 }, units: "m")
    try table.addColumn("upward", indices.map { 500 + Double($0) }, units: "m")
    try table.addColumn(
      "predicted", indices.map { 500 + Double($0) - 20 * sin(Double($0) * 2.4) }, units: "m")
    try table.addColumn("residual", indices.map { 20 * sin(Double($0) * 2.4) }, units: "m")
    try table.addColumn("deviation", indices.map { 9 + Double($0 % 5) }, units: "m")
    try NetCDFFile.write(table, to: path("score-table"))
  }

  private func writeEnsemble() throws {
    var template = Dataset()
    try template.addGrid("topography", Grid(geometry: geometry, repeating: 0), units: "m")
    let writer = try NetCDFSeriesWriter(path: path("ensemble-members"), count: runs, template: template)
    let members = (0..<runs).map { inverted($0) }
    for (index, grid) in members.enumerated() {
      var slice = Dataset()
      try slice.addGrid("topography", grid, units: "m")
      try writer.write(slice, at: index)
    }
    let spread = (0..<runs).map { (Double($0 * 7 % runs) + 0.5) / Double(runs) }
    try writer.writeColumn(
      "density_contrast", (0..<runs).map { 2669 + 50 * (spread[($0 * 3) % runs] * 4 - 2) })
    try writer.writeColumn("zref", spread.map { 480 + 25 * $0 })
    try writer.writeColumn("rmse", (0..<runs).map { 0.2 + 0.01 * Double(($0 * 7) % 11) })
    try writer.writeColumn("failed", (0..<runs).map { _ in 0 })
    try writer.close()
    var statistics = Dataset()
    let columns = geometry.count
    let mean = (0..<columns).map { node in members.reduce(0) { $0 + $1.values[node] } / Double(runs) }
    let variance = (0..<columns).map { node in
      members.reduce(0) { $0 + ($1.values[node] - mean[node]) * ($1.values[node] - mean[node]) }
        / Double(runs)
    }
    try statistics.addGrid("z_mean", Grid(geometry: geometry, values: mean), units: "m")
    try statistics.addGrid(
      "z_stdev", Grid(geometry: geometry, values: variance.map { $0.squareRoot() }), units: "m")
    try statistics.addGrid(
      "weighted_mean", Grid(geometry: geometry, values: mean.map { $0 + 0.5 }), units: "m")
    try statistics.addGrid(
      "weighted_stdev", Grid(geometry: geometry, values: variance.map { 0.9 * $0.squareRoot() }), units: "m")
    try NetCDFFile.write(statistics, to: path("statistics-statistics"))
  }
}
