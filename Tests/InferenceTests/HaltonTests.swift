import Inference
import Testing

/// Numbers from SciPy 1.17.1.
@Suite struct HaltonTests {
  /// The start-up trials of Optuna's sampler in Invert4Geom's tutorial 8.
  @Test func oneDimension() {
    let points = Halton.scrambled(count: 4, dimensions: 1, seed: 0).map { $0[0] }
    for (point, published) in zip(points, [0.09912178, 0.59912178, 0.34912178, 0.84912178]) {
      #expect(abs(point - published) < 5e-9)
    }
  }

  @Test func scrambled() {
    let points = Halton.scrambled(count: 900, dimensions: 6, seed: 11)
    #expect(
      points[1] == [
        0x1.748d701cad65ep-2, 0x1.43d7a6bafdd96p-1, 0x1.eb3fcf5b1368ap-1, 0x1.3468c5a9282dbp-1,
        0x1.45d8b075ad7d8p-2, 0x1.947da56b6eba0p-1,
      ])
    #expect(
      points[899] == [
        0x1.ce35c072b5978p-4, 0x1.7f1287b5f54ddp-1, 0x1.bc1eca5ff8c73p-2, 0x1.074259be009a9p-2,
        0x1.e5ded814bd746p-2, 0x1.45f61e5c0c3d2p-3,
      ])
    #expect(Halton.scrambled(count: 2, dimensions: 6, seed: 11, skip: 898)[1] == points[899])
  }

  @Test func plain() {
    let points = Halton.plain(count: 900, dimensions: 4)
    #expect(points[0] == [0, 0, 0, 0])
    #expect(
      points[899] == [
        0x1.8380000000000p-1, 0x1.cb8f289e4240dp-1, 0x1.ed527e5215769p-1, 0x1.ed729e70ce6bap-2,
      ])
    #expect(Halton.plain(count: 1, dimensions: 4, skip: 899)[0] == points[899])
  }

  /// Each of bᵏ intervals of length b⁻ᵏ holds one of any bᵏ points in a row.
  @Test func evenSpread() {
    for (dimension, base) in [2, 3, 5, 7].enumerated() {
      let count = base * base
      let points = Halton.scrambled(count: count, dimensions: 4, seed: 1).map { $0[dimension] }
      #expect(points.map { Int($0 * Double(count)) }.sorted() == Array(0..<count))
    }
  }
}
