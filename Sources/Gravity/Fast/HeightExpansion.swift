import CKernels
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

  private func polynomials(_ t: Double, _ values: UnsafeMutablePointer<Double>) {
    values[0] = 1
    if count > 1 { values[1] = t }
    for k in 2..<max(2, count) { values[k] = 2 * t * values[k - 1] - values[k - 2] }
  }
}

/// Factor times the polynomials (or what a basis says of them) at some cells' heights, one degree after the other: all of
/// them at once would be as many arrays of the grid's size as there are heights.
struct HeightWeights {
  /// Values of memory a cell: the polynomial's, and the state of its recurrence.
  static let size = 1 + Int(CK_EXPANSION_STATE)

  private var expansion: ck_expansion
  private let factors: UnsafePointer<Double>
  private let count: Int
  private let memory: UnsafeMutablePointer<Double>
  private let set: ck_set
  private var degree = 0

  /// `count` cells.
  struct Cells {
    let levels, factors: UnsafePointer<Double>
    let count: Int
  }

  /// Before degree 0.
  /// - Parameter memory: `size` · `count` values.
  init(
    _ heights: HeightExpansion, _ basis: HeightExpansion.Basis, of cells: Cells,
    memory: UnsafeMutablePointer<Double>, on set: ck_set
  ) {
    (factors, count, self.memory, self.set) = (cells.factors, cells.count, memory, set)
    expansion = ck_expansion(basis: ck_value, middle: heights.middle, half: heights.half, step: 0)
    switch basis {
    case .value: break
    case .derivative: expansion.basis = ck_derivative
    case .difference(let step): (expansion.basis, expansion.step) = (ck_difference, step)
    }
    ck_begin_polynomials(set, &expansion, cells.levels, memory + count, count)
  }

  /// Those of the next degree, until they are asked for again.
  mutating func next() -> UnsafePointer<Double> {
    ck_next_polynomial(set, &expansion, degree, factors, memory + count, memory, count)
    degree += 1
    return UnsafePointer(memory)
  }
}
