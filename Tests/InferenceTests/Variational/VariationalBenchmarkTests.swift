// Names are those of the reference files.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
import Foundation
import Inference
import NumericCore
import TestSupport
import Testing

/// Published benchmark problems: where the posterior is Gaussian it is found, where it is nearly so the verdict trusts it, and
/// where no Gaussian is near the verdict says so.
@Suite struct VariationalBenchmarkTests {
  private struct Case: Decodable {
    var observation_number: Int
    var observation: [Double]
  }

  /// Independent priors and a likelihood.
  private struct Problem: Sendable {
    var margins: [PriorMargin]
    /// W(y − f), where there are predictions.
    var residual: (@Sendable ([Double]) -> [Double])?
    var logLikelihood: @Sendable ([Double]) -> Double
  }

  private static func observations(_ task: String) throws -> [[Double]] {
    let text = try Reference.text("sbibm/reference_posteriors.json", of: "inference")
    let all = try JSONDecoder().decode([String: [Case]].self, from: Data(text.utf8))
    return try #require(all[task]).sorted { $0.observation_number < $1.observation_number }.map(\.observation)
  }

  private static let logTwoPi = 1.8378770664093454836

  // MARK: - problems

  /// y ~ N(θ, 0.1 I).
  private static func linear(_ y: [Double], _ margin: PriorMargin) -> Problem {
    let deviation = 0.1.squareRoot()
    let residual: @Sendable ([Double]) -> [Double] = { theta in
      zip(y, theta).map { ($0 - $1) / deviation }
    }
    let constant = Double(y.count) * (Elementary.log(deviation) + 0.5 * logTwoPi)
    return Problem(margins: y.map { _ in margin }, residual: residual) { theta in
      -0.5 * residual(theta).reduce(0) { $0 + $1 * $1 } - constant
    }
  }

  /// y ~ ½ N(θ, I) + ½ N(θ, 0.01 I).
  private static func mixture(_ y: [Double]) -> Problem {
    Problem(margins: [PriorMargin](repeating: .uniform(low: -10, high: 10), count: 2)) { theta in
      let square = (y[0] - theta[0]) * (y[0] - theta[0]) + (y[1] - theta[1]) * (y[1] - theta[1])
      let (wide, narrow) = (-0.5 * square, -50 * square + Elementary.log(100))
      let top = max(wide, narrow)
      let sum = Elementary.exp(wide - top) + Elementary.exp(narrow - top)
      return top + Elementary.log(0.5 * sum) - logTwoPi
    }
  }

  /// y + (|θ₁ + θ₂|, θ₁ − θ₂)/√2 on a half circle of radius 0.1 ± 0.01 about (0.25, 0).
  private static func moons(_ y: [Double]) -> Problem {
    Problem(margins: [PriorMargin](repeating: .uniform(low: -1, high: 1), count: 2)) { theta in
      let root = 2.0.squareRoot()
      let u = y[0] + abs(theta[0] + theta[1]) / root - 0.25
      let v = y[1] - (theta[1] - theta[0]) / root
      guard u > 0 else { return -.infinity }
      let radius = (u * u + v * v).squareRoot()
      let z = (radius - 0.1) / 0.01
      return -0.5 * z * z - Elementary.log(0.01 * radius) - 0.5 * logTwoPi - Elementary.log(.pi)
    }
  }

  /// Four draws of a normal distribution in two dimensions, its deviations the squares of two parameters.
  private static func fourDraws(_ y: [Double]) -> Problem {
    Problem(margins: [PriorMargin](repeating: .uniform(low: -3, high: 3), count: 5)) { theta in
      let (a, b) = (theta[2] * theta[2], theta[3] * theta[3])
      let e = Elementary.exp(2 * theta[4])
      let mixed = (e - 1) / (e + 1) * a * b
      let (first, second) = (a * a + 1e-6, b * b + 1e-6)
      let determinant = first * second - mixed * mixed
      var sum = -4 * logTwoPi - 2 * Elementary.log(determinant)
      for draw in 0..<4 {
        let (p, q) = (y[2 * draw] - theta[0], y[2 * draw + 1] - theta[1])
        sum -= 0.5 * (second * p * p - 2 * mixed * p * q + first * q * q) / determinant
      }
      return sum
    }
  }

  // MARK: - runs

  private struct Outcome {
    var family: GaussianFamily
    var verdict: PosteriorVerdict
    var coordinates: PriorCoordinates
    var runs: Int
  }

  /// The usual settings until their own stop, from the prior or a place of it.
  private static func run(
    _ problem: Problem, seed: UInt64, from start: GaussianFamily? = nil
  ) throws -> Outcome {
    let coordinates = try PriorCoordinates(problem.margins)
    let dimension = coordinates.dimension
    var settings = VariationalSettings()
    if problem.residual == nil { settings.linearisedRounds = 0 }
    let inference = VariationalInference(settings, coordinates: coordinates)
    let draws = NormalDraws(.sobol, seed: seed, stream: "variational")
    var state = VariationalState(start ?? inference.start(), settings: settings)
    var trials: [VariationalInference.Report] = []
    while state.iteration < 40 {
      let normals = draws.rows(state.drawCount(settings), dimension: dimension, draw: state.draw)
      let evaluations = inference.places(state, normals: normals).map { x in
        let theta = coordinates.physical(x)
        return VariationalInference.Evaluation(
          logLikelihood: problem.logLikelihood(theta), residual: problem.residual?(theta) ?? [])
      }
      let isTrial = state.phase == .trial
      let (next, report) = try inference.step(state, normals: normals, evaluations: evaluations)
      state = next
      guard isTrial else { continue }
      trials.append(report)
      if report.gradientNorm < 1e-6 { break }
      if ElboTrend.isFlat(trials.map(\.elbo), errors: trials.map(\.error), window: 10, tolerance: 0.03) {
        break
      }
    }
    return try close(problem, state, coordinates, seed)
  }

  private static func close(
    _ problem: Problem, _ state: VariationalState, _ coordinates: PriorCoordinates, _ seed: UInt64
  ) throws -> Outcome {
    let family = state.average
    let normals = NormalDraws(.sobol, seed: seed, stream: "closing round").rows(
      200, dimension: coordinates.dimension, draw: state.iteration)
    let places = normals.map { family.place($0) }
    let joints = places.map { x -> Double? in
      let likelihood = problem.logLikelihood(coordinates.physical(x))
      return likelihood.isFinite ? likelihood + coordinates.logPrior(at: x) : nil
    }
    let verdict = try PosteriorVerdict(
      parameters: places.map { coordinates.physical($0) }, logJoint: joints,
      logProposal: normals.map { family.logDensity(ofDraw: $0) })
    return Outcome(family: family, verdict: verdict, coordinates: coordinates, runs: state.runs + 200)
  }

  // MARK: - tests

  private static let count = Effort.count(2, long: 5)

  /// N(y/2, 0.05 I).
  @Test(.needsReference, arguments: 0..<count) func gaussianLinear(_ number: Int) throws {
    let observation = try Self.observations("gaussian_linear")[number]
    let problem = Self.linear(observation, .normal(mean: 0, deviation: 0.1.squareRoot()))
    let run = try Self.run(problem, seed: 1)
    let mean = run.coordinates.physical(run.family.mean)
    #expect(relativeDifference(mean, observation.map { $0 / 2 }) < 1e-9)
    let deviations = run.family.deviations.map { $0 * 0.1.squareRoot() }
    #expect(relativeDifference(deviations, deviations.map { _ in 0.05.squareRoot() }) < 1e-9)
    #expect(run.verdict.grade == .trusted)
  }

  /// A product of truncated normals, in closed form.
  @Test(.needsReference, arguments: 0..<count) func gaussianLinearUniform(_ number: Int) throws {
    let observation = try Self.observations("gaussian_linear_uniform")[number]
    let run = try Self.run(Self.linear(observation, .uniform(low: -1, high: 1)), seed: 1)
    if ProcessInfo.processInfo.environment["PIPE_SHOW"] != nil {
      print("gaussian_linear_uniform", number + 1, run.verdict.smoothing.shape, run.runs)
    }
    #expect(run.verdict.smoothing.shape < 0.7)
    let deviation = 0.1.squareRoot()
    var evidence = 0.0
    for (axis, y) in observation.enumerated() {
      let (a, b) = ((-1 - y) / deviation, (1 - y) / deviation)
      let mass = NormalDistribution.cumulative(b) - NormalDistribution.cumulative(a)
      let (da, db) = (NormalDistribution.density(a), NormalDistribution.density(b))
      let mean = y + deviation * (da - db) / mass
      let square = 1 + (a * da - b * db) / mass - (da - db) * (da - db) / (mass * mass)
      let exact = deviation * square.squareRoot()
      #expect(abs(run.verdict.weightedMean[axis] - mean) < 0.2 * exact, "setting \(axis)")
      #expect(abs(run.verdict.weightedDeviation[axis] / exact - 1) < 0.2, "setting \(axis)")
      evidence += Elementary.log(mass / 2)
    }
    let (value, error) = run.verdict.logEvidence
    #expect(abs(value - evidence) < 4 * error + 0.02, "\(value), exact \(evidence)")
  }

  /// No Gaussian is near: k̂ above 0.7, or starts that come to different posteriors.
  @Test(.needsReference, arguments: ["gaussian_mixture", "two_moons", "slcp"])
  func saysThatItFails(_ task: String) throws {
    for (number, y) in try Self.observations(task).prefix(Self.count).enumerated() {
      let problem =
        task == "slcp" ? Self.fourDraws(y) : task == "two_moons" ? Self.moons(y) : Self.mixture(y)
      var runs: [Outcome] = []
      do {
        for seed in 1...3 { runs.append(try Self.run(problem, seed: UInt64(seed))) }
      } catch let error as PosteriorError {
        // Between two moons nothing has a density: an inference that gets there ends with an error.
        guard task == "two_moons", case .allDrawsFailed = error else { throw error }
        continue
      }
      let shapes = runs.map(\.verdict.smoothing.shape)
      let evidences = runs.map(\.verdict.logEvidence)
      let disagreements = [(0, 1), (0, 2), (1, 2)].map { left, right in
        runs[left].family.divergence(from: runs[right].family)
      }
      if ProcessInfo.processInfo.environment["PIPE_SHOW"] != nil {
        print(task, number + 1, shapes, evidences.map(\.value), disagreements, runs.map(\.runs))
      }
      let says = shapes.allSatisfy { $0 > 0.7 } || disagreements.contains { $0 > 1 }
      #expect(
        says, "\(task) \(number + 1): k̂ \(shapes), evidences \(evidences), disagreements \(disagreements)")
    }
  }
}
