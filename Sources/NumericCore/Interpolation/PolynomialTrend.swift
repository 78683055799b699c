/// A two-dimensional polynomial Σ c_ij eⁱ nʲ with i + j ≤ degree, fitted by unweighted least squares on raw
/// coordinates with the column scaling of `LeastSquares` (minimum norm where powers are dependent).
public struct PolynomialTrend: Sendable, Equatable {
  /// The largest power in all.
  public let degree: Int
  /// The exponents (of easting, of northing), by total degree.
  let exponents: [SIMD2<Int>]
  /// The coefficient of each term, in the data's unit per metre to the term's total degree.
  public let coefficients: [Double]

  /// - Throws: `negative` for the degree, `tooFewPoints` without points, `nonFinite`.
  /// - Precondition: one value a point.
  public static func fit(
    points: Points, values: [Double], degree: Int
  ) throws(NumericError) -> PolynomialTrend {
    precondition(points.count == values.count)
    guard degree >= 0 else { throw .negative(what: "degree", value: Double(degree)) }
    try requireFinite(points)
    let exponents = (0...degree).flatMap { total in
      (0...total).map { SIMD2(total - $0, $0) }
    }
    var design = Matrix(rows: points.count, columns: exponents.count)
    for row in 0..<points.count {
      let terms = terms(points.easting[row], points.northing[row], exponents)
      for column in terms.indices { design[row, column] = terms[column] }
    }
    return PolynomialTrend(
      degree: degree, exponents: exponents,
      coefficients: try LeastSquares.solve(design: design, data: values))
  }

  /// The polynomial at each point.
  public func evaluate(at points: Points) -> [Double] {
    zip(points.easting, points.northing).map { easting, northing in
      zip(Self.terms(easting, northing, exponents), coefficients).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// The polynomial on the nodes of a grid.
  public func evaluate(on geometry: GridGeometry) -> Grid {
    Grid(geometry: geometry, values: evaluate(at: geometry.nodes))
  }

  private static func terms(
    _ easting: Double, _ northing: Double, _ exponents: [SIMD2<Int>]
  ) -> [Double] {
    exponents.map { power(easting, $0[0]) * power(northing, $0[1]) }
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }
}
