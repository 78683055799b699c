import TestSupport
import Testing

@testable import NumericCore

@Suite struct NumPyRandomTests {
  @Test(.needsReference)
  func everythingInTheReference() throws {
    let seeds = try RandomReference.seeds()
    #expect(seeds.count == 6)
    for (seed, reference) in seeds { compare(seed, reference) }
  }

  private func compare(_ seed: UInt64, _ reference: RandomReference.Seed) {
    func fresh<Value>(_ draw: (inout NumPyRandom) -> Value) -> Value {
      var random = NumPyRandom(seed: seed)
      return draw(&random)
    }
    let doubles = RandomReference.doubles
    #expect(SeedSequence(entropy: seed).generateState64(4) == reference.seedSequenceState)
    #expect(fresh { random in (0..<8).map { _ in "\(random.nextUInt64())" } } == reference.raw)
    #expect(fresh { random in (0..<8).map { _ in random.random() } } == doubles(reference.random))
    #expect(fresh { $0.uniform(-3, 8, 4) } == doubles(reference.uniform))
    #expect(fresh { $0.permutation(10) } == reference.permutation)
    var values = Array(1...10)
    fresh { $0.shuffle(&values) }
    #expect(values == reference.shuffled)
    #expect(fresh { $0.integers(0, 1000, count: 8) } == reference.integers)
    let child = fresh { random in
      var child = random.spawn(1)[0]
      return (0..<4).map { _ in "\(child.nextUInt64())" }
    }
    #expect(child == reference.childRaw)
    compareNormals(seed, reference)
    compareLegacy(seed, reference)
  }

  private func compareNormals(_ seed: UInt64, _ reference: RandomReference.Seed) {
    let doubles = RandomReference.doubles
    var random = NumPyRandom(seed: seed)
    let draws = random.standardNormal(20_000)
    #expect(Array(draws.prefix(8)) == doubles(reference.firstNormals))
    #expect(Array(draws.suffix(8)) == doubles(reference.lastNormals))
    #expect(draws[reference.indexOfLargestNormal] == Double(reference.largestNormal))
    // NumPy adds in pairs, so the last bits of its sum differ.
    let sum = Double(reference.sumOfNormals) ?? .nan
    #expect(abs(draws.reduce(0, +) - sum) < 1e-10)
    random = NumPyRandom(seed: seed)
    let scaled = random.normal(means: [5, 5, 5, 5], deviations: [0.2, 0.2, 0.2, 0.2])
    #expect(scaled == doubles(reference.normal))
  }

  private func compareLegacy(_ seed: UInt64, _ reference: RandomReference.Seed) {
    let seed = UInt32(truncatingIfNeeded: seed)
    var random = LegacyRandom(seed: seed)
    let samples = RandomReference.doubles(reference.legacySamples)
    #expect(random.uniform(0, 1, 4) == samples)
    random = LegacyRandom(seed: seed)
    #expect(random.permutation(8) == reference.legacyPermutation)
  }

  /// Ranges of all widths one after the other, so that the halves of 64 bits that are kept between
  /// draws matter. From numpy 2.4.6.
  @Test func integersOfAllWidths() {
    var random = NumPyRandom(seed: 3)
    #expect(random.integers(-5, 5, count: 6) == [3, -5, -4, -3, -4, 3])
    #expect(random.integers(0, 6, count: 4, endpoint: true) == [6, 4, 0, 0])
    #expect(random.integers(0, 1 << 32, count: 3) == [1_426_794_759, 1_860_266_043, 2_668_153_314])
    #expect(random.integers(0, 3 << 31, count: 3) == [1_029_110_121, 4_732_477_262, 732_326_412])
    let all = random.integers(Int.min, Int.max, count: 2, endpoint: true)
    #expect(all == [-2_006_485_732_360_809_827, 308_801_864_563_458_029])
    #expect(random.integers(7, 8) == 7)
    #expect(random.integers(0, 1000) == 479)
    #expect(random.random() == 0x1.b8f68d41ae326p-2)
  }

  @Test func longPermutation() {
    var random = NumPyRandom(seed: 9)
    let order = random.permutation(100_000)
    #expect(Array(order.prefix(5)) == [26263, 23964, 90495, 24196, 95555])
    #expect(order.enumerated().reduce(0) { $0 + $1.offset * $1.element } == 250_028_529_316_921)
    #expect(random.integers(0, 1 << 40) == 512_191_200_454)
    random = NumPyRandom(seed: .max)
    #expect(random.random() == 0x1.5c2c74f5188eap-1)
    #expect(random.permutation(12) == [8, 6, 3, 2, 10, 0, 4, 7, 1, 11, 5, 9])
  }

  @Test func seedSequences() {
    let words = SeedSequence(entropy: [1, 2, 3, 4, 5, 6]).generateState(3)
    #expect(words == [488_360_481, 3_956_080_669, 2_986_500_235])
    let spawned = SeedSequence(entropy: 5, spawnKey: [1, 2]).generateState64(2)
    #expect(spawned == [848_428_732_679_402_809, 337_241_739_548_270_988])
    #expect(SeedSequence(entropy: 8_589_934_599).generateState(2) == [1_009_178_997, 4_255_937_140])
  }

  @Test func spawning() {
    var random = NumPyRandom(seed: 12)
    var first = random.spawn(2)
    var third = random.spawn(1)[0]
    #expect(first[0].random() == 0x1.707edad2d324ap-1)
    #expect(first[1].random() == 0x1.aa7e958770cb4p-2)
    #expect(third.random() == 0x1.ec617ed96d798p-4)
    var grandchild = first[0].spawn(1)[0]
    #expect(grandchild.random() == 0x1.3c7c248eb0a95p-1)
  }

  /// Two million draws against numpy 2.4.6: the exclusive or of the bits of all that lie below the
  /// tail (some 20 000 of them decided by exp), and the 545 in the tail, which are logarithms. There
  /// NumPy has the rounding errors of the system's log1p: of 20 million draws 15 differ, by 1 ulp.
  @Test func normalsIncludingTheTail() {
    var random = NumPyRandom(seed: 4)
    var (bits, last): (UInt64, Double) = (0, 0)
    var tail: [Double] = []
    for _ in 0..<2_000_000 {
      last = random.standardNormal()
      if abs(last) > Ziggurat.edge { tail.append(last) } else { bits ^= last.bitPattern }
    }
    #expect(bits == 4_509_199_418_803_530_698)
    #expect(last == 0x1.6181ca1b45479p+0)
    let far = tail.filter { abs($0) > 4.5 }
    #expect(tail.count == 545 && far.count == 14)
    #expect(far.first == -0x1.24204d62ec199p+2 && far[3] == -0x1.2e7e66db30f84p+2)
    #expect(abs(tail.reduce(0) { $0 + abs($1) } - 0x1.0974ca06c696ap+11) < 1e-11)
    #expect(abs(tail.reduce(0, +) - 0x1.1ea6ef4d3ee3bp+4) < 1e-11)
  }

  @Test func normalsOfEachDatum() {
    var random = NumPyRandom(seed: 6)
    let draws = random.normal(means: [1, 2, 3], deviations: [0.1, 0, 10])
    #expect(draws == [0x1.1af5b30c713a8p+0, 2, -0x1.6886d56d92a77p+4])
    #expect(random.uniform(-2, 5, 2) == [0x1.3e3247c935508p-1, 0x1.3a60174e098fep+2])
  }

  /// As Python makes it from the documented words.
  @Test func namedStreams() {
    func first(_ seed: UInt64, _ name: String, _ member: Int) -> Double {
      var random = NumPyRandom.stream(seed: seed, name: name, member: member)
      return random.random()
    }
    #expect(first(1, "gravité", 3) == 0x1.68919a3e27d88p-3)
    #expect(first((1 << 40) + 3, "", 0) == 0x1.899f5bfd7b2c0p-3)
    #expect(first(1, "abc", 1 << 33) == 0x1.6401fb7635842p-1)
    let names = ["a", "b", "a\u{0}", "aaaa", "aaaaa", ""]
    let draws = names.flatMap { name in (0..<50).map { first(7, name, $0) } }
    #expect(Set(draws).count == draws.count)
  }
}
