import Inference
import NumericCore
import Testing

@Suite struct SettingImportanceTests {
  private static func importance(
    _ count: Int, axes: Int, seed: UInt64 = 0, _ score: ([Double]) -> Double
  ) throws -> SettingImportance {
    let points = Halton.scrambled(count: count, dimensions: axes, seed: seed)
    return try SettingImportance(
      (0..<axes).map { axis in .init(values: points.map { $0[axis] }) }, scores: points.map(score))
  }

  private static func isClose(_ found: [Double], _ expected: [Double], _ tolerance: Double) -> Bool {
    zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance }
  }

  /// Weights √0.5, √0.3, √0.2 of uniform axes, and one without effect.
  @Test(arguments: [(12, 0.06), (30, 0.03), (100, 0.02)])
  func additiveScoresGetTheirShares(_ count: Int, _ tolerance: Double) throws {
    for seed in [UInt64(0), 1, 2] {
      let found = try Self.importance(count, axes: 4, seed: seed) { x in
        7 + 0.5.squareRoot() * x[0] - 0.3.squareRoot() * x[1] + 0.2.squareRoot() * x[2]
      }
      #expect(Self.isClose(found.alone, [0.5, 0.3, 0.2, 0], tolerance), "\(found)")
      #expect(Self.isClose(found.total, [0.5, 0.3, 0.2, 0], tolerance), "\(found)")
      #expect(found.used == count && found.foreseen > 0.9)
    }
  }

  /// Parts of (x + 0.3)(y + 0.3) by hand: with the mean 0.8 and the variance 1/12 of a factor, 0.64/12 of each alone and
  /// 1/144 of both together.
  @Test func productsInteract() throws {
    let found = try Self.importance(40, axes: 3) { ($0[0] + 0.3) * ($0[2] + 0.3) }
    let (own, both) = (0.64 / 12, 1.0 / 144)
    let whole = 2 * own + both
    #expect(Self.isClose(found.alone, [own / whole, 0, own / whole], 0.02), "\(found)")
    #expect(Self.isClose(found.total, [(own + both) / whole, 0, (own + both) / whole], 0.02))
  }

  @Test func axesMayBePermuted() throws {
    func score(_ x: [Double]) -> Double { Elementary.exp(2 * x[0]) + x[1] * x[2] }
    let points = Halton.scrambled(count: 30, dimensions: 3, seed: 4)
    let axes = (0..<3).map { axis in SettingImportance.Axis(values: points.map { $0[axis] }) }
    let scores = points.map(score)
    let found = try SettingImportance(axes, scores: scores)
    let permuted = try SettingImportance([axes[2], axes[0], axes[1]], scores: scores)
    #expect(Self.isClose(permuted.alone, [found.alone[2], found.alone[0], found.alone[1]], 0.01))
    #expect(Self.isClose(permuted.total, [found.total[2], found.total[0], found.total[1]], 0.01))
    #expect(try SettingImportance(axes, scores: scores) == found)
    // Which score is the best, its unit and its zero do not matter.
    let turned = try SettingImportance(axes, scores: scores.map { 5 - 1e-5 * $0 })
    #expect(Self.isClose(turned.alone, found.alone, 1e-3))
  }

  /// A score linear in the logarithm of a setting, and one that is not tried at two values.
  @Test func logarithmsAndConstants() throws {
    let points = Halton.scrambled(count: 25, dimensions: 2, seed: 1)
    let damping = points.map { Elementary.pow10(-3 + 3 * $0[0]) }
    let scores = points.map { 3 * $0[0] + $0[1] }
    let found = try SettingImportance(
      [
        .init(values: damping, isLogarithmic: true), .init(values: Array(repeating: 5, count: 25)),
        .init(values: points.map { 480 + 25 * $0[1] }),
      ], scores: scores)
    #expect(Self.isClose(found.alone, [0.9, 0, 0.1], 0.02) && found.alone[1] == 0, "\(found)")
    #expect(throws: SettingImportance.Fault.noLogarithm(axis: 0)) {
      try SettingImportance([.init(values: points.map { $0[0] - 0.5 }, isLogarithmic: true)], scores: scores)
    }
  }

  /// Noise can't be foreseen, and what is left of it is not given to the settings.
  @Test func noiseIsNotForeseen() throws {
    var random = NumPyRandom(seed: 3)
    let noise = (0..<60).map { _ in random.standardNormal() }
    let points = Halton.scrambled(count: 60, dimensions: 2, seed: 0)
    let axes = (0..<2).map { axis in SettingImportance.Axis(values: points.map { $0[axis] }) }
    #expect(try SettingImportance(axes, scores: noise).foreseen < 0.2)
    let mixed = zip(points, noise).map { 6 * $0[0] + 0.5 * $1 }
    let found = try SettingImportance(axes, scores: mixed)
    #expect(found.alone[0] > 0.95 && found.alone[1] < 0.05 && found.foreseen > 0.8, "\(found)")
  }

  @Test func manyTrialsAreChosenFrom() throws {
    let found = try Self.importance(500, axes: 2) { $0[0] + 2 * $0[1] }
    #expect(found.used == 200 && found.scored == 500)
    #expect(Self.isClose(found.alone, [0.2, 0.8], 0.02))
  }

  @Test func tooLittleToTell() {
    func fault(_ values: [[Double]], _ scores: [Double]) -> SettingImportance.Fault? {
      do throws(SettingImportance.Fault) {
        _ = try SettingImportance(values.map { .init(values: $0) }, scores: scores)
        return nil
      } catch { return error }
    }
    #expect(fault([[1, 2, 3]], [1, .nan, 2]) == .tooFewTrials(found: 2, needed: 3))
    #expect(fault([[1, 2, 3], [3, 1, 2]], [1, 3, 2]) == .tooFewTrials(found: 3, needed: 4))
    #expect(fault([[1, 2, 3, 4]], [2, 2, 2, 2]) == .equalScores)
    #expect(fault([[1, 1, 1]], [1, 2, 3]) == .equalScores)
  }

  /// The error at a datum is that of a process made without it.
  @Test func leaveOneOutByHand() throws {
    let points = Halton.scrambled(count: 15, dimensions: 2, seed: 2)
    let values = points.map { Elementary.sin(5 * $0[0]) - $0[1] }
    let kernel = GaussianProcess.Kernel(weights: [8, 3], scale: 1.5, noise: 0.01)
    let errors = try GaussianProcess(points: points, values: values, kernel: kernel).leaveOneOutErrors()
    for index in points.indices {
      var (others, own) = (points, values)
      others.remove(at: index)
      own.remove(at: index)
      let process = try GaussianProcess(points: others, values: own, kernel: kernel)
      let mean = process.predict(points[index]).mean
      #expect(abs(errors[index] - (mean - values[index])) < 1e-9)
      #expect(process.mean(points[index]) == mean)
    }
  }
}
