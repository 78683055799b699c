extension NumPyRandom {
  /// A whole number in [low, high), or [low, high] with `endpoint`, by multiplication and rare
  /// rejection [Lemire2019]; `Generator.integers` with 64-bit integers.
  /// - Precondition: the range is not empty.
  public mutating func integers(_ low: Int, _ high: Int, endpoint: Bool = false) -> Int {
    precondition(endpoint ? low <= high : low < high, "an empty range")
    let span = UInt64(bitPattern: Int64(high &- low)) &- (endpoint ? 0 : 1)
    return low &+ Int(truncatingIfNeeded: bounded(span))
  }

  /// `count` draws of `integers(low, high)`.
  public mutating func integers(_ low: Int, _ high: Int, count: Int, endpoint: Bool = false) -> [Int] {
    (0..<count).map { _ in integers(low, high, endpoint: endpoint) }
  }

  /// A whole number in 0 … span: from 32 bits where they suffice.
  private mutating func bounded(_ span: UInt64) -> UInt64 {
    if span == 0 { return 0 }
    if span == UInt64.max { return nextUInt64() }
    if span == UInt64(UInt32.max) { return UInt64(nextUInt32()) }
    if span < UInt64(UInt32.max) {
      let count = UInt32(span) + 1
      let rejected = (UInt32.max - UInt32(span)) % count
      while true {
        let product = nextUInt32().multipliedFullWidth(by: count)
        if product.low >= rejected { return UInt64(product.high) }
      }
    }
    let count = span + 1
    let rejected = (UInt64.max - span) % count
    while true {
      let product = nextUInt64().multipliedFullWidth(by: count)
      if product.low >= rejected { return product.high }
    }
  }

  /// A whole number in 0 … limit, by rejecting what exceeds it under the smallest mask of ones.
  private mutating func interval(_ limit: UInt64) -> UInt64 {
    let mask = UInt64.max >> UInt64(limit.leadingZeroBitCount)
    while true {
      let bits = limit > UInt64(UInt32.max) ? nextUInt64() : UInt64(nextUInt32())
      if bits & mask <= limit { return bits & mask }
    }
  }

  /// `Generator.shuffle` of a one-dimensional array.
  public mutating func shuffle<Element>(_ values: inout [Element]) {
    for last in stride(from: values.count - 1, to: 0, by: -1) {
      values.swapAt(last, Int(interval(UInt64(last))))
    }
  }

  /// `Generator.permutation(n)`: 0 … n − 1, shuffled.
  public mutating func permutation(_ n: Int) -> [Int] {
    var result = Array(0..<n)
    shuffle(&result)
    return result
  }
}
