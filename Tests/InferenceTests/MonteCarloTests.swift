import Inference
import Testing

@Suite struct MonteCarloTests {
  @Test func drawsDependOnSeedNameAndMember() {
    let draw = MonteCarlo.unit(member: 3, dimension: "zref", seed: 1)
    #expect(draw == MonteCarlo.unit(member: 3, dimension: "zref", seed: 1))
    #expect(draw != MonteCarlo.unit(member: 4, dimension: "zref", seed: 1))
    #expect(draw != MonteCarlo.unit(member: 3, dimension: "zrefs", seed: 1))
    #expect(draw != MonteCarlo.unit(member: 3, dimension: "zref", seed: 2))
  }

  @Test func uniform() {
    let draws = (0..<20_000).map { MonteCarlo.unit(member: $0, dimension: "density", seed: 1) }
    #expect(draws.allSatisfy { $0 > 0 && $0 < 1 })
    let mean = draws.reduce(0, +) / 20_000
    let squares: Double = draws.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    let variance = squares / 20_000
    // Four standard errors.
    #expect(abs(mean - 0.5) < 4 * 0.00204)
    #expect(abs(variance - 1 / 12) < 4 * 0.00053)
    let pairs = zip(draws, draws.dropFirst()).reduce(0) { $0 + ($1.0 - 0.5) * ($1.1 - 0.5) }
    #expect(abs(pairs / 20_000) < 4 * 0.00059)
  }

  @Test func factorialGrid() {
    let all: [[Double]] = [[0, 0], [0, 1], [0.5, 0], [0.5, 1], [1, 0], [1, 1]]
    #expect(FactorialGrid.unit(counts: [3, 2]) == all)
    let middle: [[Double]] = [[0.5, 0], [0.5, 1]]
    #expect(FactorialGrid.unit(counts: [1, 2]) == middle)
    #expect(FactorialGrid.unit(counts: []) == [[Double]()])
    let thirds: [Double] = [0, 1.0 / 3, 2.0 / 3, 1]
    #expect(FactorialGrid.unit(counts: [4]).map { $0[0] } == thirds)
  }
}
