// Names are those of the reference files.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
import Foundation
import Inference
import NumericCore
import TestSupport
import Testing

@Suite struct ScoreEstimatesTests {
  private struct Fixture: Decodable {
    struct Estimates: Decodable {
      var gradient_mean: [Double]
      var gradient_log_std: [Double]
      var snr: Double
      var hessian: [[Double]]
      var natural_direction: [Double]
      var newton: [String: [Double]]
    }
    var family: String
    var mean: [Double]
    var std: [Double]
    var corr_cholesky: [[Double]]?
    var z: [[Double]]
    var samples: [[Double]]
    var scaled_log_joint: [Double]
    var elbo_scale: Double
    var baseline: [String: Estimates]
    var entropy_unscaled: Double
    var elbo_scaled: Double
    var elbo_standard_error: Double
  }

  private static let baselines: [(String, VariationalSettings.Baseline)] = [
    ("none", .none), ("loo", .leaveOneOut), ("optimal", .optimal),
  ]
  private static let newton: [(String, VariationalSettings.Hessian)] = [
    ("diagonal", .projectedDiagonal), ("diagonal_raw", .rawDiagonal), ("full", .full),
  ]

  private static func family(_ fixture: Fixture) -> GaussianFamily {
    let logs = fixture.std.map { Elementary.log($0) }
    let size = fixture.mean.count
    guard let rows = fixture.corr_cholesky else {
      return GaussianFamily(mean: fixture.mean, spread: .diagonal(logDeviations: logs))
    }
    let factor = Matrix(rows: size, columns: size, values: rows.flatMap { $0 })
    return GaussianFamily(
      mean: fixture.mean, spread: .fixedCorrelation(logDeviations: logs, factor: factor))
  }

  @Test(.needsReference) func asReference() throws {
    let text = try Reference.text("vi_estimator_fixtures.json", of: "inference")
    let fixtures = try JSONDecoder().decode([Fixture].self, from: Data(text.utf8))
    #expect(fixtures.count == 2)
    for fixture in fixtures {
      let family = Self.family(fixture)
      for (z, x) in zip(fixture.z, fixture.samples) {
        #expect(relativeDifference(family.place(z), x) < 1e-12)
        #expect(relativeDifference(family.draw(at: x), z) < 1e-12)
      }
      #expect(abs(family.entropy - fixture.entropy_unscaled) < 1e-12)
      for (name, baseline) in Self.baselines {
        let expected = try #require(fixture.baseline[name])
        try check(fixture, family, baseline, expected, name)
      }
    }
  }

  private func check(
    _ fixture: Fixture, _ family: GaussianFamily, _ baseline: VariationalSettings.Baseline,
    _ expected: Fixture.Estimates, _ name: String
  ) throws {
    let scores = ScoreEstimates(
      family, samples: fixture.samples, values: fixture.scaled_log_joint, baseline: baseline,
      entropyScale: fixture.elbo_scale)
    let gradient = expected.gradient_mean + expected.gradient_log_std
    #expect(relativeDifference(scores.gradient, gradient) < 1e-10, "\(name)")
    #expect(abs(scores.signalToNoise - expected.snr) < 1e-10 * expected.snr, "\(name)")
    let hessian = scores.hessian()
    #expect(relativeDifference(hessian.values, expected.hessian.flatMap { $0 }) < 1e-10, "\(name)")
    let natural = UpdateDirections.diagonalNatural(scores.gradient, deviations: fixture.std)
    #expect(relativeDifference(natural, expected.natural_direction) < 1e-10, "\(name)")
    let ones = [Double](repeating: 1, count: gradient.count)
    for (metric, scales) in [
      ("standard", ones), ("natural", UpdateDirections.naturalScales(deviations: fixture.std)),
    ] {
      for (label, form) in Self.newton {
        let direction = UpdateDirections.newton(
          scores.gradient, hessian, form, regularisation: 1e-2, scales: scales)
        let reference = try #require(expected.newton["\(metric)_\(label)"])
        #expect(relativeDifference(direction, reference) < 1e-10, "\(name) \(metric) \(label)")
      }
    }
  }

  /// Upstream's tests of the projection.
  @Test func newtonDirections() {
    let ones = [1.0, 1]
    let diagonal = UpdateDirections.newton(
      [2, -3], Matrix(rows: 2, columns: 2, values: [0, 10, 10, -2]), .rawDiagonal, regularisation: 0.5,
      scales: ones)
    #expect(largestDifference(diagonal, [4, -1.5]) < 1e-14)
    let full = UpdateDirections.newton(
      [1, 2], Matrix(rows: 2, columns: 2, values: [0, 1, 1, 0]), .full, regularisation: 0.1, scales: ones)
    #expect(largestDifference(full, [1, 2]) < 1e-14)
  }

  /// With the joint entropy and leave-one-out the gradient vanishes for every set of draws when the family is the posterior,
  /// whatever the constant.
  @Test(arguments: [GaussianFamily.Covariance.full, .diagonal, .fixedCorrelation])
  func vanishesAtThePosterior(_ form: GaussianFamily.Covariance) {
    let family = Self.correlated(form)
    for seed in UInt64(0)..<20 {
      let normals = NormalDraws(.monteCarlo, seed: seed, stream: "test").rows(64, dimension: 3, draw: 0)
      let logs = normals.map { family.logDensity(ofDraw: $0) }
      let joints = logs.map { $0 + 2.75 }
      let values = zip(joints, logs).map { $0 - $1 }
      let bound = 1e-13 * max(1, joints.map(\.magnitude).max() ?? 1)
      let norm: Double
      if form == .full {
        norm =
          FullCovarianceScores(draws: normals, values: values, baseline: .leaveOneOut, entropyScale: 0).norm
      } else {
        let scores = ScoreEstimates(
          family, samples: normals.map { family.place($0) }, values: values, baseline: .leaveOneOut,
          entropyScale: 0)
        norm = scores.gradient.map { $0 * $0 }.reduce(0, +).squareRoot()
      }
      #expect(norm < bound)
    }
  }

  /// Analytic entropy, no baseline, antithetic draws and a log joint of zero: the natural gradient of the covariance is s Σ.
  @Test func analyticEntropyAlone() {
    let half = NormalDraws(.monteCarlo, seed: 5, stream: "test").rows(16, dimension: 3, draw: 0)
    let draws = half + half.map { $0.map { -$0 } }
    let scores = FullCovarianceScores(
      draws: draws, values: [Double](repeating: 0, count: 32), baseline: .none, entropyScale: 0.7)
    #expect(scores.mean == [0, 0, 0])
    #expect(scores.covariance.values == Matrix.identity(3).values.map { 0.7 * $0 })
  }

  static func correlated(_ form: GaussianFamily.Covariance) -> GaussianFamily {
    let covariance = Matrix(rows: 3, columns: 3, values: [4, 1.2, -0.3, 1.2, 1, 0.1, -0.3, 0.1, 0.25])
    let mean = [1.0, -2, 3]
    guard form == .fixedCorrelation else {
      return GaussianFamily.standard(3, form).with(mean: mean, covariance: covariance)
    }
    let deviations = [2.0, 1, 0.5]
    var correlation = covariance
    for i in 0..<3 { for j in 0..<3 { correlation[i, j] /= deviations[i] * deviations[j] } }
    let factor = (try? Cholesky(correlation).factor) ?? .identity(3)
    return GaussianFamily.standard(3, form, correlation: factor).with(mean: mean, covariance: covariance)
  }
}
