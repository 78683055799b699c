public import NumericCore

/// A linear map from values of cells to observations that is never written out as a matrix.
public protocol CellMap {
  /// One value an observation of one value a cell.
  func product(_ x: [Double], into result: inout [Double], workers: Workers)
  /// One value a cell of one value an observation.
  func transposed(_ y: [Double], into result: inout [Double], workers: Workers)
}

/// A map whose rows are divided by the standard deviations of their data.
public struct WeightedMap<Base: CellMap>: CellMap {
  let base: Base
  /// 1/σ, one value an observation.
  let weights: [Double]

  public init(base: Base, weights: [Double]) { (self.base, self.weights) = (base, weights) }

  public func product(_ x: [Double], into result: inout [Double], workers: Workers) {
    base.product(x, into: &result, workers: workers)
    for index in result.indices { result[index] *= weights[index] }
  }

  public func transposed(_ y: [Double], into result: inout [Double], workers: Workers) {
    base.transposed(zip(y, weights).map { $0 * $1 }, into: &result, workers: workers)
  }
}
