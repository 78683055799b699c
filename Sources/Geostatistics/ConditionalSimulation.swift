public import NumericCore

/// Draws of a field given its data: what a kriging leaves open, member by member. [Chiles2012, §7.3]
///
///     z* = ẑ + u − W (u_c + ε)
///
/// with ẑ = W c the kriging's mean, u a draw of the field at nodes and (u_c) at the points, ε one of the errors of the
/// data. z* − ẑ has exactly the covariance V of the kriging, the drift's part in it since W F = F_q. Where a member's
/// data are drawn already, c* = c + ε, its surface is W c* + u − W (u_c + τη): their errors count once.
public struct ConditionalSimulation: Sendable {
  public let kriging: Kriging
  public let geometry: GridGeometry
  public let field: FieldSimulation
  private let mean: [Double]

  /// - Throws: `CirculantEmbedding.Obstacle`.
  public init(
    _ kriging: Kriging, on geometry: GridGeometry, workers: Workers = .serial
  ) throws(CirculantEmbedding.Obstacle) {
    (self.kriging, self.geometry) = (kriging, geometry)
    field = try FieldSimulation(
      kriging.model.covariance, geometry: geometry, points: kriging.data.points, workers: workers)
    mean = kriging.mean(at: geometry.nodes, workers: workers)
  }

  /// The draw that a field at nodes and points and errors of the data make.
  ///
  /// - Parameters:
  ///   - nodes: u, one value a node.
  ///   - points: u_c, one value a datum.
  ///   - errors: ε, one value a datum.
  public func surface(nodes: [Double], points: [Double], errors: [Double], workers: Workers = .serial) -> Grid {
    precondition(points.count == kriging.data.count && errors.count == kriging.data.count)
    let known = kriging.mean(of: zip(points, errors).map { $0 + $1 }, at: geometry.nodes, workers: workers)
    return Grid(geometry: geometry, values: nodes.indices.map { mean[$0] + nodes[$0] - known[$0] })
  }

  /// The member's draw where the data are those of the kriging.
  ///
  /// Streams of `seed`: "field" of u, "data" of the errors by σ, "jitter" of those by τ, "given" of E.
  /// - Throws: `closePoints` where E has no factor.
  public func draw(seed: UInt64, member: Int, workers: Workers = .serial) throws(KrigingError) -> Grid {
    let own = CounterRandom(seed: seed, stream: "data").normal(kriging.data.count, row: member)
    let errors = zip(own, kriging.data.deviations).map { $0 * $1 }
    return try draw(seed: seed, member: member, errors: errors, workers: workers)
  }

  /// The member's draw where its data are drawn already.
  ///
  /// - Parameter data: c*, one value a datum of the kriging.
  public func draw(
    seed: UInt64, member: Int, data: [Double], workers: Workers = .serial
  ) throws(KrigingError) -> Grid {
    precondition(data.count == kriging.data.count)
    // W c* + u − W(u_c + τη) = ẑ + u − W(u_c + τη − (c* − c)).
    let errors = zip(kriging.data.values, data).map { $0 - $1 }
    return try draw(seed: seed, member: member, errors: errors, workers: workers)
  }

  private func draw(
    seed: UInt64, member: Int, errors: [Double], workers: Workers
  ) throws(KrigingError) -> Grid {
    let drawn = field.draw(CounterRandom(seed: seed, stream: "field"), member: member, workers: workers)
    let count = kriging.data.count
    let jitter = CounterRandom(seed: seed, stream: "jitter").normal(count, row: member)
    var errors = zip(errors, jitter).map { $0 + kriging.model.jitter * $1 }
    if let given = kriging.data.given {
      guard let factor = try? Cholesky(given) else {
        throw kriging.data.closest(kriging.model.covariance.metric)
      }
      let more = factor.factorTimes(CounterRandom(seed: seed, stream: "given").normal(count, row: member))
      errors = zip(errors, more).map(+)
    }
    return surface(
      nodes: drawn.nodes.values, points: drawn.points, errors: errors, workers: workers)
  }
}
