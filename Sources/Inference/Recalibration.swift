import NumericCore

/// Deviations made true by residuals at values that took no part: σ′² = a²σ² + b².
///
/// a and b minimise ½ Σ [ln vᵢ + rᵢ²/vᵢ], vᵢ = a²σᵢ² + b² + uᵢ², u what the values scatter by themselves; a, b ≥ 0. They
/// are fitted to residuals of blocked cross-validation and judged on folds that took no part in the fit.
public struct Recalibration: Equatable, Sendable {
  /// What deviations are multiplied by, and what is added in squares.
  public let factor, addition: Double
  /// Standard errors of a and b with blocks taken as independent (a sandwich of the blocks' scores); NaN for one that
  /// stands at 0.
  public let factorError, additionError: Double
  /// The sum at the minimum.
  public let objective: Double

  /// The two numbers with their errors, and the objective there.
  public init(factor: Double, addition: Double, factorError: Double, additionError: Double, objective: Double)
  {
    (self.factor, self.addition) = (factor, addition)
    (self.factorError, self.additionError) = (factorError, additionError)
    self.objective = objective
  }

  /// √(a²σ² + b²).
  public func deviation(_ sigma: Double) -> Double {
    (factor * factor * sigma * sigma + addition * addition).squareRoot()
  }

  /// - Parameters:
  ///   - residuals: value less prediction.
  ///   - deviations: σ of the prediction.
  ///   - own: u of each value.
  ///   - blocks: a label for each value; those of one block may depend on each other.
  /// - Precondition: one number a value, some residual and some σ not 0.
  public init(residuals: [Double], deviations: [Double], own: [Double], blocks: [Int]) {
    let sample = Sample(residuals, deviations, own)
    // In units in which both are about 1.
    let spread = Statistics.mean(residuals.map { $0 * $0 })
    let square = Statistics.mean(deviations.map { $0 * $0 })
    let scale = [square > 0 ? spread / square : 1, spread]
    var best: BoundedMinimiser.Result?
    for start in [[1.0, 0.05], [0.3, 0.5], [0.05, 1.0]] {
      let result = BoundedMinimiser.minimise(
        from: start, lower: [0, 0], upper: [1e6, 1e6], limits: .init(iterations: 500, gradient: 1e-10)
      ) { point in
        let (value, gradient) = sample.objective(point[0] * scale[0], point[1] * scale[1])
        return (value, [gradient.x * scale[0], gradient.y * scale[1]])
      }
      if best.map({ result.value < $0.value }) ?? true { best = result }
    }
    let (a, b) = ((best?.point[0] ?? 1) * scale[0], (best?.point[1] ?? 0) * scale[1])
    let errors = sample.errors(a, b, blocks: blocks)
    self.init(
      factor: a.squareRoot(), addition: b.squareRoot(), factorError: errors.x, additionError: errors.y,
      objective: best?.value ?? .nan)
  }

  /// The sum as a function of A = a² and B = b².
  private struct Sample {
    let squares, variances, own: [Double]

    init(_ residuals: [Double], _ deviations: [Double], _ own: [Double]) {
      precondition(residuals.count == deviations.count && residuals.count == own.count)
      squares = residuals.map { $0 * $0 }
      variances = deviations.map { $0 * $0 }
      self.own = own.map { $0 * $0 }
    }

    func objective(_ a: Double, _ b: Double) -> (value: Double, gradient: SIMD2<Double>) {
      var (value, gradient) = (0.0, SIMD2<Double>.zero)
      for index in squares.indices {
        let v = a * variances[index] + b + own[index]
        guard v > 0 else { return (.infinity, .zero) }
        value += 0.5 * (Elementary.log(v) + squares[index] / v)
        gradient += score(index, v)
      }
      return (value, gradient)
    }

    private func score(_ index: Int, _ v: Double) -> SIMD2<Double> {
      let slope = 0.5 * (1 / v - squares[index] / (v * v))
      return SIMD2(slope * variances[index], slope)
    }

    /// √ diag(H⁻¹ Σ gg ᵀ H⁻¹) over the numbers that do not stand at 0, for a and b: those of A and B over 2a and 2b.
    func errors(_ a: Double, _ b: Double, blocks: [Int]) -> SIMD2<Double> {
      var scores: [Int: SIMD2<Double>] = [:]
      var hessian = (SIMD2<Double>.zero, SIMD2<Double>.zero)
      for index in squares.indices {
        let v = a * variances[index] + b + own[index]
        scores[blocks[index], default: .zero] += score(index, v)
        // The expected curvature ½/v², which is never negative.
        let weight = 0.5 / (v * v)
        let slope = SIMD2(variances[index], 1)
        hessian.0 += weight * slope.x * slope
        hessian.1 += weight * slope.y * slope
      }
      var outer = (SIMD2<Double>.zero, SIMD2<Double>.zero)
      for block in scores.keys.sorted() {
        guard let own = scores[block] else { continue }
        outer.0 += own.x * own
        outer.1 += own.y * own
      }
      let small = 1e-9
      let (hasFactor, hasAddition) = (a > small, b > small * Statistics.mean(squares))
      if hasFactor && hasAddition {
        let determinant = hessian.0.x * hessian.1.y - hessian.0.y * hessian.1.x
        let inverse = (
          SIMD2(hessian.1.y, -hessian.0.y) / determinant, SIMD2(-hessian.1.x, hessian.0.x) / determinant
        )
        func variance(_ row: SIMD2<Double>) -> Double {
          let image = SIMD2((row * outer.0).sum(), (row * outer.1).sum())
          return max(0, (row * image).sum())
        }
        return SIMD2(
          variance(inverse.0).squareRoot() / (2 * a.squareRoot()),
          variance(inverse.1).squareRoot() / (2 * b.squareRoot()))
      }
      let factor = outer.0.x.squareRoot() / hessian.0.x / (2 * a.squareRoot())
      let addition = outer.1.y.squareRoot() / hessian.1.y / (2 * b.squareRoot())
      return SIMD2(hasFactor ? factor : .nan, hasAddition ? addition : .nan)
    }
  }
}
