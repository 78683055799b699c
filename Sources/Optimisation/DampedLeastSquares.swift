import CKernels
public import NumericCore

/// Minimises |J x − r|² + d² |x|² for a dense J by conjugate gradients on the normal equations
/// (JᵀJ + d²) x = Jᵀr.
///
/// The matrix streams from memory once an iteration: a pass takes four rows, forms their products
/// with the search direction and adds the rows, so weighted, to the result while they are still in
/// the cache and the next four are on their way. Rows are cut into a fixed number of chunks
/// with accumulators of their own, joined in order, so every number of threads gives the same bits.
///
/// Small systems that the iteration does not solve soon are factored instead. The matrix is formed and
/// factored in the time of some n / 6 iterations (measured for n of 36 to 400 unknowns).
public struct DampedLeastSquares {
  /// Enough for the cores of one node; the joining costs chunks · columns additions.
  private static let chunks = 16
  /// Unknowns up to which a factor is formed.
  private static let mostDirect = 1000

  public let rows, columns, stride: Int
  /// The instruction set of the inner loops; it never changes a bit.
  private let set: ck_set
  /// Rows of J, each padded with zeros to `stride`, a multiple of 8.
  public var matrix: [Double]
  private var partial: [Double]
  private var solution, gradient, direction, image: [Double]

  public struct Outcome {
    public var iterations: Int
    /// |(JᵀJ + d²) x − Jᵀr| / |Jᵀr|, by the recursion of the iteration.
    public var residual: Double
    /// |Jᵀr|.
    public var right: Double

    init(iterations: Int, start: Double, square: Double) {
      self.iterations = iterations
      residual = start > 0 ? (square / start).squareRoot() : 0
      right = start.squareRoot()
    }
  }

  /// A system whose matrix is zero.
  /// - Precondition: `stride` is a multiple of 8 and not below `columns`.
  public init(rows: Int, columns: Int, stride: Int) {
    self.init(rows: rows, columns: columns, stride: stride, set: ck_best_set())
  }

  init(rows: Int, columns: Int, stride: Int, set: ck_set) {
    precondition(stride >= columns && stride % 8 == 0)
    (self.rows, self.columns, self.stride) = (rows, columns, stride)
    self.set = set
    matrix = Array(repeating: 0, count: rows * stride)
    partial = Array(repeating: 0, count: Self.chunks * stride)
    solution = Array(repeating: 0, count: stride)
    (gradient, direction, image) = (solution, solution, solution)
  }

  /// The minimiser and how well it was found. Stops where |(JᵀJ + d²) x − Jᵀr| is below the
  /// tolerance, or after `iterationLimit` iterations, with what it has.
  public mutating func solve(
    _ right: [Double], damping: Double, penalty: NormalTerm? = nil, tolerance: SolverTolerance = .init(),
    iterationLimit: Int? = nil, workers: Workers
  ) -> (step: [Double], outcome: Outcome) {
    precondition(right.count == rows)
    transposedProduct(right, workers: workers)
    swap(&gradient, &image)
    if let penalty { for index in 0..<stride { gradient[index] -= penalty.offset[index] } }
    for index in 0..<stride { (solution[index], direction[index]) = (0, gradient[index]) }
    let start = dot(gradient, gradient)
    var square = start
    var iterations = 0
    // The bound is only met with damping close to zero, where the last digits of the step are
    // those of directions that the data do not see.
    let limit = iterationLimit ?? 4 * columns + 100
    let bound = tolerance.squaredBound(start)
    let patience = columns <= Self.mostDirect && iterationLimit == nil ? columns / 6 : limit
    while square > bound, iterations < limit {
      if iterations == patience,
        let direct = direct(right, damping: damping, penalty: penalty, workers: workers)
      {
        return (direct.step, Outcome(iterations: iterations, start: start, square: direct.square))
      }
      normalProduct(damping: damping, workers: workers)
      if let penalty {
        let added = penalty.product(direction)
        for index in 0..<stride { image[index] += added[index] }
      }
      let curvature = dot(direction, image)
      guard curvature > 0 else { break }
      square = advance(by: square / curvature, square)
      iterations += 1
    }
    return (
      Array(solution[..<columns]), Outcome(iterations: iterations, start: start, square: square)
    )
  }

  /// The solution by Cholesky's factor of JᵀJ + d², and the squared residual that it leaves; nil where
  /// that is not positive definite in rounding.
  private mutating func direct(
    _ right: [Double], damping: Double, penalty: NormalTerm?, workers: Workers
  ) -> (step: [Double], square: Double)? {
    var transposed = Matrix(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { transposed[column, row] = matrix[row * stride + column] }
    }
    var normal = transposed.gramOfRows(workers: workers)
    for column in 0..<columns { normal[column, column] += damping * damping }
    if let penalty { add(penalty, to: &normal) }
    guard let factor = try? Cholesky(normal, workers: workers) else { return nil }
    transposedProduct(right, workers: workers)
    var image = Array(self.image[..<columns])
    if let penalty { for column in 0..<columns { image[column] -= penalty.offset[column] } }
    let step = factor.solve(image)
    let product = normal.times(step)
    return (step, zip(product, image).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
  }

  /// Adds a term's matrix, column by column.
  private func add(_ penalty: NormalTerm, to normal: inout Matrix) {
    var unit = [Double](repeating: 0, count: stride)
    for column in 0..<columns {
      unit[column] = 1
      for (row, value) in penalty.product(unit)[..<columns].enumerated() where value != 0 {
        normal[row, column] += value
      }
      unit[column] = 0
    }
  }

  /// Multiplies every row of the matrix.
  public mutating func scaleRows(by factors: [Double]) {
    precondition(factors.count == rows)
    matrix.withUnsafeMutableBufferPointer { matrix in
      for row in 0..<rows {
        for index in row * stride..<(row + 1) * stride { matrix[index] *= factors[row] }
      }
    }
  }

  /// One update of solution, gradient and direction; returns the new squared gradient.
  private mutating func advance(by length: Double, _ square: Double) -> Double {
    for index in 0..<stride {
      solution[index] += length * direction[index]
      gradient[index] -= length * image[index]
    }
    let next = dot(gradient, gradient)
    let ratio = next / square
    for index in 0..<stride { direction[index] = gradient[index] + ratio * direction[index] }
    return next
  }

  /// image = Jᵀ(J direction) + damping² direction.
  private mutating func normalProduct(damping: Double, workers: Workers) {
    let (set, stride) = (set, stride)
    direction.withUnsafeBufferPointer { direction in
      nonisolated(unsafe) let direction = direction.baseAddress.unsafelyUnwrapped
      overChunks(workers: workers) { matrix, sum, range in
        ck_add_normal(
          set, matrix + range.lowerBound * stride, range.count, direction, sum, stride)
      }
    }
    for index in 0..<stride { image[index] += damping * damping * direction[index] }
  }

  /// image = Jᵀ right.
  private mutating func transposedProduct(_ right: [Double], workers: Workers) {
    let (set, stride) = (set, stride)
    overChunks(workers: workers) { matrix, sum, range in
      var row = range.lowerBound
      while row + 1 < range.upperBound {
        ck_add_pair(set, matrix + row * stride, right[row], right[row + 1], sum, stride)
        row += 2
      }
      if row < range.upperBound { Self.add(matrix + row * stride, right[row], to: sum, stride) }
    }
  }

  /// Runs `body(matrix, accumulator, rows)` for every chunk and joins the accumulators in `image`.
  private mutating func overChunks(
    workers: Workers,
    _ body: @Sendable (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Range<Int>) -> Void
  ) {
    let (rows, stride, chunks) = (rows, stride, Self.chunks)
    matrix.withUnsafeBufferPointer { matrix in
      partial.withUnsafeMutableBufferPointer { partial in
        nonisolated(unsafe) let matrix = matrix.baseAddress.unsafelyUnwrapped
        nonisolated(unsafe) let partial = partial.baseAddress.unsafelyUnwrapped
        workers.forEach(chunks) { chunk in
          let sum = partial + chunk * stride
          sum.update(repeating: 0, count: stride)
          // Bounds are multiples of four: rows go in fours.
          let first = min(rows, (rows * chunk / chunks + 3) / 4 * 4)
          let end = chunk + 1 == chunks ? rows : min(rows, (rows * (chunk + 1) / chunks + 3) / 4 * 4)
          body(matrix, sum, first..<end)
        }
      }
    }
    for index in 0..<stride {
      var total = 0.0
      for chunk in 0..<chunks { total += partial[chunk * stride + index] }
      image[index] = total
    }
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double { ck_dot(set, a, b, stride) }

  /// sum += factor · row.
  private static func add(
    _ row: UnsafePointer<Double>, _ factor: Double, to sum: UnsafeMutablePointer<Double>,
    _ stride: Int
  ) {
    for index in 0..<stride { sum[index] += factor * row[index] }
  }
}

/// When a solver of the normal equations (JᵀJ + d²) x = Jᵀr is done: the residual is below
/// `relative` times the larger one of |Jᵀr| and `reference`, but in no case above 10⁻⁶ |Jᵀr|.
///
/// In an inversion the reference is |Jᵀr| of the first step. What is left of the residual moves a step
/// by at most |residual| / d², so every step is as exact in metres as the first, and the small last ones
/// need fewer iterations.
public struct SolverTolerance {
  public var relative = 1e-10
  public var reference = 0.0

  public init(relative: Double = 1e-10, reference: Double = 0) {
    (self.relative, self.reference) = (relative, reference)
  }

  func squaredBound(_ start: Double) -> Double {
    let wanted = relative * relative * max(start, reference * reference)
    return min(wanted, 1e-12 * start)
  }
}
