public import NumericCore

/// Draws of a field given its data: what a kriging leaves open, member by member. [Chiles2012, §7.3]
///
///     z* = ẑ + u − W (u_c + ε)
///
/// with ẑ = W c the kriging's mean, u a draw of the field at nodes and (u_c) at the points, ε one of the errors of the
/// data. z* − ẑ has exactly the covariance V of the kriging, the drift's part in it since W F = F_q. Where a member's
/// data are drawn already, c* = c + ε, its field is W c* + u − W (u_c + τη): their errors count once. With the misfit of a
/// drawn surface and drawn gravity as data c*, W and the covariance E of what the surface's errors leak into it from
/// the base result, this is a draw of the regional field too: c* carries E already, and estimated again in each member E
/// would count twice (var c* = K + 2E).
public struct ConditionalSimulation: Sendable {
  /// What the data say.
  public let kriging: Kriging
  /// Where draws are made.
  public let geometry: GridGeometry
  /// Draws of the field without data.
  public let field: FieldSimulation
  private let mean: [Double]

  /// - Throws: `CirculantEmbedding.Obstacle`.
  public init(
    _ kriging: Kriging, on geometry: GridGeometry, cache: SimulationCache? = nil, workers: Workers = .serial
  ) throws(CirculantEmbedding.Obstacle) {
    (self.kriging, self.geometry) = (kriging, geometry)
    let (covariance, points) = (kriging.model.covariance, kriging.data.points)
    if let cache {
      field = try cache.simulation(covariance, geometry: geometry, points: points, workers: workers)
    } else {
      field = try FieldSimulation(covariance, geometry: geometry, points: points, workers: workers)
    }
    mean = kriging.mean(at: geometry.nodes, workers: workers)
  }

  /// The draw that a field at nodes and points and errors of the data make.
  ///
  /// - Parameters:
  ///   - nodes: u, one value a node.
  ///   - points: u_c, one value a datum.
  ///   - errors: ε, one value a datum.
  public func surface(nodes: [Double], points: [Double], errors: [Double], workers: Workers = .serial) -> Grid
  {
    precondition(points.count == kriging.data.count && errors.count == kriging.data.count)
    let known = kriging.mean(of: zip(points, errors).map { $0 + $1 }, at: geometry.nodes, workers: workers)
    return Grid(geometry: geometry, values: nodes.indices.map { mean[$0] + nodes[$0] - known[$0] })
  }

  /// The member's draw.
  ///
  /// - Parameters:
  ///   - streams: "field" is u's, "data" that of the errors by σ, "jitter" of those by τ, "given" of E.
  ///   - data: c*, one value a datum of the kriging, where the member's data are drawn already with all that σ and E stand
  ///     for; nil: they are those of the kriging.
  /// - Throws: `closePoints` where E has no factor.
  public func draw(
    _ streams: Streams, member: Int, data: [Double]? = nil, workers: Workers = .serial
  ) throws(KrigingError) -> Grid {
    precondition(data.map { $0.count == kriging.data.count } ?? true)
    var errors: [Double]
    if let data {
      // W c* + u − W(u_c + τη) = ẑ + u − W(u_c + τη − (c* − c)).
      errors = zip(kriging.data.values, data).map { $0 - $1 }
    } else {
      let own = streams["data"].normal(kriging.data.count, row: member)
      errors = zip(own, kriging.data.deviations).map { $0 * $1 }
    }
    let count = kriging.data.count
    let jitter = streams["jitter"].normal(count, row: member)
    errors = zip(errors, jitter).map { $0 + kriging.model.jitter * $1 }
    if data == nil, let given = kriging.data.given {
      guard let factor = try? Cholesky(given) else {
        throw kriging.data.closest(kriging.model.covariance.metric)
      }
      errors = zip(errors, factor.factorTimes(streams["given"].normal(count, row: member))).map(+)
    }
    let drawn = field.draw(streams["field"], member: member, workers: workers)
    return surface(
      nodes: drawn.nodes.values, points: drawn.points, errors: errors, workers: workers)
  }
}

/// Random streams of what belongs together, by the names of its parts.
public struct Streams: Equatable, Sendable {
  private let seed: UInt64
  private let name: String

  /// - Parameter name: of the whole; streams of other names are independent.
  public init(seed: UInt64, name: String = "") { (self.seed, self.name) = (seed, name) }

  /// The stream of a part of the draw.
  public subscript(_ part: String) -> CounterRandom {
    CounterRandom(seed: seed, stream: name.isEmpty ? part : "\(name) \(part)")
  }
}
