public import NumericCore

/// A field through data with errors: the best linear unbiased prediction under a covariance, beside a drift whose
/// coefficients are unknown. [Chiles2012, ch. 3]
///
/// Data c = Fβ + field + error, of covariance S = K + Σ + τ²I + E. With k the covariances of places and points,
/// A, P, α, β of `DriftFit` and R = F_q − k S⁻¹F:
///
///     mean      F_q β + k α
///     variance  s² − diag(k S⁻¹ kᵀ) + diag(R A⁻¹ Rᵀ)
///
/// of the field itself; a new datum scatters by its σ and τ about it. n³/3 multiplications to make, n² a place.
/// Tolerances against independent programs: `KrigingReferenceTests`.
public struct Kriging: Sendable {
  /// Values at points, with their errors.
  public let data: KrigingData
  /// The part that is known but for a few coefficients.
  public let drift: Drift
  /// The covariance and its jitter.
  public let model: KrigingModel
  /// β.
  public var coefficients: [Double] { solution.coefficients }
  let fit: DriftFit
  private let solution: DriftFit.Solution

  /// - Throws: `tooManyPoints`, `badPoint`, `driftUndefined`, `tooFewPoints`, `driftDependent`, `closePoints`.
  public init(
    _ data: KrigingData, drift: Drift, model: KrigingModel, workers: Workers = .serial
  ) throws(KrigingError) {
    try data.check()
    (self.data, self.drift, self.model) = (data, drift, model)
    let design = try drift.checkedMatrix(at: data.points)
    let system = data.systemMatrix(model, workers: workers)
    do throws(NumericError) {
      fit = try DriftFit(system, design: design, workers: workers)
    } catch { throw data.closest(model.covariance.metric) }
    solution = fit.solve(data.values)
  }

  /// Mean and standard deviation of the field; NaN where the drift has no value.
  public struct Prediction: Equatable, Sendable {
    public var mean, deviation: [Double]
  }

  /// Places of a block: memory is points · this a thread.
  private static let block = 64

  /// The field at places.
  public func predict(at places: Points, workers: Workers = .serial) -> Prediction {
    let count = places.count
    var result = Prediction(
      mean: Array(repeating: 0, count: count), deviation: Array(repeating: 0, count: count))
    result.mean.withUnsafeMutableBufferPointer { mean in
      result.deviation.withUnsafeMutableBufferPointer { deviation in
        nonisolated(unsafe) let (mean, deviation) = (mean, deviation)
        forEachBlock(of: places, workers: workers) { range, part in
          let rows = PredictorRows(self, at: part)
          for (index, value) in rows.mean(solution).enumerated() { mean[range.lowerBound + index] = value }
          for (index, value) in rows.variances.enumerated() {
            // Rounding takes the variance at an exact datum below 0.
            deviation[range.lowerBound + index] = value.isNaN ? .nan : max(0, value).squareRoot()
          }
        }
      }
    }
    return result
  }

  /// The mean alone, of these or of other values at the data's points: W y. Linear work a place.
  ///
  /// - Precondition: one value a point.
  public func mean(of values: [Double]? = nil, at places: Points, workers: Workers = .serial) -> [Double] {
    precondition(values.map { $0.count == data.count } ?? true)
    let solution = values.map { fit.solve($0) } ?? self.solution
    var result = [Double](repeating: 0, count: places.count)
    result.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      forEachBlock(of: places, workers: workers) { range, part in
        let covariances = model.covariance.matrix(part, data.points)
        let design = drift.matrix(at: part)
        let field = covariances.times(solution.weights)
        let trend = design.times(solution.coefficients)
        for index in 0..<part.count { out[range.lowerBound + index] = trend[index] + field[index] }
      }
    }
    return result
  }

  private func forEachBlock(
    of places: Points, workers: Workers, _ body: @Sendable (Range<Int>, Points) -> Void
  ) {
    let count = places.count
    workers.forEach((count + Self.block - 1) / Self.block) { index in
      let range = index * Self.block..<min(count, (index + 1) * Self.block)
      body(range, places.subset(Array(range)))
    }
  }

  /// The covariance of the prediction's errors between places: V = K − k S⁻¹ kᵀ + R A⁻¹ Rᵀ, places² numbers.
  public func covariance(at places: Points, workers: Workers = .serial) -> Matrix {
    let rows = PredictorRows(self, at: places, workers: workers)
    var result = model.covariance.matrix(places, workers: workers)
    let (known, drift) = (rows.half.gramOfRows(workers: workers), rows.drift.gramOfRows(workers: workers))
    for index in result.values.indices { result.values[index] += drift.values[index] - known.values[index] }
    return result
  }

  /// Logarithms of the restricted and of the marginal likelihood.
  public func likelihood(
    _ kind: CovarianceLikelihood.Kind, workers: Workers = .serial
  ) throws(KrigingError) -> (value: Double, gradient: [Double]) {
    let likelihood = try CovarianceLikelihood(data, drift: drift, kind: kind, workers: workers)
    guard let result = likelihood.evaluate(model) else { throw data.closest(model.covariance.metric) }
    return result
  }
}

/// What the prediction at some places needs: L⁻¹kᵀ and L_A⁻¹Rᵀ, a row a place.
struct PredictorRows {
  let half, drift: Matrix
  private let covariances, design: Matrix
  private let variance: Double

  init(_ kriging: Kriging, at places: Points, workers: Workers = .serial) {
    self.init(
      kriging.fit,
      covariances: kriging.model.covariance.matrix(places, kriging.data.points, workers: workers),
      design: kriging.drift.matrix(at: places), variance: kriging.model.covariance.variance, workers: workers)
  }

  /// - Parameters:
  ///   - covariances: k of each place with each point.
  ///   - design: F of each place.
  ///   - variance: of the field at each place.
  init(
    _ fit: DriftFit, covariances: Matrix, design: Matrix, variance: Double, workers: Workers = .serial
  ) {
    (self.covariances, self.design, self.variance) = (covariances, design, variance)
    var half = covariances
    fit.factor.solveForward(rows: &half, workers: workers)
    var drift = design
    for row in 0..<covariances.rows where fit.design.columns > 0 {
      let start = row * covariances.columns
      let image = fit.weighted.times(Array(covariances.values[start..<start + covariances.columns]))
      for column in image.indices { drift[row, column] -= image[column] }
    }
    fit.normal.solveForward(rows: &drift, workers: workers)
    (self.half, self.drift) = (half, drift)
  }

  func mean(_ solution: DriftFit.Solution) -> [Double] {
    let trend = design.times(solution.coefficients)
    return zip(trend, covariances.times(solution.weights)).map { $0 + $1 }
  }

  var variances: [Double] {
    (0..<half.rows).map { row in variance - Self.square(half, row) + Self.square(drift, row) }
  }

  private static func square(_ matrix: Matrix, _ row: Int) -> Double {
    var sum = 0.0
    for column in 0..<matrix.columns { sum += matrix[row, column] * matrix[row, column] }
    return sum
  }
}
