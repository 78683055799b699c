public import NumericCore

/// A linear map J from unknowns to observations.
///
/// Vectors of unknowns have `length` values; a map may pad them beyond its unknowns with values that stay 0.
public protocol LinearMap {
  /// Values of a vector of unknowns.
  var length: Int { get }
  /// Observations.
  var observations: Int { get }
  /// result = J x, one value an observation of `length` values.
  func product(_ x: [Double], into result: inout [Double], workers: Workers)
  /// result = Jᵀ y, `length` values of one value an observation.
  func transposed(_ y: [Double], into result: inout [Double], workers: Workers)
  /// result = JᵀJ x. Scratch is the caller's, empty at first and handed back as it is; what it holds means nothing.
  func normal(_ x: [Double], into result: inout [Double], scratch: inout [Double], workers: Workers)
}

extension LinearMap {
  /// The two products, one after the other.
  public func normal(_ x: [Double], into result: inout [Double], scratch: inout [Double], workers: Workers) {
    if scratch.count != observations { scratch = Array(repeating: 0, count: observations) }
    product(x, into: &scratch, workers: workers)
    transposed(scratch, into: &result, workers: workers)
  }
}

/// A map whose rows are multiplied by weights: W J.
public struct WeightedMap<Base: LinearMap>: LinearMap {
  let base: Base
  /// 1/σ, one value an observation.
  let weights: [Double]

  /// - Parameter weights: of the rows, one value an observation; 1/σ makes the misfit one in deviations.
  public init(base: Base, weights: [Double]) { (self.base, self.weights) = (base, weights) }

  /// Values of a vector of unknowns.
  public var length: Int { base.length }
  /// Observations.
  public var observations: Int { base.observations }

  /// result = W J x.
  public func product(_ x: [Double], into result: inout [Double], workers: Workers) {
    base.product(x, into: &result, workers: workers)
    for index in result.indices { result[index] *= weights[index] }
  }

  /// result = Jᵀ W y.
  public func transposed(_ y: [Double], into result: inout [Double], workers: Workers) {
    base.transposed(zip(y, weights).map { $0 * $1 }, into: &result, workers: workers)
  }

  /// result = Jᵀ W² J x, without a vector of its own.
  public func normal(_ x: [Double], into result: inout [Double], scratch: inout [Double], workers: Workers) {
    if scratch.count != observations { scratch = Array(repeating: 0, count: observations) }
    base.product(x, into: &scratch, workers: workers)
    for index in scratch.indices { scratch[index] = scratch[index] * weights[index] * weights[index] }
    base.transposed(scratch, into: &result, workers: workers)
  }
}

/// A map J, and one near it whose products cost less.
public struct ApproximatedMap<Map: LinearMap> {
  let exact, near: Map

  /// - Parameters:
  ///   - exact: J.
  ///   - near: its approximation, of the same lengths.
  public init(_ exact: Map, near: Map) { (self.exact, self.near) = (exact, near) }
}
