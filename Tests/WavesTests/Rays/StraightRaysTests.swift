import TestSupport
import Testing

@testable import Waves

@Suite struct StraightRaysTests {
  private static let section = Section(x0: 0.5, z0: 0.5, spacing: 1, columns: 4, rows: 3)

  private static func path(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> StraightRays.Path {
    StraightRays.Path(sourceX: a, sourceZ: b, receiverX: c, receiverZ: d)
  }

  @Test func levelAndSteepRays() throws {
    let rays = try StraightRays(
      [
        Self.path(0, 1.5, 4, 1.5), Self.path(2.25, 0, 2.25, 3), Self.path(0, 0, 3, 3),
        Self.path(3.2, 2.9, 3.2, 2.9),
      ],
      through: Self.section)
    #expect(rays.crossings[0].map(\.cell) == [4, 5, 6, 7])
    #expect(rays.crossings[0].allSatisfy { abs($0.length - 1) < 1e-14 })
    #expect(rays.crossings[1].map(\.cell) == [2, 6, 10])
    // Through corners: no cell beside.
    #expect(rays.crossings[2].map(\.cell) == [0, 5, 10])
    #expect(rays.crossings[2].allSatisfy { abs($0.length - 2.0.squareRoot()) < 1e-14 })
    #expect(rays.times([Double](repeating: 2, count: 12))[3] == 0)
  }

  /// Lengths add up to the ray's, either way round, and a constant slowness gives length times slowness.
  @Test func lengthsAddUp() throws {
    var seed: UInt64 = 12345
    func random() -> Double {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(seed >> 11) * 0x1p-53
    }
    for _ in 0..<500 {
      let path = Self.path(4 * random(), 3 * random(), 4 * random(), 3 * random())
      let back = Self.path(path.receiverX, path.receiverZ, path.sourceX, path.sourceZ)
      let rays = try StraightRays([path, back], through: Self.section)
      for crossings in rays.crossings {
        #expect(abs(crossings.reduce(0) { $0 + $1.length } - path.length) < 1e-13)
      }
      let slowness = (0..<12).map { Double($0 * $0 % 7) + 1 }
      let times = rays.times(slowness)
      #expect(abs(times[0] - times[1]) < 1e-12)
      // By small steps.
      let steps = 20000
      var sum = 0.0
      for step in 0..<steps {
        let part = (Double(step) + 0.5) / Double(steps)
        let (x, z) = (
          path.sourceX + part * (path.receiverX - path.sourceX),
          path.sourceZ + part * (path.receiverZ - path.sourceZ)
        )
        sum += slowness[min(2, Int(z)) * 4 + min(3, Int(x))] * path.length / Double(steps)
      }
      #expect(abs(sum - times[0]) < 2e-3)
    }
  }

  @Test func outsideIsRefused() {
    #expect(throws: WaveError.outside(what: "end of ray 1", x: -0.5, z: 1)) {
      try StraightRays([Self.path(-0.5, 1, 2, 2)], through: Self.section)
    }
  }
}
