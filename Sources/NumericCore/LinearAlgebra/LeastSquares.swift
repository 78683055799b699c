/// Weighted linear least squares with columns brought to a common size, as splines, trends and
/// equivalent sources share it.
///
/// Each column is divided by its population standard deviation about its mean (a constant column is
/// left alone; nothing is centred). Without damping: argmin Σ wᵢ (dᵢ − Aᵢ·p)² of smallest scaled norm.
/// With damping α: argmin Σ wᵢ (dᵢ − Aᵢ·p)² + α ‖p‖² on the *scaled* parameters.
public enum LeastSquares {
  /// Solves for the parameters, in the units of the unscaled columns.
  ///
  /// - Parameters:
  ///   - design: A, one row a datum, one column a parameter.
  ///   - data: d.
  ///   - weights: w ≥ 0, nil for ones.
  ///   - damping: α ≥ 0; nil and 0 mean none.
  ///   - workers: for the normal equations of the damped case.
  /// - Throws: `nonFinite`, `negative`, `notPositive`, `tooFewPoints` (no data).
  /// - Precondition: one datum (and weight) a row.
  ///
  /// Damped: Cholesky on the smaller of the two normal systems, min(m, n)² numbers; where rounding
  /// makes that system indefinite, the same minimum is found by QR of [√w A; √α I].
  public static func solve(
    design: Matrix, data: [Double], weights: [Double]? = nil, damping: Double? = nil,
    workers: Workers = .serial
  ) throws(NumericError) -> [Double] {
    precondition(data.count == design.rows && (weights?.count ?? design.rows) == design.rows)
    guard design.rows > 0 else { throw .tooFewPoints(found: 0, needed: 1) }
    try requireFinite(design.values, "design matrix")
    try requireFinite(data, "data")
    try requireWeights(weights)
    if let damping { try requireNotNegative(damping, "damping") }
    let scales = columnScales(of: design)
    var (scaled, right) = (design, data)
    for row in 0..<design.rows {
      let root = weights.map { $0[row].squareRoot() } ?? 1
      right[row] *= root
      for column in 0..<design.columns {
        scaled.values[row * design.columns + column] *= root / scales[column]
      }
    }
    let parameters =
      if let damping, damping > 0 {
        ridge(scaled, right, damping: damping, workers: workers)
      } else {
        OrthogonalDecomposition(scaled).solve(right)
      }
    return zip(parameters, scales).map { $0 / $1 }
  }

  /// Population standard deviation of each column; 1 where the spread is rounding noise.
  static func columnScales(of design: Matrix) -> [Double] {
    let (rows, columns) = (design.rows, design.columns)
    let count = Double(rows)
    var means = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns { means[column] += design.values[row * columns + column] }
    }
    for column in 0..<columns { means[column] /= count }
    var squares = [Double](repeating: 0, count: columns)
    var sums = squares
    for row in 0..<rows {
      for column in 0..<columns {
        let deviation = design.values[row * columns + column] - means[column]
        sums[column] += deviation
        squares[column] += deviation * deviation
      }
    }
    return (0..<columns).map { column in
      let variance = (squares[column] - sums[column] * sums[column] / count) / count
      let noise = count * means[column] * Double.ulpOfOne
      let constant = variance <= count * Double.ulpOfOne * variance + noise * noise
      return constant ? 1 : variance.squareRoot()
    }
  }

  private static func ridge(
    _ design: Matrix, _ data: [Double], damping: Double, workers: Workers
  ) -> [Double] {
    let overdetermined = design.rows >= design.columns
    var system = (overdetermined ? design.transposed() : design).gramOfRows(workers: workers)
    for index in 0..<system.rows { system[index, index] += damping }
    do throws(NumericError) {
      let factor = try Cholesky(system, workers: workers)
      return overdetermined
        ? factor.solve(design.transposedTimes(data)) : design.transposedTimes(factor.solve(data))
    } catch {
      return augmented(design, data, damping: damping)
    }
  }

  static func augmented(_ design: Matrix, _ data: [Double], damping: Double) -> [Double] {
    let (rows, columns) = (design.rows, design.columns)
    var stacked = Matrix(
      rows: rows + columns, columns: columns,
      values: design.values + Array(repeating: 0, count: columns * columns))
    for index in 0..<columns { stacked[rows + index, index] = damping.squareRoot() }
    return OrthogonalDecomposition(stacked).solve(data + Array(repeating: 0, count: columns))
  }
}
