import NumericCore
import Testing

@testable import Inference

@Suite struct DensityRegionTests {
  private func normal(_ count: Int, at centre: [Double], deviation: [Double]) -> [Double] {
    let random = CounterRandom(seed: 3, stream: "region")
    return (0..<count).flatMap { row in
      zip(random.normal(centre.count, row: row), zip(centre, deviation)).map { $1.0 + $1.1 * $0 }
    }
  }

  @Test func `It holds its share of fresh samples and little else`() throws {
    let samples = normal(2000, at: [5, -200], deviation: [0.1, 30])
    let region = try DensityRegion(samples, dimensions: 2, share: 0.95)
    let random = CounterRandom(seed: 4, stream: "fresh")
    let held = (0..<4000).count { row in
      let draw = random.normal(2, row: row)
      return region.contains([5 + 0.1 * draw[0], -200 + 30 * draw[1]])
    }
    // The exact region is the ellipse within 2.45 deviations; the estimate's edge is ragged.
    #expect(abs(Double(held) / 4000 - 0.95) < 0.02)
    let (centre, edge, outside) = ([5, -200.0], [5 + 0.24, -200.0], [5 + 0.4, -200.0])
    #expect(region.contains(centre) && !region.contains(outside))
    #expect(region.low[0] < edge[0] && region.high[0] > edge[0])
  }

  @Test func `Two modes are two parts`() throws {
    let samples = normal(500, at: [0, 0], deviation: [1, 1]) + normal(500, at: [20, 0], deviation: [1, 1])
    let region = try DensityRegion(samples, dimensions: 2, share: 0.99)
    #expect(region.contains([0, 0]) && region.contains([20, 0]) && !region.contains([10, 0]))
  }

  @Test func `What can't be a region is told`() {
    #expect(throws: DensityRegion.Failure.tooFewSamples(found: 5, needed: 21)) {
      try DensityRegion([1, 2, 3, 4, 5], dimensions: 1, share: 0.9)
    }
    #expect(throws: DensityRegion.Failure.singular) {
      try DensityRegion(Array(repeating: 3, count: 100), dimensions: 1, share: 0.9)
    }
    let twins = (0..<100).flatMap { [Double($0), 2 * Double($0)] }
    #expect(throws: DensityRegion.Failure.singular) { try DensityRegion(twins, dimensions: 2, share: 0.9) }
  }
}
