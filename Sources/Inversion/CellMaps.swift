import Gravity
import NumericCore

/// A linear map from values of cells to observations that is never written out as a matrix.
protocol CellMap {
  /// One value an observation of one value a cell.
  func product(_ x: [Double], into result: inout [Double], workers: Workers)
  /// One value a cell of one value an observation.
  func transposed(_ y: [Double], into result: inout [Double], workers: Workers)
}

extension GridOperator: CellMap {}

/// A map whose rows are divided by the standard deviations of their data.
struct WeightedMap<Base: CellMap>: CellMap {
  let base: Base
  /// 1/σ, one value an observation.
  let weights: [Double]

  func product(_ x: [Double], into result: inout [Double], workers: Workers) {
    base.product(x, into: &result, workers: workers)
    for index in result.indices { result[index] *= weights[index] }
  }

  func transposed(_ y: [Double], into result: inout [Double], workers: Workers) {
    base.transposed(zip(y, weights).map { $0 * $1 }, into: &result, workers: workers)
  }
}

/// The attraction of cells between two faces as a map of their densities.
struct FacesMap: CellMap {
  let upper, lower: GridOperator

  func product(_ x: [Double], into result: inout [Double], workers: Workers) {
    var other = result
    upper.product(x, into: &result, workers: workers)
    lower.product(x, into: &other, workers: workers)
    for index in result.indices { result[index] -= other[index] }
  }

  func transposed(_ y: [Double], into result: inout [Double], workers: Workers) {
    var other = result
    upper.transposed(y, into: &result, workers: workers)
    lower.transposed(y, into: &other, workers: workers)
    for index in result.indices { result[index] -= other[index] }
  }
}
