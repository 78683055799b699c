import NumericCore

/// Smoothing by anisotropic diffusion over a unit of pseudo-time, with standard deviations that may vary.
///
/// Eight steps of backward Euler, each Z(½) X(1) Z(½) of tridiagonal systems with D = ½σ², at faces the mean of
/// two nodes, no flux through the edges. So it is self-adjoint and positive, keeps constants and integrals, and its
/// variance is σ² exactly; cost 24 sweeps.
public struct Smoothing: Sendable {
  /// Steps of diffusion that make up one smoothing.
  public static let steps = 8
  /// The nodes.
  public let section: Section
  /// Standard deviations of the nodes, metres.
  public let vertical, horizontal: [Double]

  /// The same everywhere, metres.
  public init(section: Section, vertical: Double, horizontal: Double) throws(WaveError) {
    try self.init(
      section: section, vertical: Array(repeating: vertical, count: section.count),
      horizontal: Array(repeating: horizontal, count: section.count))
  }

  /// - Throws: `.wrongCount`, `.outOfRange` for lengths that are negative or not finite.
  public init(section: Section, vertical: [Double], horizontal: [Double]) throws(WaveError) {
    for lengths in [vertical, horizontal] {
      guard lengths.count == section.count else {
        throw .wrongCount(what: "a smoothing length", found: lengths.count, expected: section.count)
      }
      if let bad = lengths.first(where: { !($0 >= 0 && $0.isFinite) }) {
        throw .outOfRange(what: "a smoothing length", value: bad, low: 0, high: .infinity)
      }
    }
    (self.section, self.vertical, self.horizontal) = (section, vertical, horizontal)
  }

  /// Lengths in wavelengths of waves of `speed` (m/s, by node) at `frequency`.
  public init(
    section: Section, wavelengths: (vertical: Double, horizontal: Double), speed: [Double], frequency: Double
  ) throws(WaveError) {
    guard frequency > 0 else {
      throw .outOfRange(what: "the frequency of the smoothing", value: frequency, low: 0, high: .infinity)
    }
    try self.init(
      section: section, vertical: speed.map { wavelengths.vertical * $0 / frequency },
      horizontal: speed.map { wavelengths.horizontal * $0 / frequency })
  }

  /// - Precondition: one value a node.
  public func applied(to values: [Double]) -> [Double] {
    precondition(values.count == section.count)
    let (rows, columns) = (section.rows, section.columns)
    let across = Tridiagonal(lines: columns, length: rows) { line, k in
      faces(vertical, k * columns + line, (k + 1) * columns + line, 0.5)
    }
    let along = Tridiagonal(lines: rows, length: columns) { line, k in
      faces(horizontal, line * columns + k, line * columns + k + 1, 1)
    }
    var result = values
    for _ in 0..<Self.steps {
      across.solve(&result, lineStride: 1, step: columns)
      along.solve(&result, lineStride: columns, step: 1)
      across.solve(&result, lineStride: 1, step: columns)
    }
    return result
  }

  /// δ D/h² at the face between two nodes.
  private func faces(_ lengths: [Double], _ a: Int, _ b: Int, _ part: Double) -> Double {
    let mean = 0.5 * (0.5 * lengths[a] * lengths[a] + 0.5 * lengths[b] * lengths[b])
    return part / Double(Self.steps) * mean / (section.spacing * section.spacing)
  }
}

/// Symmetric systems (1 + f₋ + f₊) x − f₋ x₋ − f₊ x₊ = y along many lines, factorised once.
private struct Tridiagonal {
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
}
