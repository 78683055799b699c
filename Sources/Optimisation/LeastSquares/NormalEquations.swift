import NumericCore

/// The normal equations of damped least squares, with a term beside it:
///
///     (JᵀJ + d² + P) x = Jᵀr − offset.
struct NormalEquations<Map: LinearMap> {
  let map: Map
  /// d.
  let damping: Double
  /// P and its offset.
  let penalty: NormalTerm?
  let workers: Workers

  /// Jᵀr − offset, `length` values of one value an observation.
  func right(_ data: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: map.length)
    map.transposed(data, into: &result, workers: workers)
    if let penalty { for index in result.indices { result[index] -= penalty.offset[index] } }
    return result
  }

  /// image = (JᵀJ + d² + P) x. Scratch is the caller's, as that of the map.
  func product(_ x: [Double], into image: inout [Double], scratch: inout [Double]) {
    map.normal(x, into: &image, scratch: &scratch, workers: workers)
    addDamping(x, to: &image)
    guard let penalty else { return }
    let added = penalty.product(x)
    for index in image.indices { image[index] += added[index] }
  }

  /// Goes on with the iteration until the square of the residual is not above a bound or the limit is met, or the matrix
  /// is not positive definite in rounding.
  func iterate(_ gradients: inout ConjugateGradients<some Preconditioner>, to bound: Double, limit: Int) {
    var scratch: [Double] = []
    gradients.run(to: bound, limit: limit) { x, image in product(x, into: &image, scratch: &scratch) }
  }
}

extension NormalEquations {
  /// image += d² x.
  private func addDamping(_ x: [Double], to image: inout [Double]) {
    let square = damping * damping
    image.withUnsafeMutableBufferPointer { image in
      x.withUnsafeBufferPointer { x in
        let (out, added) = (SharedPointer(image), SharedPointer(x))
        workers.forEachRange(image.count) {
          for index in $0 { out.start[index] += square * added.start[index] }
        }
      }
    }
  }
}

/// How well a system was solved.
public struct SolverOutcome: Sendable {
  /// Rounds of conjugate gradients, before a factor was formed if one was.
  public var iterations: Int
  /// |(JᵀJ + d² + P) x − b| / |b|, b the right side, by the recursion of the iteration.
  public var residual: Double
  /// |b|.
  public var right: Double

  /// - Parameters:
  ///   - start: |b|².
  ///   - square: the square of what is left of it.
  init(iterations: Int, start: Double, square: Double) {
    self.iterations = iterations
    residual = start > 0 ? (square / start).squareRoot() : 0
    right = start.squareRoot()
  }

  init(_ gradients: ConjugateGradients<some Preconditioner>) {
    self.init(iterations: gradients.iterations, start: gradients.start, square: gradients.square)
  }
}
