import NumericCore
import Testing

@testable import Inference

@Suite struct OptimiserTests {
  static let learning: [Optimiser.Method] = [
    .treeParzen, .gaussianProcess(isNoisy: false), .gaussianProcess(isNoisy: true),
  ]

  private static func run(
    _ optimiser: Optimiser, trials: Int, _ score: ([Double], Int) -> [Double]?
  ) -> [Optimiser.Trial] {
    var known: [Optimiser.Trial] = []
    while known.count < trials, let point = optimiser.next(after: known) {
      known.append(.init(point: point, scores: score(point, known.count)))
    }
    return known
  }

  private static func regret(
    _ function: TestFunction, _ method: Optimiser.Method, seed: UInt64, trials: Int
  ) -> Double {
    let optimiser = Optimiser(function.space, method: method, seed: seed, startup: 8)
    let known = run(optimiser, trials: trials) { [function.observed($0, seed: seed, trial: $1)] }
    let best = known.min { ($0.scores?[0] ?? .infinity) < ($1.scores?[0] ?? .infinity) }
    return function.value(best?.point ?? []) - function.minimum
  }

  // MARK: - start and spaces

  /// Invert4Geom's tutorial 8: both limits, then two points of SciPy's scrambled Halton sequence.
  @Test func startUpOfTheTutorial() {
    let optimiser = Optimiser(
      SearchSpace([.logarithmic(1e-3, 1)]), method: .gaussianProcess(isNoisy: false), seed: 0, startup: 4,
      triesEnds: true)
    let points = optimiser.startPoints().map { $0[0] }
    #expect(points[0] == 0.001 && points[1] == 1)
    #expect(abs(points[2] - 0.001983) < 5e-7 && abs(points[3] - 0.062714) < 5e-7)
    #expect((0..<4).map { optimiser.next(after: Array(Self.fake(points)[..<$0]))?[0] ?? -1 } == points)
    #expect(Optimiser.defaultStartup(trials: 8, parameters: 1) == 4)
    #expect(Optimiser.defaultStartup(trials: 100, parameters: 2) == 25)
    #expect(Optimiser.defaultStartup(trials: 10, parameters: 6) == 10)
  }

  private static func fake(_ points: [Double]) -> [Optimiser.Trial] {
    points.map { .init(point: [$0], scores: [$0]) }
  }

  /// Optuna's grid of 8 values, seed 0: indices 6, 2, 1, 7, 3, 0, 5, 4.
  @Test func gridInTheOrderOfVisits() {
    let optimiser = Optimiser(SearchSpace([.real(0, 7)]), method: .grid([8]), seed: 0)
    let visited = Self.run(optimiser, trials: 100) { point, _ in point }.map { $0.point[0] }
    #expect(visited == [6, 2, 1, 7, 3, 0, 5, 4])
  }

  @Test func axes() {
    let logarithmic = SearchSpace.Parameter.logarithmic(0.003, 70)
    #expect(logarithmic.value(at: 0) == 0.003 && logarithmic.value(at: 1) == 70)
    let integer = SearchSpace.Parameter.integer(3, 7)
    #expect(integer.count == 5)
    let parts = stride(from: 0.05, to: 1, by: 0.1).map { integer.value(at: $0) }
    #expect(parts == [3, 3, 4, 4, 5, 5, 6, 6, 7, 7])
    for parameter in [logarithmic, integer, .real(-3, 9), .integer(1, 1000, logarithmic: true), .real(2, 2)] {
      for step in 0...20 {
        let value = parameter.value(at: Double(step) / 20)
        #expect(abs(parameter.value(at: parameter.unit(of: value)) - value) <= 1e-13 * abs(value))
        #expect((parameter.low...parameter.high).contains(value))
      }
    }
    #expect(SearchSpace([integer, .integer(0, 1)]).count == 10)
    #expect(SearchSpace([integer, .real(0, 1)]).count == nil)
  }

  @Test(arguments: [Optimiser.Method.random, .halton, .sobol]) func designsAreExtensible(
    _ method: Optimiser.Method
  ) {
    let optimiser = Optimiser(TestFunction.noisyQuadratic.space, method: method, seed: 4)
    let known = Self.run(optimiser, trials: 12) { point, _ in point }
    let other = Self.run(optimiser, trials: 30) { _, index in [Double(-index)] }
    #expect(known.map(\.point) == other.prefix(12).map(\.point))
    #expect(!optimiser.learns)
    #expect(known.allSatisfy { $0.point[2].rounded() == $0.point[2] })
    let reseeded = Optimiser(TestFunction.noisyQuadratic.space, method: method, seed: 5)
    #expect(reseeded.next(after: []) != optimiser.next(after: []))
  }

  // MARK: - learning

  @Test(arguments: learning) func nextDependsOnTheTrialsAndNotOnTheirOrder(_ method: Optimiser.Method) {
    let function = TestFunction.branin
    let optimiser = Optimiser(function.space, method: method, seed: 1, startup: 6)
    let known = Self.run(optimiser, trials: 14) { [function.value($0)] + ($1 < 0 ? [0] : []) }
    let next = optimiser.next(after: known)
    #expect(next == optimiser.next(after: known))
    #expect(next == optimiser.next(after: known.reversed()))
    #expect(next == optimiser.next(after: known.sorted { $0.point[1] < $1.point[1] }))
    #expect(optimiser.learns)
    var changed = known
    changed[9].scores = [-50]
    #expect(next != optimiser.next(after: changed))
  }

  @Test(arguments: learning) func scaleOfTheScoresDoesNotMatter(_ method: Optimiser.Method) {
    let function = TestFunction.branin
    let optimiser = Optimiser(function.space, method: method, seed: 2, startup: 6)
    let known = Self.run(optimiser, trials: 9) { point, _ in [function.value(point)] }
    let scaled = known.map { Optimiser.Trial(point: $0.point, scores: $0.scores.map { [$0[0] * 0x1p-40] }) }
    #expect(optimiser.next(after: known) == optimiser.next(after: scaled))
  }

  @Test(arguments: learning) func failuresAreAvoided(_ method: Optimiser.Method) {
    // The left half fails; the least value of the right half is at its middle.
    let optimiser = Optimiser(SearchSpace([.real(0, 1)]), method: method, seed: 0, startup: 5)
    let known = Self.run(optimiser, trials: 30) { point, _ in
      point[0] < 0.5 ? nil : [(point[0] - 0.75) * (point[0] - 0.75)]
    }
    #expect(Set(known.map(\.point)).count == 30)
    let later = known.dropFirst(10)
    #expect(later.count { $0.point[0] >= 0.5 } > 13)
    let best = known.compactMap { $0.scores?[0] }.min() ?? 1
    #expect(best < 0.01)
    // Nothing but failures: still something new each time.
    let failing = Self.run(optimiser, trials: 12) { _, _ in nil }
    #expect(Set(failing.map(\.point)).count == 12)
  }

  @Test(arguments: learning) func wholeNumbersAreTriedOnce(_ method: Optimiser.Method) {
    let space = SearchSpace([.integer(0, 4), .integer(-1, 2)])
    let optimiser = Optimiser(space, method: method, seed: 3, startup: 6)
    let known = Self.run(optimiser, trials: 100) { point, _ in
      [(point[0] - 3) * (point[0] - 3) + point[1] * point[1]]
    }
    // Everything once, then no more; and the best of all long before the end.
    #expect(known.count == 20 && Set(known.map(\.point)).count == 20)
    #expect((known.firstIndex { $0.scores == [0] } ?? 99) < 15)
  }

  @Test func expectedImprovementVanishesAtTheBestOnly() throws {
    let function = TestFunction.branin
    let trials = Halton.scrambled(count: 15, dimensions: 2, seed: 1).map { unit in
      let point = function.space.point(unit)
      return Optimiser.Trial(point: point, scores: [function.value(point)])
    }
    let known = Knowledge(trials, in: function.space)
    let search = GaussianProcessSearch(
      known, in: function.space, isNoisy: false, random: NumPyRandom(seed: 0))
    let values = GaussianProcessSearch.standardised(known.scores.map { $0[0] })
    let process = try GaussianProcess.fitted(points: known.units, values: values, noise: .fixed(1e-8))
    for units in known.units { #expect(search.logImprovement(units, process) < Elementary.log(1e-3)) }
    // It is the logarithm of a positive number everywhere; at the chosen point it is greatest.
    let chosen = try #require(search.candidates().first)
    let top = search.logImprovement(function.space.units(chosen), process)
    for units in Halton.plain(count: 500, dimensions: 2) {
      let value = search.logImprovement(units, process)
      #expect(value.isFinite && value <= top + 1e-9)
    }
  }

  // MARK: - finding minima

  @Test func gaussianProcessFindsMinima() {
    for seed in 0..<3 {
      let seed = UInt64(seed)
      #expect(Self.regret(.branin, .gaussianProcess(isNoisy: false), seed: seed, trials: 40) < 0.01)
      #expect(Self.regret(.noisyQuadratic, .gaussianProcess(isNoisy: true), seed: seed, trials: 40) < 0.15)
    }
  }

  @Test func treeParzenBeatsChance() {
    for function in TestFunction.all {
      func median(_ method: Optimiser.Method) -> Double {
        let regrets = (0..<7).map { Self.regret(function, method, seed: UInt64($0), trials: 50) }
        return regrets.sorted()[3]
      }
      #expect(median(.treeParzen) < 0.6 * median(.random), "\(function.name)")
    }
  }

  /// Distances from 0 and from 2 on a line: every place between is on the front. In the plane, everything off
  /// the line is beaten.
  @Test func twoScores() {
    let space = SearchSpace([.real(-4, 4), .real(-4, 4)])
    func scores(_ point: [Double]) -> [Double] {
      let (x, y) = (point[0], point[1])
      return [x * x + y * y, (x - 2) * (x - 2) + y * y]
    }
    func area(_ method: Optimiser.Method, _ seed: UInt64) -> Double {
      let optimiser = Optimiser(space, method: method, seed: seed, startup: 10)
      let known = Self.run(optimiser, trials: 60) { point, _ in scores(point) }
      return ParetoFront.hypervolume(known.compactMap(\.scores), reference: [8, 8])
    }
    let ours = (0..<5).map { area(.treeParzen, UInt64($0)) }.sorted()[2]
    let chance = (0..<5).map { area(.random, UInt64($0)) }.sorted()[2]
    // The whole front covers 64 − 8 + 8/3·… ; compare with it sampled finely.
    let exact = ParetoFront.hypervolume(
      (0...2000).map { scores([Double($0) / 1000, 0]) }, reference: [8, 8])
    #expect(ours > chance && exact - ours < 0.6 * (exact - chance))
  }

  @Test func goodTrialsOfTwoScores() {
    let scores: [[Double]] =
      (0..<20).map { [Double($0), Double(19 - $0)] } + (0..<20).map { [Double($0) + 1, 30] }
    let good = TreeParzen.good(scores)
    #expect(good.count == 6 && good.allSatisfy { $0 < 20 })
    // Spread along the front, not huddled.
    #expect(Set(good.map { $0 / 5 }).count >= 3)
    #expect(TreeParzen.good([[3], [1], [2]]) == [1])
  }

  @Test func mixtureIsADensity() {
    // Its integral over the unit square, by the midpoint rule, and the share of draws in a corner.
    let space = SearchSpace([.real(0, 1), .integer(0, 3)])
    let mixture = Mixture([[0.2, 1], [0.21, 3], [0.9, 1]], space)
    var total = 0.0
    var left = 0.0
    for whole in 0..<4 {
      for step in 0..<400 {
        let density = Elementary.exp(mixture.logDensity([(Double(step) + 0.5) / 400, Double(whole)])) / 400
        total += density
        if step < 100, whole == 1 { left += density }
      }
    }
    #expect(abs(total - 1) < 1e-4)
    var random = NumPyRandom(seed: 1)
    let share = (0..<4000).count { _ in
      let point = mixture.draw(&random)
      return point[0] < 0.25 && point[1] == 1
    }
    #expect(abs(Double(share) / 4000 - left) < 4 * (left * (1 - left) / 4000).squareRoot())
  }

  @Test func minimaOfTheTestFunctions() {
    #expect(abs(TestFunction.branin.value([.pi, 2.275]) - TestFunction.branin.minimum) < 1e-9)
    let place = [0.20168952, 0.15001069, 0.47687398, 0.27533243, 0.31165162, 0.65730054]
    #expect(abs(TestFunction.hartmann6.value(place) - TestFunction.hartmann6.minimum) < 1e-9)
    #expect(abs(TestFunction.noisyQuadratic.value([0.3, Elementary.pow10(-1.2), 13])) < 1e-15)
    // SeedSequence and standard_normal of NumPy give the same noise.
    let noise = TestFunction.noisyQuadratic.observed([0.3, Elementary.pow10(-1.2), 13], seed: 3, trial: 7)
    #expect(abs(noise - 0.0069798691007624085) < 1e-14)
  }
}
