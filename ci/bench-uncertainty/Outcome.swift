import Datasets
import Foundation
import Inference
import NumericCore

/// What one replica came to: a surface and its stated deviation against the truth.
struct Outcome {
  /// Shares of nodes within ±1, 2, 3 deviations about the ensemble's mean, and about the base inversion.
  var mean, base: [Double]
  /// RMS of mean and of base less truth, and of the deviation, metres; mean continuous ranked probability score.
  var meanError, baseError, deviation, score: Double
  /// Shares within ±2 deviations at nodes nearer than 2 km to a constraint, and farther than 6 km.
  var near, far: Double

  /// - Parameter results: the folder of the run's results.
  init(results: URL) throws {
    func dataset(_ name: String) throws -> Dataset {
      try NetCDFFile.read(results.appendingPathComponent(name).path)
    }
    let truth = try dataset("model.topography.nc").grid("topography")
    let (mean, deviation, base): ([Double], [Double], [Double])
    // An ensemble smoother has no inversion of its own to compare with.
    if FileManager.default.fileExists(atPath: results.appendingPathComponent("ensemble.maps.nc").path) {
      let maps = try dataset("ensemble.maps.nc")
      mean = try maps.grid("topography").values
      deviation = try maps.grid("stdev").values
      base = mean
    } else {
      let statistics = try dataset("statistics.statistics.nc")
      let weighted = statistics["weighted_mean"] != nil
      mean = try statistics.grid(weighted ? "weighted_mean" : "z_mean").values
      deviation = try statistics.grid(weighted ? "weighted_stdev" : "z_stdev").values
      base = try dataset("inversion.topography.nc").grid("topography").values
    }
    let points = try dataset("model.constraints.nc")
    let places = Points(easting: try points.column("easting"), northing: try points.column("northing"))
    let distances = NearestNeighbours.distances(from: truth.geometry.nodes, to: places)
    let nodes = truth.values.indices.filter {
      truth.values[$0].isFinite && mean[$0].isFinite && base[$0].isFinite && deviation[$0] > 0
    }
    guard !nodes.isEmpty else { throw BenchError("no node of \(results.path) has a deviation") }
    func share(_ surface: [Double], _ k: Double, _ some: [Int]) -> Double {
      Double(some.count { abs(surface[$0] - truth.values[$0]) <= k * deviation[$0] })
        / Double(max(1, some.count))
    }
    func error(_ surface: [Double]) -> Double { Statistics.rms(nodes.map { surface[$0] - truth.values[$0] }) }
    self.mean = [1, 2, 3].map { share(mean, $0, nodes) }
    self.base = [1, 2, 3].map { share(base, $0, nodes) }
    (meanError, baseError) = (error(mean), error(base))
    self.deviation = Statistics.rms(nodes.map { deviation[$0] })
    score = Statistics.mean(
      nodes.map {
        RankedProbabilityScore.normal(residual: truth.values[$0] - mean[$0], deviation: deviation[$0])
      })
    near = share(mean, 2, nodes.filter { distances[$0] <= 2000 })
    far = share(mean, 2, nodes.filter { distances[$0] > 6000 })
  }

  /// Numbers of a row, in the order of `names`.
  var row: [Double] { mean + base + [meanError, baseError, deviation, score, near, far] }

  static let names = [
    "mean_1", "mean_2", "mean_3", "base_1", "base_2", "base_3", "rms_mean", "rms_base", "sigma", "crps",
    "near_2",
    "far_2",
  ]
}
