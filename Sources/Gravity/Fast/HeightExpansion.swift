import NumericCore

/// Functions of a height between two bounds as sums of Chebyshev polynomials T_k(t),
/// t = (z − middle) / half, interpolated at the zeros of T_count.
struct HeightExpansion: Hashable, Sendable {
  let middle, half: Double
  let count: Int

  /// What is taken of the polynomials at a cell's height.
  enum Basis: Equatable, Sendable {
    case value
    /// d/dz.
    case derivative
    /// The difference quotient over a step upwards.
    case difference(step: Double)
  }

  /// Heights of the nodes.
  var nodes: [Double] {
    (0..<count).map { middle + half * Elementary.cos(Double.pi * (Double($0) + 0.5) / Double(count)) }
  }

  /// Row k: what the values at the nodes are multiplied by to give the coefficient of T_k.
  var coefficientRows: [[Double]] {
    (0..<count).map { k in
      (0..<count).map { node in
        let angle = Double.pi * Double(k * (2 * node + 1) % (4 * count)) / Double(2 * count)
        return Elementary.cos(angle) * (k == 0 ? 1 : 2) / Double(count)
      }
    }
  }

  /// Fills table[k · levels.count + cell], k < count, with factor times the polynomial (or what `basis` says)
  /// at the cell's height. Polynomials that vanish throughout are filled too.
  func fill(
    _ table: UnsafeMutablePointer<Double>, levels: [Double], factors: [Double], basis: Basis,
    workers: Workers
  ) {
    let cells = levels.count
    precondition(factors.count == cells)
    let shared = SharedPointer(table)
    workers.forEach((cells + 4095) / 4096) { chunk in
      let out = shared.start
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count) { work in
        let (values, others) = (
          work.baseAddress.unsafelyUnwrapped, work.baseAddress.unsafelyUnwrapped + count
        )
        for cell in chunk * 4096..<min(cells, chunk * 4096 + 4096) {
          evaluate(levels[cell], basis, values, others)
          for k in 0..<count { out[k * cells + cell] = factors[cell] * values[k] }
        }
      }
    }
  }

  /// What the value at each node counts for at a height: Lagrange's polynomials.
  func shares(at height: Double) -> [Double] {
    let rows = coefficientRows
    var values = [Double](repeating: 0, count: count)
    values.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { polynomials((height - middle) / half, start) }
    }
    return (0..<count).map { node in
      (0..<count).reduce(0.0) { $0 + rows[$1][node] * values[$1] }
    }
  }

  private func evaluate(
    _ level: Double, _ basis: Basis, _ values: UnsafeMutablePointer<Double>,
    _ others: UnsafeMutablePointer<Double>
  ) {
    let t = (level - middle) / half
    switch basis {
    case .value: polynomials(t, values)
    case .derivative:
      // T_k' = k U_{k−1}.
      var (previous, current) = (0.0, 1.0)
      values[0] = 0
      for k in 1..<max(1, count) {
        values[k] = Double(k) * current / half
        (previous, current) = (current, 2 * t * current - previous)
      }
    case .difference(let step):
      polynomials(t, values)
      polynomials(t + step / half, others)
      for k in 0..<count { values[k] = (others[k] - values[k]) / step }
    }
  }

  private func polynomials(_ t: Double, _ values: UnsafeMutablePointer<Double>) {
    values[0] = 1
    if count > 1 { values[1] = t }
    for k in 2..<max(2, count) { values[k] = 2 * t * values[k - 1] - values[k - 2] }
  }
}
