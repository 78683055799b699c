import NumericCore
import TestSupport
import Testing

@testable import Gravity

/// The map near a derivative that large inversions are solved by.
@Suite struct ApproximationTests {
  private struct Pair {
    var exact, near: GridOperator
    var columns: Int
  }

  /// A rough surface a cell below the observations, some cells frozen.
  private func pair(
    _ derivative: LayerJacobian = .exact, columns: Int = 288, rows: Int = 240, heights: Bool = false
  ) throws -> Pair? {
    let geometry = GridGeometry(
      region: Region(west: 0, east: Double(columns - 1) * 1000, south: 0, north: Double(rows - 1) * 1000),
      columns: columns, rows: rows)
    var random = LegacyRandom(seed: 5)
    let waves = (0..<geometry.count).map {
      400 * Elementary.sin(Double($0 % columns) / 17) * Elementary.cos(Double($0 / columns) / 11)
    }
    let topography = zip(waves, random.uniform(-150, 150, geometry.count)).map { $0 + $1 }
    let zero = [Double](repeating: 0, count: geometry.count)
    let contrast = [Double](repeating: 2669, count: geometry.count)
    var points = ObservationPoints(grid: geometry, upward: 1000)
    if heights { points.upward = points.upward.indices.map { 1000 + 40 * Elementary.sin(Double($0) / 900) } }
    var gravity = try GridGravity(
      of: .init(
        geometry: geometry, reference: zero, densityContrast: contrast, isPresent: zero.map { _ in true }),
      lattice: ObservationLattice(points, on: geometry), tolerance: .init(1e-9, derivative: 1e-8),
      workers: .upTo(2))
    let layer = PrismLayer(
      topography: topography, geometry: geometry, reference: zero, densityContrast: contrast)
    let made = try gravity.approximatedJacobian(
      derivative, of: layer, free: (0..<geometry.count).map { $0 % 50 != 7 }, workers: .upTo(2))
    return made.near.map { Pair(exact: made.exact, near: $0, columns: columns) }
  }

  private func normal(_ map: GridOperator, _ x: [Double]) -> [Double] {
    map.transposed(map.product(x, workers: .upTo(2)), workers: .upTo(2))
  }

  /// Of the normal equations' products with x, as a share of the exact one.
  private func difference(_ pair: Pair, _ x: [Double]) -> Double {
    let (exact, near) = (normal(pair.exact, x), normal(pair.near, x))
    return norm(zip(exact, near).map { $0 - $1 }) / norm(exact)
  }

  /// Constant, smooth and rough unknowns, for every derivative and for observations that vary in height.
  @Test(arguments: [LayerJacobian.exact, .annulus, .finiteDifference(step: 1)], [false, true])
  func normalEquationsDifferByLessThanAHundredth(_ derivative: LayerJacobian, _ heights: Bool) throws {
    let pair = try #require(try pair(derivative, heights: heights))
    var random = LegacyRandom(seed: 6)
    let cells = pair.exact.length
    let unknowns = [
      Array(repeating: 1, count: cells), (0..<cells).map { Elementary.sin(Double($0 % pair.columns) / 30) },
      random.uniform(-1, 1, cells),
    ]
    for x in unknowns {
      let share = difference(pair, x)
      #expect(share <= 1e-2, "\(share)")
      #expect(share > 1e-9, "it is the exact one")
    }
  }

  /// Rows of a narrow grid are near each other around it too.
  @Test(arguments: [(4096, 20), (20, 4096), (1400, 60)])
  func narrowGridsHaveOneAsGood(_ columns: Int, _ rows: Int) throws {
    let pair = try #require(try pair(columns: columns, rows: rows))
    var random = LegacyRandom(seed: 9)
    for x in [Array(repeating: 1, count: pair.exact.length), random.uniform(-1, 1, pair.exact.length)] {
      let share = difference(pair, x)
      #expect(share <= 1e-2, "\(share)")
    }
  }

  @Test func transposedIsTheTranspose() throws {
    let near = try #require(try pair()).near
    var random = LegacyRandom(seed: 7)
    let (x, y) = (random.uniform(-1, 1, near.length), random.uniform(-1, 1, near.observations))
    let left = dot(near.product(x, workers: .upTo(2)), y)
    let right = dot(x, near.transposed(y, workers: .upTo(2)))
    #expect(abs(left - right) <= 1e-12 * norm(x) * norm(y))
  }

  /// They share their buffers.
  @Test func eachLeavesTheOtherItsNumbers() throws {
    let pair = try #require(try pair())
    var random = LegacyRandom(seed: 8)
    let x = random.uniform(-1, 1, pair.exact.length)
    let (exact, near) = (normal(pair.exact, x), normal(pair.near, x))
    #expect(normal(pair.exact, x) == exact)
    #expect(normal(pair.near, x) == near)
  }

  @Test func smallGridsHaveNone() throws {
    #expect(try pair(columns: 255, rows: 256) == nil)
    #expect(try pair(columns: 256, rows: 256) != nil)
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
  private func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }
}
