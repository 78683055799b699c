/// Numbers of one iteration; iteration 0 is the start.
public struct IterationRecord: Equatable, Sendable {
  /// 0 is the start.
  public var iteration: Int
  /// Root mean square of the residual over the data that count, in their unit (mGal of gravity).
  public var rmse: Double
  /// √RMSE: what Invert4Geom calls the l2-norm.
  public var l2Norm: Double
  /// l2-norm of the iteration before divided by this one's; infinity at the start.
  public var deltaL2Norm: Double
  /// Root mean square over the free parameters of what was added to them, in their unit.
  public var stepRMS: Double
  /// Iterations of the linear solver, and the residual of the normal equations relative to their
  /// right side that they reached (asked for: 2·10⁻¹¹ of the first step's, of large grids 10⁻⁹, at most 10⁻⁶).
  public var solverIterations: Int
  /// What was left, relative to the right side.
  public var solverResidual: Double
  /// Parameters whose step was shortened because the whole of it led to where the problem has no meaning.
  public var shortened: Int

  /// The l2-norm follows from the RMSE.
  public init(
    iteration: Int, rmse: Double, deltaL2Norm: Double, stepRMS: Double,
    solver: (iterations: Int, residual: Double), shortened: Int = 0
  ) {
    (self.iteration, self.rmse, self.deltaL2Norm) = (iteration, rmse, deltaL2Norm)
    l2Norm = rmse.squareRoot()
    (self.stepRMS, self.shortened) = (stepRMS, shortened)
    (solverIterations, solverResidual) = solver
  }
}
