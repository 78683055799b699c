public import NumericCore

/// Draws of a stationary field of mean 0 at the nodes of a grid and at scattered points, jointly.
///
/// Up to 2000 nodes and points by the Cholesky factor of their covariance. Beyond by circulant embedding on the nodes,
/// with those around the grid that the points need; at a point by simple kriging from the 6 × 6 nearest nodes and a
/// draw of what that leaves, jointly for the points of one cell. Where the torus would have to be too large: by
/// the factor again, up to 5000 nodes and points; beyond, where the shortest length is 10 cells or more, by the factor
/// on a coarser grid (spacing at most ℓ/8, at most 4000 nodes), bicubically interpolated.
public struct FieldSimulation: Sendable {
  /// How draws are made.
  public enum Method: Equatable, Sendable {
    case factor
    case embedding(CirculantEmbedding.Quality)
    /// Spacings of the coarse grid over those of the grid, and the greatest relative error of the variance between
    /// its nodes.
    case coarse(ratio: Double, varianceError: Double)
  }

  /// Nodes and points up to which the factor is taken at once: its time grows as their cube.
  static let mostDirect = 2000
  static let mostFactored = 5000

  /// The nodes at which the field is drawn.
  public let geometry: GridGeometry
  /// The points at which it is drawn jointly with the nodes.
  public let points: Points
  /// Of the field.
  public let covariance: Covariance
  /// How draws are made, and how exactly.
  public let method: Method
  private let sampler: any FieldSampler

  /// - Throws: `CirculantEmbedding.Obstacle` where no method serves.
  public init(
    _ covariance: Covariance, geometry: GridGeometry, points: Points = Points(easting: [], northing: []),
    workers: Workers = .serial
  ) throws(CirculantEmbedding.Obstacle) {
    (self.covariance, self.geometry, self.points) = (covariance, geometry, points)
    let count = geometry.count + points.count
    if count <= Self.mostDirect, let factor = FactorSampler(covariance, geometry, points, workers) {
      (sampler, method) = (factor, .factor)
      return
    }
    let embedded = Result { () throws(CirculantEmbedding.Obstacle) in
      try EmbeddingSampler(covariance, geometry, points, workers)
    }
    switch embedded {
    case .success(let embedding):
      (sampler, method) = (embedding, .embedding(embedding.quality))
    case .failure(let obstacle):
      if count <= Self.mostFactored, let factor = FactorSampler(covariance, geometry, points, workers) {
        (sampler, method) = (factor, .factor)
      } else if let coarse = CoarseSampler(covariance, geometry, points, workers) {
        sampler = coarse
        method = .coarse(ratio: coarse.ratio, varianceError: coarse.varianceError)
      } else {
        throw obstacle
      }
    }
  }

  /// A field at the nodes and at the points.
  public struct Draw: Equatable, Sendable {
    /// Values at the nodes.
    public var nodes: Grid
    /// Values at the points, in their order.
    public var points: [Double]
  }

  /// The draw of one member, a function of the stream of `random` and the member alone.
  public func draw(_ random: CounterRandom, member: Int, workers: Workers = .serial) -> Draw {
    sampler.draw(random, member: member, workers: workers)
  }
}

/// Simulations that members of an ensemble share: the factor of 1300 nodes takes a third of a second to make and each draw
/// a millisecond.
public final class SimulationCache: Sendable {
  private struct Key: Hashable, Sendable {
    var covariance: Covariance
    var geometry: GridGeometry
    var easting, northing: [Double]
  }

  private let cache: SharedCache<Key, FieldSimulation>

  /// - Parameter megabytes: what the simulations kept hold at most.
  public init(megabytes: Int = 256) { cache = SharedCache(limit: megabytes << 20) }

  /// - Throws: as `FieldSimulation`.
  public func simulation(
    _ covariance: Covariance, geometry: GridGeometry, points: Points = Points(easting: [], northing: []),
    workers: Workers = .serial
  ) throws(CirculantEmbedding.Obstacle) -> FieldSimulation {
    let key = Key(
      covariance: covariance, geometry: geometry, easting: points.easting, northing: points.northing)
    let count = geometry.count + points.count
    // A factor has count² numbers, a torus rarely more than 64 a node.
    let size = 8 * (count <= FieldSimulation.mostDirect ? count * count : 64 * count)
    return try cache.value(for: key, size: size) { () throws(CirculantEmbedding.Obstacle) in
      try FieldSimulation(covariance, geometry: geometry, points: points, workers: workers)
    }
  }
}

protocol FieldSampler: Sendable {
  func draw(_ random: CounterRandom, member: Int, workers: Workers) -> FieldSimulation.Draw
}

/// L ξ of the joint covariance.
struct FactorSampler: FieldSampler {
  let geometry: GridGeometry
  let factor: Cholesky

  /// Nil where the covariance has no factor even with 10⁻⁹ of its variance on the diagonal. Some is always added,
  /// 10⁻¹² or more: far below what a surface means, and a smooth field's factor would be a matter of chance.
  init?(_ covariance: Covariance, _ geometry: GridGeometry, _ points: Points, _ workers: Workers) {
    self.geometry = geometry
    let nodes = geometry.nodes
    let all = Points(easting: nodes.easting + points.easting, northing: nodes.northing + points.northing)
    let matrix = covariance.matrix(all, workers: workers)
    guard let factor = Self.factor(matrix, covariance.variance, workers) else { return nil }
    self.factor = factor
  }

  /// The factor with the least of a few parts of the variance added to the diagonal with which there is one.
  static func factor(_ matrix: Matrix, _ variance: Double, _ workers: Workers = .serial) -> Cholesky? {
    for nugget in [1e-12, 1e-10, 1e-9] {
      var system = matrix
      for index in 0..<system.rows { system[index, index] += nugget * variance }
      if let factor = try? Cholesky(system, workers: workers) { return factor }
    }
    return nil
  }

  func draw(_ random: CounterRandom, member: Int, workers: Workers) -> FieldSimulation.Draw {
    let values = factor.factorTimes(random.normal(factor.order, row: member, workers: workers))
    return .init(
      nodes: Grid(geometry: geometry, values: Array(values[..<geometry.count])),
      points: Array(values[geometry.count...]))
  }
}
