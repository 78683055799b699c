import Testing

@testable import NumericCore

@Suite struct CounterRandomTests {
  /// `numpy.random.Philox(counter=[4, 7, 9, 0], key=[123456789, 987654321]).random_raw(8)`; NumPy counts up before it
  /// draws.
  @Test func wordsAreThoseOfNumPy() {
    let key: (UInt64, UInt64) = (123_456_789, 987_654_321)
    #expect(
      CounterRandom.block(SIMD4(5, 7, 9, 0), key: key)
        == SIMD4(0x3dd1_98a4_1525_a9b3, 0x49db_8604_84f1_811f, 0x7e51_f15f_52e6_0e22, 0x20a_ce6c_dcca_2593))
    #expect(
      CounterRandom.block(SIMD4(6, 7, 9, 0), key: key)
        == SIMD4(0x6171_54cd_ef52_74bd, 0x9b8_6174_8ade_aaf1, 0x8bba_c5c5_80bb_e18c, 0x8222_6483_67aa_e4b7))
  }

  @Test func aDrawIsAFunctionOfItsAddress() {
    let random = CounterRandom(seed: 7, stream: "surface")
    let whole = random.normal(10_000, row: 3, workers: .upTo(2))
    #expect(whole == random.normal(10_000, row: 3))
    #expect(Array(whole[..<13]) == random.normal(13, row: 3))
    #expect(whole[..<8] != random.normal(8, row: 4)[...])
    #expect(random.normal(8, row: 3, round: 1) != random.normal(8, row: 3))
    #expect(CounterRandom(seed: 8, stream: "surface").normal(8, row: 3) != random.normal(8, row: 3))
    #expect(CounterRandom(seed: 7, stream: "surfaces").normal(8, row: 3) != random.normal(8, row: 3))
    #expect(CounterRandom(seed: 7, stream: "surface") == random)
  }

  /// Moments of 400 000 draws within 5 standard errors, and neighbouring components, rows and rounds without
  /// correlation.
  @Test func moments() {
    let random = CounterRandom(seed: 1, stream: "x")
    let count = 400_000
    let draws = random.normal(count, row: 0, workers: .upTo(2))
    let root = Double(count).squareRoot()
    #expect(abs(Statistics.mean(draws)) < 5 / root)
    #expect(abs(Statistics.mean(draws.map { $0 * $0 }) - 1) < 5 * 2.0.squareRoot() / root)
    #expect(abs(Statistics.mean(draws.map { $0 * $0 * $0 * $0 }) - 3) < 5 * 96.0.squareRoot() / root)
    let others = [
      Array(draws[1...]), random.normal(count, row: 1), random.normal(count, row: 0, round: 1),
    ]
    for other in others {
      #expect(abs(Statistics.mean(zip(draws, other).map { $0 * $1 })) < 5 / root)
    }
    let uniform = random.uniform(count, row: 0)
    #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(Statistics.mean(uniform) - 0.5) < 5 / 12.0.squareRoot() / root)
  }
}
