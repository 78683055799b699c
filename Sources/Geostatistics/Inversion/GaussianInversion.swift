public import NumericCore

/// How data depend on a field, linearised at one of its states: d(m + x) ≈ d(m) + B x.
public protocol LinearisedData {
  /// B·x, one value a datum of one value a cell.
  func product(_ x: [Double], workers: Workers) -> [Double]
  /// Bᵀ·y, one value a cell of one value a datum.
  func transposed(_ y: [Double], workers: Workers) -> [Double]
}

/// How data depend on a field.
public protocol FieldData {
  associatedtype Linearised: LinearisedData
  /// The data that a field makes; nil where it is none that could be (a surface above its observations).
  func data(of field: [Double], workers: Workers) -> [Double]?
  func linearised(at field: [Double], workers: Workers) -> Linearised
  /// An approximation of (B C_m Bᵀ + C)⁻¹ y, symmetric and positive definite.
  func precondition(_ y: [Double], workers: Workers) -> [Double]
}

/// A matrix as data that depend linearly on a field.
public struct DenseData: LinearisedData, FieldData {
  /// B, a row a datum and a column a cell.
  public let matrix: Matrix

  /// Data that are the matrix times the field.
  public init(_ matrix: Matrix) { self.matrix = matrix }

  /// B·x.
  public func product(_ x: [Double], workers: Workers) -> [Double] { matrix.times(x) }
  /// Bᵀ·y.
  public func transposed(_ y: [Double], workers: Workers) -> [Double] { matrix.transposedTimes(y) }
  /// B times the field.
  public func data(of field: [Double], workers: Workers) -> [Double]? { matrix.times(field) }
  /// Itself, as it is linear.
  public func linearised(at field: [Double], workers: Workers) -> DenseData { self }
  /// y as it is: no approximation is known.
  public func precondition(_ y: [Double], workers: Workers) -> [Double] { y }
}

/// The covariances of independent groups of data, one after the other: gravity, then known heights.
public struct GroupedCovariance: Sendable {
  /// In the order of the data.
  public let groups: [DataCovariance]

  /// The block matrix of these.
  public init(_ groups: [DataCovariance]) { self.groups = groups }

  /// Number of data.
  public var count: Int { groups.reduce(0) { $0 + $1.count } }

  /// C·x, group by group.
  public func times(_ x: [Double], workers: Workers = .serial) -> [Double] {
    parts(x).flatMap { $0.times($1, workers: workers) }
  }

  /// C⁻¹·x, group by group.
  public func solve(_ x: [Double], workers: Workers = .serial) -> [Double] {
    parts(x).flatMap { $0.solve($1, workers: workers) }
  }

  /// A draw of the errors of one member; each group has the stream "errors" with its number.
  public func draw(
    _ streams: Streams, member: Int, workers: Workers = .serial
  ) throws(CirculantEmbedding.Obstacle) -> [Double] {
    var result: [Double] = []
    for (number, group) in groups.enumerated() {
      result += try group.draw(streams["errors \(number)"], member: member, workers: workers)
    }
    return result
  }

  /// Written out.
  public func matrix(workers: Workers = .serial) -> Matrix {
    var result = Matrix(rows: count, columns: count)
    var start = 0
    for group in groups {
      let own = group.matrix(workers: workers)
      for row in 0..<own.rows {
        for column in 0..<own.columns { result[start + row, start + column] = own[row, column] }
      }
      start += own.rows
    }
    return result
  }

  private func parts(_ x: [Double]) -> [(DataCovariance, [Double])] {
    var start = 0
    return groups.map { group in
      defer { start += group.count }
      return (group, Array(x[start..<start + group.count]))
    }
  }
}

/// The most probable field given data and a prior, both normal: the minimum of
///
///     Φ(m) = ½ ‖d − F(m)‖²_{C⁻¹} + ½ ‖m − m₀‖²_{C_m⁻¹}
///
/// by Gauss–Newton steps in the space of the data: m ← m₀ + C_m Bᵀ (B C_m Bᵀ + C)⁻¹ (d − F(m) + B(m − m₀)), halved
/// until Φ falls. C_m⁻¹ is never needed: m − m₀ = C_m w with the w that is carried along. With a drawn mean m₀* and drawn
/// data d* the minimum is a draw of the posterior, exactly so where F is linear (randomised maximum
/// likelihood). [Tarantola2005, Oliver1996]
public struct GaussianInversion<Prior: FieldPrior, Map: FieldData> {
  /// When the steps end.
  public struct Settings: Equatable, Sendable {
    /// The most Gauss–Newton steps.
    public var maximumIterations: Int
    /// Stops where no cell moves by more than this part of the prior's deviation.
    public var step: Double
    /// Stops where the gradient of Φ in the metric of the prior is below this part of the first.
    public var gradient: Double
    /// Of the conjugate gradients of a step, residual over right side; the right side is what the steps before have left.
    public var solver: Double

    /// Limits with the usual tolerances.
    public init(
      maximumIterations: Int = 30, step: Double = 1e-7, gradient: Double = 1e-10, solver: Double = 1e-6
    ) {
      (self.maximumIterations, self.step) = (maximumIterations, step)
      (self.gradient, self.solver) = (gradient, solver)
    }
  }

  /// What one step did.
  public struct Iteration: Equatable, Sendable {
    /// Φ after it, and the norm of its gradient, √(gᵀ C_m g).
    public var objective, gradient: Double
    /// The greatest move of a cell.
    public var move: Double
    /// Conjugate gradients that the step took.
    public var solverIterations: Int
    /// Part of the step that was taken.
    public var length: Double
  }

  /// Where the steps ended.
  public struct Result: Sendable {
    /// m at the minimum.
    public var field: [Double]
    /// d − F(m).
    public var residual: [Double]
    /// C⁻¹(d − F(m)), which at the minimum is (B C_m Bᵀ + C)⁻¹ applied to the data.
    public var weights: [Double]
    /// Φ there.
    public var objective: Double
    /// Step by step.
    public var history: [Iteration]
    /// Whether a tolerance was met, rather than the limit of steps or a step that no longer fell.
    public var converged: Bool
  }

  /// The mean can't be simulated: data of it are not to be had.
  public struct OutOfReach: Error, Equatable, Sendable {
    /// It has no numbers.
    public init() {}
  }

  /// What is believed before any data.
  public let prior: Prior
  /// C, of the data.
  public let covariance: GroupedCovariance
  /// F, from field to data.
  public let map: Map
  /// When the steps end.
  public var settings: Settings

  /// An inversion of data by a map under a prior.
  public init(
    prior: Prior, covariance: GroupedCovariance, map: Map, settings: Settings = Settings()
  ) {
    (self.prior, self.covariance, self.map, self.settings) = (prior, covariance, map, settings)
  }

  private struct State {
    /// m, w = C_m⁻¹(m − m₀), d − F(m), C⁻¹(d − F(m)).
    var field, pull, residual, weights: [Double]
    var objective: Double
  }

  /// - Parameters:
  ///   - data: d, one value a datum.
  ///   - mean: m₀, one value a cell.
  /// - Throws: `OutOfReach`.
  public func minimise(
    data: [Double], mean: [Double], workers: Workers = .serial
  ) throws(OutOfReach) -> Result {
    let zero = [Double](repeating: 0, count: mean.count)
    guard var state = state(mean, zero, data: data, mean: mean, workers) else { throw OutOfReach() }
    let scale = prior.variances(workers: workers).max()?.squareRoot() ?? 1
    var (history, first, converged) = ([Iteration](), 0.0, false)
    while history.count < settings.maximumIterations {
      let map = map.linearised(at: state.field, workers: workers)
      // ∇Φ = w − BᵀC⁻¹(d − F).
      let slope = zip(state.pull, map.transposed(state.weights, workers: workers)).map { $0 - $1 }
      let size = max(0, ConjugateGradients.dot(slope, prior.times(slope, workers: workers))).squareRoot()
      if history.isEmpty { first = size } else { history[history.count - 1].gradient = size }
      guard size > settings.gradient * first else {
        converged = true
        break
      }
      let (target, iterations) = step(from: state, map, slope, workers)
      guard let (next, length) = search(from: state, to: target, data, mean, workers) else { break }
      let move = zip(next.field, state.field).reduce(0) { max($0, abs($1.0 - $1.1)) }
      state = next
      history.append(
        Iteration(
          objective: state.objective, gradient: .nan, move: move, solverIterations: iterations,
          length: length))
      if move < settings.step * scale {
        converged = true
        break
      }
    }
    return Result(
      field: state.field, residual: state.residual, weights: state.weights, objective: state.objective,
      history: history, converged: converged)
  }

  /// w = Bᵀy of the full step, (B C_m Bᵀ + C) y = d − F + B (m − m₀). Of y what the state has, C⁻¹(d − F), is taken off:
  /// the right side of the rest is B C_m ∇Φ, and its solution need not be exact.
  private func step(
    from state: State, _ map: Map.Linearised, _ slope: [Double], _ workers: Workers
  ) -> (pull: [Double], iterations: Int) {
    let right = map.product(prior.times(slope, workers: workers), workers: workers)
    let solved = ConjugateGradients.solve(
      right, tolerance: settings.solver, limit: 10 * right.count
    ) { y in
      let image = map.product(
        prior.times(map.transposed(y, workers: workers), workers: workers), workers: workers)
      return zip(image, covariance.times(y, workers: workers)).map { $0 + $1 }
    } preconditioner: {
      self.map.precondition($0, workers: workers)
    }
    let weights = zip(state.weights, solved.solution).map { $0 + $1 }
    return (map.transposed(weights, workers: workers), solved.iterations)
  }

  private func search(
    from state: State, to pull: [Double], _ data: [Double], _ mean: [Double], _ workers: Workers
  ) -> (State, Double)? {
    var length = 1.0
    let target = prior.times(pull, workers: workers)
    for _ in 0..<12 {
      let own = zip(state.pull, pull).map { $0 + length * ($1 - $0) }
      let field = state.field.indices.map { index in
        let away = state.field[index] - mean[index]
        return mean[index] + away + length * (target[index] - away)
      }
      // Near the minimum Φ is flat to rounding, and a step that leaves it there is a good one.
      if let next = self.state(field, own, data: data, mean: mean, workers),
        next.objective <= state.objective * (1 + 1e-12)
      {
        return (next, length)
      }
      length /= 2
    }
    return nil
  }

  private func state(
    _ field: [Double], _ pull: [Double], data: [Double], mean: [Double], _ workers: Workers
  ) -> State? {
    guard let simulated = map.data(of: field, workers: workers), simulated.allSatisfy(\.isFinite) else {
      return nil
    }
    let residual = zip(data, simulated).map { $0 - $1 }
    let weights = covariance.solve(residual, workers: workers)
    let away = zip(field, mean).map { $0 - $1 }
    let objective = 0.5 * (ConjugateGradients.dot(residual, weights) + ConjugateGradients.dot(away, pull))
    return State(field: field, pull: pull, residual: residual, weights: weights, objective: objective)
  }
}
