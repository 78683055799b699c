import NumericCore

/// A solution of normal equations A x = b, corrected by solutions of equations near them, and what it leaves of b.
struct Refinement<Map: LinearMap> {
  /// What a correction may leave of the residual. An approximation by a thousandth can't do much better.
  private static var part: Double { 3e-4 }
  /// How many times larger the error may be for the next residual, which lies in other directions.
  private static var caution: Double { 4 }

  private let exact, near: NormalEquations<Map>
  /// |b − A x|² may be this.
  private let bound: Double
  private var residual: [Double]
  /// What the last correction left of a residual, which tells the error of the approximation for such a residual.
  private var share: Double?
  /// x so far.
  private(set) var solution: [Double]
  /// Rounds of conjugate gradients so far.
  private(set) var iterations = 0
  /// |b|², and |b − A x|² so far.
  let start: Double
  private(set) var square: Double

  /// From x = 0.
  init(
    _ exact: NormalEquations<Map>, near: NormalEquations<Map>, right: [Double], tolerance: SolverTolerance
  ) {
    (self.exact, self.near, residual) = (exact, near, right)
    solution = Array(repeating: 0, count: right.count)
    start = exact.workers.dot(right, right)
    square = start
    bound = tolerance.squaredBound(start)
  }

  /// Until the bound is met: first with the approximation, as long as each correction leaves less than a third of the
  /// residual, then without.
  mutating func run(_ preconditioner: some Preconditioner, limit: Int) {
    while square > bound, (share ?? 0) < 1.0 / 3 {
      correct(by: near, to: max(bound / 4, Self.part * Self.part * square), preconditioner, limit)
    }
    if square > bound { correct(by: exact, to: bound, preconditioner, limit) }
  }

  /// Adds what some equations make of the residual. That is the last correction where four times the error that the
  /// approximation showed leaves the residual below the bound; else A tells the residual.
  private mutating func correct(
    by equations: NormalEquations<Map>, to target: Double, _ preconditioner: some Preconditioner, _ limit: Int
  ) {
    let (correction, left) = solved(equations, target, preconditioner, limit)
    exact.workers.add(1, correction, to: &solution)
    if let share {
      let error = Self.caution * share
      let estimate = left + error * error * square
      if estimate <= bound {
        square = estimate
        return
      }
    }
    var (image, scratch) = ([Double](repeating: 0, count: correction.count), [Double]())
    exact.product(correction, into: &image, scratch: &scratch)
    exact.workers.add(-1, image, to: &residual)
    let before = square
    square = exact.workers.dot(residual, residual)
    share = (square / before).squareRoot()
  }

  /// A solution for the residual, and the square of what it leaves. Its vectors end here, before others are made.
  private mutating func solved(
    _ equations: NormalEquations<Map>, _ target: Double, _ preconditioner: some Preconditioner, _ limit: Int
  ) -> (correction: [Double], left: Double) {
    var gradients = ConjugateGradients(residual, preconditioner: preconditioner, workers: exact.workers)
    equations.iterate(&gradients, to: target, limit: limit)
    iterations += gradients.iterations
    return (gradients.solution, gradients.square)
  }
}
