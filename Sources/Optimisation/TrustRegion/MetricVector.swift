/// A symmetric positive operator P from derivatives to changes of a model: P = scale · S, S a smoothing or nothing.
///
/// ‖g‖² = gᵀ P g and ‖s‖² = sᵀ P⁻¹ s. With the inverse of a cell's size as scale, both are independent of the mesh.
public struct Metric: Sendable {
  /// In front of the smoothing.
  public let scale: Double
  /// S; nil for the identity.
  public let smoothing: (@Sendable ([Double]) -> [Double])?
  /// S⁻¹, for changes that are not made by S.
  public let roughening: (@Sendable ([Double]) -> [Double])?

  /// - Parameters:
  ///   - scale: above 0.
  ///   - smoothing: symmetric and positive, with its inverse; nil for none.
  public init(
    scale: Double = 1,
    smoothing: (apply: @Sendable ([Double]) -> [Double], invert: @Sendable ([Double]) -> [Double])? = nil
  ) {
    precondition(scale > 0)
    self.scale = scale
    (self.smoothing, roughening) = (smoothing?.apply, smoothing?.invert)
  }

  /// A derivative with what S makes of it.
  public func vector(dual: [Double]) -> MetricVector {
    MetricVector(dual: dual, smooth: smoothing.map { $0(dual) })
  }

  /// A change of the model with the derivative that it comes from.
  public func vector(primal: [Double]) -> MetricVector {
    let smooth = primal.map { $0 / scale }
    guard let roughening else { return MetricVector(dual: smooth, smooth: nil) }
    return MetricVector(dual: roughening(smooth), smooth: smooth)
  }

  /// P r.
  public func primal(_ vector: MetricVector) -> [Double] { vector.smoothed.map { scale * $0 } }

  /// aᵀ P b.
  public func inner(_ a: MetricVector, _ b: MetricVector) -> Double {
    scale * dot(a.dual, b.smoothed)
  }

  /// √(rᵀ P r).
  public func norm(_ vector: MetricVector) -> Double { max(0, inner(vector, vector)).squareRoot() }
}

/// A derivative r and S r, which is the same array where nothing is smoothed.
public struct MetricVector: Sendable, Equatable {
  /// r.
  public var dual: [Double]
  /// S r; nil where S is the identity.
  public var smooth: [Double]?

  /// Of equal lengths.
  public init(dual: [Double], smooth: [Double]?) {
    precondition(smooth.map { $0.count == dual.count } ?? true)
    (self.dual, self.smooth) = (dual, smooth)
  }

  /// S r.
  public var smoothed: [Double] { smooth ?? dual }

  /// Adds a multiple of another.
  public mutating func add(_ factor: Double, _ other: MetricVector) {
    guard factor != 0 else { return }
    accumulate(&dual, factor, other.dual)
    if smooth != nil { smooth.withOptional { accumulate(&$0, factor, other.smoothed) } }
  }

  /// A multiple.
  public func times(_ factor: Double) -> MetricVector {
    MetricVector(dual: dual.map { factor * $0 }, smooth: smooth.map { $0.map { factor * $0 } })
  }

  /// The difference from another.
  public func minus(_ other: MetricVector) -> MetricVector {
    var result = self
    result.add(-1, other)
    return result
  }
}

extension Optional {
  /// Changes what there is in place.
  fileprivate mutating func withOptional(_ body: (inout Wrapped) -> Void) {
    guard var value = self else { return }
    self = nil
    body(&value)
    self = value
  }
}

/// Σ aᵢ bᵢ, in eight sums by index so that the order is fixed and the loop wide.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  precondition(a.count == b.count)
  var sums = SIMD8<Double>.zero
  return a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      var index = 0
      while index + 8 <= a.count {
        for lane in 0..<8 { sums[lane] += a[index + lane] * b[index + lane] }
        index += 8
      }
      var rest = 0.0
      while index < a.count {
        rest += a[index] * b[index]
        index += 1
      }
      return sums.sum() + rest
    }
  }
}

private func accumulate(_ a: inout [Double], _ factor: Double, _ b: [Double]) {
  precondition(a.count == b.count)
  a.withUnsafeMutableBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      for index in 0..<a.count { a[index] += factor * b[index] }
    }
  }
}
