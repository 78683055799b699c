public import NumericCore

/// A Gaussian of coordinates x = μ + S z, z ~ N(0, I): what variational inference fits to a posterior.
public struct GaussianFamily: Sendable, Equatable {
  /// What of the covariance is free.
  public enum Spread: Sendable, Equatable {
    /// Σ = S Sᵀ, S lower triangular.
    case full(factor: Matrix)
    /// Σ = diag(σ)², σ = exp(λ).
    case diagonal(logDeviations: [Double])
    /// Σ = diag(σ) L Lᵀ diag(σ), L lower triangular with rows of length 1, which never changes.
    case fixedCorrelation(logDeviations: [Double], factor: Matrix)
  }

  /// μ.
  public var mean: [Double]
  /// What S is made of.
  public var spread: Spread

  /// - Precondition: as many numbers as the mean has.
  public init(mean: [Double], spread: Spread) { (self.mean, self.spread) = (mean, spread) }

  /// N(0, I) with a full covariance, a diagonal one, or the correlation LLᵀ.
  public static func standard(_ dimension: Int, _ form: Covariance, correlation: Matrix? = nil) -> Self {
    let zeros = [Double](repeating: 0, count: dimension)
    switch form {
    case .full: return Self(mean: zeros, spread: .full(factor: .identity(dimension)))
    case .diagonal: return Self(mean: zeros, spread: .diagonal(logDeviations: zeros))
    case .fixedCorrelation:
      return Self(
        mean: zeros,
        spread: .fixedCorrelation(logDeviations: zeros, factor: correlation ?? .identity(dimension)))
    }
  }

  /// What of the covariance is free.
  public enum Covariance: String, Sendable, CaseIterable {
    case full, diagonal
    case fixedCorrelation = "fixed_correlation"
  }

  /// Coordinates.
  public var dimension: Int { mean.count }

  /// S.
  public var factor: Matrix {
    switch spread {
    case .full(let factor): return factor
    case .diagonal(let logs):
      var result = Matrix(rows: logs.count, columns: logs.count)
      for index in logs.indices { result[index, index] = Elementary.exp(logs[index]) }
      return result
    case .fixedCorrelation(let logs, let factor):
      var result = factor
      for row in logs.indices {
        let deviation = Elementary.exp(logs[row])
        for column in 0...row { result[row, column] *= deviation }
      }
      return result
    }
  }

  /// Σ.
  public var covariance: Matrix { factor.gramOfRows() }

  /// √Σᵢᵢ.
  public var deviations: [Double] {
    switch spread {
    case .full(let factor):
      return (0..<dimension).map { row in
        Statistics.sum((0...row).map { factor[row, $0] * factor[row, $0] }).squareRoot()
      }
    case .diagonal(let logs), .fixedCorrelation(let logs, _): return logs.map { Elementary.exp($0) }
    }
  }

  /// ln|S|.
  public var logDeterminant: Double {
    switch spread {
    case .full(let factor): return Self.logDiagonal(factor)
    case .diagonal(let logs): return Statistics.sum(logs)
    case .fixedCorrelation(let logs, let factor): return Statistics.sum(logs) + Self.logDiagonal(factor)
    }
  }

  private static func logDiagonal(_ factor: Matrix) -> Double {
    Statistics.sum((0..<factor.rows).map { Elementary.log(factor[$0, $0]) })
  }

  /// ln|S| + ½d (1 + ln 2π).
  public var entropy: Double {
    logDeterminant + Double(dimension) * (0.5 + PriorMargin.halfLogTwoPi)
  }

  /// μ + S z.
  public func place(_ z: [Double]) -> [Double] {
    switch spread {
    case .full(let factor):
      return (0..<dimension).map { row in
        mean[row] + Self.dot(factor, row, z)
      }
    case .diagonal(let logs):
      return (0..<dimension).map { mean[$0] + Elementary.exp(logs[$0]) * z[$0] }
    case .fixedCorrelation(let logs, let factor):
      return (0..<dimension).map { row in mean[row] + Elementary.exp(logs[row]) * Self.dot(factor, row, z) }
    }
  }

  private static func dot(_ factor: Matrix, _ row: Int, _ z: [Double]) -> Double {
    var sum = 0.0
    for column in 0...row { sum += factor[row, column] * z[column] }
    return sum
  }

  /// ln q of the place of z: −½|z|² − ln|S| − ½d ln 2π.
  public func logDensity(ofDraw z: [Double]) -> Double {
    -0.5 * Statistics.sum(z.map { $0 * $0 }) - logDeterminant - Double(dimension) * PriorMargin.halfLogTwoPi
  }

  /// S⁻¹(x − μ).
  public func draw(at x: [Double]) -> [Double] {
    let factor = factor
    var z = zip(x, mean).map { $0 - $1 }
    for row in z.indices {
      var sum = z[row]
      for column in 0..<row { sum -= factor[row, column] * z[column] }
      z[row] = sum / factor[row, row]
    }
    return z
  }

  /// The family's member of this mean and covariance; of a diagonal or fixed correlation the one with these deviations.
  /// - Precondition: positive definite.
  public func with(mean: [Double], covariance: Matrix) -> GaussianFamily {
    let logs = (0..<dimension).map { 0.5 * Elementary.log(max(covariance[$0, $0], 1e-300)) }
    switch spread {
    case .full:
      return GaussianFamily(mean: mean, spread: .full(factor: Self.factor(of: covariance)))
    case .diagonal: return GaussianFamily(mean: mean, spread: .diagonal(logDeviations: logs))
    case .fixedCorrelation(_, let factor):
      return GaussianFamily(mean: mean, spread: .fixedCorrelation(logDeviations: logs, factor: factor))
    }
  }

  /// L with LLᵀ = A; of a matrix that rounding made indefinite after eigenvalues below 10⁻¹² of the greatest are lifted.
  static func factor(of matrix: Matrix) -> Matrix {
    do throws(NumericError) {
      return try Cholesky(matrix).factor
    } catch {
      let eigen = SymmetricEigen(matrix)
      let floor = max(eigen.values.last ?? 1, 1e-300) * 1e-12
      let lifted = eigen.applying { max($0, floor) }
      guard let factor = try? Cholesky(lifted).factor else { return .identity(matrix.rows) }
      return factor
    }
  }

  /// KL(this ‖ other) = ln|S₂|/|S₁| + ½(|S₂⁻¹S₁|² + |S₂⁻¹(μ₁ − μ₂)|² − d).
  public func divergence(from other: GaussianFamily) -> Double {
    let mine = factor
    var squares: [Double] = []
    for column in 0..<dimension {
      let x = (0..<dimension).map { other.mean[$0] + mine[$0, column] }
      squares += other.draw(at: x).map { $0 * $0 }
    }
    squares += other.draw(at: mean).map { $0 * $0 }
    return other.logDeterminant - logDeterminant + 0.5 * (Statistics.sum(squares) - Double(dimension))
  }

  /// By how many nats the best diagonal Gaussian is farther from this one: ½(Σ ln Λᵢᵢ − ln|Λ|), Λ = Σ⁻¹.
  public var diagonalLoss: Double {
    // Λᵢᵢ is the squared norm of column i of S⁻¹.
    let factor = factor
    var norms = [Double](repeating: 0, count: dimension)
    for column in 0..<dimension {
      var unit = [Double](repeating: 0, count: dimension)
      unit[column] = 1
      for row in column..<dimension {
        var sum = unit[row]
        for k in column..<row { sum -= factor[row, k] * unit[k] }
        unit[row] = sum / factor[row, row]
        norms[column] += unit[row] * unit[row]
      }
    }
    return 0.5 * Statistics.sum(norms.map { Elementary.log($0) }) + logDeterminant
  }
}

// MARK: - as numbers

extension GaussianFamily {
  /// The mean, and behind it log deviations or the rows of S up to its diagonal. A fixed correlation is not among them.
  public var numbers: [Double] {
    switch spread {
    case .full(let factor):
      mean + (0..<dimension).flatMap { row in (0...row).map { factor[row, $0] } }
    case .diagonal(let logs), .fixedCorrelation(let logs, _): mean + logs
    }
  }

  /// The same form with other numbers.
  /// - Precondition: as many as `numbers` has.
  public func with(numbers: [Double]) -> GaussianFamily {
    let mean = Array(numbers.prefix(dimension))
    let rest = Array(numbers.dropFirst(dimension))
    switch spread {
    case .full:
      var factor = Matrix(rows: dimension, columns: dimension)
      var place = 0
      for row in 0..<dimension {
        for column in 0...row {
          factor[row, column] = rest[place]
          place += 1
        }
      }
      return GaussianFamily(mean: mean, spread: .full(factor: factor))
    case .diagonal: return GaussianFamily(mean: mean, spread: .diagonal(logDeviations: rest))
    case .fixedCorrelation(_, let factor):
      return GaussianFamily(mean: mean, spread: .fixedCorrelation(logDeviations: rest, factor: factor))
    }
  }
}
