import Datasets
import Foundation
import Gravity
import NumericCore
import Optimisation
import TestSupport
import Testing

@testable import Topography

/// The histories of Invert4Geom with its linear systems solved directly.
@Suite(.needsReference)
struct HistoryTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let settings: InversionSettings
    let buffer: Double
    let iterations: Int
    let reason: StopReason
    var testDescription: String { name }
  }

  static let later = InversionSettings(
    derivative: .annulus, damping: 0.05,
    stopping: StoppingRule(maximumIterations: 8, l2NormTolerance: 0.05, deltaL2NormTolerance: 1.0001),
    returnedIteration: .last)
  static let cases = [
    Case(
      name: "annulus",
      settings: InversionSettings(
        derivative: .annulus, damping: 0.13894954943731375,
        stopping: StoppingRule(
          maximumIterations: 200, l2NormTolerance: 0.2 * 0.2, deltaL2NormTolerance: 1.01),
        returnedIteration: .last),
      buffer: 0, iterations: 42, reason: .deltaL2NormTolerance),
    Case(
      name: "fd",
      settings: InversionSettings(
        derivative: .finiteDifference(step: 1), damping: 0.1,
        stopping: StoppingRule(maximumIterations: 12, l2NormTolerance: 0.2 * 0.2, deltaL2NormTolerance: 1.01),
        returnedIteration: .last),
      buffer: 3000, iterations: 12, reason: .maximumIterations),
    Case(name: "confined", settings: later, buffer: 3000, iterations: 8, reason: .maximumIterations),
    Case(name: "weighted", settings: later, buffer: 3000, iterations: 8, reason: .maximumIterations),
    Case(name: "masked", settings: later, buffer: 3000, iterations: 8, reason: .maximumIterations),
    Case(name: "vardensity", settings: later, buffer: 3000, iterations: 8, reason: .maximumIterations),
  ]

  func problem(_ file: Dataset, buffer: Double) throws -> InversionProblem {
    var problem = flatProblem(anomaly: try file.doubles("gravity_anomaly"))
    problem.startingTopography = try file.doubles("starting_topography")
    problem.regional = try file.doubles("reg")
    problem.points.upward = try file.doubles("data_upward")
    problem.isInner = inner(buffer: buffer)
    if file["density_contrast_grid"] != nil {
      problem.densityContrast = try file.doubles("density_contrast_grid")
    }
    if file["mask"] != nil { problem.free = try file.doubles("mask").map { !$0.isNaN } }
    if file["weighting_grid"] != nil { problem.weights = try file.doubles("weighting_grid") }
    if file["upper_confining_layer"] != nil {
      problem.upperLayer = try file.doubles("upper_confining_layer")
      problem.lowerLayer = try file.doubles("lower_confining_layer")
    }
    return problem
  }

  @Test(arguments: cases, [InversionPath.dense, .fast])
  func everyIterationIsReproduced(_ test: Case, _ path: InversionPath) throws {
    let file = try Reference.dataset("d_inversion_\(test.name)_exact.nc")
    let topography = try file.doubles("topography")
    let correction = try file.doubles("correction")
    let rmse = try file.doubles("rmse")
    var worst = (topography: 0.0, correction: 0.0)
    var settings = test.settings
    settings.path = path
    let result = try invert(
      problem(file, buffer: test.buffer), settings: settings, workers: .upTo(2)
    ) { snapshot in
      let start = (snapshot.record.iteration - 1) * model.count
      guard start >= 0, start + model.count <= topography.count else { return }
      let range = start..<start + model.count
      worst.topography = max(
        worst.topography, largestDifference(snapshot.topography, topography[range]))
      worst.correction = max(
        worst.correction, largestDifference(snapshot.correction, correction[range]))
    }
    #expect(result.history.count == test.iterations + 1)
    #expect(rmse.count == result.history.count)
    #expect(largestDifference(result.history.map(\.rmse), rmse) <= 1e-6)
    #expect(worst.topography <= 1e-3)
    #expect(worst.correction <= 1e-3)
    #expect(result.reasons == [test.reason])
    #expect(result.returnedIteration == test.iterations)
    #expect(largestDifference(result.residual, try file.doubles("final_residual")) <= 1e-5)
    #expect(largestDifference(result.forward, try file.doubles("final_forward_gravity")) <= 1e-5)
    let density = try file.doubles("density").suffix(model.count)
    #expect(largestDifference(result.density, density) == 0)
    #expect(result.history[1].solverResidual <= 2e-11)
    #expect(result.history.dropFirst().allSatisfy { $0.solverResidual <= 1e-6 })
    #expect(result.method.path == path)
  }

  @Test(arguments: cases)
  func bothPathsGiveTheSameSurface(_ test: Case) throws {
    let file = try Reference.dataset("d_inversion_\(test.name)_exact.nc")
    let problem = try problem(file, buffer: test.buffer)
    let results = try [InversionPath.dense, .fast].map { path in
      var settings = test.settings
      settings.path = path
      return try invert(problem, settings: settings, workers: .upTo(2))
    }
    #expect(largestDifference(results[0].topography, results[1].topography) <= 1e-7)
    #expect(largestDifference(results[0].forward, results[1].forward) <= 1e-8)
    #expect(results[0].history.count == results[1].history.count)
  }

  /// Data on a surface 300 m high: both paths, and kernels that another inversion left.
  @Test(arguments: [Derivative.annulus, .exact])
  func bothPathsForVaryingHeights(_ derivative: Derivative) throws {
    let file = try Reference.dataset("d_inversion_weighted_exact.nc")
    var problem = try problem(file, buffer: 3000)
    problem.points.upward = problem.points.easting.indices.map {
      1300 + 300 * Elementary.sin(problem.points.easting[$0] / 8000 + problem.points.northing[$0] / 5000)
    }
    var settings = Self.later
    settings.derivative = derivative
    let cache = KernelCache()
    let results = try [InversionPath.dense, .fast, .fast].map { path in
      settings.path = path
      return try invert(problem, settings: settings, cache: cache, workers: .upTo(2))
    }
    #expect(results[1].method.reason.contains("for observations at"))
    #expect(largestDifference(results[0].topography, results[1].topography) <= 1e-7)
    #expect(results[1] == results[2])
  }

  @Test
  func everyNumberOfThreadsGivesTheSameBits() throws {
    let file = try Reference.dataset("d_inversion_confined_exact.nc")
    let problem = try problem(file, buffer: 3000)
    for (derivative, path) in [
      (.annulus, .dense), (.exact, .dense), (.annulus, .fast), (.exact, .fast),
    ] as [(Derivative, InversionPath)] {
      var settings = Self.later
      settings.path = path
      settings.derivative = derivative
      settings.stopping.maximumIterations = 3
      let one = try invert(problem, settings: settings, workers: .serial)
      #expect(one == (try invert(problem, settings: settings, workers: .upTo(2))))
      #expect(one == (try invert(problem, settings: settings, workers: .upTo(5))))
    }
  }
}
