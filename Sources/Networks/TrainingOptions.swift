/// How a committee is trained.
public struct TrainingOptions: Sendable {
  /// What moves the parameters.
  public enum Optimiser: String, Sendable, CaseIterable {
    /// All samples at every iteration.
    case lbfgs
    /// Mini-batches first, then all samples.
    case adam
  }

  /// Networks that are trained.
  public var committee = 10
  /// Units of a hidden layer and kernels of a mixture, drawn for each member.
  public var hidden = 25...50
  /// Normal distributions of a mixture, drawn for each member.
  public var kernels = 3...8
  /// Hidden layers, one or two.
  public var layers = 1
  /// What moves the parameters.
  public var optimiser = Optimiser.lbfgs
  /// The most iterations over all samples.
  public var iterations = 1000
  /// Iterations, or epochs, without a lower loss of the validation part after which a member stops.
  public var patience = 50
  /// Iterations after which noise is drawn anew. An epoch of mini-batches always has its own.
  public var redraw = 10
  /// Passes through all samples in mini-batches.
  public var epochs = 50
  /// Samples of a mini-batch.
  public var batch = 256
  /// Size of a step of mini-batches at the beginning.
  public var rate = 3e-3
  /// The factor that the step has at the end.
  public var decay = 0.01
  /// The largest length of a gradient of a mini-batch.
  public var clip = 5.0
  /// Of all that is drawn.
  public var seed: UInt64 = 0

  /// What is usual.
  public init() {}
}
