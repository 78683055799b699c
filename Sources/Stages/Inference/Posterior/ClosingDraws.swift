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

  /// Fresh draws of a Gaussian behind an iteration, and behind them the probes.
  func plan(
    _ count: Int, of family: GaussianFamily, _ coordinates: PriorCoordinates, iteration: Int
  ) -> RoundPlan {
    let rows = draws.rows(count, dimension: dimension, draw: iteration).map {
      coordinates.physical(family.place($0))
    }
    return RoundPlan(rows + Self.probes(around: coordinates.physical(family.mean), beside: rows[0]))
  }

  /// The middle, and the middle with one setting after the other at another value: what predicts the same as the middle, bit for
  /// bit, does not depend on that setting, however bent the model is.
  private static func probes(around middle: [Double], beside other: [Double]) -> [[Double]] {
    [middle]
      + middle.indices.map { index in
        var probe = middle
        probe[index] = other[index]
        return probe
      }
  }
}
