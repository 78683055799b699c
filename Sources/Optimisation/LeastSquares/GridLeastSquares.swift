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
    equations.iterate(&gradients, tolerance: tolerance, limit: 4 * cells + 100)
    return (gradients.solution, SolverOutcome(gradients))
  }
}
