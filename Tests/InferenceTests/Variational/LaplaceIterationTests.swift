import Foundation
import Inference
import NumericCore
import TestSupport
import Testing

@Suite struct LaplaceIterationTests {
  private static func run(
    _ problem: VariationalProblem, rounds: Int
  ) throws -> (
    state: LaplaceIteration, reports: [LaplaceIteration.Report], run: VariationalInferenceTests.Run
  ) {
    let likelihood = try problem.likelihood()
    let coordinates = try PriorCoordinates(problem.margins, correlation: problem.correlation)
    var state = LaplaceIteration(problem.dimension, difference: 0.1)
    var reports: [LaplaceIteration.Report] = []
    while reports.count < rounds {
      let residuals = try state.places.map {
        try likelihood.whitenedResidual(problem.predict(coordinates.physical($0)))
      }
      let (next, report) = try state.step(residuals)
      (state, reports) = (next, reports + [report])
      if report.accepted, report.step < 0.01 { break }
    }
    let dummy = VariationalState(.standard(problem.dimension, .full), settings: VariationalSettings())
    return (
      state, reports,
      VariationalInferenceTests.Run(
        state: dummy, reports: [], coordinates: coordinates, likelihood: likelihood, problem: problem)
    )
  }

  /// Of a linear model the posterior is exact after one round, which the second one says.
  @Test(.needsReference, arguments: ["o1_lin2_meanfield_exact", "o2_lin5_correlated", "o3_lin20_gravity"])
  func exactForLinearModels(_ name: String) throws {
    let (state, reports, run) = try Self.run(try VariationalProblem.read(name), rounds: 5)
    #expect(reports.count == 2)
    let posterior = try #require(state.posterior)
    #expect(posterior.divergence(from: try VariationalInferenceTests.exact(run)) < 1e-8)
    let mean = run.coordinates.physical(posterior.mean)
    #expect(relativeDifference(mean, try #require(run.problem.post_mean)) < 1e-8)
  }

  /// The most likely place of a nonlinear one: no neighbour is better.
  @Test(.needsReference, arguments: ["o4_bounded1", "o5_sphere2"]) func findsTheMostLikely(_ name: String)
    throws
  {
    let (state, reports, run) = try Self.run(try VariationalProblem.read(name), rounds: 20)
    #expect(reports.last?.step ?? 1 < 0.01, "\(reports.map(\.step))")
    #expect(reports.count <= 12)
    let posterior = try #require(state.posterior)
    let best = try run.logJoint(posterior.mean)
    for axis in 0..<run.problem.dimension {
      for sign in [-1.0, 1] {
        var place = posterior.mean
        place[axis] += sign * 0.05 * posterior.deviations[axis]
        #expect(try run.logJoint(place) < best + 1e-3)
      }
    }
  }

  /// A run that fails on one side leaves the other; one in the middle is no improvement.
  @Test(.needsReference) func standsFailures() throws {
    let problem = try VariationalProblem.read("o5_sphere2")
    let likelihood = try problem.likelihood()
    let coordinates = try PriorCoordinates(problem.margins)
    let start = LaplaceIteration(2, difference: 0.1)
    func residuals(_ state: LaplaceIteration) throws -> [[Double]?] {
      try state.places.map { try likelihood.whitenedResidual(problem.predict(coordinates.physical($0))) }
    }
    var broken = try residuals(start)
    broken[1] = nil
    let (next, report) = try start.step(broken)
    #expect(report.accepted && report.step.isFinite)
    broken = try residuals(next)
    broken[0] = nil
    let (back, refused) = try next.step(broken)
    #expect(!refused.accepted)
    #expect(largestDifference(back.place, zip(next.place, next.accepted).map { 0.5 * ($0 + $1) }) < 1e-15)
    #expect(throws: PosteriorError.allDrawsFailed(count: 1)) { try start.step([nil, [1], [1], [1], [1]]) }
    #expect(throws: PosteriorError.allDrawsFailed(count: 2)) { try start.step([[1], nil, nil, [1], [1]]) }
    let read = LaplaceIteration(
      columns: { name in next.columns.first { $0.name == name }?.values ?? [] }, dimension: 2, difference: 0.1
    )
    #expect(read == next)
  }
}
