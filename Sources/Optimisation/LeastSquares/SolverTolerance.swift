/// When a solver of the normal equations (JᵀJ + d²) x = Jᵀr is done: the residual is below
/// `relative` times the larger one of |Jᵀr| and `reference`, but in no case above 10⁻⁶ |Jᵀr|.
///
/// In an inversion the reference is |Jᵀr| of the first step. What is left of the residual moves a step
/// by at most |residual| / d², so every step is as exact in metres as the first, and the small last ones
/// need fewer iterations.
public struct SolverTolerance: Sendable {
  /// The part of the right side that may be left.
  public var relative: Double
  /// Length of a right side that counts where it is the longer one.
  public var reference: Double

  /// To 10⁻¹⁰ of the right side, unless told otherwise.
  public init(relative: Double = 1e-10, reference: Double = 0) {
    (self.relative, self.reference) = (relative, reference)
  }

  /// The largest square of the residual that is allowed for a right side of square `start`.
  func squaredBound(_ start: Double) -> Double {
    let wanted = relative * relative * max(start, reference * reference)
    return min(wanted, 1e-12 * start)
  }
}
