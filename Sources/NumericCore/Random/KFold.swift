/// Cross-validation folds, as scikit-learn's `KFold` makes them.
public enum KFold {
  /// The test indices, ascending, of each of `splits` folds of 0 ..< count, shuffled by
  /// `RandomState(seed)`: `KFold(splits, shuffle=True, random_state=seed)`. The first
  /// count mod splits folds have one index more.
  /// - Precondition: 2 ≤ splits ≤ count.
  public static func folds(count: Int, splits: Int, seed: UInt32) -> [[Int]] {
    var random = LegacyRandom(seed: seed)
    return cut(random.permutation(count), splits: splits)
  }

  /// The same without shuffling: consecutive indices.
  public static func folds(count: Int, splits: Int) -> [[Int]] {
    cut(Array(0..<count), splits: splits)
  }

  /// The indices of 0 ..< count that are not in `fold`, ascending.
  public static func training(without fold: [Int], count: Int) -> [Int] {
    var kept = [Bool](repeating: true, count: count)
    for index in fold { kept[index] = false }
    return (0..<count).filter { kept[$0] }
  }

  private static func cut(_ indices: [Int], splits: Int) -> [[Int]] {
    let count = indices.count
    precondition(splits >= 2 && splits <= count, "2 ≤ splits ≤ count")
    var start = 0
    return (0..<splits).map { fold in
      let size = count / splits + (fold < count % splits ? 1 : 0)
      defer { start += size }
      return indices[start..<start + size].sorted()
    }
  }

  /// One random division into a part for training and a part for testing.
  ///
  /// The first ⌈fraction · count⌉ of `RandomState(seed).permutation(count)` are for testing and
  /// the others for training, both in the order of the permutation, as in scikit-learn's
  /// `ShuffleSplit`.
  /// - Precondition: 0 < fraction < 1, and each part has an index.
  public static func holdOut(
    count: Int, fraction: Double, seed: UInt32
  ) -> (train: [Int], test: [Int]) {
    precondition(fraction > 0 && fraction < 1, "0 < fraction < 1")
    let tests = Int((fraction * Double(count)).rounded(.up))
    precondition(tests > 0 && tests < count, "a part without an index")
    var random = LegacyRandom(seed: seed)
    let order = random.permutation(count)
    return (Array(order[tests...]), Array(order[..<tests]))
  }
}
