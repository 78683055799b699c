import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Inference

/// The evidence of the reference problems o1–o5 by a ladder of temperatures.
@Suite struct ReferenceEvidenceTests {
  private struct Problem: Decodable {
    var y: [Double]
    var noise: [[Double]]
    var mean: [Double]
    var covariance: [[Double]]
    var matrix: [[Double]]?
    var xs: [Double]?
    var lo, hi: [Double]?
    var evidence: Double?
    var box: Box?

    enum CodingKeys: String, CodingKey {
      case y, xs, lo, hi
      case noise = "R"
      case mean = "m0"
      case covariance = "C0"
      case matrix = "G"
      case evidence = "log_evidence"
      case box = "exact_box_posterior"
    }

    struct Box: Decodable {
      var evidence: Double
      enum CodingKeys: String, CodingKey { case evidence = "log_evidence_no_lik_const" }
    }
  }

  private static func predicted(_ problem: Problem, _ theta: [Double]) -> [Double] {
    if let matrix = problem.matrix { return matrix.map { zip($0, theta).reduce(0) { $0 + $1.0 * $1.1 } } }
    return (problem.xs ?? []).map { x in
      let square = x * x + theta[0] * theta[0]
      return 1e5 * 6.67430e-11 * theta[1] * 1e12 * theta[0] * 1e3 / (square * square.squareRoot() * 1e9)
    }
  }

  private static let names =
    ["o1_lin2_meanfield_exact", "o2_lin5_correlated", "o4_bounded1"]
    + (Effort.isLong ? ["o3_lin20_gravity", "o5_sphere2"] : [])

  @Test(.needsReference, arguments: names)
  func evidence(name: String) throws {
    let text = try Reference.text("vi_problems/\(name).json", of: "inference")
    let problem = try JSONDecoder().decode(Problem.self, from: Data(text.utf8))
    let count = problem.mean.count
    let factor = try Cholesky(Matrix(rows: count, columns: count, values: problem.covariance.flatMap(\.self)))
    let noise = problem.y.indices.map { problem.noise[$0][$0] }
    // Gaussian priors restricted to a box lack the factor that normalises them, and its likelihood its constant.
    let constant =
      problem.box == nil
      ? noise.reduce(0) { $0 - 0.5 * Elementary.log(2 * Double.pi * $1) } : 0
    let expected = try #require(
      problem.box?.evidence ?? problem.evidence)
    let settings = ChainSettings(
      move: .differential(.init()), dimensions: count, ensembles: 1, walkers: max(10, count),
      ladder: ChainSettings.ladder(rungs: 16), warmUp: 500, seed: 2)
    let run = ChainRun(settings, iterations: 600, draw: normalPrior(count, seed: 2)) { z in
      let theta = zip(problem.mean, factor.factorTimes(z)).map { $0 + $1 }
      let prior = -0.5 * z.reduce(0) { $0 + $1 * $1 }
      if let lo = problem.lo, let hi = problem.hi {
        let isInside = theta.indices.allSatisfy { theta[$0] >= lo[$0] && theta[$0] <= hi[$0] }
        guard isInside else { return ChainDensity(likelihood: -.infinity, prior: prior) }
      }
      let predicted = Self.predicted(problem, theta)
      let square = problem.y.indices.reduce(0) { sum, datum in
        let off = problem.y[datum] - predicted[datum]
        return sum + off * off / noise[datum]
      }
      return ChainDensity(likelihood: -0.5 * square + constant, prior: prior)
    }
    let evidence = try #require(TemperedEvidence(run.samples, ladder: settings.ladder))
    #expect(abs(evidence.integral - expected) < 4 * evidence.error, "\(evidence) instead of \(expected)")
    #expect(evidence.error < 0.6)
  }
}
