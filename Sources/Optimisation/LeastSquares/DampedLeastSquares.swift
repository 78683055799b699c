public import NumericCore

/// Minimises |J x − r|² + d² |x|², and a term beside it, for a matrix J: by conjugate gradients on the normal
/// equations (JᵀJ + d² + P) x = Jᵀr − offset.
///
/// Small systems that the iteration does not solve soon are factored instead. The matrix is formed and
/// factored in the time of some n / 6 iterations (measured for n of 36 to 400 unknowns).
public struct DampedLeastSquares: Sendable {
  /// How well a system was solved.
  public typealias Outcome = SolverOutcome

  /// Unknowns up to which a factor is formed.
  private static let mostDirect = 1000

  /// J.
  public var map: DenseMap

  /// A system whose matrix is zero.
  /// - Precondition: `stride` is a multiple of 8 and not below `columns`.
  public init(rows: Int, columns: Int, stride: Int) {
    map = DenseMap(rows: rows, columns: columns, stride: stride)
  }

  /// Rows of J, each padded with zeros to `stride`.
  public var matrix: [Double] {
    get { map.values }
    _modify { yield &map.values }
  }

  /// Values of a padded row.
  public var stride: Int { map.stride }

  /// Multiplies every row of the matrix.
  public mutating func scaleRows(by factors: [Double]) { map.scaleRows(by: factors) }

  /// The minimiser, `columns` values, and how well it was found. Stops where |(JᵀJ + d²) x − Jᵀr| is below the
  /// tolerance, or after `iterationLimit` iterations (4 · columns + 100 where nil), with what it has.
  ///
  /// The tolerance is only missed with damping close to zero, where the last digits of the step are those of
  /// directions that the data do not see.
  /// - Parameters:
  ///   - right: r, one value a row.
  ///   - damping: d.
  ///   - penalty: P and its offset, in vectors of `stride` values.
  public func solve(
    _ right: [Double], damping: Double, penalty: NormalTerm? = nil, tolerance: SolverTolerance = .init(),
    iterationLimit: Int? = nil, workers: Workers
  ) -> (step: [Double], outcome: Outcome) {
    precondition(right.count == map.rows)
    let columns = map.columns
    let equations = NormalEquations(map: map, damping: damping, penalty: penalty, workers: workers)
    let normalRight = equations.right(right)
    var gradients = ConjugateGradients(normalRight, preconditioner: Unconditioned(), workers: workers)
    let bound = tolerance.squaredBound(gradients.start)
    let limit = iterationLimit ?? 4 * columns + 100
    let patience = columns <= Self.mostDirect && iterationLimit == nil ? columns / 6 : limit
    equations.iterate(&gradients, to: bound, limit: patience)
    if patience < limit, gradients.iterations == patience, gradients.square > bound {
      if let direct = equations.factored(normalRight) {
        return (direct.step, Outcome(iterations: patience, start: gradients.start, square: direct.square))
      }
      equations.iterate(&gradients, to: bound, limit: limit)
    }
    return (Array(gradients.solution[..<columns]), Outcome(gradients))
  }
}

extension NormalEquations where Map == DenseMap {
  /// The solution by Cholesky's factor of the matrix, and the squared residual that it leaves; nil where
  /// that is not positive definite in rounding.
  fileprivate func factored(_ right: [Double]) -> (step: [Double], square: Double)? {
    var normal = map.gram(damping: damping, workers: workers)
    if let penalty { add(penalty, to: &normal) }
    guard let factor = try? Cholesky(normal, workers: workers) else { return nil }
    let image = Array(right[..<map.columns])
    let step = factor.solve(image)
    let product = normal.times(step)
    return (step, zip(product, image).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
  }

  /// Adds a term's matrix, column by column.
  private func add(_ penalty: NormalTerm, to normal: inout Matrix) {
    var unit = [Double](repeating: 0, count: map.stride)
    for column in 0..<map.columns {
      unit[column] = 1
      for (row, value) in penalty.product(unit)[..<map.columns].enumerated() where value != 0 {
        normal[row, column] += value
      }
      unit[column] = 0
    }
  }
}
