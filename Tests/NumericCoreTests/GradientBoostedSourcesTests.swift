import Testing

@testable import NumericCore

@Suite struct GradientBoostedSourcesTests {
  /// 120 points of a low-discrepancy sequence and a smooth field.
  static let (points, upward, values): (Points, [Double], [Double]) = {
    let steps = (0..<120).map(Double.init)
    func part(_ k: Double, _ step: Double) -> Double { (k * step).truncatingRemainder(dividingBy: 1) }
    let points = Points(
      easting: steps.map { 1e4 * part($0, 0.6180339887498949) },
      northing: steps.map { 8e3 * part($0, 0.7548776662466927) })
    let upward = steps.map { 50 * part($0, 0.5698402909980532) }
    let values = zip(points.easting, points.northing).map { e, n in
      20 * Elementary.exp(-((e - 4e3) * (e - 4e3) + (n - 3e3) * (n - 3e3)) / 4e6) + e / 1e3
    }
    return (points, upward, values)
  }()

  static let targets = Points(easting: [2e3, 5e3, 9e3], northing: [1e3, 4e3, 7e3])

  static func boosted(
    _ fit: EquivalentSourcesFit, _ windows: BoostingWindows, workers: Workers = .serial
  ) throws -> GradientBoostedSources {
    try GradientBoostedSources.fit(
      FieldValues(points: points, upward: upward, values: values), settings: fit, windows: windows,
      workers: workers)
  }

  /// Harmonica 0.7.0, EquivalentSourcesGB: (damping, window, seed, depth, block) and predictions at three points.
  @Test func agreesWithHarmonica() throws {
    let first = try Self.boosted(
      EquivalentSourcesFit(depth: 1500), BoostingWindows(size: 5e3, seed: 3))
    Self.compare(first, [5.086372697623676, 13.753635963115398, 7.5737556097527055], to: 2e-6)
    let errors = [
      9.4239372933902, 2.157393634277977, 1.2998472965858483, 1.2903174836364577, 0.7335786750618721,
      0.6512722358914838, 0.07291614881922504,
    ]
    #expect(first.errors.count == errors.count)
    for (found, error) in zip(first.errors, errors) { #expect(abs(found / error - 1) < 1e-5) }
    let second = try Self.boosted(
      EquivalentSourcesFit(damping: 1e-3, blockSize: 600), BoostingWindows(size: 4e3, seed: 7))
    #expect(abs(second.sources.depth - 2777.752915006168) < 1e-9 && second.sources.coefficients.count == 109)
    #expect(second.errors.count == 13)
    Self.compare(second, [4.924849850443947, 13.390372694242368, 7.756928011823466], to: 1e-8)
    let single = try Self.boosted(EquivalentSourcesFit(damping: 0.1), BoostingWindows())
    #expect(single.windowSize == nil && abs(single.sources.depth - 2548.078207376513) < 1e-9)
    Self.compare(single, [4.949428051872779, 13.766027249462134, 7.780272835540306], to: 1e-9)
  }

  private static func compare(_ found: GradientBoostedSources, _ values: [Double], to tolerance: Double) {
    for (value, expected) in zip(found.sources.evaluate(targets, [500, 500, 800]), values) {
      #expect(abs(value - expected) < tolerance, "\(value) for \(expected)")
    }
  }

  @Test func oneWindowIsTheSingleSystem() throws {
    let fit = EquivalentSourcesFit(depth: 2000, damping: 0.01)
    let single = try EquivalentSources.fit(
      FieldValues(points: Self.points, upward: Self.upward, values: Self.values), settings: fit)
    let wide = try Self.boosted(fit, BoostingWindows(size: 1e6))
    #expect(wide.sources == single)
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let fit = EquivalentSourcesFit(damping: 1e-3)
    let windows = BoostingWindows(size: 4e3, seed: 1)
    let one = try Self.boosted(fit, windows)
    let two = try Self.boosted(fit, windows, workers: .upTo(2))
    #expect(one.sources == two.sources && one.errors == two.errors)
  }

  @Test func errorsFallAndWeightsCount() throws {
    let boosted = try Self.boosted(EquivalentSourcesFit(damping: 1e-4), BoostingWindows(size: 6e3))
    #expect((boosted.errors.last ?? 1) < 0.1 * boosted.errors[0])
    // A datum that is wrong and weighs nothing leaves no trace.
    var (wrong, weights) = (Self.values, [Double](repeating: 1, count: 120))
    (wrong[17], weights[17]) = (500, 0)
    let found = try GradientBoostedSources.fit(
      FieldValues(points: Self.points, upward: Self.upward, values: wrong, weights: weights),
      settings: EquivalentSourcesFit(damping: 1e-4), windows: BoostingWindows(size: 6e3))
    let clean = try GradientBoostedSources.fit(
      FieldValues(points: Self.points, upward: Self.upward, values: Self.values, weights: weights),
      settings: EquivalentSourcesFit(damping: 1e-4), windows: BoostingWindows(size: 6e3))
    for (a, b) in zip(
      found.sources.evaluate(Self.targets, [500, 500, 800]),
      clean.sources.evaluate(Self.targets, [500, 500, 800]))
    { #expect(abs(a - b) < 1e-6) }
  }

  @Test func refusals() {
    #expect(throws: NumericError.notPositive(what: "window size", value: 0)) {
      try Self.boosted(EquivalentSourcesFit(), BoostingWindows(size: 0))
    }
    #expect(throws: NumericError.self) {
      try SourceCrossValidation.choose(
        FieldValues(points: Self.points.subset([0, 1, 2]), upward: [0, 0, 0], values: [1, 2, 3]),
        dampings: [1],
        settings: EquivalentSourcesFit(), windows: nil)
    }
  }

  /// With noise neither the least nor the largest damping predicts best; the choice is what its scores say.
  @Test func crossValidationFindsTheMiddle() throws {
    var random = LegacyRandom(seed: 4)
    let noisy = Self.values.map { $0 + random.uniform(-1.5, 1.5) }
    for windows in [nil, BoostingWindows(size: 6e3)] {
      let choice = try SourceCrossValidation.choose(
        FieldValues(points: Self.points, upward: Self.upward, values: noisy),
        dampings: [1e-6, 1e-4, 1e-2, 1, 1e4],
        settings: EquivalentSourcesFit(), windows: windows)
      #expect(choice.folds == 5 && choice.scores.count == 5 && !choice.isAtLimit)
      let best = choice.scores.map(\.score).max()
      #expect(choice.scores.first { $0.score == best }?.damping == choice.damping)
      #expect((best ?? 0) > 0.9)
    }
  }
}
