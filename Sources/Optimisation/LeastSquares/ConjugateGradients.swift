public import NumericCore

/// Solves A x = b for a symmetric positive definite A by preconditioned conjugate gradients [Hestenes1952].
///
/// With M the preconditioner, g the residual and d the direction of search:
///
///     α = ⟨g, M g⟩ / ⟨d, A d⟩;  x += α d;  g −= α A d;  d = M g + ⟨g, M g⟩_new / ⟨g, M g⟩ · d
///
/// Sums run in a fixed order, and the residual is that of the recursion. Beside M, a round costs one product with A
/// and five passes over vectors; five vectors are kept.
public struct ConjugateGradients<Conditioner: Preconditioner> {
  /// x so far.
  public private(set) var solution: [Double]
  /// Rounds so far.
  public private(set) var iterations = 0
  /// |b|².
  public let start: Double
  /// |A x − b|² so far.
  public private(set) var square: Double

  private var gradient, direction, searched, image: [Double]
  /// ⟨g, M g⟩.
  private var energy: Double
  private var preconditioner: Conditioner
  private let workers: Workers

  /// Starts from x = 0.
  /// - Parameters:
  ///   - right: b.
  ///   - preconditioner: M.
  public init(_ right: [Double], preconditioner: Conditioner, workers: Workers) {
    let zero = [Double](repeating: 0, count: right.count)
    (solution, image, gradient, searched) = (zero, zero, right, zero)
    (self.preconditioner, self.workers) = (preconditioner, workers)
    start = workers.dot(right, right)
    square = start
    self.preconditioner.apply(to: right, into: &searched, workers: workers)
    direction = searched
    energy = workers.dot(right, searched)
  }

  /// Goes on until |A x − b|² is not above `bound`, or `limit` rounds are done in all, or A shows a direction
  /// without curvature (in rounding); x is then what it is.
  /// - Parameter multiply: result = A x.
  public mutating func run(
    to bound: Double, limit: Int, multiply: (_ x: [Double], _ result: inout [Double]) -> Void
  ) {
    while square > bound, iterations < limit {
      multiply(direction, &image)
      let curvature = workers.dot(direction, image)
      guard curvature > 0 else { break }
      advance(by: energy / curvature)
      iterations += 1
    }
  }

  private mutating func advance(by length: Double) {
    workers.add(length, direction, to: &solution)
    workers.add(-length, image, to: &gradient)
    square = workers.dot(gradient, gradient)
    preconditioner.apply(to: gradient, into: &searched, workers: workers)
    let next = workers.dot(gradient, searched)
    let ratio = next / energy
    Self.turn(&direction, by: ratio, towards: searched, workers)
    energy = next
  }

  /// direction = added + ratio · direction.
  private static func turn(
    _ direction: inout [Double], by ratio: Double, towards added: [Double], _ workers: Workers
  ) {
    direction.withUnsafeMutableBufferPointer { direction in
      added.withUnsafeBufferPointer { added in
        let (out, added) = (SharedPointer(direction), SharedPointer(added))
        workers.forEachRange(direction.count) {
          for index in $0 { out.start[index] = added.start[index] + ratio * out.start[index] }
        }
      }
    }
  }
}
