import NumericCore
import TestSupport
import Testing

@testable import Inference

/// Draws of earlier rounds that count again, and Adam, by what must hold of them.
@Suite struct DrawMixtureTests {
  private static func family(_ mean: [Double], _ deviation: Double) -> GaussianFamily {
    var factor = Matrix.identity(mean.count)
    for index in mean.indices { factor[index, index] = deviation }
    return GaussianFamily(mean: mean, spread: .full(factor: factor))
  }

  private static func batch(
    _ family: GaussianFamily, count: Int, round: Int, logJoint: ([Double]) -> Double
  ) -> VariationalState.Batch {
    let normals = NormalDraws(.monteCarlo, seed: 5, stream: "batches").rows(
      count, dimension: family.dimension, draw: round)
    let places = normals.map { family.place($0) }
    return .init(family: family, places: places, logJoints: places.map(logJoint))
  }

  /// Rounds of one and the same member are one round of all draws.
  @Test func equalMembersWeighAlike() {
    let family = Self.family([0.3, -1], 0.7)
    let batches = (0..<3).map { Self.batch(family, count: 10 + $0, round: $0) { $0[0] } }
    let mixture = DrawMixture(batches[2], before: Array(batches.prefix(2)))
    #expect(mixture.weights.allSatisfy { abs($0 - 1) < 1e-12 })
    #expect(abs(mixture.effectiveSize - 33) < 1e-9)
    #expect(mixture.places.count == 33)
  }

  /// Means under the last member are those that it has, whatever the others were; far ones add next to nothing.
  @Test func meansAreThoseOfTheLastMember() {
    let last = Self.family([0, 0], 1)
    let own = Self.batch(last, count: 4000, round: 0) { _ in 0 }
    let others = [
      Self.batch(Self.family([0.8, 0.2], 1.3), count: 4000, round: 1) { _ in 0 },
      Self.batch(Self.family([-0.5, 0.4], 0.8), count: 4000, round: 2) { _ in 0 },
    ]
    let mixture = DrawMixture(own, before: others)
    let mean = Statistics.mean(zip(mixture.places, mixture.weights).map { $0[0] * $1 })
    let square = Statistics.mean(zip(mixture.places, mixture.weights).map { $0[0] * $0[0] * $1 })
    #expect(abs(mean) < 0.04)
    #expect(abs(square - 1) < 0.05)
    #expect(mixture.effectiveSize > 8000 && mixture.effectiveSize < 12000)
    // No weight is above what a draw of the member itself would have alone.
    let raw = mixture.weights.max() ?? 0
    #expect(raw <= 3.1)
    let far = DrawMixture(
      own, before: [Self.batch(Self.family([30, 0], 1), count: 4000, round: 3) { _ in 0 }])
    #expect(abs(far.effectiveSize - 4000) < 1)
  }

  /// With joint entropy and the others' mean taken off, the gradient vanishes at the posterior for all draws, earlier ones too.
  @Test(arguments: [GaussianFamily.Covariance.full, .diagonal]) func vanishesAtThePosterior(
    _ form: GaussianFamily.Covariance
  ) throws {
    let coordinates = try PriorCoordinates([.normal(mean: 0, deviation: 1), .normal(mean: 0, deviation: 1)])
    var settings = VariationalSettings()
    (settings.covariance, settings.reusedRounds, settings.linearisedRounds) = (form, 3, 0)
    let inference = VariationalInference(settings, coordinates: coordinates)
    // The likelihood is flat: the posterior is the prior.
    var state = VariationalState(inference.start(), settings: settings)
    state.memory = [
      Self.batch(.standard(2, form).with(mean: [0.4, 0.1], covariance: .identity(2)), count: 12, round: 1) {
        coordinates.logPrior(at: $0) - 2.75
      }
    ]
    let normals = NormalDraws(.sobol, seed: 2, stream: "x").rows(16, dimension: 2, draw: 0)
    let evaluations = normals.map { _ in Optional(VariationalInference.Evaluation(logLikelihood: -2.75)) }
    let (next, report) = try inference.step(state, normals: normals, evaluations: evaluations)
    #expect(report.gradientNorm < 1e-12)
    #expect(abs(report.elbo + 2.75) < 1e-12)
    #expect(report.effectiveDraws > 16 && report.effectiveDraws < 28)
    #expect(next.memory.count == 2)
    // What is written down and read is the same state.
    let columns = next.columns
    let read = VariationalState(
      columns: { name in columns.first { $0.name == name }?.values }, form: next.current, settings: settings)
    #expect(read == next)
  }

  /// Adam's first step has the length of the step size along every axis, and the factor on the bound changes nothing.
  @Test func adamForgetsTheScale() throws {
    let coordinates = try PriorCoordinates([.normal(mean: 0, deviation: 1), .normal(mean: 0, deviation: 1)])
    var steps: [[Double]] = []
    for scaling in [1, 1e-3, 40] {
      var settings = VariationalSettings()
      (settings.optimizer, settings.stepSize, settings.linearisedRounds) = (.adam, 0.2, 0)
      (settings.covariance, settings.scaling) = (.diagonal, scaling)
      let inference = VariationalInference(settings, coordinates: coordinates)
      var state = VariationalState(inference.start(), settings: settings)
      for round in 0..<3 {
        let normals = NormalDraws(.sobol, seed: 2, stream: "x").rows(16, dimension: 2, draw: round)
        let evaluations = inference.places(state, normals: normals).map { x in
          Optional(
            VariationalInference.Evaluation(logLikelihood: -3 * (x[0] - 1) * (x[0] - 1) - 5 * x[1] * x[1]))
        }
        state = try inference.step(state, normals: normals, evaluations: evaluations).state
        if round == 0 {
          #expect(relativeDifference(state.candidate.mean.map(abs), [0.2, 0.2]) < 1e-6)
        }
      }
      steps.append(state.candidate.numbers)
    }
    #expect(relativeDifference(steps[1], steps[0]) < 1e-5)
    #expect(relativeDifference(steps[2], steps[0]) < 1e-5)
  }
}
