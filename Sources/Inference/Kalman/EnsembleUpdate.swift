public import NumericCore

/// The Kalman update of an ensemble by covariances between its members and what they predict.
///
/// Data are whitened: of the noise covariance R = L Lᵀ everything here sees L⁻¹ times data, so that the noise has the
/// covariance I.
public struct EnsembleUpdate: Sendable {
  /// (m_j − m̄)/√(N − 1): [member][parameter].
  private let anomalies: [[Double]]
  /// G = (AᵀA + α I)⁻¹ Aᵀ with A = (whitened predictions − their centre)/√(N − 1): N rows, one column a datum. The gain is
  /// the anomalies times G: by the identity Aᵀ(A Aᵀ + α I)⁻¹ = (AᵀA + α I)⁻¹ Aᵀ no matrix of the data's size
  /// is solved.
  private let gain: Matrix
  /// A, a row a member.
  private let spread: Matrix
  private let inflation: Double

  /// - Parameters:
  ///   - members: [member][parameter].
  ///   - residuals: L⁻¹(y − g_j): [member][datum].
  ///   - centre: L⁻¹(y − g) of what stands for the predictions' mean; nil for that mean itself.
  ///   - inflation: the factor α on the noise's covariance.
  /// - Precondition: at least two members, as many residuals; α > 0.
  public init(
    members: [[Double]], residuals: [[Double]], centre: [Double]? = nil, inflation: Double,
    workers: Workers = .serial
  ) {
    precondition(members.count > 1 && members.count == residuals.count && inflation > 0)
    let scale = 1 / Double(members.count - 1).squareRoot()
    let mean = Self.mean(members)
    anomalies = members.map { member in zip(member, mean).map { ($0 - $1) * scale } }
    let middle = centre ?? Self.mean(residuals)
    // The residual falls where the prediction grows.
    let deviations = residuals.map { residual in zip(residual, middle).map { ($1 - $0) * scale } }
    let count = members.count
    let matrix = Matrix(rows: count, columns: middle.count, values: deviations.flatMap(\.self))
    (spread, self.inflation) = (matrix, inflation)
    var gram = matrix.timesTransposed(matrix, workers: workers)
    for index in 0..<count { gram[index, index] += inflation }
    do {
      let factor = try Cholesky(gram, workers: workers)
      var columns = matrix.transposed()
      factor.solveForward(rows: &columns, workers: workers)
      // Row d of `columns` is L⁻¹ of column d of A; what is missing is L⁻ᵀ.
      gain = Self.solveBackward(factor, columns)
    } catch {
      preconditionFailure(
        "a Gram matrix with a positive number on its diagonal is positive definite: \(error)")
    }
  }

  /// X with Lᵀ X = (rows)ᵀ.
  private static func solveBackward(_ factor: Cholesky, _ rows: Matrix) -> Matrix {
    var result = rows.transposed()
    let (order, width) = (result.rows, result.columns)
    for row in stride(from: order - 1, through: 0, by: -1) {
      let pivot = factor.factor[row, row]
      for column in 0..<width { result.values[row * width + column] /= pivot }
      for above in 0..<row {
        let part = factor.factor[row, above]
        guard part != 0 else { continue }
        for column in 0..<width {
          result.values[above * width + column] -= part * result.values[row * width + column]
        }
      }
    }
    return result
  }

  /// K e of every innovation e (whitened): [innovation][parameter].
  /// - Parameter taper: how much each datum may tell a parameter, by the parameter's index; nil for all that the
  ///   ensemble says. It multiplies the gain (Schur product).
  public func times(
    _ innovations: [[Double]], taper: (@Sendable (Int) -> [Double])? = nil, workers: Workers = .serial
  ) -> [[Double]] {
    times(innovations, by: gain, taper, workers)
  }

  /// The change of every member by the square root of the update: K r̄ + K̃ (r_j − r̄), r the residuals.
  ///
  /// With K̃ = S_θ f(AᵀA) Aᵀ, f(λ) = 1/(√(λ + α)(√(λ + α) + √α)), the covariance of the members is S_θ S_θᵀ − K A S_θᵀ as
  /// exactly as that of the ensemble is; no data are perturbed, so no chance enters. [Whitaker2002] One eigenproblem of as many rows as
  /// there are members.
  /// - Parameters:
  ///   - residuals: those of `init`.
  ///   - taper: of `times`, of both gains.
  public func squareRoot(
    _ residuals: [[Double]], taper: (@Sendable (Int) -> [Double])? = nil, workers: Workers = .serial
  ) -> [[Double]] {
    let alpha = inflation
    let gram = spread.timesTransposed(spread, workers: workers)
    let root = alpha.squareRoot()
    let inner = SymmetricEigen(gram).applying { value in
      let sum = (max(0, value) + alpha).squareRoot()
      return 1 / (sum * (sum + root))
    }
    let reduced = inner.timesTransposed(spread.transposed(), workers: workers)
    let mean = Self.mean(residuals)
    let deviations = residuals.map { zip($0, mean).map { $0 - $1 } }
    let shift = times([mean], by: gain, taper, workers)[0]
    return times(deviations, by: reduced, taper, workers).map { zip($0, shift).map { $0 + $1 } }
  }

  private func times(
    _ innovations: [[Double]], by gain: Matrix, _ taper: (@Sendable (Int) -> [Double])?, _ workers: Workers
  ) -> [[Double]] {
    let data = Matrix(
      rows: innovations.count, columns: gain.columns, values: innovations.flatMap(\.self))
    guard let taper else {
      let weights = data.timesTransposed(gain, workers: workers)
      let parameters = anomalies.first?.count ?? 0
      return (0..<innovations.count).map { row in
        var change = [Double](repeating: 0, count: parameters)
        for (index, anomaly) in anomalies.enumerated() {
          let weight = weights[row, index]
          for parameter in 0..<parameters { change[parameter] += weight * anomaly[parameter] }
        }
        return change
      }
    }
    return localised(data, gain, taper, workers)
  }

  /// Parameters in blocks of 256, each with rows of the gain of its own.
  private func localised(
    _ data: Matrix, _ gain: Matrix, _ taper: @Sendable (Int) -> [Double], _ workers: Workers
  ) -> [[Double]] {
    let parameters = anomalies.first?.count ?? 0
    let byDatum = gain.transposed()
    var changes = Array(repeating: [Double](repeating: 0, count: parameters), count: data.rows)
    for first in stride(from: 0, to: parameters, by: 256) {
      let block = first..<min(parameters, first + 256)
      let values = block.flatMap { parameter in anomalies.map { $0[parameter] } }
      var rows = Matrix(rows: block.count, columns: anomalies.count, values: values)
        .timesTransposed(byDatum, workers: workers)
      for (row, parameter) in block.enumerated() {
        let factors = taper(parameter)
        precondition(factors.count == rows.columns, "a factor for each datum")
        for datum in factors.indices { rows[row, datum] *= factors[datum] }
      }
      let product = data.timesTransposed(rows, workers: workers)
      for innovation in 0..<data.rows {
        for (column, parameter) in block.enumerated() {
          changes[innovation][parameter] = product[innovation, column]
        }
      }
    }
    return changes
  }

  /// The mean over members.
  public static func mean(_ members: [[Double]]) -> [Double] {
    var sum = [Double](repeating: 0, count: members.first?.count ?? 0)
    for member in members {
      for index in sum.indices { sum[index] += member[index] }
    }
    return sum.map { $0 / Double(members.count) }
  }
}

/// A taper of correlations with a compact support. [Gaspari1999]
public enum GaspariCohn {
  /// Of the distance in units of the half-width c: 1 at 0, 0.208 at 1, 0 from 2 on; two derivatives are continuous.
  public static func value(_ distance: Double) -> Double {
    let r = abs(distance)
    if r >= 2 { return 0 }
    if r <= 1 { return (((-0.25 * r + 0.5) * r + 0.625) * r - 5.0 / 3) * r * r + 1 }
    let polynomial = ((((r / 12 - 0.5) * r + 0.625) * r + 5.0 / 3) * r - 5) * r + 4
    return max(0, polynomial - 2 / (3 * r))
  }
}
