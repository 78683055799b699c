/// Smoothing of a grid by anisotropic diffusion over a unit of pseudo-time, with standard deviations that may vary.
///
/// Eight steps of backward Euler, each Z(½) X(1) Z(½) of tridiagonal systems with D = ½σ², at faces the mean of
/// two nodes, no flux through the edges. So it is self-adjoint and positive, keeps constants and integrals, and its
/// variance is σ² exactly; cost 24 sweeps. Its inverse is the same product of the tridiagonal matrices themselves.
public struct DiffusionSmoothing: Sendable {
  /// Steps of diffusion that make up one smoothing.
  public static let steps = 8
  /// Nodes along a row, and rows; node (row, column) is value row · columns + column.
  public let columns, rows: Int
  private let across, along: TridiagonalLines

  /// - Parameters:
  ///   - spacing: between rows and between columns, above 0.
  ///   - deviations: σ between rows and between columns, in the unit of the spacing, at least 0, one value a node.
  /// - Precondition: two nodes or more along each axis.
  public init(
    rows: Int, columns: Int, spacing: (across: Double, along: Double),
    deviations: (across: [Double], along: [Double])
  ) {
    precondition(rows > 1 && columns > 1 && spacing.across > 0 && spacing.along > 0)
    precondition(deviations.across.count == rows * columns && deviations.along.count == rows * columns)
    (self.rows, self.columns) = (rows, columns)
    across = TridiagonalLines(lines: columns, length: rows) { line, k in
      Self.face(deviations.across, k * columns + line, (k + 1) * columns + line, 0.5, spacing.across)
    }
    along = TridiagonalLines(lines: rows, length: columns) { line, k in
      Self.face(deviations.along, line * columns + k, line * columns + k + 1, 1, spacing.along)
    }
  }

  /// - Precondition: one value a node.
  public func applied(to values: [Double]) -> [Double] {
    precondition(values.count == rows * columns)
    var result = values
    for _ in 0..<Self.steps {
      across.solve(&result, lineStride: 1, step: columns)
      along.solve(&result, lineStride: columns, step: 1)
      across.solve(&result, lineStride: 1, step: columns)
    }
    return result
  }

  /// What `applied` would make these of: rough values become rougher, up to 10⁸ times.
  ///
  /// - Precondition: one value a node.
  public func inverse(of values: [Double]) -> [Double] {
    precondition(values.count == rows * columns)
    var result = values
    for _ in 0..<Self.steps {
      across.multiply(&result, lineStride: 1, step: columns)
      along.multiply(&result, lineStride: columns, step: 1)
      across.multiply(&result, lineStride: 1, step: columns)
    }
    return result
  }

  /// δ D/h² at the face between two nodes.
  private static func face(
    _ deviations: [Double], _ a: Int, _ b: Int, _ part: Double, _ spacing: Double
  ) -> Double {
    let mean = 0.5 * (0.5 * deviations[a] * deviations[a] + 0.5 * deviations[b] * deviations[b])
    return part / Double(steps) * mean / (spacing * spacing)
  }
}

/// Symmetric systems (1 + f₋ + f₊) x − f₋ x₋ − f₊ x₊ = y along many lines, factorised once.
private struct TridiagonalLines: Sendable {
  let lines, length: Int
  /// By place, then line: factors of the elimination and inverse pivots.
  private let lower, pivots: [Double]

  init(lines: Int, length: Int, face: (Int, Int) -> Double) {
    (self.lines, self.length) = (lines, length)
    var lower = [Double](repeating: 0, count: lines * length)
    var pivots = lower
    for line in 0..<lines {
      var (before, pivot) = (0.0, 0.0)
      for k in 0..<length {
        let after = k + 1 < length ? face(line, k) : 0
        let ratio = k == 0 ? 0 : before / pivot
        pivot = (1 + (before + after)) - ratio * before
        lower[k * lines + line] = before
        pivots[k * lines + line] = 1 / pivot
        before = after
      }
    }
    (self.lower, self.pivots) = (lower, pivots)
  }

  func solve(_ x: inout [Double], lineStride: Int, step: Int) {
    for k in 1..<length {
      for line in 0..<lines {
        let (here, place) = (k * step + line * lineStride, k * lines + line)
        x[here] += lower[place] * pivots[place - lines] * x[here - step]
      }
    }
    for line in 0..<lines {
      x[(length - 1) * step + line * lineStride] *= pivots[(length - 1) * lines + line]
    }
    for k in (0..<length - 1).reversed() {
      for line in 0..<lines {
        let (here, place) = (k * step + line * lineStride, k * lines + line)
        x[here] = (x[here] + lower[place + lines] * x[here + step]) * pivots[place]
      }
    }
  }

  func multiply(_ x: inout [Double], lineStride: Int, step: Int) {
    var before = [Double](repeating: 0, count: lines)
    for k in 0..<length {
      for line in 0..<lines {
        let (here, place) = (k * step + line * lineStride, k * lines + line)
        let after = k + 1 < length ? lower[place + lines] : 0
        let value = x[here]
        var sum = (1 + (lower[place] + after)) * value - lower[place] * before[line]
        if k + 1 < length { sum -= after * x[here + step] }
        before[line] = value
        x[here] = sum
      }
    }
  }
}
