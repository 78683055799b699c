enum KFold {
  static func folds(count: Int, splits: Int, seed: UInt32) -> [[Int]] {
    var random = LegacyRandom(seed: seed)
    let indices = random.permutation(count)
    var start = 0
    return (0..<splits).map { fold in
      let size = count / splits + (fold < count % splits ? 1 : 0)
      defer { start += size }
      return indices[start..<(start + size)].sorted()
    }
  }
}
