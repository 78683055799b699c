public import NumericCore

/// Deviations of the normal approximation by products with its covariance, for problems too large to write out.
///
/// V x = C_m x − C_m Bᵀ (B C_m Bᵀ + C)⁻¹ B C_m x costs one solution by conjugate gradients. With signs z = ±1 on every k-th
/// node along both axes and 0 elsewhere, zᵢ (V z)ᵢ is Vᵢᵢ and the covariances with nodes at least k apart, which fall off
/// and whose signs are random [Bekas2007, Tang2012]: k² solutions give all nodes once, and every repetition with new signs
/// halves what is left of the error's square. The error is stated from what repetitions differ by. Draws of as many
/// solutions know a deviation to 1/√(2M) whatever the covariance is.
public struct ProbedDeviations: Sendable {
  /// Of each cell; 0 where the estimate of the variance is not positive.
  public let deviations: [Double]
  /// Standard error of a deviation in units of it, root mean square over the cells.
  public let relativeError: Double
  /// k, and how often the colours were gone through.
  public let spacing, repetitions: Int
  /// Conjugate gradients of all solutions.
  public let iterations: Int

  /// Where the probes lie, how many solutions there are at most, and how exact they are.
  public struct Probes: Sendable {
    /// Of the cells.
    public var geometry: GridGeometry
    /// The signs.
    public var random: CounterRandom
    /// The most solutions; at least 8: two repetitions of four colours.
    public var solutions: Int
    /// Of the conjugate gradients, residual over right side.
    public var tolerance: Double
    /// Of a solution.
    public var maximumIterations: Int

    /// Tolerances that leave errors far below those of the probes, unless told otherwise.
    public init(
      on geometry: GridGeometry, solutions: Int, _ random: CounterRandom, tolerance: Double = 1e-5,
      maximumIterations: Int = 500
    ) {
      (self.geometry, self.random, self.solutions) = (geometry, random, solutions)
      (self.tolerance, self.maximumIterations) = (tolerance, maximumIterations)
    }
  }

  /// The greatest spacing whose colours can be gone through twice.
  static func spacing(solutions: Int) -> Int { max(2, Int((Double(solutions) / 2).squareRoot())) }

  /// - Parameters:
  ///   - map: B, linearised at the most probable field.
  ///   - precondition: about (B C_m Bᵀ + C)⁻¹.
  /// - Precondition: `probes.solutions` ≥ 8.
  public init(
    prior: some FieldPrior, covariance: GroupedCovariance, map: some LinearisedData,
    precondition: ([Double]) -> [Double], _ probes: Probes, workers: Workers = .serial
  ) {
    let geometry = probes.geometry
    Swift.precondition(probes.solutions >= 8 && prior.count == geometry.count)
    let step = Self.spacing(solutions: probes.solutions)
    let rounds = probes.solutions / (step * step)
    var (sums, squares) = (
      [Double](repeating: 0, count: geometry.count), [Double](repeating: 0, count: geometry.count)
    )
    var steps = 0
    for round in 0..<rounds {
      let signs = probes.random.normal(geometry.count, row: round).map { $0 < 0 ? -1.0 : 1.0 }
      for colour in 0..<step * step {
        let nodes = Self.nodes(geometry, step, colour)
        guard !nodes.isEmpty else { continue }
        var probe = [Double](repeating: 0, count: geometry.count)
        for node in nodes { probe[node] = signs[node] }
        let before = prior.times(probe, workers: workers)
        let solved = ConjugateGradients.solve(
          map.product(before, workers: workers), tolerance: probes.tolerance, limit: probes.maximumIterations
        ) { y in
          let image = map.product(
            prior.times(map.transposed(y, workers: workers), workers: workers), workers: workers)
          return zip(image, covariance.times(y, workers: workers)).map { $0 + $1 }
        } preconditioner: {
          precondition($0)
        }
        steps += solved.iterations
        let taken = prior.times(map.transposed(solved.solution, workers: workers), workers: workers)
        for node in nodes {
          let variance = signs[node] * (before[node] - taken[node])
          sums[node] += variance
          squares[node] += variance * variance
        }
      }
    }
    (spacing, repetitions, iterations) = (step, rounds, steps)
    let variances = sums.map { $0 / Double(rounds) }
    deviations = variances.map { max(0, $0).squareRoot() }
    relativeError = Self.error(variances, squares, rounds)
  }

  /// Every `step`-th node along both axes, from one of the first ones on.
  private static func nodes(_ geometry: GridGeometry, _ step: Int, _ colour: Int) -> [Int] {
    stride(from: colour / step, to: geometry.rows, by: step).flatMap { row in
      stride(from: colour % step, to: geometry.columns, by: step).map { row * geometry.columns + $0 }
    }
  }

  /// Half of the variances' relative error.
  private static func error(_ variances: [Double], _ squares: [Double], _ rounds: Int) -> Double {
    let parts = variances.indices.compactMap { node -> Double? in
      guard variances[node] > 0 else { return nil }
      let scatter = max(0, squares[node] / Double(rounds) - variances[node] * variances[node])
      return scatter / Double(rounds - 1) / (4 * variances[node] * variances[node])
    }
    return (parts.reduce(0, +) / Double(max(1, parts.count))).squareRoot()
  }
}
