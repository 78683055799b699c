public import NumericCore

/// The covariance of data: independent errors, stationary fields, and a few patterns of unknown size,
/// C = diag σ² + K + Σ cᵢcᵢᵀ.
///
/// On a grid products with K are convolutions and C⁻¹ goes by conjugate gradients, preconditioned with the cosines of the
/// grid, to 10⁻¹³; at scattered places K is written out and factored.
public struct DataCovariance: Sendable {
  /// Where the data are.
  public enum Places: Sendable {
    /// At some nodes of a grid, by their numbers.
    case grid(GridGeometry, nodes: [Int])
    case points(Points)
  }

  private enum Kind: Sendable {
    case independent
    case convolution(GridCovariance, nodes: [Int], mirror: MirroredProduct)
    case dense(Matrix, Cholesky)
  }

  /// σ, in the data's unit.
  public let deviations: [Double]
  /// c, each with one value a datum: 30 mGal everywhere frees a constant.
  public let patterns: [[Double]]
  private let field: Covariance?
  private let places: Places
  private let kind: Kind
  /// (C − Σccᵀ)⁻¹c and the factor of I + cᵀ(…)⁻¹c.
  private let solvedPatterns: [[Double]]
  private let patternFactor: Cholesky

  /// - Parameters:
  ///   - field: K as a sum of structures; nil without.
  /// - Throws: `tooManyPoints` for more than 5000 scattered data with a field; `numeric` where C has no inverse.
  public init(
    deviations: [Double], field: Covariance?, places: Places, patterns: [[Double]] = [],
    workers: Workers = .serial
  ) throws(KrigingError) {
    (self.deviations, self.field, self.places, self.patterns) = (deviations, field, places, patterns)
    guard deviations.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .badPoint(index: deviations.firstIndex { !($0 > 0 && $0.isFinite) } ?? 0)
    }
    kind = try Self.kind(deviations, field, places, workers)
    (solvedPatterns, patternFactor) = try Self.solved(patterns, kind, deviations)
  }

  /// Any covariance written out.
  public init(_ matrix: Matrix) throws(KrigingError) {
    deviations = (0..<matrix.rows).map { max(0, matrix[$0, $0]).squareRoot() }
    (field, patterns, solvedPatterns) = (nil, [], [])
    places = .points(Points(easting: [], northing: []))
    do throws(NumericError) {
      kind = .dense(matrix, try Cholesky(matrix))
      patternFactor = try Cholesky(Matrix(rows: 0, columns: 0))
    } catch { throw .numeric(error) }
  }

  /// Number of data.
  public var count: Int { deviations.count }

  private static func kind(
    _ deviations: [Double], _ field: Covariance?, _ places: Places, _ workers: Workers
  ) throws(KrigingError) -> Kind {
    guard let field else { return .independent }
    switch places {
    case .grid(let geometry, let nodes):
      precondition(nodes.count == deviations.count)
      return .convolution(
        GridCovariance(field, on: geometry, workers: workers), nodes: nodes,
        mirror: MirroredProduct(field, geometry, nodes, deviations, workers))
    case .points(let points):
      precondition(points.count == deviations.count)
      guard points.count <= KrigingData.mostPoints else {
        throw .tooManyPoints(found: points.count, limit: KrigingData.mostPoints)
      }
      var matrix = field.matrix(points, workers: workers)
      for index in deviations.indices { matrix[index, index] += deviations[index] * deviations[index] }
      do throws(NumericError) { return .dense(matrix, try Cholesky(matrix, workers: workers)) } catch {
        throw .numeric(error)
      }
    }
  }

  private static func solved(
    _ patterns: [[Double]], _ kind: Kind, _ deviations: [Double]
  ) throws(KrigingError) -> ([[Double]], Cholesky) {
    let solved = patterns.map { solve($0, kind, deviations, .serial) }
    var matrix = Matrix.identity(patterns.count)
    for row in patterns.indices {
      for column in patterns.indices {
        matrix[row, column] += ConjugateGradients.dot(patterns[row], solved[column])
      }
    }
    do throws(NumericError) { return (solved, try Cholesky(matrix)) } catch { throw .numeric(error) }
  }

  /// C·x.
  public func times(_ x: [Double], workers: Workers = .serial) -> [Double] {
    var result = Self.times(x, kind, deviations, workers)
    for pattern in patterns {
      let size = ConjugateGradients.dot(pattern, x)
      for index in result.indices { result[index] += size * pattern[index] }
    }
    return result
  }

  /// What of C·x is not independent error: of the weights α of an inversion the mean of fields and patterns.
  public func fieldTimes(_ x: [Double], workers: Workers = .serial) -> [Double] {
    guard field != nil || !patterns.isEmpty else { return x.map { _ in 0 } }
    return zip(times(x, workers: workers), zip(x, deviations)).map { $0 - $1.0 * $1.1 * $1.1 }
  }

  private static func times(
    _ x: [Double], _ kind: Kind, _ deviations: [Double], _ workers: Workers
  ) -> [Double] {
    switch kind {
    case .independent: return zip(x, deviations).map { $0 * $1 * $1 }
    case .dense(let matrix, _): return matrix.times(x)
    case .convolution(let field, let nodes, _):
      var grid = [Double](repeating: 0, count: field.geometry.count)
      for (index, node) in nodes.enumerated() { grid[node] = x[index] }
      let product = field.times(grid, workers: workers)
      return x.indices.map { product[nodes[$0]] + deviations[$0] * deviations[$0] * x[$0] }
    }
  }

  /// C⁻¹·x, the patterns by Woodbury's formula.
  public func solve(_ x: [Double], workers: Workers = .serial) -> [Double] {
    var result = Self.solve(x, kind, deviations, workers)
    guard !patterns.isEmpty else { return result }
    let sizes = patternFactor.solve(patterns.map { ConjugateGradients.dot($0, result) })
    for (number, pattern) in solvedPatterns.enumerated() {
      for index in result.indices { result[index] -= sizes[number] * pattern[index] }
    }
    return result
  }

  private static func solve(
    _ x: [Double], _ kind: Kind, _ deviations: [Double], _ workers: Workers
  ) -> [Double] {
    switch kind {
    case .independent: zip(x, deviations).map { $0 / ($1 * $1) }
    case .dense(_, let factor): factor.solve(x)
    case .convolution(_, _, let mirror):
      ConjugateGradients.solve(x, tolerance: 1e-13, limit: 2000) {
        times($0, kind, deviations, workers)
      } preconditioner: {
        mirror.apply($0, workers: workers)
      }.solution
    }
  }

  /// C written out.
  public func matrix(workers: Workers = .serial) -> Matrix {
    var result: Matrix
    switch kind {
    case .independent:
      result = Matrix(rows: count, columns: count)
      for index in 0..<count { result[index, index] = deviations[index] * deviations[index] }
    case .dense(let matrix, _): result = matrix
    case .convolution(let convolution, let nodes, _):
      let places = convolution.geometry.nodes.subset(nodes)
      result = field.map { $0.matrix(places, workers: workers) } ?? Matrix(rows: count, columns: count)
      for index in 0..<count { result[index, index] += deviations[index] * deviations[index] }
    }
    for pattern in patterns {
      for row in 0..<count {
        for column in 0..<count { result[row, column] += pattern[row] * pattern[column] }
      }
    }
    return result
  }

  /// A draw of the errors of one member, a function of the stream of `random` and the member alone.
  ///
  /// Round 0 of the stream is the field's, 2 the independent errors', 3 the patterns'.
  /// - Throws: `CirculantEmbedding.Obstacle`.
  public func draw(
    _ random: CounterRandom, member: Int, workers: Workers = .serial
  ) throws(CirculantEmbedding.Obstacle) -> [Double] {
    let noise = random.normal(count, row: member, round: 2, workers: workers)
    var result = zip(noise, deviations).map { $0 * $1 }
    if case .dense(_, let factor) = kind {
      result = factor.factorTimes(noise)
    } else if let field {
      guard case .grid(let geometry, let nodes) = places else {
        preconditionFailure("a convolution without grid")
      }
      let whole = try FieldSimulation(field, geometry: geometry, workers: workers)
        .draw(random, member: member, workers: workers).nodes
      let drawn = nodes.map { whole.values[$0] }
      result = zip(result, drawn).map(+)
    }
    let sizes = random.normal(patterns.count, row: member, round: 3)
    for (number, pattern) in patterns.enumerated() {
      for index in result.indices { result[index] += sizes[number] * pattern[index] }
    }
    return result
  }
}
