import Planning

/// Dampings of a spline as manifests list them: one is taken, of several the best, and 0 alone is none.
enum DampingList {
  static func zeroStandsAlone(_ dampings: Setting<[Double]>) -> Rule {
    .check(dampings, "has 0 only by itself, for a spline without damping") { list in
      list.count > 1 && list.contains(0) ? "has 0 among others; 0 alone is a spline without damping" : nil
    }
  }

  /// Without the 0 that means none.
  static func positive(_ dampings: [Double]) -> [Double] { dampings == [0] ? [] : dampings }
}
