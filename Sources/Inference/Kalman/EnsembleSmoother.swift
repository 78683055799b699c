public import NumericCore

/// Ensemble smoother with multiple data assimilation, ES-MDA: the data enter several times with their noise inflated by
/// α_i, Σ 1/α_i = 1, which for a linear problem is the same as once. [Emerick2013]
///
/// One step is m_j ← m_j + K_i (y + √α_i L z_j − g(m_j)), with the gain K_i of `EnsembleUpdate`, or the square root of the same
/// update, which perturbs no data. With a linear forward model, a normal prior and many members the last ensemble is a
/// sample of the posterior; by the square root its mean and covariance are those of the posterior whose prior has the first
/// ensemble's, without any chance.
public struct EnsembleSmoother: Sendable {
  /// α of every assimilation.
  public let inflations: [Double]
  /// Of what is drawn.
  public let seed: UInt64
  /// Tells these draws from others.
  public let stream: String

  /// How the spread of the members follows the data.
  public enum Transform: Sendable, Equatable {
    /// By noise that is drawn for every member's data.
    case perturbedData
    /// By the square root of the update.
    case squareRoot
  }

  /// - Parameter inflations: see `complaint(_:)`, which must be nil.
  public init(inflations: [Double], seed: UInt64, stream: String = "kalman") {
    precondition(Self.complaint(inflations) == nil, "inflations whose inverses sum to 1")
    (self.inflations, self.seed, self.stream) = (inflations, seed, stream)
  }

  /// α = n each.
  public static func equal(_ assimilations: Int) -> [Double] {
    Array(repeating: Double(assimilations), count: assimilations)
  }

  /// α_i ∝ ratio^−i: each a ratio-th of the one before, so that the first steps, where a nonlinear forward model is
  /// far from what it is at the end, are small.
  /// - Precondition: ratio ≥ 1, at least one assimilation.
  public static func falling(_ assimilations: Int, ratio: Double) -> [Double] {
    precondition(assimilations > 0 && ratio >= 1)
    var powers = [1.0]
    while powers.count < assimilations { powers.append(powers[powers.count - 1] * ratio) }
    let sum = Statistics.sum(powers)
    return powers.map { sum / $0 }
  }

  /// What is wrong; nil for nothing.
  public static func complaint(_ inflations: [Double]) -> String? {
    guard !inflations.isEmpty, inflations.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      return "inflations are positive numbers, at least one"
    }
    let sum = Statistics.sum(inflations.map { 1 / $0 })
    return abs(sum - 1) <= 1e-6 ? nil : "the inverses of the inflations sum to \(sum) instead of 1"
  }

  /// The ensemble after an assimilation.
  /// - Parameters:
  ///   - members: [member][parameter].
  ///   - residuals: L⁻¹(y − g_j), whitened by the noise's factor.
  ///   - assimilation: from 0.
  ///   - transform: how spread is left.
  ///   - taper: of `EnsembleUpdate.times`.
  public func update(
    _ members: [[Double]], residuals: [[Double]], assimilation: Int, transform: Transform = .perturbedData,
    taper: (@Sendable (Int) -> [Double])? = nil, workers: Workers = .serial
  ) -> [[Double]] {
    let alpha = inflations[assimilation]
    let update = EnsembleUpdate(members: members, residuals: residuals, inflation: alpha, workers: workers)
    if transform == .squareRoot {
      let changes = update.squareRoot(residuals, taper: taper, workers: workers)
      return zip(members, changes).map { zip($0, $1).map { $0 + $1 } }
    }
    let random = CounterRandom(seed: seed, stream: stream + " data")
    let root = alpha.squareRoot()
    let innovations = residuals.enumerated().map { member, residual in
      zip(residual, random.normal(residual.count, row: member, round: assimilation)).map { $0 + root * $1 }
    }
    let changes = update.times(innovations, taper: taper, workers: workers)
    return zip(members, changes).map { zip($0, $1).map { $0 + $1 } }
  }

  /// The ensemble with draws in the places of members that failed: of the normal distribution with the mean and the
  /// covariance of those that did not, m̄ + Σ w_k (m_k − m̄)/√(n − 1) with w ~ N(0, I).
  /// - Precondition: at least two have not failed.
  public static func replaced(
    _ members: [[Double]], failed: Set<Int>, seed: UInt64, stream: String, round: Int
  ) -> [[Double]] {
    guard !failed.isEmpty else { return members }
    let kept = members.indices.filter { !failed.contains($0) }.map { members[$0] }
    precondition(kept.count > 1, "two members to draw from")
    let mean = EnsembleUpdate.mean(kept)
    let random = CounterRandom(seed: seed, stream: stream + " replacement")
    let scale = 1 / Double(kept.count - 1).squareRoot()
    return members.enumerated().map { index, member in
      guard failed.contains(index) else { return member }
      var drawn = mean
      for (weight, other) in zip(random.normal(kept.count, row: index, round: round), kept) {
        for axis in drawn.indices { drawn[axis] += weight * scale * (other[axis] - mean[axis]) }
      }
      return drawn
    }
  }
}
