/// Ensembles against truths that their data were made of.
public enum SimulationVariables {
  /// Mean of the members minus truth, metres.
  public static let error = Variable("error", .height, "mean of the members minus truth", look: .difference)
  /// σ of the members, metres.
  public static let deviation = Variable(
    "deviation", .height, "standard deviation of the members", look: .deviation)
  /// 0 to M.
  public static let rank = Variable("rank", .count, "members below the truth")
  /// Over truths, metres.
  public static let bias = Variable("bias", .height, "mean error over the truths", look: .difference)
  /// Over truths, bias included, metres.
  public static let rootMeanSquare = Variable(
    "rms_error", .height, "root mean square error over the truths", look: .deviation)
  /// Over truths, metres.
  public static let stated = Variable(
    "rms_deviation", .height, "root mean square of the stated deviation", look: .deviation)

  /// Of maps, and of what they are made of.
  public static let all: [Variable] = [error, deviation, rank, bias, rootMeanSquare, stated]
}
