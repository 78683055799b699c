import Gravity
import NumericCore
import Optimisation
import TestSupport
import Testing

@testable import Topography

private let small = GridGeometry(
  region: Region(west: 0, east: 5000, south: 0, north: 4000), spacing: 1000)

/// A small model 100 m thick on average with gravity of its own.
private func smallProblem(contrast: Double = 2000) -> InversionProblem {
  let reference = Array(repeating: 0.0, count: small.count)
  let truth = (0..<small.count).map { 20 * Double($0 * 7 % 11) - 90 }
  let points = ObservationPoints(grid: small, upward: 700)
  let layer = PrismLayer(
    topography: truth, geometry: small, reference: reference,
    densityContrast: Array(repeating: contrast, count: small.count))
  return InversionProblem(
    model: small, startingTopography: reference, reference: reference,
    densityContrast: Array(repeating: contrast, count: small.count), points: points,
    anomaly: PrismGravity.gz(of: layer, at: points, workers: .serial))
}

private let quick = InversionSettings(
  damping: 0.001, stopping: StoppingRule(maximumIterations: 15, l2NormTolerance: 1e-4))

@Suite struct TopographyInversionTests {
  /// Without noise and with hardly any damping the surface comes back, on both sides of the
  /// reference and for either sign of the density contrast, with every derivative.
  @Test(arguments: [2000.0, -2000], [Derivative.exact, .annulus, .finiteDifference(step: 1)])
  func recoversASurface(_ contrast: Double, _ derivative: Derivative) throws {
    var settings = quick
    settings.derivative = derivative
    settings.damping = derivative == .exact ? 0.001 : 0.02
    let result = try invert(smallProblem(contrast: contrast), settings: settings, workers: .serial)
    let start = result.history[0].rmse
    let limit = derivative == .exact ? 1e-4 : 0.1
    #expect(result.history[result.returnedIteration].rmse <= limit * start)
    #expect(result.history[result.returnedIteration].rmse == result.history.map(\.rmse).min())
  }

  /// A step that would lift the surface past the observations is shortened and the inversion goes on below them.
  @Test(arguments: [InversionPath.dense, .fast])
  func aStepToTheObservationsIsShortened(_ path: InversionPath) throws {
    var problem = smallProblem()
    problem.anomaly = problem.anomaly.map { _ in 200 }
    var settings = quick
    settings.path = path
    let result = try invert(problem, settings: settings, workers: .serial)
    #expect(result.topography.allSatisfy { $0 < 700 && $0 > 0 })
    #expect(result.returnedIteration > 0 && result.history.contains { $0.shortened > 0 })
    // A layer of 700 m attracts with 59 mGal at the most: the surface goes as near as it may.
    #expect(result.history[result.returnedIteration].rmse < 0.8 * result.history[0].rmse)
    #expect((result.topography.max() ?? 0) > 690)
    settings.observations = .stop
    #expect(throws: InversionError.noStep(reason: "surface reached the observations")) {
      try invert(problem, settings: settings, workers: .serial)
    }
  }

  /// Invert4Geom computes inside the model too: the surface may pass the observations.
  @Test func observationsInsideTheModelCanBeIgnored() throws {
    var problem = smallProblem()
    problem.anomaly = problem.anomaly.map { _ in 200 }
    var settings = quick
    (settings.observations, settings.stopping.maximumIterations) = (.ignore, 2)
    let result = try invert(problem, settings: settings, workers: .serial)
    #expect(result.history.count == 3 && result.history.allSatisfy { $0.rmse.isFinite && $0.shortened == 0 })
    problem.startingTopography = problem.startingTopography.map { _ in 800 }
    #expect(try invert(problem, settings: settings, workers: .serial).history.allSatisfy { $0.rmse.isFinite })
    settings.observations = .shorten
    #expect(
      throws: InversionError.observationInsidePrism(easting: 0, northing: 0, upward: 700, top: 800)
    ) { try invert(problem, settings: settings, workers: .serial) }
  }

  /// A place without a value weighs nothing: as one whose deviation is immense.
  @Test(arguments: [InversionPath.dense, .fast]) func missingGravityIsNoObservation(_ path: InversionPath)
    throws
  {
    let whole = smallProblem()
    var settings = quick
    (settings.path, settings.stopping.maximumIterations) = (path, 4)
    var vague = whole
    let missing: Set = [3, 17, 18]
    vague.uncertainty = whole.anomaly.indices.map { missing.contains($0) ? 1e9 : 1 }
    vague.anomaly = whole.anomaly.indices.map { missing.contains($0) ? 0 : whole.anomaly[$0] }
    vague.isInner = whole.anomaly.indices.map { !missing.contains($0) }
    var holed = whole
    holed.anomaly = whole.anomaly.indices.map { missing.contains($0) ? .nan : whole.anomaly[$0] }
    holed.isObserved = whole.anomaly.indices.map { !missing.contains($0) }
    let expected = try invert(vague, settings: settings, workers: .serial)
    let found = try invert(holed, settings: settings, workers: .serial)
    #expect(largestDifference(found.topography, expected.topography) <= 1e-6)
    #expect(missing.allSatisfy { found.residual[$0] == 0 && found.forward[$0].isFinite })
  }

  /// The discrepancy principle: the last step is shortened to where the residual is as large as the noise.
  @Test(arguments: [1.0, 2]) func theInversionEndsAtTheNoise(_ target: Double) throws {
    var problem = smallProblem()
    problem.statedDeviations = Array(repeating: 0.4, count: problem.points.count)
    var settings = quick
    settings.stopping.chiSquared = target
    let result = try invert(problem, settings: settings, workers: .serial)
    #expect(result.reasons == [.noiseReached])
    let chi = try #require(result.chiSquared)
    #expect(abs(chi - target) <= 1e-3 * target)
    #expect(abs(result.history[result.returnedIteration].rmse - 0.4 * target.squareRoot()) <= 1e-3)
    problem.statedDeviations = nil
    #expect(throws: InversionError.noUncertainty) {
      try invert(problem, settings: settings, workers: .serial)
    }
  }

  @Test func startingGravityIsUsedWhenItIsThatOfTheStart() throws {
    var problem = smallProblem()
    let plain = try invert(problem, settings: quick, workers: .serial)
    problem.startingForward = Array(repeating: 0, count: small.count)
    let reused = try invert(problem, settings: quick, workers: .serial)
    #expect(reused == plain)
    problem.startingForward?[0] = 0.5
    #expect(
      throws: InversionError.startingForwardInconsistent(
        easting: 0, northing: 0, found: 0.5, expected: 0)
    ) { try invert(problem, settings: quick, workers: .serial) }
  }

  /// Every iteration is the one before and its correction; the residual is that of its surface, and the returned
  /// one is the result, on both paths.
  @Test(arguments: [InversionPath.dense, .fast]) func iterationsFollowFromEachOther(
    _ path: InversionPath
  ) throws {
    let problem = smallProblem()
    var (settings, seen) = (quick, [IterationSnapshot]())
    settings.path = path
    let result = try invert(problem, settings: settings, workers: .upTo(2)) { seen.append($0) }
    #expect(seen.map(\.record) == result.history)
    #expect(seen[0].topography == problem.startingTopography)
    #expect(seen[0].correction.allSatisfy { $0 == 0 })
    for (before, after) in zip(seen, seen.dropFirst()) {
      #expect(after.topography == zip(before.topography, after.correction).map { $0 + $1 })
    }
    for snapshot in seen {
      let forward = try problem.gravity(of: snapshot.topography, at: problem.points, workers: .serial)
      #expect(largestDifference(snapshot.residual, zip(problem.anomaly, forward).map { $0 - $1 }) <= 2e-8)
      #expect(snapshot.densityContrast == nil)
    }
    let returned = seen[result.returnedIteration]
    #expect(returned.topography == result.topography && returned.correction == result.correction)
    #expect(returned.residual == result.residual)
  }

  struct Stop: Error {}

  @Test func anObserverSeesEveryIterationAndCanStop() throws {
    var seen: [Int] = []
    #expect(throws: Stop.self) {
      _ = try invert(smallProblem(), settings: quick, workers: .serial) { snapshot in
        seen.append(snapshot.record.iteration)
        if seen.count == 2 { throw Stop() }
      }
    }
    #expect(seen == [0, 1])
  }

  @Test func rulesOfStopping() {
    func history(_ rmse: [Double]) -> [IterationRecord] {
      rmse.indices.map { index in
        let previous = index == 0 ? Double.infinity : rmse[index - 1].squareRoot()
        return IterationRecord(
          iteration: index, rmse: rmse[index], deltaL2Norm: previous / rmse[index].squareRoot(),
          stepRMS: 0, solver: (0, 0))
      }
    }
    let rule = StoppingRule(maximumIterations: 4, l2NormTolerance: 1, deltaL2NormTolerance: 1.01)
    func reasons(_ rmse: [Double]) -> [StopReason] { rule.reasons(history(rmse)) }
    #expect(reasons([4, 0.5]) == [])
    #expect(reasons([4, 2, 0.99]) == [.l2NormTolerance])
    #expect(reasons([4, 4, 4]) == [.deltaL2NormTolerance])
    #expect(reasons([4, 2, 2]) == [])
    #expect(reasons([4, 9, 9]) == [.l2NormIncreasing, .deltaL2NormTolerance])
    #expect(reasons([9, 8, 7, 6, 5]) == [.maximumIterations])
    #expect(
      [StopReason.l2NormIncreasing, .deltaL2NormTolerance, .l2NormTolerance, .maximumIterations]
        .map(\.description)
        == ["l2-norm increasing", "delta l2-norm tolerance", "l2-norm tolerance", "max iterations"])
  }

  typealias Change = @Sendable (inout InversionProblem) -> Void
  static let mistakes: [(Change, InversionError)] = [
    ({ $0.densityContrast[7] = 0 }, .zeroDensityContrast(easting: 1000, northing: 1000)),
    (
      { $0.anomaly[2] = .nan },
      .nonFiniteObservation(name: "the gravity anomaly", easting: 2000, northing: 0)
    ),
    (
      { $0.startingTopography[0] = 700 },
      .observationInsidePrism(easting: 0, northing: 0, upward: 700, top: 700)
    ),
    (
      { $0.points.upward[13] = 0 },
      .observationInsidePrism(easting: 1000, northing: 2000, upward: 0, top: 0)
    ),
    ({ $0.points.easting[0] = -100 }, .observationOutsideModel(easting: -100, northing: 0)),
    ({ $0.free = $0.free.map { _ in false } }, .noFreeCells),
    ({ $0.isInner = $0.isInner.map { _ in false } }, .noInnerObservations),
    ({ $0.startingTopography[3] = .nan }, .nonFiniteTopography(easting: 3000, northing: 0)),
    ({ $0.weights = [1] }, .sizeMismatch(name: "weights", found: 1, expected: 30)),
    (
      { problem in
        problem.points = ObservationPoints(easting: [], northing: [], upward: [])
        (problem.anomaly, problem.regional, problem.isInner) = ([], [], [])
      }, .emptyData
    ),
  ]

  @Test(arguments: mistakes.indices) func mistakesAreNamed(_ index: Int) {
    var problem = smallProblem()
    Self.mistakes[index].0(&problem)
    #expect(throws: Self.mistakes[index].1) {
      try invert(problem, settings: quick, workers: .serial)
    }
  }
}
