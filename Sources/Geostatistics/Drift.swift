public import NumericCore

/// The part of a field that is known but for a few coefficients: F β, a column of F a term.
///
/// Terms: a polynomial in U = (e − e₀)/aₑ and V = (n − n₀)/aₙ in the order 1, U, V, U², UV, V²; then covariates.
public struct Drift: Sendable {
  /// Of the polynomial, 0 (a constant) to 2; nil: no polynomial.
  public var degree: Int?
  /// e₀, n₀ and aₑ, aₙ, metres.
  public var centre, halfExtent: (easting: Double, northing: Double)
  /// Fields that are known but for their factor, behind the polynomial.
  public var covariates: [Covariate]

  /// A field that is known everywhere, e.g. gravity.
  public struct Covariate: Sendable {
    let value: @Sendable (_ easting: Double, _ northing: Double) -> Double

    /// - Parameter value: NaN where there is none.
    public init(_ value: @escaping @Sendable (_ easting: Double, _ northing: Double) -> Double) {
      self.value = value
    }

    /// A grid divided by `unit`, bilinear between its nodes and without a value beyond them.
    public static func grid(_ grid: Grid, unit: Double = 1) -> Covariate {
      let sampler = BilinearSampler(grid, rules: .ofMaps)
      return Covariate { sampler.value(easting: $0, northing: $1) / unit }
    }
  }

  /// A polynomial of scaled coordinates and covariates.
  public init(
    degree: Int?, centre: (easting: Double, northing: Double) = (0, 0),
    halfExtent: (easting: Double, northing: Double) = (1, 1), covariates: [Covariate] = []
  ) {
    precondition(degree.map { (0...2).contains($0) } ?? true, "a degree from 0 to 2")
    (self.degree, self.centre, self.halfExtent) = (degree, centre, halfExtent)
    self.covariates = covariates
  }

  /// Scaled by the centre and the half extent of a region.
  public init(degree: Int?, over region: Region, covariates: [Covariate] = []) {
    self.init(
      degree: degree,
      centre: ((region.west + region.east) / 2, (region.south + region.north) / 2),
      halfExtent: (
        region.width > 0 ? region.width / 2 : 1, region.height > 0 ? region.height / 2 : 1
      ), covariates: covariates)
  }

  /// A constant.
  public static let constant = Drift(degree: 0)

  /// Number of terms.
  public var columns: Int { (degree.map { ($0 + 1) * ($0 + 2) / 2 } ?? 0) + covariates.count }

  /// F at places, a row each; NaN where a covariate has no value.
  public func matrix(at places: Points) -> Matrix {
    var result = Matrix(rows: places.count, columns: columns)
    for row in 0..<places.count {
      let (easting, northing) = (places.easting[row], places.northing[row])
      var terms: [Double] = []
      if let degree {
        let u = (easting - centre.easting) / halfExtent.easting
        let v = (northing - centre.northing) / halfExtent.northing
        terms = [1]
        if degree > 0 { terms += [u, v] }
        if degree > 1 { terms += [u * u, u * v, v * v] }
      }
      terms += covariates.map { $0.value(easting, northing) }
      for (column, term) in terms.enumerated() { result[row, column] = term }
    }
    return result
  }

  /// F at data.
  ///
  /// - Throws: `driftUndefined`, `tooFewPoints`, `driftDependent`.
  func checkedMatrix(at points: Points) throws(KrigingError) -> Matrix {
    let result = matrix(at: points)
    for row in 0..<points.count {
      for column in 0..<columns where !result[row, column].isFinite {
        throw .driftUndefined(
          covariate: column - (columns - covariates.count), easting: points.easting[row],
          northing: points.northing[row])
      }
    }
    guard points.count > columns else {
      throw .tooFewPoints(found: points.count, driftColumns: columns)
    }
    guard columns > 0 else { return result }
    let rank = OrthogonalDecomposition(Self.scaled(result)).rank
    guard rank == columns else { throw .driftDependent(rank: rank, columns: columns) }
    return result
  }

  /// Columns of norm 1, so that the rank doesn't depend on units.
  private static func scaled(_ design: Matrix) -> Matrix {
    var result = design
    for column in 0..<design.columns {
      var square = 0.0
      for row in 0..<design.rows { square += design[row, column] * design[row, column] }
      guard square > 0 else { continue }
      for row in 0..<design.rows { result[row, column] /= square.squareRoot() }
    }
    return result
  }
}
