import NumericCore

/// The events of a mini-batch whose misfits stand for all: dynamic mini-batches with control groups [VanHerwaarden2020].
public enum ControlGroup {
  /// Leaves out, one by one, the event without which the mean gradient turns least, as long as it turns no farther than an
  /// angle from the mean of the whole batch.
  ///
  /// - Parameters:
  ///   - gradients: of the events.
  ///   - minimum: events that stay in any case.
  ///   - largestAngle: radians.
  /// - Returns: positions that stay, ascending, and those left out, the last one first.
  public static func chosen(
    _ gradients: [[Double]], in metric: Metric, minimum: Int, largestAngle: Double
  ) -> (control: [Int], others: [Int]) {
    let products = products(gradients, in: metric)
    var kept = Array(gradients.indices)
    var others: [Int] = []
    let whole = kept
    while kept.count > max(1, minimum) {
      let candidates = kept.map { left in
        (left: left, cosine: cosine(kept.filter { $0 != left }, whole, products))
      }
      guard let best = candidates.max(by: { ($0.cosine, $1.left) < ($1.cosine, $0.left) }),
        best.cosine >= Elementary.cos(largestAngle)
      else { break }
      kept.removeAll { $0 == best.left }
      others.insert(best.left, at: 0)
    }
    return (kept, others)
  }

  private static func products(_ gradients: [[Double]], in metric: Metric) -> [[Double]] {
    let vectors = gradients.map { metric.vector(dual: $0) }
    return vectors.map { a in vectors.map { metric.inner(a, $0) } }
  }

  /// Of the angle between the sums over two groups.
  private static func cosine(_ a: [Int], _ b: [Int], _ products: [[Double]]) -> Double {
    func product(_ a: [Int], _ b: [Int]) -> Double {
      a.reduce(0) { sum, i in b.reduce(sum) { $0 + products[i][$1] } }
    }
    let size = (product(a, a) * product(b, b)).squareRoot()
    return size > 0 ? product(a, b) / size : -1
  }

  /// The events of the next batch: the control group, and beside it those that were used longest ago.
  ///
  /// - Parameters:
  ///   - lastUse: iteration in which each event was used last; nil for never.
  ///   - ties: a number for each event that decides between equal ones.
  /// - Returns: positions, ascending.
  public static func batch(_ control: [Int], size: Int, lastUse: [Int?], ties: [Double]) -> [Int] {
    let fresh = lastUse.indices.filter { !control.contains($0) }.sorted {
      (lastUse[$0] ?? -1, ties[$0], $0) < (lastUse[$1] ?? -1, ties[$1], $1)
    }
    return (control + fresh.prefix(max(0, size - control.count))).sorted()
  }
}
