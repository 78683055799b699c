public import NumericCore

/// How well a regional field was told from the residual one, in the unit of the fields.
///
/// At points where the surface is known the residual should vanish, for the starting surface is right there; elsewhere
/// it should keep its amplitude, for a regional field that takes everything leaves nothing to invert. The two pull
/// against each other: a separation is judged by both, or by their ratio.
public struct RegionalScore: Equatable, Sendable {
  /// Of the residual sampled at the points; NaN if none of them has a value.
  public let residualAtConstraints: Double
  /// Of the residual at all nodes.
  public let residualAmplitude: Double
  /// Of the true regional field minus the one found; NaN without the truth.
  public let regionalMisfit: Double
  /// Points without a value of the residual: beyond the grid's edges, or where it has gaps.
  public let missing: Int

  /// `residualAtConstraints` / `residualAmplitude`.
  public var ratio: Double { residualAtConstraints / residualAmplitude }

  /// - Parameters:
  ///   - residual: the residual field; at least 2 × 2 nodes.
  ///   - regional: the regional field on the same nodes.
  ///   - constraints: where the surface is known, best points that took no part in the separation.
  ///   - truth: the true regional field on these nodes, if it is known.
  ///   - average: of the differences.
  /// - Precondition: as many values in each field.
  public init(
    residual: Grid, regional: [Double], constraints: Points, truth: [Double]? = nil,
    average: ScoreAverage = .mean
  ) {
    precondition(
      regional.count == residual.values.count && (truth?.count ?? regional.count) == regional.count)
    let sampled = BicubicSampler.sample(grid: residual, at: constraints)
    residualAtConstraints = average(sampled)
    missing = sampled.count { !$0.isFinite }
    residualAmplitude = average(residual.values)
    regionalMisfit = truth.map { average(zip($0, regional).map { $0 - $1 }) } ?? .nan
  }
}
