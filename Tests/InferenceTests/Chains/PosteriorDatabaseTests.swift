import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Inference

/// Chains against the reference draws of posteriordb: general log densities, most of them with an unknown noise.
@Suite struct PosteriorDatabaseTests {
  /// A posterior in coordinates without bounds.
  private struct Problem: Sendable {
    /// Beginning of each walker: middle and half-width of a box, by coordinate.
    var start: [(middle: Double, width: Double)]
    /// Log density of the coordinates, with the Jacobian, and the parameters that the reference has moments of.
    var density: @Sendable ([Double]) -> Double
    var parameters: @Sendable ([Double]) -> [Double]
  }

  private typealias Data = [String: Any]

  private static let names = [
    "kilpisjarvi_mod-kilpisjarvi", "eight_schools-eight_schools_noncentered", "kidiq-kidscore_momiq",
    "gp_pois_regr-gp_regr", "sblri-blr", "earnings-logearn_height", "low_dim_gauss_mix-low_dim_gauss_mix",
  ]

  @Test(.needsReference, arguments: Effort.isLong ? names : [names[1]])
  func momentsWithinTheirErrors(name: String) throws {
    let text = try Reference.text("posteriordb/reference.json", of: "inference")
    let all = try JSONSerialization.jsonObject(with: Foundation.Data(text.utf8)) as? [String: [String: Any]]
    let entry = try #require(all?[name])
    let data = try #require(entry["data"] as? Data)
    let problem = try #require(Self.problem(name, data))
    let (mean, deviation) = (Self.numbers(entry["mean"]), Self.numbers(entry["sd"]))
    try #require(!mean.isEmpty && mean.count == deviation.count)
    let dimensions = problem.start.count
    let settings = ChainSettings(
      move: .differential(.init()), dimensions: dimensions, walkers: 2 * dimensions + 10,
      warmUp: Effort.count(800, long: 3000), seed: 4)
    let random = CounterRandom(seed: 4, stream: "starts")
    let run = ChainRun(
      settings, iterations: Effort.count(1500, long: 6000), thinning: 3,
      draw: { row in
        zip(problem.start, random.uniform(dimensions, row: row)).map { $0.middle + (2 * $1 - 1) * $0.width }
      },
      density: { ChainDensity(likelihood: problem.density($0), prior: 0) })
    for axis in 0..<dimensions {
      #expect(run.diagnostics(axis).rHat < 1.05, "\(name), coordinate \(axis)")
    }
    let (walkers, count) = (settings.chains, run.draws[0][0].count)
    let points = (0..<walkers).map { walker in
      (0..<count).map { iteration in problem.parameters(run.draws.map { $0[walker][iteration] }) }
    }
    for axis in mean.indices {
      let series = points.map { $0.map { $0[axis] } }
      Self.check(series, mean[axis], deviation[axis], "\(name), parameter \(axis + 1)")
    }
  }

  /// Mean and deviation within 4.5 of their errors, those of the chains by effective sizes and those of 10⁴ draws.
  private static func check(_ series: [[Double]], _ mean: Double, _ deviation: Double, _ what: String) {
    let size = ChainDiagnostics(series).meanSize
    let all = series.flatMap(\.self)
    let found = Statistics.mean(all)
    let error = deviation * (1 / size + 1e-4).squareRoot()
    #expect(abs(found - mean) < 4.5 * error, "\(what): mean \(found) instead of \(mean) ± \(error)")
    let squares = series.map { $0.map { ($0 - found) * ($0 - found) } }
    let spread = Statistics.deviation(squares.flatMap(\.self)) / (2 * deviation * deviation)
    let relative = spread * (1 / ChainDiagnostics(squares).meanSize + 1e-4).squareRoot()
    let ratio = Statistics.deviation(all) / deviation
    #expect(abs(ratio - 1) < 4.5 * relative, "\(what): deviation ratio \(ratio) ± \(relative)")
  }

  // MARK: - the models

  private static func normal(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
    let off = (x - mean) / deviation
    return -0.5 * off * off - Elementary.log(deviation)
  }

  /// Whole ones are no `Double` everywhere.
  private static func numbers(_ value: Any?) -> [Double] {
    (value as? [Any?] ?? []).compactMap { element in
      (element as? NSNumber)?.doubleValue ?? (element as? Double) ?? (element as? Int).map(Double.init)
    }
  }

  private static func problem(_ name: String, _ data: Data) -> Problem? {
    func column(_ name: String) -> [Double] { numbers(data[name]) }
    func number(_ name: String) -> Double { numbers([data[name]]).first ?? .nan }
    switch name {
    case "kilpisjarvi_mod-kilpisjarvi":
      let (x, y) = (column("x"), column("y"))
      let (alpha, beta) = ((number("pmualpha"), number("psalpha")), (number("pmubeta"), number("psbeta")))
      // The line at the middle of the data and its slope.
      let middle = Statistics.mean(x)
      return line(x, y, middle: middle, starts: [(9, 1), (0, 0.03), (0, 1)]) { a, b, _ in
        normal(a, alpha.0, alpha.1) + normal(b, beta.0, beta.1)
      }
    case "kidiq-kidscore_momiq":
      let (x, y) = (column("mom_iq"), column("kid_score"))
      return line(x, y, middle: 0, starts: [(20, 20), (0.5, 0.3), (3, 0.5)]) { _, _, sigma in
        -Elementary.log(1 + sigma * sigma / 6.25)
      }
    case "earnings-logearn_height":
      let (x, y) = (column("height"), column("earn").map { Elementary.log($0) })
      return line(x, y, middle: 0, starts: [(6, 2), (0.05, 0.05), (0, 0.5)]) { _, _, _ in 0 }
    case "eight_schools-eight_schools_noncentered": return schools(column("y"), column("sigma"))
    case "gp_pois_regr-gp_regr": return process(column("x"), column("y"))
    case "sblri-blr": return regression((data["X"] as? [Any] ?? []).map(numbers), column("y"))
    case "low_dim_gauss_mix-low_dim_gauss_mix": return mixture(column("y"))
    default: return nil
    }
  }

  /// y ~ N(a + b x, σ), σ without a prior of its own but what `prior` gives; coordinates are the line at `middle`, b and log σ.
  private static func line(
    _ x: [Double], _ y: [Double], middle: Double, starts: [(middle: Double, width: Double)],
    prior: @escaping @Sendable (Double, Double, Double) -> Double
  ) -> Problem {
    Problem(
      start: starts,
      density: { z in
        let (a, b, sigma) = (z[0] - z[1] * middle, z[1], Elementary.exp(z[2]))
        let square = zip(x, y).reduce(0) { sum, pair in
          let off = pair.1 - a - b * pair.0
          return sum + off * off
        }
        let data: Double = -0.5 * square / (sigma * sigma) - Double(y.count) * z[2]
        return data + prior(a, b, sigma) + z[2]
      },
      parameters: { [$0[0] - $0[1] * middle, $0[1], Elementary.exp($0[2])] })
  }

  /// y_j ~ N(μ + τ t_j, s_j), t ~ N(0, 1), μ ~ N(0, 5), τ ~ half-Cauchy(5); coordinates t, μ and log τ.
  private static func schools(_ y: [Double], _ s: [Double]) -> Problem {
    let count = y.count
    @Sendable func theta(_ z: [Double]) -> [Double] {
      let tau = Elementary.exp(z[count + 1])
      return (0..<count).map { z[count] + tau * z[$0] }
    }
    return Problem(
      start: (0..<count).map { _ in (0, 1) } + [(4, 5), (1, 1)],
      density: { z in
        let tau = Elementary.exp(z[count + 1])
        let data = zip(theta(z), zip(y, s)).reduce(0) { $0 + normal($1.1.0, $1.0, $1.1.1) }
        let draws = z[..<count].reduce(0) { $0 - 0.5 * $1 * $1 }
        let ofScale: Double = z[count + 1] - Elementary.log(1 + tau * tau / 25)
        return data + draws + normal(z[count], 0, 5) + ofScale
      },
      parameters: { theta($0) + [$0[count], Elementary.exp($0[count + 1])] })
  }

  /// y ~ N(0, α² exp(−d²/(2ρ²)) + σ I), ρ ~ Γ(25, 4), α ~ N(0, 2), σ ~ N(0, 1), all positive; coordinates are the logarithms.
  private static func process(_ x: [Double], _ y: [Double]) -> Problem {
    Problem(
      start: [(1.9, 0.3), (0.7, 0.5), (0.5, 0.5)],
      density: { z in
        let (rho, alpha, sigma) = (Elementary.exp(z[0]), Elementary.exp(z[1]), Elementary.exp(z[2]))
        var matrix = Matrix(rows: x.count, columns: x.count)
        for i in x.indices {
          for j in x.indices {
            let distance = (x[i] - x[j]) / rho
            matrix[i, j] = alpha * alpha * Elementary.exp(-0.5 * distance * distance) + (i == j ? sigma : 0)
          }
        }
        guard let factor = try? Cholesky(matrix) else { return -.infinity }
        let white = zip(factor.solve(y), y).reduce(0) { $0 + $1.0 * $1.1 }
        let logs = x.indices.reduce(0) { $0 + Elementary.log(factor.factor[$1, $1]) }
        let ofLength: Double = 24 * z[0] - 4 * rho
        let ofDeviations: Double = -alpha * alpha / 8 - sigma * sigma / 2
        return -0.5 * white - logs + ofLength + ofDeviations + z.reduce(0, +)
      },
      parameters: { $0.map { Elementary.exp($0) } })
  }

  /// y ~ N(X β, σ), β ~ N(0, 10), σ ~ half-N(10); coordinates β and log σ.
  private static func regression(_ rows: [[Double]], _ y: [Double]) -> Problem? {
    guard let count = rows.first?.count else { return nil }
    return Problem(
      start: (0..<count).map { _ in (1, 0.5) } + [(0, 2)],
      density: { z in
        let sigma = Elementary.exp(z[count])
        let square = zip(rows, y).reduce(0) { sum, pair in
          let off = pair.1 - zip(pair.0, z).reduce(0) { $0 + $1.0 * $1.1 }
          return sum + off * off
        }
        let prior = z[..<count].reduce(0) { $0 - $1 * $1 / 200 } - sigma * sigma / 200
        let data: Double = -0.5 * square / (sigma * sigma) - Double(y.count - 1) * z[count]
        return data + prior
      },
      parameters: { Array($0[..<count]) + [Elementary.exp($0[count])] })
  }

  /// y ~ θ N(μ₁, σ₁) + (1 − θ) N(μ₂, σ₂), μ₁ < μ₂ ~ N(0, 2), σ ~ half-N(2), θ ~ Beta(5, 5); coordinates μ₁, log(μ₂ − μ₁), log σ, logit θ.
  private static func mixture(_ y: [Double]) -> Problem {
    @Sendable func parameters(_ z: [Double]) -> [Double] {
      let theta = 1 / (1 + Elementary.exp(-z[4]))
      return [z[0], z[0] + Elementary.exp(z[1]), Elementary.exp(z[2]), Elementary.exp(z[3]), theta]
    }
    return Problem(
      start: [(-2, 1), (1.5, 0.5), (0, 0.5), (0, 0.5), (0, 1)],
      density: { z in
        let p = parameters(z)
        let data = y.reduce(0) { sum, value in
          let first = p[4] * Elementary.exp(normal(value, p[0], p[2]))
          return sum + Elementary.log(first + (1 - p[4]) * Elementary.exp(normal(value, p[1], p[3])))
        }
        let prior = p[..<4].reduce(0) { $0 - $1 * $1 / 8 }
        let share = 5 * (Elementary.log(p[4]) + Elementary.log(1 - p[4]))
        return data + prior + share + z[1] + z[2] + z[3]
      }, parameters: parameters)
  }
}
