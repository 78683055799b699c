import NumericCore

/// Which samples train, stop, weigh and test a committee: the same for all its members.
public struct DataSplit: Sendable, Equatable {
  /// Indices, each part in its order of the permutation.
  public var training, validation, weights, test: [Int]

  /// Parts that are given.
  public init(training: [Int], validation: [Int], weights: [Int], test: [Int]) {
    (self.training, self.validation, self.weights, self.test) = (training, validation, weights, test)
  }

  /// Parts of a random permutation of all samples.
  /// - Parameter shares: of the four parts; their sum is 1.
  public init(count: Int, shares: [Double], seed: UInt64) throws(NetworkError) {
    precondition(shares.count == 4)
    let order = Self.permutation(count, CounterRandom(seed: seed, stream: "split"), row: 0)
    var ends: [Int] = []
    var sum = 0.0
    for share in shares {
      sum += share
      ends.append(min(count, Int((sum * Double(count)).rounded())))
    }
    (training, validation) = (Array(order[..<ends[0]]), Array(order[ends[0]..<ends[1]]))
    (weights, test) = (Array(order[ends[1]..<ends[2]]), Array(order[ends[2]..<ends[3]]))
    for (part, indices, needed) in [
      ("training", training, 10), ("the early stop", validation, 2),
      ("the weights of the committee", weights, 2),
      ("the test", test, 2),
    ] where indices.count < needed {
      throw .tooFewSamples(part: part, found: indices.count, needed: needed)
    }
  }

  /// A random order of 0 ..< count.
  static func permutation(_ count: Int, _ random: CounterRandom, row: Int, round: Int = 0) -> [Int] {
    var order = Array(0..<count)
    let draws = random.uniform(count, row: row, round: round)
    for index in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(index, min(index, Int(draws[index] * Double(index + 1))))
    }
    return order
  }
}
