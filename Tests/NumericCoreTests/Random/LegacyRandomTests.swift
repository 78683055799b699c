import Testing

@testable import NumericCore

/// Numbers from numpy 2.4.6.
@Suite struct LegacyRandomTests {
  @Test func rawWords() {
    var random = LegacyRandom(seed: 7)
    #expect((0..<3).map { _ in random.nextUInt32() } == [327_741_615, 976_413_892, 3_349_725_721])
  }

  @Test func uniformThenPermutation() {
    var random = LegacyRandom(seed: 10)
    let draws = random.uniform(-3, 8, 3)
    #expect(draws == [0x1.5f027dda4a7dcp+2, -0x1.62c80058f3c1ap+1, 0x1.fc2d3d2df87b2p+1])
    #expect(random.permutation(10) == [3, 7, 4, 6, 8, 2, 1, 5, 0, 9])
  }

  @Test func longPermutationOfTheLargestSeed() {
    var random = LegacyRandom(seed: .max)
    let order = random.permutation(70_000)
    #expect(Array(order.prefix(4)) == [14972, 66828, 49490, 22806])
    #expect(order.enumerated().reduce(0) { $0 + $1.offset * $1.element } == 85_782_044_852_776)
  }

  /// The order in which Optuna visits a grid of eight values with seed 0.
  @Test func shuffle() {
    var (random, values) = (LegacyRandom(seed: 0), Array("abcdefgh"))
    random.shuffle(&values)
    #expect(String(values) == "gcbhdafe")
  }

  @Test func nothingToShuffle() {
    var random = LegacyRandom(seed: 0)
    #expect(random.permutation(0).isEmpty && random.permutation(1) == [0])
    #expect(random.interval(0) == 0)
  }
}
