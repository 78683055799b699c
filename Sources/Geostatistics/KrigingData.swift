public import NumericCore

/// Values of a field at scattered points, with what is known of their errors.
public struct KrigingData: Sendable {
  /// The most points that a dense factor of their covariance is made for.
  public static let mostPoints = 5000

  /// Where they are, metres.
  public var points: Points
  /// One a point; NaN is refused.
  public var values: [Double]
  /// Standard deviations σ of the values, in their unit; 0 for exact ones.
  public var deviations: [Double]
  /// A covariance E of further errors, in the square of that unit.
  public var given: Matrix?

  /// - Precondition: one value and deviation a point, one row and column of `given` a point.
  public init(points: Points, values: [Double], deviations: [Double], given: Matrix? = nil) {
    precondition(values.count == points.count && deviations.count == points.count)
    precondition(given.map { $0.rows == points.count && $0.columns == points.count } ?? true)
    (self.points, self.values, self.deviations, self.given) = (points, values, deviations, given)
  }

  /// Number of data.
  public var count: Int { values.count }

  /// The data at the given places of the list.
  public func subset(_ indices: [Int]) -> KrigingData {
    var part: Matrix?
    if let given {
      var matrix = Matrix(rows: indices.count, columns: indices.count)
      for (row, first) in indices.enumerated() {
        for (column, second) in indices.enumerated() { matrix[row, column] = given[first, second] }
      }
      part = matrix
    }
    return KrigingData(
      points: points.subset(indices), values: indices.map { values[$0] },
      deviations: indices.map { deviations[$0] }, given: part)
  }

  /// - Throws: `tooManyPoints`, `badPoint`.
  func check() throws(KrigingError) {
    guard count <= Self.mostPoints else { throw .tooManyPoints(found: count, limit: Self.mostPoints) }
    let bad = (0..<count).first { index in
      !(points.easting[index].isFinite && points.northing[index].isFinite && values[index].isFinite
        && deviations[index].isFinite && deviations[index] >= 0)
    }
    if let bad { throw .badPoint(index: bad) }
  }

  /// The two points with the least distance.
  func closest(_ metric: Covariance.Metric) -> KrigingError {
    var (best, pair) = (Double.infinity, (0, 0))
    for first in 0..<count {
      for second in 0..<first {
        let distance = metric.distance(
          points.easting[first] - points.easting[second], points.northing[first] - points.northing[second])
        if distance < best { (best, pair) = (distance, (second, first)) }
      }
    }
    return .closePoints(first: pair.0, second: pair.1, distance: best)
  }
}

/// The numbers of a kriging: the covariance of the field, and the deviation τ (the jitter) of an independent error that
/// every datum has beside its own.
public struct KrigingModel: Equatable, Hashable, Sendable {
  /// Of the field.
  public var covariance: Covariance
  /// τ, in the unit of the field.
  public var jitter: Double

  /// A covariance and τ, in the unit of the field.
  public init(_ covariance: Covariance, jitter: Double = 0) {
    (self.covariance, self.jitter) = (covariance, jitter)
  }
}

extension KrigingData {
  /// S = K + Σ + τ²I + E; only the lower triangle.
  func systemMatrix(_ model: KrigingModel, workers: Workers) -> Matrix {
    var result = Matrix(rows: count, columns: count)
    let (covariance, metric, count) = (model.covariance, model.covariance.metric, self.count)
    result.values.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      workers.forEach(count) { row in
        let (easting, northing) = (points.easting[row], points.northing[row])
        for column in 0..<row {
          out[row * count + column] = covariance.value(
            metric.distance(easting - points.easting[column], northing - points.northing[column]))
        }
        out[row * count + row] =
          covariance.variance + deviations[row] * deviations[row] + model.jitter * model.jitter
        guard let given else { return }
        for column in 0...row { out[row * count + column] += given[row, column] }
      }
    }
    return result
  }
}
