import NumericCore

/// Whether a Gaussian fitted to a posterior can be trusted, and what fresh draws of it say about the posterior itself by
/// importance weights.
public struct PosteriorVerdict: Sendable {
  /// Of the ratios of joint density and Gaussian.
  public let smoothing: ParetoSmoothing
  /// Mean of the log ratios and its standard error: the ELBO, a lower bound of the evidence.
  public let elbo: Double, elboError: Double
  /// Means and deviations of the parameters over the draws, and the same with their weights.
  public let mean: [Double], deviation: [Double], weightedMean: [Double], weightedDeviation: [Double]
  /// Greatest log ratio less the smallest.
  public let spread: Double
  /// Draws that gave a density, and those that did not.
  public let used: Int, failed: Int

  /// - Parameters:
  ///   - parameters: θ of every draw.
  ///   - logJoint: ln p(y, θ) in the coordinates of `logProposal`; nil for a run that failed.
  ///   - logProposal: ln q of every draw.
  /// - Throws: `allDrawsFailed`.
  public init(
    parameters: [[Double]], logJoint: [Double?], logProposal: [Double]
  ) throws(PosteriorError) {
    precondition(parameters.count == logJoint.count && parameters.count == logProposal.count)
    let rows = logJoint.indices.filter { logJoint[$0]?.isFinite ?? false }
    guard !rows.isEmpty else { throw .allDrawsFailed(count: logJoint.count) }
    let ratios = rows.map { (logJoint[$0] ?? .nan) - logProposal[$0] }
    smoothing = ParetoSmoothing(ratios)
    spread = (ratios.max() ?? 0) - (ratios.min() ?? 0)
    (used, failed) = (rows.count, logJoint.count - rows.count)
    elbo = Statistics.mean(ratios)
    let count = Double(rows.count)
    elboError = rows.count > 1 ? Statistics.deviation(ratios, lostDegrees: 1) / count.squareRoot() : .nan
    let weights = smoothing.logWeights.map { Elementary.exp($0) }
    let equal = [Double](repeating: 1 / count, count: rows.count)
    let columns = (parameters.first ?? []).indices.map { column in rows.map { parameters[$0][column] } }
    let plain = columns.map { Self.moments($0, equal) }
    let weighed = columns.map { Self.moments($0, weights) }
    (mean, deviation) = (plain.map(\.mean), plain.map(\.deviation))
    (weightedMean, weightedDeviation) = (weighed.map(\.mean), weighed.map(\.deviation))
  }

  private static func moments(
    _ values: [Double], _ weights: [Double]
  ) -> (mean: Double, deviation: Double) {
    let mean = Statistics.sum(zip(values, weights).map { $0 * $1 })
    let squares = Statistics.sum(zip(values, weights).map { ($0 - mean) * ($0 - mean) * $1 })
    return (mean, squares.squareRoot())
  }

  /// ln p(y) with all constants, and its standard error.
  public var logEvidence: (value: Double, error: Double) { (smoothing.logMean, smoothing.logMeanError) }

  /// Greatest |weighted mean − mean| in units of the weighted deviation.
  public var largestShift: Double {
    mean.indices.map { abs(weightedMean[$0] - mean[$0]) / max(weightedDeviation[$0], 1e-300) }.max() ?? 0
  }

  /// What the numbers say together.
  public enum Grade: String, Sendable, CaseIterable { case trusted, reweighted, refused, unknown }

  /// Whether all weights lie within a tenth of each other: then k̂ is that of a tail without weight.
  public var hasEqualWeights: Bool { !smoothing.shape.isNaN && spread <= 0.1 }

  /// k̂ < 0.5, or equal weights: the Gaussian is close; < 0.7: weighted means hold; above, neither; NaN where the draws are too
  /// few to tell.
  public var grade: Grade {
    let shape = smoothing.shape
    if shape.isNaN { return .unknown }
    if hasEqualWeights { return .trusted }
    return shape < 0.5 ? .trusted : shape < 0.7 ? .reweighted : .refused
  }
}
