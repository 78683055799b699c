public import NumericCore

/// From data to the inputs of a network: standardised column by column and, where asked for, turned to principal
/// components of unit variance.
///
/// Means and deviations are those of the samples for training; noise that training adds counts among the variances, so
/// that what the network sees has unit variance.
///
/// Where the noise is known the components are those of noise-weighted data: with the noise's covariance C = L Lᵀ of
/// standardised data x, L⁻¹x has noise of covariance 1, and the eigenvectors v of the samples' covariance of it, with
/// values λ, give the inputs vᵀL⁻¹x of signal λ and noise 1, independent of each other. Of a linear problem of normal
/// distributions no other k numbers tell more of the model, and what is left out tells the ½ Σ ln(1 + λ) of the values
/// left out. Components of x itself forget what the rest of the data says of correlated noise in them: with exponential
/// correlation the posterior by two such components was 1.38 times as wide as that of all data. [Green1988]
public struct InputTransform: Sendable, Equatable {
  public var means, scales: [Double]
  /// A row a component, whose product with standardised data it is: of unit length without noise, of unit noise with it; nil
  /// where all standardised data are inputs.
  public var basis: Matrix?
  /// A row a component: what of standardised data belongs to 1 of it. Nil where that is the basis itself.
  public var patterns: Matrix?
  /// Standard deviations of the components, noise included; 1 without components.
  public var deviations: [Double]

  /// What a network takes.
  public var inputs: Int { basis?.rows ?? means.count }
  /// Data of a sample.
  public var data: Int { means.count }

  /// What a file holds.
  public init(
    means: [Double], scales: [Double], basis: Matrix?, patterns: Matrix? = nil, deviations: [Double]
  ) {
    (self.means, self.scales, self.deviations) = (means, scales, deviations)
    (self.basis, self.patterns) = (basis, patterns)
  }

  /// - Parameters:
  ///   - rows: samples without noise, one after the other.
  ///   - explained: share that the components hold of the variance of standardised data, or, where noise is known, of the
  ///     information Σ ½ ln(1 + λ), which is the stricter of the two: no smaller a share of the variance. Nil for no components.
  public init(
    rows: [Double], data: Int, noise: DataNoise, explained: Double?, workers: Workers = .serial
  ) throws(NetworkError) {
    let count = rows.count / data
    guard count > 1 else { throw .tooFewSamples(part: "training", found: count, needed: 2) }
    let variances = try noise.variances(data)
    means = []
    scales = []
    for column in 0..<data {
      let values = stride(from: column, to: rows.count, by: data).map { rows[$0] }
      let mean = Statistics.mean(values)
      means.append(mean)
      let variance = Statistics.variance(values, lostDegrees: 1)
      // A column that rounding alone moves is constant.
      let own = variance > 1e-26 * mean * mean ? variance : 0
      scales.append((own + variances[column]).squareRoot())
    }
    guard scales.contains(where: { $0 > 0 }) else { throw .constantData }
    scales = scales.map { $0 > 0 ? $0 : 1 }
    deviations = Array(repeating: 1, count: data)
    guard let explained, data > 1 else { return }
    try turn(rows, noise: noise, explained: explained, workers)
  }

  private mutating func turn(
    _ rows: [Double], noise: DataNoise, explained: Double, _ workers: Workers
  ) throws(NetworkError) {
    let count = rows.count / data
    let columns = Matrix(rows: count, columns: data, values: standardised(rows)).transposed()
    var covariance = columns.timesTransposed(columns, workers: workers)
    for index in covariance.values.indices { covariance.values[index] /= Double(count - 1) }
    let weight = try noiseWeight(noise, workers)
    if let weight { covariance = Self.weighted(covariance, weight, workers) }
    let eigen = SymmetricEigen(covariance)
    let shares = eigen.values.map { weight == nil ? max(0, $0) : 0.5 * Elementary.log(1 + max(0, $0)) }
    let total = Statistics.sum(shares)
    var (kept, sum) = (0, 0.0)
    while kept < data, sum < explained * total, eigen.values[kept] > 1e-12 * eigen.values[0] {
      sum += shares[kept]
      kept += 1
    }
    let vectors = Matrix(rows: kept, columns: data, values: Array(eigen.vectors.values[..<(kept * data)]))
    (basis, patterns) = (vectors, nil)
    deviations = eigen.values[..<kept].map { $0.squareRoot() }
    if let weight {
      var inverse = Matrix.identity(data)
      weight.solveForward(rows: &inverse, workers: workers)
      basis = vectors.timesTransposed(inverse, workers: workers)
      patterns = Matrix(
        rows: kept, columns: data,
        values: (0..<kept).flatMap {
          weight.factorTimes(Array(vectors.values[($0 * data)..<(($0 + 1) * data)]))
        })
    }
    guard let extra = try componentNoise(noise) else { return }
    for index in 0..<kept {
      deviations[index] = (deviations[index] * deviations[index] * (1 + extra[index, index])).squareRoot()
    }
  }

  /// L of the noise in standardised data; nil without noise.
  ///
  /// Smooth correlations leave combinations of data that hardly have any noise, and a datum may have none: a thousandth of the
  /// usual deviation is added to all, since there rounding and what no model has would weigh more than all that was measured.
  private func noiseWeight(_ noise: DataNoise, _ workers: Workers) throws(NetworkError) -> Cholesky? {
    guard var covariance = try noise.covariance(scales: scales) else { return nil }
    let usual = Statistics.mean((0..<data).map { covariance[$0, $0] })
    guard usual > 0 else { return nil }
    for index in 0..<data { covariance[index, index] += 1e-6 * usual }
    do {
      return try Cholesky(covariance, workers: workers)
    } catch {
      throw .noiseCovariance
    }
  }

  /// L⁻¹ S L⁻ᵀ, both triangles alike.
  private static func weighted(_ covariance: Matrix, _ weight: Cholesky, _ workers: Workers) -> Matrix {
    var result = covariance
    weight.solveForward(rows: &result, workers: workers)
    result = result.transposed()
    weight.solveForward(rows: &result, workers: workers)
    return result
  }

  /// The noise's covariance among inputs; nil without noise.
  func componentNoise(_ noise: DataNoise) throws(NetworkError) -> Matrix? {
    guard let covariance = try noise.covariance(scales: scales) else { return nil }
    guard let basis else { return covariance }
    // V C Vᵀ, C symmetric.
    let half = basis.timesTransposed(covariance)
    var result = half.timesTransposed(basis)
    for row in 0..<result.rows {
      for column in 0..<result.columns { result[row, column] /= deviations[row] * deviations[column] }
    }
    for row in 0..<result.rows {
      for column in 0..<row { result[row, column] = result[column, row] }
    }
    return result
  }

  func standardised(_ rows: [Double]) -> [Double] {
    var result = rows
    for start in stride(from: 0, to: rows.count, by: data) {
      for column in 0..<data {
        result[start + column] = (rows[start + column] - means[column]) / scales[column]
      }
    }
    return result
  }

  /// Inputs of samples, one after the other.
  public func callAsFunction(_ rows: [Double], workers: Workers = .serial) -> [Double] {
    let standard = standardised(rows)
    guard let basis else { return standard }
    let table = Matrix(rows: rows.count / data, columns: data, values: standard)
    var result = table.timesTransposed(basis, workers: workers).values
    for start in stride(from: 0, to: result.count, by: basis.rows) {
      for index in 0..<basis.rows { result[start + index] /= deviations[index] }
    }
    return result
  }

  /// Of each sample the length, per datum, of what of its standardised data no component holds; 0 without components.
  ///
  /// In standardised data with noise-weighted components, too: weighted by the noise, what smooth correlations leave
  /// almost no noise in would be all that is seen of the rest, and a regional field, which they hide, nothing.
  func residuals(_ rows: [Double]) -> [Double] {
    guard let basis else { return Array(repeating: 0, count: rows.count / data) }
    let patterns = patterns ?? basis
    let standard = standardised(rows)
    return stride(from: 0, to: rows.count, by: data).map { start in
      var rest = Array(standard[start..<start + data])
      for row in 0..<basis.rows {
        var sum = 0.0
        for column in 0..<data { sum += basis[row, column] * standard[start + column] }
        for column in 0..<data { rest[column] -= sum * patterns[row, column] }
      }
      return (Statistics.sum(rest.map { $0 * $0 }) / Double(data)).squareRoot()
    }
  }
}
