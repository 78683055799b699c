public import NumericCore

/// An approximation of the inverse of a symmetric positive definite matrix, itself symmetric and positive.
public protocol Preconditioner: Sendable {
  /// result = the approximation times x, one value an unknown.
  mutating func apply(to x: [Double], into result: inout [Double], workers: Workers)
}

/// No preconditioning.
public struct Unconditioned: Preconditioner {
  /// There is nothing to choose.
  public init() {}

  /// result = x.
  public func apply(to x: [Double], into result: inout [Double], workers: Workers) {
    for index in result.indices { result[index] = x[index] }
  }
}

/// Where there is none, x is taken as it is.
extension Optional: Preconditioner where Wrapped: Preconditioner {
  /// result = the wrapped approximation times x, or x.
  public mutating func apply(to x: [Double], into result: inout [Double], workers: Workers) {
    guard self != nil else { return Unconditioned().apply(to: x, into: &result, workers: workers) }
    self?.apply(to: x, into: &result, workers: workers)
  }
}
