import Foundation
import Geostatistics
import Inference
import NumericCore
import TestSupport
import Testing
import Waves

/// Real travel times between boreholes (Looms et al. 2010): with straight rays the problem is linear and Gaussian, and its posterior
/// known.
@Suite struct CrossholeTests {
  private struct Problem {
    let rays: StraightRays
    let times: [Double]
    let covariance: Matrix
    let mean: Double
    let likelihood: GaussianLikelihood

    init() throws {
      let path = try Checkout.sharedPath("data/crosshole_arrenaes/AM13_data.eas")
      let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
        .dropFirst(8)
      let rows = lines.map { $0.split(separator: " ").compactMap { Double($0) } }.filter { $0.count == 6 }
      #expect(rows.count == 702)
      let section = Section(x0: -0.8, z0: 0.8, spacing: 0.6, columns: 12, rows: 20)
      rays = try StraightRays(
        rows.map { .init(sourceX: $0[0], sourceZ: $0[1], receiverX: $0[2], receiverZ: $0[3]) },
        through: section)
      times = rows.map { $0[4] }
      // Nanoseconds and metres.
      mean = 1 / 0.14
      let places = (0..<section.count).map { (section.x($0 % 12), 2 * section.z($0 / 12)) }
      covariance = Covariance(.exponential, deviation: 0.08 / 0.14, length: 4)
        .matrix(Points(easting: places.map(\.0), northing: places.map(\.1)))
      likelihood = try GaussianLikelihood(times, deviations: rows.map { $0[5] })
    }

    func residual(_ slowness: [Double]) throws -> [Double] {
      try likelihood.whitenedResidual(rays.times(slowness))
    }

    /// Mean and deviations of the exact posterior: C − C Gᵀ(G C Gᵀ + R)⁻¹ G C.
    func exact() throws -> (mean: [Double], deviation: [Double]) {
      let cells = covariance.rows
      var design = Matrix(rows: times.count, columns: cells)
      for (row, ray) in rays.crossings.enumerated() {
        for crossing in ray { design[row, crossing.cell] += crossing.length }
      }
      let cross = design.timesTransposed(covariance)
      var data = cross.timesTransposed(design)
      for index in 0..<data.rows { data[index, index] += 0.64 }
      let factor = try Cholesky(data)
      let prior = rays.times([Double](repeating: mean, count: cells))
      let weights = factor.solve(zip(times, prior).map { $0 - $1 })
      let update = cross.transposedTimes(weights)
      var half = cross.transposed()
      factor.solveForward(rows: &half)
      let deviation = (0..<cells).map { cell in
        let row = (0..<times.count).map { half[cell, $0] }
        return (covariance[cell, cell] - Statistics.sum(row.map { $0 * $0 })).squareRoot()
      }
      return (update.map { mean + $0 }, deviation)
    }
  }

  /// Gauss–Newton on all 240 cells is the exact posterior.
  @Test(.needsShared) func laplaceIsExact() throws {
    let problem = try Problem()
    let prior = try Cholesky(problem.covariance)
    func field(_ x: [Double]) -> [Double] { prior.factorTimes(x).map { problem.mean + $0 } }
    var state = LaplaceIteration(240, difference: 0.1)
    for _ in 0..<2 {
      state = try state.step(state.places.map { try problem.residual(field($0)) }).next
    }
    let posterior = try #require(state.posterior)
    let (mean, deviation) = try problem.exact()
    let found = field(posterior.mean)
    let factor = posterior.factor
    var spread = Matrix(rows: 240, columns: 240)
    for column in 0..<240 {
      let image = prior.factorTimes((0..<240).map { factor[$0, column] })
      for row in 0..<240 { spread[row, column] = image[row] }
    }
    for cell in 0..<240 {
      #expect(abs(found[cell] - mean[cell]) < 1e-8 * mean[cell])
      let own = Statistics.sum((0..<240).map { spread[cell, $0] * spread[cell, $0] }).squareRoot()
      #expect(abs(own - deviation[cell]) < 1e-7 * deviation[cell])
    }
    // Velocities of the published site, 0.12 to 0.17 m/ns.
    #expect(mean.allSatisfy { (0.1...0.18).contains(1 / $0) })
  }

  /// On the 20 leading modes of the prior variational inference finds the posterior of these, within some hundred runs, and what it
  /// leaves out is told by the exact one.
  @Test(.needsShared) func variationalOnModes() throws {
    let problem = try Problem()
    let modes = CovarianceModes(problem.covariance, count: 20)
    func field(_ x: [Double]) -> [Double] { modes.field(x).map { problem.mean + $0 } }
    let coordinates = try PriorCoordinates(
      [PriorMargin](repeating: .normal(mean: 0, deviation: 1), count: 20))
    let settings = VariationalSettings()
    let inference = VariationalInference(settings, coordinates: coordinates)
    let draws = NormalDraws(.sobol, seed: 1, stream: "variational")
    var state = VariationalState(inference.start(), settings: settings)
    var norm = Double.infinity
    while state.iteration < 12, norm > 1e-6 {
      let normals = draws.rows(state.drawCount(settings), dimension: 20, draw: state.draw)
      let wasTrial = state.phase == .trial
      let evaluations = try inference.places(state, normals: normals).map { x in
        let residual = try problem.residual(field(x))
        return VariationalInference.Evaluation(
          logLikelihood: -0.5 * residual.reduce(0) { $0 + $1 * $1 } + problem.likelihood.constant,
          residual: residual)
      }
      let (next, report) = try inference.step(state, normals: normals, evaluations: evaluations)
      if wasTrial { norm = report.gradientNorm }
      state = next
    }
    #expect(state.runs <= 600)
    var laplace = LaplaceIteration(20, difference: 0.1)
    for _ in 0..<2 { laplace = try laplace.step(laplace.places.map { try problem.residual(field($0)) }).next }
    let exact = try #require(laplace.posterior)
    #expect(state.average.divergence(from: exact) < 1e-8)
    let (mean, deviation) = try problem.exact()
    let found = field(exact.mean)
    let error = Statistics.rms(zip(zip(found, mean), deviation).map { ($0.0 - $0.1) / $1 })
    #expect(
      error < 1.5, "RMS difference from the exact field \(error) of its deviations, modes hold \(modes.share)"
    )
  }
}
