import Datasets
import Gravity
import NumericCore
import Optimisation
import TestSupport
import Testing

@testable import Topography

/// Numbers of Invert4Geom's tutorials and unit tests, recomputed from our own models and noise.
///
/// They are printed with six digits or more: each tolerance is a unit or two of the last one printed.
@Suite struct PublishedNumbersTests {
  private static let truth = SyntheticTopography.simple(geometry: model).values

  private static func layer(_ topography: [Double], level: Double, contrast: Double) -> PrismLayer {
    PrismLayer(
      topography: topography, geometry: model, reference: Array(repeating: level, count: model.count),
      densityContrast: Array(repeating: contrast, count: model.count))
  }

  private static func gravity(
    _ topography: [Double] = truth, level: Double = meanTopography, contrast: Double = 2669,
    upward: Double = 1000
  ) -> [Double] {
    PrismGravity.gz(
      of: layer(topography, level: level, contrast: contrast),
      at: ObservationPoints(grid: model, upward: upward), workers: .upTo(2))
  }

  private static func settings(damping: Double = 0.1) -> InversionSettings {
    InversionSettings(
      derivative: .annulus, damping: damping,
      stopping: StoppingRule(maximumIterations: 30, l2NormTolerance: 0.45, deltaL2NormTolerance: 1.005),
      returnedIteration: .last)
  }

  /// Mean, deviation (of a sample), smallest and largest of two layers seen from 1001 m.
  @Test(arguments: [false, true]) func twoLayers(_ isLower: Bool) {
    let surface = isLower ? SyntheticTopography.regional(geometry: model, offset: -1000).values : Self.truth
    let found = Self.gravity(
      surface, level: Statistics.mean(surface), contrast: isLower ? 500 : 2669, upward: 1001)
    let mean = Statistics.mean(found)
    let squares = found.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    let expected =
      isLower
      ? [0.004659, 0.830306, -1.201774, 1.860259] : [-0.129619, 7.147140, -17.180401, 19.581120]
    let deviation = (squares / Double(found.count - 1)).squareRoot()
    #expect(largestDifference([mean, deviation, found.min()!, found.max()!], expected) <= 1e-6)
  }

  @Test func noisyGravityOfBothLevels() {
    let low = contaminate(Self.gravity(level: 500), .absolute(0.2), seed: 0)
    let mean = contaminate(Self.gravity(), .absolute(0.2), seed: 0)
    #expect(abs(low[model.count - 1] - 2.47271) <= 1e-5)
    #expect(largestDifference([mean[0], mean[model.count - 1]], [9.569727, 2.972834]) <= 1e-6)
  }

  /// The quick start's surface against the true one, within the early stop of the publisher's solver.
  @Test func quickStartAgainstTheTruth() throws {
    var problem = flatProblem(
      anomaly: contaminate(Self.gravity(level: 500), .absolute(0.2), seed: 0), level: 500)
    problem.isInner = inner(buffer: 3000)
    let result = try invert(problem, settings: Self.settings(), workers: .upTo(2))
    let errors = zip(result.topography, Self.truth).map { $0 - $1 }
    let inside = zip(errors, inner(buffer: 3000)).filter { $0.1 }.map { $0.0 }
    #expect(abs(Statistics.rms(inside) - 4.296422) <= 1e-4)
    #expect(abs(Statistics.rms(errors) - 4.469619) <= 1e-4)
    #expect(abs(result.history.last!.rmse.squareRoot() - 0.439176) <= 2e-6)
  }

  /// Misfit of the surface at ten constraints, for a density and a level that are not the true ones; the
  /// later version draws other constraints.
  @Test(arguments: [
    (ConstraintGenerator.legacy, 11.67043, 195.010180), (.pcg64, 11.032716, 188.612980),
  ])
  func constraintScores(_ generator: ConstraintGenerator, _ density: Double, _ level: Double) throws {
    let points = syntheticConstraints(count: 10, generator: generator, region: region)
    let heights = BicubicSampler.sample(grid: Grid(geometry: model, values: Self.truth), at: points)
    let anomaly = contaminate(Self.gravity(), .absolute(0.2), seed: 0)
    func score(_ problem: InversionProblem) throws -> Double {
      var problem = problem
      problem.isInner = inner(buffer: 3000)
      let surface = try invert(problem, settings: Self.settings(), workers: .upTo(2)).topography
      let found = BicubicSampler.sample(grid: Grid(geometry: model, values: surface), at: points)
      return Statistics.rms(zip(heights, found).map { $0 - $1 })
    }
    // The publisher's solver stops early: up to 5·10⁻⁴ m of the surface.
    #expect(abs(try score(flatProblem(anomaly: anomaly, contrast: 2300)) - density) <= 2e-4)
    var low = flatProblem(anomaly: anomaly, level: 300)
    low.startingTopography = Array(repeating: meanTopography, count: model.count)
    #expect(abs(try score(low) - level) <= 2e-4)
  }

  /// The how-to on adhering to constraints: the effect of the start, the median and the equivalent sources of
  /// its misfit at 25 constraints.
  @Test func regionalFieldsOfTheTwoLayers() throws {
    let fine = GridGeometry(region: region, spacing: 500)
    let points = ObservationPoints(grid: fine, upward: 1001)
    let truth = SyntheticTopography.simple(geometry: fine)
    let level = Statistics.mean(truth.values)
    func effect(_ surface: [Double], _ level: Double, _ contrast: Double) -> [Double] {
      let layer = PrismLayer(
        topography: surface, geometry: fine, reference: Array(repeating: level, count: fine.count),
        densityContrast: Array(repeating: contrast, count: fine.count))
      return PrismGravity.gz(of: layer, at: points, workers: .upTo(2))
    }
    let lower = effect(SyntheticTopography.regional(geometry: fine, offset: -1000).values, -1000, 430)
    let anomaly = zip(effect(truth.values, level, 2669), lower).map(+)
    let places = syntheticConstraints(
      count: 25, seed: 0, generator: .legacy, region: region.shrunk(by: 500))
    let constraints = ConstraintPoints(points: places, upward: BicubicSampler.sample(grid: truth, at: places))
    let start = try makeStartingTopography(
      geometry: fine, settings: StartingTopographySettings(method: .spline(dampings: [])),
      constraints: constraints)
    let forward = effect(start.topography.values, level, 2669)
    #expect(abs(forward[0] + 2.369614) <= 1e-6)
    let misfit = Grid(geometry: fine, values: zip(anomaly, forward).map { $0 - $1 })
    func separate(_ method: RegionalMethod) throws -> RegionalResult {
      try separateRegional(
        misfit: misfit, upward: Grid(geometry: fine, repeating: 1001),
        settings: RegionalSettings(method: method), constraints: constraints, workers: .upTo(2))
    }
    #expect(abs(try separate(.constraintsMedian).regional.values[0] + 0.617017) <= 1e-6)
    let sources = try separate(.constraintEquivalentSources(.init()))
    // Undamped sources under clustered points multiply the samples' rounding to single precision.
    #expect(abs(sources.regional.values[0] + 2.797828) <= 1e-5)
    #expect(abs(sources.regional.values[fine.count - 1] - 0.996052) <= 1e-5)
    let shrunk = region.shrunk(by: 3000)
    let inside = sources.residual.values.indices.filter {
      shrunk.contains(easting: points.easting[$0], northing: points.northing[$0])
    }
    #expect(abs(Statistics.rms(inside.map { sources.residual.values[$0] }) - 5.277361) <= 1e-5)
  }

  /// Held-out data with noise of their own choose a stronger damping than data interpolated to their
  /// places (0.0193, `interpolatedTestPoints`), and the surface is twice as near to the truth.
  @Test func independentTestDataChooseTheBetterDamping() throws {
    let points = ObservationPoints(grid: halfSpacing, upward: 1000)
    let layer = Self.layer(Self.truth, level: meanTopography, contrast: 2669)
    let anomaly = contaminate(
      PrismGravity.gz(of: layer, at: points, workers: .upTo(2)), .absolute(0.2), seed: 0)
    let columns = halfSpacing.columns
    let training = anomaly.indices.filter { $0 % columns % 2 == 0 && $0 / columns % 2 == 0 }
    let shrunk = region.shrunk(by: 3000)
    let test = Set(anomaly.indices).subtracting(training).sorted().filter {
      shrunk.contains(easting: points.easting[$0], northing: points.northing[$0])
    }
    var problem = flatProblem(anomaly: training.map { anomaly[$0] })
    problem.isInner = inner(buffer: 3000)
    let scores = [1.0297, 0.5831, 0.2981, 0.2514, 0.2498, 0.2420, 1.7141, 6.3050]
    for (index, expected) in scores.enumerated() {
      var settings = Self.settings(damping: Elementary.exp(2.302585092994046 * Double(3 * index - 21) / 7))
      (settings.stopping.l2NormTolerance, settings.stopping.deltaL2NormTolerance) = (0.04, 1.01)
      let result = try invert(problem, settings: settings, workers: .upTo(2))
      let score = testScore(
        layer: Self.layer(result.topography, level: meanTopography, contrast: 2669),
        at: ObservationPoints(
          easting: test.map { points.easting[$0] }, northing: test.map { points.northing[$0] },
          upward: test.map { points.upward[$0] }),
        anomaly: test.map { anomaly[$0] }, regional: test.map { _ in 0 }, workers: .upTo(2))
      #expect(abs(score - expected) <= 1e-4, "\(settings.damping) \(score)")
      let errors = zip(zip(result.topography, Self.truth), inner(buffer: 3000)).filter { $0.1 }
      let error = Statistics.rms(errors.map { $0.0.0 - $0.0.1 })
      if index == 3 { #expect(abs(error - 7.10) <= 0.005, "\(error)") }
      if index == 5 { #expect(abs(error - 3.63) <= 0.005, "\(error)") }
    }
  }
}

/// Histories and first steps of the publisher's own solver, which stops at 10⁻⁶ of the residual.
@Suite(.needsReference)
struct EarlyStopTests {
  /// Its surfaces are within 10⁻³ m of those of the direct solution (the README of the numbers says 5·10⁻⁴).
  @Test(arguments: HistoryTests.cases) func histories(_ test: HistoryTests.Case) throws {
    let file = try Reference.dataset("d_inversion_\(test.name)_lsqr.nc")
    let problem = try HistoryTests().problem(file, buffer: test.buffer)
    let result = try invert(problem, settings: test.settings, workers: .upTo(2))
    #expect(largestDifference(result.history.map(\.rmse), try file.doubles("rmse")) <= 1e-5)
    #expect(result.history.count == test.iterations + 1)
    let surface = try file.doubles("topography").suffix(model.count)
    #expect(largestDifference(result.topography, surface) <= 1e-3)
    #expect(largestDifference(result.residual, try file.doubles("final_residual")) <= 1e-4)
  }

  @Test(
    arguments: [("0p01", 0.01), ("0p13895", 0.138949549437314), ("1", 1)], ["annulus", "finite_difference"])
  func firstSteps(_ damping: (name: String, value: Double), _ kind: String) throws {
    let all = try Reference.dataset("a_gravity_half_spacing.nc").doubles("gravity_anomaly")
    let columns = halfSpacing.columns
    let anomaly = all.indices.filter { $0 % columns % 2 == 0 && $0 / columns % 2 == 0 }.map { all[$0] }
    let file = try Reference.dataset("c_jacobian_flat_\(kind).nc")
    let settings = InversionSettings(
      derivative: kind == "annulus" ? .annulus : .finiteDifference(step: 1), damping: damping.value,
      stopping: StoppingRule(maximumIterations: 1), returnedIteration: .last, path: .dense)
    let result = try invert(flatProblem(anomaly: anomaly), settings: settings, workers: .upTo(2))
    let step = result.topography.map { $0 - meanTopography }
    #expect(largestDifference(step, try file.doubles("step_exact_\(damping.name)")) <= 1e-4)
    // The smaller the damping, the more an early stop shows.
    let early = try file.doubles("step_lsqr_\(damping.name)")
    let exact = try file.doubles("step_exact_\(damping.name)")
    #expect(largestDifference(step, early) <= largestDifference(exact, early) + 1e-4)
  }
}
