import Inference
import NumericCore
import Testing

@Suite struct BlockMomentsTests {
  private static func moments(_ members: [[Double]]) -> BlockMoments {
    var moments = BlockMoments(quantities: members[0].count)
    for (position, values) in members.enumerated() { moments.add(values, at: position) }
    return moments
  }

  /// Sums of three normal settings with weights, and noise of this deviation; many quantities of other noise.
  private static func members(
    _ count: Int, seed: UInt64, noise: Double = 0, quantities: Int = 1, isSobol: Bool = true
  ) -> [[Double]] {
    var random = NumPyRandom(seed: 1000 + seed)
    let units =
      isSobol
      ? Sobol.scrambled(count: count, dimensions: 3, seed: seed)
      : (0..<count).map { _ in random.uniform(0, 1, 3) }
    return units.map { unit in
      let sum = zip(unit, [1, 0.7, 0.5]).reduce(50) { $0 + Quantile.standardNormal($1.0) * $1.1 }
      return (0..<quantities).map { _ in sum + noise * random.standardNormal() }
    }
  }

  @Test(arguments: [1, 2, 15, 16, 17, 40, 100, 256]) func blocksHoldTheMoments(_ count: Int) {
    let members = Self.members(count, seed: 1, noise: 1, quantities: 3)
    let found = Self.moments(members)
    #expect(found.count == count && found.blocks.count < 16)
    #expect(found.blocks.dropLast().allSatisfy { $0.count == found.size })
    if count >= 16 { #expect(found.blocks.count >= 8) }
    for (number, block) in found.blocks.enumerated() {
      let own = members[number * found.size..<min(count, (number + 1) * found.size)]
      for index in 0..<3 {
        let column = own.map { $0[index] }
        let mean = Statistics.mean(column)
        #expect(abs(block.mean[index] - mean) < 1e-11)
        let second = Statistics.sum(column.map { ($0 - mean) * ($0 - mean) })
        #expect(abs(block.second[index] - second) < 1e-10)
      }
    }
  }

  @Test func keptAndGoneOnFrom() {
    let members = Self.members(70, seed: 2, quantities: 2)
    var moments = Self.moments(Array(members[..<29]))
    moments = BlockMoments(size: moments.size, blocks: moments.blocks)
    for position in 29..<70 { moments.add(members[position], at: position) }
    #expect(moments == Self.moments(members))
  }

  /// The formula by hand, with a member that is missing and an incomplete block.
  @Test func errorByHand() {
    let values: [Double] = (0..<21).map { Double(($0 * 7) % 11) + 0.25 * Double($0) }
    var moments = BlockMoments(quantities: 1)
    for (position, value) in values.enumerated() where position != 5 { moments.add([value], at: position) }
    #expect(moments.size == 2 && moments.blocks.map(\.count) == [2, 2, 1, 2, 2, 2, 2, 2, 2, 2, 1])
    let kept = values.indices.filter { $0 != 5 }
    let mean = Statistics.mean(kept.map { values[$0] })
    func square(_ position: Int) -> Double { (values[position] - mean) * (values[position] - mean) }
    let variance = Statistics.mean(kept.map(square))
    let excess = (0..<11).map { (block: Int) -> Double in
      kept.reduce(0.0) { (sum: Double, member: Int) -> Double in
        member / 2 == block ? sum + square(member) - variance : sum
      }
    }
    let squares: Double = excess.reduce(0) { $0 + $1 * $1 }
    let error: Double = (11 * squares / 10).squareRoot() / (40 * variance)
    #expect(abs(moments.relativeDeviationErrors[0] / error - 1) < 1e-12)
  }

  /// Independent draws give the error of independent draws, whatever the blocks.
  @Test(arguments: [16, 64, 256]) func independentDraws(_ count: Int) {
    var (blocks, independent) = (0.0, 0.0)
    for seed in 0..<UInt64(60) {
      let members = Self.members(count, seed: seed, noise: 3, quantities: 20, isSobol: false)
      blocks += Self.moments(members).relativeDeviationError / 60
      var running = RunningMoments(quantities: 20)
      for values in members { running.add(values) }
      independent += running.relativeDeviationError / 60
    }
    // Of sixteen draws both are rough.
    #expect(abs(blocks / independent - 1) < (count == 16 ? 0.15 : 0.08), "\(blocks) \(independent)")
  }

  /// Of the sequence the error is far less than that of independent draws, and not less than the true one.
  @Test(arguments: [(64, 0.0, 0.8), (256, 0.0, 0.45), (64, 1.0, 1.0), (256, 1.0, 0.9)])
  func theSequenceIsKnownToBeEven(_ count: Int, _ noise: Double, _ part: Double) {
    var (stated, independent) = (0.0, 0.0)
    var deviations: [Double] = []
    for seed in 0..<UInt64(100) {
      let members = Self.members(count, seed: seed, noise: noise)
      stated += Self.moments(members).relativeDeviationError / 100
      var running = RunningMoments(quantities: 1)
      for values in members { running.add(values) }
      independent += running.relativeDeviationError / 100
      deviations.append(running.deviation[0])
    }
    let truth = Statistics.deviation(deviations, lostDegrees: 1) / Statistics.mean(deviations)
    #expect(stated < part * independent && stated > 0.9 * truth, "\(stated) \(independent) \(truth)")
  }

  @Test func scaleAndOffsetDoNotMatter() {
    let members = Self.members(48, seed: 3)
    let moved = members.map { [3 - 20 * $0[0]] }
    let (found, other) = (Self.moments(members), Self.moments(moved))
    #expect(abs(found.relativeDeviationError / other.relativeDeviationError - 1) < 1e-9)
  }

  @Test func nothingToTell() {
    #expect(Self.moments([[1, 2]]).relativeDeviationErrors.allSatisfy { $0.isNaN })
    let constant = Self.moments((0..<20).map { [4, Double($0)] })
    #expect(constant.relativeDeviationErrors[0].isNaN && constant.relativeDeviationErrors[1] > 0)
    #expect(constant.relativeDeviationError == constant.relativeDeviationErrors[1])
  }
}
