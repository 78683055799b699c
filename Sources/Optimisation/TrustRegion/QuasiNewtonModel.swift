/// Inner products of the pairs of a quasi-Newton history in the metric: steps s, changes y of the derivative, oldest
/// first.
public struct PairProducts: Sendable, Equatable {
  /// ⟨sᵢ, sⱼ⟩, ⟨sᵢ, yⱼ⟩, ⟨yᵢ, yⱼ⟩.
  public var steps, mixed, changes: [[Double]]

  /// Of no pairs.
  public init() { (steps, mixed, changes) = ([], [], []) }

  /// Of vectors in a metric.
  public init(_ pairs: [HistoryPair], in metric: Metric) {
    steps = pairs.map { a in pairs.map { metric.inner(a.step, $0.step) } }
    mixed = pairs.map { a in pairs.map { metric.inner(a.step, $0.change) } }
    changes = pairs.map { a in pairs.map { metric.inner(a.change, $0.change) } }
  }

  /// How many pairs.
  public var count: Int { steps.count }

  /// Without the oldest.
  public func withoutOldest() -> PairProducts {
    var result = PairProducts()
    func cut(_ matrix: [[Double]]) -> [[Double]] { matrix.dropFirst().map { Array($0.dropFirst()) } }
    (result.steps, result.mixed, result.changes) = (cut(steps), cut(mixed), cut(changes))
    return result
  }

  /// With one more, the newest. Each older one is asked for once, 6 products of vectors each.
  public func adding<Failure: Error>(
    _ pair: HistoryPair, after older: (Int) throws(Failure) -> HistoryPair, in metric: Metric
  ) throws(Failure) -> PairProducts {
    var result = self
    var (step, mixed, change) = ([Double](), [Double](), [Double]())
    for place in 0..<count {
      let old = try older(place)
      result.steps[place].append(metric.inner(old.step, pair.step))
      result.mixed[place].append(metric.inner(old.step, pair.change))
      result.changes[place].append(metric.inner(old.change, pair.change))
      step.append(metric.inner(pair.step, old.step))
      mixed.append(metric.inner(pair.step, old.change))
      change.append(metric.inner(pair.change, old.change))
    }
    result.steps.append(step + [metric.inner(pair.step, pair.step)])
    result.mixed.append(mixed + [metric.inner(pair.step, pair.change)])
    result.changes.append(change + [metric.inner(pair.change, pair.change)])
    return result
  }
}

/// The pairs of a history, oldest first, asked for one by one: ten of them are forty fields.
public struct PairHistory<Failure: Error> {
  /// Of all of them.
  public let products: PairProducts
  /// The pair at a place.
  let pair: (Int) throws(Failure) -> HistoryPair

  /// Pairs that something else keeps, with their products.
  public init(products: PairProducts, pair: @escaping (Int) throws(Failure) -> HistoryPair) {
    (self.products, self.pair) = (products, pair)
  }
}

extension PairHistory where Failure == Never {
  /// Pairs in memory.
  public init(_ pairs: [HistoryPair], in metric: Metric) {
    self.init(products: PairProducts(pairs, in: metric)) { pairs[$0] }
  }
}

/// A step of the model and what it changed of the derivative, both with their smoothed counterparts.
public struct HistoryPair: Sendable, Equatable {
  /// r with s = P r.
  public var step: MetricVector
  /// y.
  public var change: MetricVector

  /// A step with its change.
  public init(step: MetricVector, change: MetricVector) { (self.step, self.change) = (step, change) }
}

/// The quadratic model gᵀs + ½ sᵀBs of limited-memory BFGS in a metric, B₀ = δ P⁻¹, as eigenvalues: those of B in the
/// span of the pairs, δ beyond it [Burdakov2017]. It is known by inner products alone.
public struct QuasiNewtonModel: Sendable {
  /// δ, the curvature in all directions that no pair has seen.
  public let curvature: Double
  /// In the span of the pairs.
  public let eigenvalues: [Double]
  /// Of the pairs given, how many of the newest it holds.
  public let pairs: Int
  /// Each eigenvector as a combination of s₁ … sₘ, y₁ … yₘ.
  private let combinations: [[Double]]

  /// Eigenvalues of the scaled products below this part of the largest are dependent in rounding.
  private static let dependence = 1e-13

  /// Without pairs.
  public init(curvature: Double) {
    (self.curvature, eigenvalues, pairs, combinations) = (curvature, [], 0, [])
  }

  /// δ = yᵀPy / sᵀy of the newest pair. Old pairs are left out while they make the matrix singular in rounding.
  /// - Precondition: every pair has sᵀy > 0; at least one.
  public init(_ products: PairProducts) {
    var products = products
    while products.count > 1 {
      if let made = Self.decomposed(products) {
        self = made
        return
      }
      products = products.withoutOldest()
    }
    self = Self.decomposed(products) ?? QuasiNewtonModel(curvature: Self.curvature(products))
  }

  private init(_ curvature: Double, _ eigenvalues: [Double], _ pairs: Int, _ combinations: [[Double]]) {
    (self.curvature, self.eigenvalues, self.pairs) = (curvature, eigenvalues, pairs)
    self.combinations = combinations
  }

  private static func curvature(_ products: PairProducts) -> Double {
    let last = products.count - 1
    return products.changes[last][last] / products.mixed[last][last]
  }

  /// B = δ − Ψ M⁻¹ Ψᵀ, Ψ = [δ S, Y], M = [[δ SᵀS, L], [Lᵀ, −D]]; with Ψ scaled to unit columns, ΨᵀΨ = V Λ Vᵀ, the
  /// columns Ψ V Λ^−½ are orthonormal and B is δ − Λ^½ Vᵀ M⁻¹ V Λ^½ in them.
  private static func decomposed(_ products: PairProducts) -> QuasiNewtonModel? {
    let m = products.count
    let delta = curvature(products)
    guard delta > 0, delta.isFinite else { return nil }
    var gram = [[Double]](repeating: Array(repeating: 0, count: 2 * m), count: 2 * m)
    var middle = gram
    for i in 0..<m {
      for j in 0..<m {
        gram[i][j] = delta * delta * products.steps[i][j]
        gram[i][m + j] = delta * products.mixed[i][j]
        gram[m + j][i] = gram[i][m + j]
        gram[m + i][m + j] = products.changes[i][j]
        middle[i][j] = delta * products.steps[i][j]
        if i > j {
          middle[i][m + j] = products.mixed[i][j]
          middle[m + j][i] = products.mixed[i][j]
        }
      }
      middle[m + i][m + i] = -products.mixed[i][i]
    }
    let scales = gram.indices.map { 1 / gram[$0][$0].squareRoot() }
    guard scales.allSatisfy(\.isFinite) else { return nil }
    func scaled(_ matrix: [[Double]]) -> [[Double]] {
      matrix.indices.map { i in matrix.indices.map { scales[i] * matrix[i][$0] * scales[$0] } }
    }
    return assembled(delta, scales, SymmetricEigen(scaled(gram)), scaled(middle))
  }

  private static func assembled(
    _ delta: Double, _ scales: [Double], _ gram: SymmetricEigen, _ middle: [[Double]]
  ) -> QuasiNewtonModel? {
    let largest = gram.values.max() ?? 0
    let kept = gram.values.indices.filter { gram.values[$0] > dependence * largest }
    // V Λ^½, a row for each column of Ψ.
    let basis = scales.indices.map { row in
      kept.map { gram.vectors[$0][row] * gram.values[$0].squareRoot() }
    }
    guard let solved = solveDense(middle, basis) else { return nil }
    var projected = kept.indices.map { i in
      kept.indices.map { j in
        (i == j ? delta : 0) - basis.indices.reduce(0) { $0 + basis[$1][i] * solved[$1][j] }
      }
    }
    for i in projected.indices {
      for j in 0..<i {
        let mean = 0.5 * (projected[i][j] + projected[j][i])
        (projected[i][j], projected[j][i]) = (mean, mean)
      }
    }
    let own = SymmetricEigen(projected)
    guard own.values.allSatisfy(\.isFinite) else { return nil }
    let m = scales.count / 2
    let combinations = own.vectors.map { vector in
      scales.indices.map { row in
        let sum = kept.indices.reduce(0.0) { sum, index in
          sum + gram.vectors[kept[index]][row] / gram.values[kept[index]].squareRoot() * vector[index]
        }
        return scales[row] * sum * (row < m ? delta : 1)
      }
    }
    return QuasiNewtonModel(delta, own.values, m, combinations)
  }

  /// The step within a radius that makes the model least, in coefficients of g and of the pairs.
  public struct Step: Sendable, Equatable {
    /// λ of (B + λP⁻¹) s = −g.
    public var multiplier: Double
    /// √(sᵀP⁻¹s).
    public var length: Double
    /// gᵀs + ½ sᵀBs, below 0.
    public var predicted: Double
    /// Of g.
    public var ofGradient: Double
    /// Of s₁ … sₘ and y₁ … yₘ, the pairs that the model holds.
    public var ofPairs: [Double]
  }

  /// - Parameters:
  ///   - square: gᵀPg.
  ///   - products: of g with s₁ … sₘ and y₁ … yₘ of the pairs that the model holds.
  public func step(square: Double, products: [Double], radius: Double) -> Step {
    precondition(products.count == 2 * pairs)
    let parts = combinations.map { dot($0, products) }
    let rest = max(0, square - parts.reduce(0) { $0 + $1 * $1 })
    let spectrum = Spectrum(values: eigenvalues + [curvature], squares: parts.map { $0 * $0 } + [rest])
    let multiplier = spectrum.multiplier(radius: radius)
    var ofPairs = [Double](repeating: 0, count: 2 * pairs)
    let outside = 1 / (curvature + multiplier)
    for (index, part) in parts.enumerated() {
      let factor = part * (1 / (eigenvalues[index] + multiplier) - outside)
      for place in ofPairs.indices { ofPairs[place] -= factor * combinations[index][place] }
    }
    return Step(
      multiplier: multiplier, length: spectrum.length(multiplier), predicted: spectrum.model(multiplier),
      ofGradient: -outside, ofPairs: ofPairs)
  }

  /// sᵀBs of any step.
  /// - Parameters:
  ///   - square: sᵀP⁻¹s.
  ///   - products: of s with s₁ … sₘ and y₁ … yₘ in the metric.
  public func quadratic(square: Double, products: [Double]) -> Double {
    combinations.indices.reduce(curvature * square) { sum, index in
      let part = dot(combinations[index], products)
      return sum + (eigenvalues[index] - curvature) * part * part
    }
  }
}

/// A diagonal model: curvatures, and squares of the gradient's parts.
private struct Spectrum {
  let values, squares: [Double]

  func length(_ multiplier: Double) -> Double {
    zip(values, squares).reduce(0.0) { sum, term in
      term.1 == 0 ? sum : sum + term.1 / ((term.0 + multiplier) * (term.0 + multiplier))
    }.squareRoot()
  }

  func model(_ multiplier: Double) -> Double {
    zip(values, squares).reduce(0.0) { sum, term in
      guard term.1 > 0 else { return sum }
      let inverse = 1 / (term.0 + multiplier)
      return sum + term.1 * inverse * (0.5 * term.0 * inverse - 1)
    }
  }

  /// λ ≥ 0 with ‖s(λ)‖ = radius; 0 where the minimum lies inside.
  func multiplier(radius: Double) -> Double {
    let active = zip(values, squares).filter { $0.1 > 0 }.map(\.0)
    guard let least = active.min() else { return 0 }
    if least > 0, length(0) <= radius * (1 + 1e-9) { return 0 }
    let norm = squares.reduce(0, +).squareRoot()
    var low = max(0, -least)
    var high = low + norm / radius
    var guess = least > 0 ? low : 0.5 * (low + high)
    for _ in 0..<200 {
      let length = length(guess)
      if abs(length - radius) <= 1e-13 * radius { break }
      if length > radius { low = guess } else { high = guess }
      // Newton on 1/‖s‖ − 1/Δ, which is nearly linear in λ.
      let slope = zip(values, squares).reduce(0.0) { sum, term in
        guard term.1 > 0 else { return sum }
        let shifted = term.0 + guess
        return sum + term.1 / (shifted * shifted * shifted)
      }
      let next = guess + length * length / slope * (length - radius) / radius
      guess = next > low && next < high ? next : 0.5 * (low + high)
      if high - low <= 1e-16 * high { break }
    }
    return guess
  }
}
