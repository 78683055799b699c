public import NumericCore

/// What is believed of a field on cells before any data: deviations from a mean, normal with the covariance C.
public protocol FieldPrior: Sendable {
  /// Number of cells.
  var count: Int { get }
  /// C·x, one value a cell.
  func times(_ x: [Double], workers: Workers) -> [Double]
  /// The diagonal of C.
  func variances(workers: Workers) -> [Double]
  /// C^½ ξ: a draw for one member, a function of the stream of `random` and the member alone.
  func draw(_ random: CounterRandom, member: Int, workers: Workers) throws(CirculantEmbedding.Obstacle)
    -> [Double]
  /// (∂C/∂θ)·x for the logarithms of the prior's numbers, in the order of its settings.
  func slopes(_ x: [Double], workers: Workers) -> [[Double]]
  /// About the eigenvalues of C in the cosines of a grid, whose spacing may be another, as a spectrum of twice its rows and
  /// columns; nil where there are none.
  func spectrum(on geometry: GridGeometry, workers: Workers) -> SpectralProduct?
}

/// Any covariance written out.
public struct DensePrior: FieldPrior {
  /// C.
  public let covariance: Matrix

  /// - Precondition: symmetric.
  public init(_ covariance: Matrix) { self.covariance = covariance }

  /// Number of cells.
  public var count: Int { covariance.rows }

  /// C·x in N² multiplications.
  public func times(_ x: [Double], workers: Workers) -> [Double] { covariance.times(x) }

  /// The diagonal.
  public func variances(workers: Workers) -> [Double] { (0..<count).map { covariance[$0, $0] } }

  /// C^½ ξ by the Cholesky factor, made anew for each draw.
  public func draw(
    _ random: CounterRandom, member: Int, workers: Workers
  ) throws(CirculantEmbedding.Obstacle) -> [Double] {
    let scale = variances(workers: workers).max() ?? 1
    guard let factor = FactorSampler.factor(covariance, scale, workers) else {
      throw .correlationError(1, factor: 1)
    }
    return factor.factorTimes(random.normal(count, row: member))
  }

  /// None: a matrix has no numbers that it depends on.
  public func slopes(_ x: [Double], workers: Workers) -> [[Double]] { [] }

  /// None: a matrix knows no neighbours.
  public func spectrum(on geometry: GridGeometry, workers: Workers) -> SpectralProduct? { nil }
}

/// A stationary covariance on the nodes of a grid, by convolution; cells that are not free stay at the mean.
public struct StationaryPrior: FieldPrior {
  /// Of the free cells.
  public let covariance: Covariance
  /// The cells, as nodes of a grid.
  public let geometry: GridGeometry
  private let free: [Bool]?
  private let convolution: GridCovariance
  private let derivatives: [GridCovariance]
  private let simulation: Result<FieldSimulation, CirculantEmbedding.Obstacle>

  /// - Parameter free: cells that vary; nil: all.
  public init(
    _ covariance: Covariance, on geometry: GridGeometry, free: [Bool]? = nil, workers: Workers = .serial
  ) {
    (self.covariance, self.geometry, self.free) = (covariance, geometry, free)
    convolution = GridCovariance(covariance, on: geometry, workers: workers)
    let metric = covariance.metric
    derivatives = covariance.structures.flatMap { structure -> [GridCovariance] in
      let scale = structure.deviation * structure.deviation
      return [
        GridCovariance(on: geometry, workers: workers) {
          2 * scale * structure.correlation.value(metric.distance($0, $1) / structure.length)
        },
        GridCovariance(on: geometry, workers: workers) {
          scale * structure.correlation.valueAndSlope(metric.distance($0, $1) / structure.length).slope
        },
      ]
    }
    simulation = Result { () throws(CirculantEmbedding.Obstacle) in
      try FieldSimulation(covariance, geometry: geometry, workers: workers)
    }
  }

  /// Number of cells.
  public var count: Int { geometry.count }

  /// C·x by convolution, to some 10⁻¹⁵ of s² √N |x|.
  public func times(_ x: [Double], workers: Workers) -> [Double] {
    masked(convolution.times(masked(x), workers: workers))
  }

  /// The field's variance, and 0 where a cell is not free.
  public func variances(workers: Workers) -> [Double] {
    masked(Array(repeating: covariance.variance, count: count))
  }

  /// A draw by `FieldSimulation`, 0 where a cell is not free.
  public func draw(
    _ random: CounterRandom, member: Int, workers: Workers
  ) throws(CirculantEmbedding.Obstacle) -> [Double] {
    masked(try simulation.get().draw(random, member: member, workers: workers).nodes.values)
  }

  /// By ln s and ln ℓ of each structure.
  public func slopes(_ x: [Double], workers: Workers) -> [[Double]] {
    let x = masked(x)
    return derivatives.map { masked($0.times(x, workers: workers)) }
  }

  /// The covariance's own spectrum, mirrored at the edges.
  public func spectrum(on geometry: GridGeometry, workers: Workers) -> SpectralProduct? {
    MirroredProduct.spectrum(covariance, geometry, workers)
  }

  private func masked(_ x: [Double]) -> [Double] {
    guard let free else { return x }
    return x.indices.map { free[$0] ? x[$0] : 0 }
  }
}
