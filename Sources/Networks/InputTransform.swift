public import NumericCore

/// From data to the inputs of a network: standardised column by column and, where asked for, turned to principal
/// components of unit variance.
///
/// Means and deviations are those of the samples for training; noise that training adds counts among the variances, so
/// that what the network sees has unit variance.
public struct InputTransform: Sendable, Equatable {
  public var means, scales: [Double]
  /// A row a component, of unit length in standardised data; nil where all standardised data are inputs.
  public var basis: Matrix?
  /// Standard deviations of the components, noise included; 1 without components.
  public var deviations: [Double]

  /// What a network takes.
  public var inputs: Int { basis?.rows ?? means.count }
  /// Data of a sample.
  public var data: Int { means.count }

  /// What a file holds.
  public init(means: [Double], scales: [Double], basis: Matrix?, deviations: [Double]) {
    (self.means, self.scales, self.basis, self.deviations) = (means, scales, basis, deviations)
  }

  /// - Parameters:
  ///   - rows: samples without noise, one after the other.
  ///   - explained: share of the variance of standardised data that the components hold; nil for no components.
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
    let eigen = SymmetricEigen(covariance)
    let total = Statistics.sum(eigen.values.map { max(0, $0) })
    var (kept, sum) = (0, 0.0)
    while kept < data, sum < explained * total, eigen.values[kept] > 1e-12 * eigen.values[0] {
      sum += eigen.values[kept]
      kept += 1
    }
    let vectors = Matrix(rows: kept, columns: data, values: Array(eigen.vectors.values[..<(kept * data)]))
    basis = vectors
    deviations = eigen.values[..<kept].map { $0.squareRoot() }
    guard let extra = try componentNoise(noise) else { return }
    for index in 0..<kept {
      deviations[index] = (deviations[index] * deviations[index] * (1 + extra[index, index])).squareRoot()
    }
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
  func residuals(_ rows: [Double]) -> [Double] {
    guard let basis else { return Array(repeating: 0, count: rows.count / data) }
    let standard = standardised(rows)
    return stride(from: 0, to: rows.count, by: data).map { start in
      var rest = Array(standard[start..<start + data])
      for row in 0..<basis.rows {
        var sum = 0.0
        for column in 0..<data { sum += basis[row, column] * standard[start + column] }
        for column in 0..<data { rest[column] -= sum * basis[row, column] }
      }
      return (Statistics.sum(rest.map { $0 * $0 }) / Double(data)).squareRoot()
    }
  }
}
