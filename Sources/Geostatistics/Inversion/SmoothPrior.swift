public import NumericCore

/// A smooth field: C = (s² DᵀD + w² I)⁻¹, D the differences of neighbours along both axes, s in 1 over the field's unit a
/// step, w in 1 over the field's unit.
///
/// Differences end at the edges, so that DᵀD is diagonal in cosines and a product with C costs two transforms of
/// the field mirrored at its edges. Cells that are not free stay at the mean: there the free ones' system is solved by
/// conjugate gradients, preconditioned with the full grid's, to 10⁻¹³.
public struct SmoothPrior: FieldPrior {
  /// The cells, as nodes of a grid.
  public let geometry: GridGeometry
  /// s and w.
  public let slope, level: Double
  private let free: [Bool]?
  private let inverse: SpectralProduct

  /// - Precondition: s ≥ 0, w > 0.
  public init(slope: Double, level: Double, on geometry: GridGeometry, free: [Bool]? = nil) {
    precondition(slope >= 0 && level > 0)
    (self.slope, self.level, self.geometry) = (slope, level, geometry)
    self.free = free.flatMap { $0.allSatisfy(\.self) ? nil : $0 }
    let (rows, columns) = (2 * geometry.rows, 2 * geometry.columns)
    let up = (0..<rows).map { Self.square(Double($0) / Double(rows)) }
    let across = (0...columns / 2).map { Self.square(Double($0) / Double(columns)) }
    let factors = up.flatMap { north in
      across.map { east in 1 / (slope * slope * (north + east) + level * level) }
    }
    inverse = SpectralProduct(rows: rows, columns: columns, factors: factors)
  }

  /// 4 sin² π f: the eigenvalue of squared differences for f cycles a step.
  private static func square(_ cycles: Double) -> Double {
    let sine = Elementary.sin(Double.pi * cycles)
    return 4 * sine * sine
  }

  /// Number of cells.
  public var count: Int { geometry.count }

  /// C·x: two transforms where all cells are free, else conjugate gradients.
  public func times(_ x: [Double], workers: Workers) -> [Double] {
    guard let free else { return mirrored(x, workers) }
    let right = x.indices.map { free[$0] ? x[$0] : 0 }
    return ConjugateGradients.solve(right, tolerance: 1e-13, limit: 1000) {
      zip(precision($0), free).map { $1 ? $0 : 0 }
    } preconditioner: {
      zip(mirrored($0, workers), free).map { $1 ? $0 : 0 }
    }.solution
  }

  private func mirrored(_ x: [Double], _ workers: Workers) -> [Double] {
    let (rows, columns) = (geometry.rows, geometry.columns)
    var whole = [Double](repeating: 0, count: 4 * count)
    for row in 0..<2 * rows {
      let source = min(row, 2 * rows - 1 - row) * columns
      for column in 0..<2 * columns {
        whole[row * 2 * columns + column] = x[source + min(column, 2 * columns - 1 - column)]
      }
    }
    inverse.apply(to: &whole, workers: workers)
    return (0..<count).map { whole[$0 / columns * 2 * columns + $0 % columns] }
  }

  /// (s² DᵀD + w²) x.
  func precision(_ x: [Double]) -> [Double] {
    var result = x.map { level * level * $0 }
    forEachEdge { first, second, _ in
      let difference = slope * slope * (x[second] - x[first])
      result[first] -= difference
      result[second] += difference
    }
    return result
  }

  /// Neighbours along both axes and the place of their edge in a list of 2 · count.
  private func forEachEdge(_ body: (_ first: Int, _ second: Int, _ edge: Int) -> Void) {
    for row in 0..<geometry.rows {
      for column in 0..<geometry.columns {
        let cell = row * geometry.columns + column
        if column + 1 < geometry.columns { body(cell, cell + 1, cell) }
        if row + 1 < geometry.rows { body(cell, cell + geometry.columns, count + cell) }
      }
    }
  }

  /// The diagonal of C: a product a free cell, and 0 where a cell is not free.
  public func variances(workers: Workers) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    result.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      workers.forEach(count) { cell in
        guard free?[cell] ?? true else { return }
        var unit = [Double](repeating: 0, count: count)
        unit[cell] = 1
        out[cell] = times(unit, workers: .serial)[cell]
      }
    }
    return result
  }

  /// C (s Dᵀξ₁ + w ξ₂), of covariance C (s² DᵀD + w²) C = C.
  public func draw(_ random: CounterRandom, member: Int, workers: Workers) -> [Double] {
    let edges = random.normal(2 * count, row: member)
    let cells = random.normal(count, row: member, round: 1)
    return draw(edges: edges, cells: cells, workers: workers)
  }

  func draw(edges: [Double], cells: [Double], workers: Workers) -> [Double] {
    var right = cells.map { level * $0 }
    forEachEdge { first, second, edge in
      right[first] -= slope * edges[edge]
      right[second] += slope * edges[edge]
    }
    return times(right, workers: workers)
  }

  /// By ln s: −2 C s² DᵀD C x, and by ln w: −2 w² C C x.
  public func slopes(_ x: [Double], workers: Workers) -> [[Double]] {
    let once = times(x, workers: workers)
    let twice = times(once, workers: workers)
    // s² DᵀD C = 1 − w² C.
    let byLevel = twice.map { -2 * level * level * $0 }
    return [zip(once, byLevel).map { -2 * $0 - $1 }, byLevel]
  }

  /// The eigenvalues 1/(s² k² + w²) at the cosines of a grid.
  public func spectrum(on other: GridGeometry, workers: Workers) -> SpectralProduct? {
    let (rows, columns) = (2 * other.rows, 2 * other.columns)
    let ratio = (
      other.spacingNorthing > 0 ? geometry.spacingNorthing / other.spacingNorthing : 1,
      other.spacingEasting > 0 ? geometry.spacingEasting / other.spacingEasting : 1
    )
    let north = FourierTransform2D.frequencies(count: rows, spacing: 1).map { Self.square($0 * ratio.0) }
    let east = FourierTransform2D.frequencies(count: columns, spacing: 1).map { Self.square($0 * ratio.1) }
    // Of a field's spectral density S an eigenvalue is S over the area of a cell.
    let scale = ratio.0 * ratio.1
    let factors = north.flatMap { north in
      (0...columns / 2).map { scale / (slope * slope * (north + east[$0]) + level * level) }
    }
    return SpectralProduct(rows: rows, columns: columns, factors: factors)
  }
}
