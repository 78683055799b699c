import Inference
import Planning

/// The normal numbers of a closing round: fresh ones, whatever the rounds before were drawn with.
struct ClosingDraws {
  private let draws: NormalDraws
  private let dimension: Int

  /// - Parameter outer: the member of another family that the inference is inside of.
  init(_ settings: Settings, outer: String?, dimension: Int) {
    self.dimension = dimension
    // Evenly, as far as Sobol's sequence has dimensions.
    let source: NormalDraws.Source = dimension <= Sobol.maximumDimensions ? .sobol : .monteCarlo
    draws = NormalDraws(
      source, seed: UInt64(settings[FamilySettings.seed]),
      stream: "closing round" + (outer.map { " in \($0)" } ?? ""))
  }

  /// Rows 0 … count − 1 behind an iteration.
  func rows(_ count: Int, iteration: Int) -> [[Double]] {
    draws.rows(count, dimension: dimension, draw: iteration)
  }
}
