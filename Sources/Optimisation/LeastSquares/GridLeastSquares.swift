public import NumericCore

/// Minimises |J x − r|² + d² |x|², and a term beside it, for a map J that is never written out, by preconditioned
/// conjugate gradients on the normal equations.
///
/// Frozen cells have no entries in J and stay 0.
public struct GridLeastSquares<Conditioner: Preconditioner>: Sendable {
  private let cells: Int
  /// An approximation of (JᵀJ + d²)⁻¹, symmetric and positive; none where nil.
  public var preconditioner: Conditioner?

  /// - Parameter preconditioner: an approximation of (JᵀJ + d²)⁻¹, symmetric and positive.
  public init(cells: Int, preconditioner: Conditioner? = nil) {
    (self.cells, self.preconditioner) = (cells, preconditioner)
  }

  /// The minimiser, one value a cell, and how well it was found. Stops where |(JᵀJ + d²) x − Jᵀr| is below the
  /// tolerance, or after 4 · cells + 100 iterations, with what it has.
  /// - Parameters:
  ///   - right: r, one value an observation.
  ///   - damping: d.
  ///   - penalty: P and its offset, one value a cell.
  public func solve(
    _ map: some LinearMap, _ right: [Double], damping: Double, penalty: NormalTerm? = nil,
    tolerance: SolverTolerance, workers: Workers
  ) -> (step: [Double], outcome: SolverOutcome) {
    precondition(map.length == cells)
    let equations = NormalEquations(map: map, damping: damping, penalty: penalty, workers: workers)
    var gradients = ConjugateGradients(
      equations.right(right), preconditioner: preconditioner, workers: workers)
    equations.iterate(&gradients, to: tolerance.squaredBound(gradients.start), limit: limit)
    return (gradients.solution, SolverOutcome(gradients))
  }

  private var limit: Int { 4 * cells + 100 }

  /// The same by refinement (Higham, Accuracy and Stability of Numerical Algorithms, 2002, chapter 12): conjugate
  /// gradients with an approximation of J find most of what is left of the solution, J tells what that leaves of the
  /// residual, and so on. The solution is as good, and nearly all products are the approximation's. Where that is too far
  /// from J to be of use, conjugate gradients with J go on.
  public func solve<Map>(
    _ maps: ApproximatedMap<Map>, _ right: [Double], damping: Double, penalty: NormalTerm? = nil,
    tolerance: SolverTolerance, workers: Workers
  ) -> (step: [Double], outcome: SolverOutcome) {
    precondition(maps.exact.length == cells && maps.near.length == cells)
    let exact = NormalEquations(map: maps.exact, damping: damping, penalty: penalty, workers: workers)
    let near = NormalEquations(map: maps.near, damping: damping, penalty: penalty, workers: workers)
    var refinement = Refinement(exact, near: near, right: exact.right(right), tolerance: tolerance)
    refinement.run(preconditioner, limit: limit)
    let outcome = SolverOutcome(
      iterations: refinement.iterations, start: refinement.start, square: refinement.square)
    return (refinement.solution, outcome)
  }
}
