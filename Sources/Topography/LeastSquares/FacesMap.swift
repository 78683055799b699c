public import Gravity
import NumericCore
public import Optimisation

extension GridOperator: LinearMap {}

/// The attraction of cells between two faces as a map of their densities.
struct FacesMap: LinearMap {
  let upper, lower: GridOperator

  var length: Int { upper.length }
  var observations: Int { upper.observations }

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
