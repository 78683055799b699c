public import NumericCore

/// A stationary field on the nodes of a grid as a part of a periodic one, whose covariance the Fourier transform makes
/// diagonal. [Wood1994, Dietrich1997]
///
/// First row cᵢⱼ = covariance at the wrapped distance on m_x × m_y nodes, λ = Re FFT(c). A draw is
/// FFT(√(λ/(m_x m_y)) w) of complex white noise w; its real and its imaginary part are independent and each has
/// exactly the covariance on the grid, as long as no λ is below 0. That takes a torus larger than 2(n − 1) nodes where
/// the length is a fair part of the grid's side (m32: 1.1 times as large at 0.2 of the shorter side, 1.95 at 0.3,
/// 3.8 at 0.5).
public struct CirculantEmbedding: Sendable {
  /// What was done about eigenvalues below 0.
  public enum Quality: Equatable, Sendable {
    /// None was left on a torus this much larger than 2(n − 1): the covariance is exact.
    case exact(factor: Double)
    /// Even the largest torus had some: they are 0 and the rest is scaled to the exact variance; the greatest error of
    /// a correlation on the grid.
    case clipped(factor: Double, correlationError: Double)
  }

  /// Why there is no embedding.
  public enum Obstacle: Error, Equatable, Sendable, CustomStringConvertible {
    /// Clipped at the largest torus, correlations would be wrong by this much.
    case correlationError(Double, factor: Double)
    /// The torus would have too many nodes.
    case tooLarge(nodes: Int, limit: Int)

    /// What is in the way, with numbers.
    public var description: String {
      switch self {
      case .correlationError(let error, let factor):
        "the correlation length is too large for the grid: on a torus \(factor) times as large correlations are still "
          + "wrong by \(error)"
      case .tooLarge(let nodes, let limit): "the torus would have \(nodes) nodes, more than \(limit)"
      }
    }
  }

  /// The least eigenvalue, as a part of the greatest, that counts as rounding.
  static let rounding = 1e-12
  /// The most that a correlation may be wrong.
  static let mostCorrelationError = 1e-3
  private static let growth = 1.1
  private static let mostNodes = 1 << 26

  /// The grid whose nodes it is about.
  public let geometry: GridGeometry
  /// Whether the covariance is exact on it.
  public let quality: Quality
  /// Nodes of the torus.
  public let rows, columns: Int
  /// λ, row by row, none below 0.
  public let eigenvalues: [Double]

  /// The smallest torus without eigenvalues below 0, up to `largest` times 2(n − 1) along each axis; there they are
  /// clipped if no correlation becomes wrong by more than 10⁻³.
  ///
  /// - Throws: `Obstacle`; it never clips beyond that.
  public init(
    _ geometry: GridGeometry, _ covariance: Covariance, largest: Double = 8, workers: Workers = .serial
  ) throws(Obstacle) {
    var factor = 1.0
    while true {
      let (rows, columns) = Self.size(geometry, factor, isEven: covariance.anisotropy == nil)
      guard rows * columns <= Self.mostNodes else {
        throw .tooLarge(nodes: rows * columns, limit: Self.mostNodes)
      }
      let first = Self.firstRow(geometry, covariance, rows: rows, columns: columns, workers: workers)
      let values = Self.spectrum(first, rows: rows, columns: columns, workers: workers)
      if let least = values.min(), let most = values.max(), least >= -Self.rounding * most {
        (self.geometry, self.rows, self.columns) = (geometry, rows, columns)
        (eigenvalues, quality) = (values.map { max(0, $0) }, .exact(factor: factor))
        return
      }
      if factor * Self.growth > largest {
        let (clipped, error) = Self.clipped(
          values, first, geometry, rows: rows, columns: columns, workers: workers)
        guard error <= Self.mostCorrelationError else {
          throw .correlationError(error, factor: factor)
        }
        (self.geometry, self.rows, self.columns) = (geometry, rows, columns)
        (eigenvalues, quality) = (clipped, .clipped(factor: factor, correlationError: error))
        return
      }
      factor *= Self.growth
    }
  }

  /// On a torus of the given size, whatever its eigenvalues are.
  init(
    _ geometry: GridGeometry, _ covariance: Covariance, rows: Int, columns: Int
  ) {
    let first = Self.firstRow(geometry, covariance, rows: rows, columns: columns, workers: .serial)
    (self.geometry, self.rows, self.columns) = (geometry, rows, columns)
    eigenvalues = Self.spectrum(first, rows: rows, columns: columns, workers: .serial)
    quality = .exact(factor: .nan)
  }

  /// - Parameter isEven: whether the covariance is even along each axis; if not, no offset on the grid may be half
  ///   way round, where both ways are averaged.
  private static func size(
    _ geometry: GridGeometry, _ factor: Double, isEven: Bool
  ) -> (rows: Int, columns: Int) {
    func length(_ count: Int) -> Int {
      let length = Double(2 * (isEven ? count - 1 : count)) * factor
      return SpectralProduct.evenLength(atLeast: Int(length.rounded(.up)))
    }
    return (length(geometry.rows), length(geometry.columns))
  }

  /// The covariances of node 0 with all nodes of the torus by the shorter way round. Half way round both ways count
  /// alike, so that the row is even also with anisotropy.
  static func firstRow(
    _ geometry: GridGeometry, _ covariance: Covariance, rows: Int, columns: Int, workers: Workers
  ) -> [Double] {
    let metric = covariance.metric
    return firstRow(geometry, rows: rows, columns: columns, workers: workers) {
      covariance.value(metric.distance($0, $1))
    }
  }

  /// The same of any even function of the differences of easting and northing.
  static func firstRow(
    _ geometry: GridGeometry, rows: Int, columns: Int, workers: Workers,
    _ value: @Sendable (_ easting: Double, _ northing: Double) -> Double
  ) -> [Double] {
    var result = [Double](repeating: 0, count: rows * columns)
    func ways(_ index: Int, _ count: Int, _ spacing: Double) -> [Double] {
      if 2 * index == count { return [Double(index) * spacing, -Double(index) * spacing] }
      return [Double(2 * index < count ? index : index - count) * spacing]
    }
    let across = (0..<columns).map { ways($0, columns, geometry.spacingEasting) }
    let up = (0..<rows).map { ways($0, rows, geometry.spacingNorthing) }
    result.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      workers.forEach(rows) { row in
        for column in 0..<columns {
          var sum = 0.0
          for north in up[row] {
            for east in across[column] { sum += value(east, north) }
          }
          out[row * columns + column] = sum / Double(up[row].count * across[column].count)
        }
      }
    }
    return result
  }

  /// Re FFT of an even array.
  static func spectrum(_ first: [Double], rows: Int, columns: Int, workers: Workers) -> [Double] {
    let product = SpectralProduct(rows: rows, columns: columns, firstRow: first, workers: workers)
    return (0..<rows * columns).map { product.factor($0 / columns, $0 % columns) }
  }

  /// Eigenvalues below 0 are 0, the others scaled so that the variance is what it was, with the greatest error of a
  /// correlation between nodes of the grid.
  private static func clipped(
    _ values: [Double], _ first: [Double], _ geometry: GridGeometry, rows: Int, columns: Int,
    workers: Workers
  ) -> (eigenvalues: [Double], error: Double) {
    let kept = values.map { max(0, $0) }
    let variance = Statistics.sum(kept) / Double(kept.count)
    let scaled = kept.map { $0 * first[0] / variance }
    let covariances = spectrum(scaled, rows: rows, columns: columns, workers: workers)
      .map { $0 / Double(kept.count) }
    var error = 0.0
    for row in 0..<min(rows, geometry.rows) {
      for column in 0..<min(columns, geometry.columns) {
        for other in [column, (columns - column) % columns] {
          let index = row * columns + other
          error = max(error, abs(covariances[index] - first[index]) / first[0])
        }
      }
    }
    return (scaled, error)
  }

  /// Complex white noise that a draw takes: `rows` · `columns` real and as many imaginary deviates.
  public var noiseCount: Int { 2 * rows * columns }

  /// The two independent draws that complex white noise makes.
  ///
  /// - Precondition: rows · columns deviates each.
  public func draws(real: [Double], imaginary: [Double]) -> (first: Grid, second: Grid) {
    precondition(real.count == eigenvalues.count && imaginary.count == eigenvalues.count)
    let count = Double(eigenvalues.count)
    var (x, y) = (real, imaginary)
    for index in x.indices {
      let root = (eigenvalues[index] / count).squareRoot()
      x[index] *= root
      y[index] *= root
    }
    FourierTransform2D(rows: rows, columns: columns).forward(&x, &y)
    return (part(x), part(y))
  }

  /// A draw for one member: the real part of what its own `noiseCount` deviates make.
  public func draw(_ random: CounterRandom, member: Int, workers: Workers = .serial) -> Grid {
    let noise = random.normal(noiseCount, row: member, workers: workers)
    let middle = noise.count / 2
    return draws(real: Array(noise[..<middle]), imaginary: Array(noise[middle...])).first
  }

  private func part(_ values: [Double]) -> Grid {
    var result = Grid(geometry: geometry, repeating: 0)
    for row in 0..<geometry.rows {
      for column in 0..<geometry.columns { result[row, column] = values[row * columns + column] }
    }
    return result
  }
}
