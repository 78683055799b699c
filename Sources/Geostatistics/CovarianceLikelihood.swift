public import NumericCore

/// How likely data are under a covariance whose drift is unknown.
///
/// With A and P of `DriftFit`, n data and p terms:
///
///     restricted: −½ [(n − p) ln 2π + ln|S| + ln|A| − ln|FᵀF| + cᵀPc]
///     marginal:   −½ [n ln 2π + ln|S| + cᵀPc], β at its best
///
/// The restricted one is the likelihood of what the data say beside the drift, does not depend on the scaling of F, and
/// is not biased towards small deviations. [Harville1974]
public struct CovarianceLikelihood: Sendable {
  /// Which of the two likelihoods.
  public enum Kind: String, CaseIterable, Equatable, Hashable, Sendable {
    case restricted, marginal
  }

  private static let logTwoPi = 1.8378770664093454836

  /// Which of the two it is.
  public let kind: Kind
  private let data: KrigingData
  private let design: Matrix
  private let logGram: Double
  private let workers: Workers

  /// - Throws: as `Kriging`.
  public init(
    _ data: KrigingData, drift: Drift, kind: Kind = .restricted, workers: Workers = .serial
  ) throws(KrigingError) {
    try data.check()
    (self.data, self.kind, self.workers) = (data, kind, workers)
    design = try drift.checkedMatrix(at: data.points)
    do throws(NumericError) {
      logGram =
        design.columns > 0 ? try Cholesky(design.transposed().gramOfRows()).logDeterminant : 0
    } catch { throw .driftDependent(rank: design.columns - 1, columns: design.columns) }
  }

  /// Logarithm of the likelihood and its derivatives with respect to ln s and ln ℓ of each structure and, last, ln τ;
  /// nil where S is not positive definite.
  ///
  /// With W = α αᵀ − P (marginal: α αᵀ − S⁻¹) a derivative is ½ Σ Wᵢⱼ ∂Sᵢⱼ. Some 2 n³ multiplications.
  public func evaluate(_ model: KrigingModel) -> (value: Double, gradient: [Double])? {
    guard
      let fit = try? DriftFit(
        data.systemMatrix(model, workers: workers), design: design, workers: workers)
    else { return nil }
    let solution = fit.solve(data.values)
    return (value(fit, solution.square), gradient(fit, solution.weights, model))
  }

  private func value(_ fit: DriftFit, _ square: Double) -> Double {
    let count = Double(data.count)
    switch kind {
    case .restricted:
      return -0.5
        * ((count - Double(design.columns)) * Self.logTwoPi + fit.factor.logDeterminant
          + fit.normal.logDeterminant - logGram + square)
    case .marginal:
      return -0.5 * (count * Self.logTwoPi + fit.factor.logDeterminant + square)
    }
  }

  private func gradient(_ fit: DriftFit, _ weights: [Double], _ model: KrigingModel) -> [Double] {
    let against =
      kind == .restricted ? fit.projector(workers: workers) : fit.factor.inverse(workers: workers)
    let structures = model.covariance.structures
    let (count, size) = (data.count, 2 * structures.count + 1)
    let metric = model.covariance.metric
    var rows = [Double](repeating: 0, count: count * size)
    rows.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      let points = data.points
      workers.forEach(count) { row in
        let start = row * size
        for column in 0...row {
          // Pairs below the diagonal count twice, and the ½ of the formula makes that once.
          let share = row == column ? 0.5 : 1
          let weight = share * (weights[row] * weights[column] - against[row, column])
          let distance = metric.distance(
            points.easting[row] - points.easting[column],
            points.northing[row] - points.northing[column])
          for (index, structure) in structures.enumerated() {
            let scale = structure.deviation * structure.deviation * weight
            let (value, slope) = structure.correlation.valueAndSlope(distance / structure.length)
            out[start + 2 * index] += 2 * scale * value
            out[start + 2 * index + 1] += scale * slope
          }
          if row == column { out[start + size - 1] = 2 * model.jitter * model.jitter * weight }
        }
      }
    }
    return (0..<size).map { term in
      (0..<count).reduce(0) { $0 + rows[$1 * size + term] }
    }
  }
}
