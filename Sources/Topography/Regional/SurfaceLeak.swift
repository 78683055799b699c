public import Geostatistics
public import Gravity
public import NumericCore

/// The gravity that the errors of a kriged surface make at points: what of a misfit is not regional, since the surface
/// is wrong between the places where it is known.
///
/// E = A V Aᵀ, A the exact derivative of gravity at a point with respect to the height of each cell's surface, V the
/// covariance of the kriging's errors at the cells' centres. In mGal².
public struct SurfaceLeak: NodeSums {
  private let layer: PrismLayer
  private let points: ObservationPoints

  /// - Parameters:
  ///   - layer: the cells of the kriged surface; empty ones have no part.
  ///   - points: where gravity is looked at, none in or on a cell.
  public init(of layer: PrismLayer, at points: ObservationPoints) {
    (self.layer, self.points) = (layer, points)
  }

  /// Points.
  public var count: Int { points.count }

  /// A.
  public func weights(_ sums: Range<Int>, nodes: Range<Int>, workers: Workers) -> Matrix {
    let cells = nodes.filter { !layer.density[$0].isNaN }
    let some = ObservationPoints(
      easting: Array(points.easting[sums]), northing: Array(points.northing[sums]),
      upward: Array(points.upward[sums]))
    let dense = LayerJacobian.exact.matrix(of: layer, cells: cells, at: some, workers: workers)
    let stride = LayerJacobian.stride(columns: cells.count)
    var result = Matrix(rows: sums.count, columns: nodes.count)
    for row in 0..<sums.count {
      for (column, cell) in cells.enumerated() {
        result[row, cell - nodes.lowerBound] = dense[row * stride + column]
      }
    }
    return result
  }

  /// E.
  public func covariance(of kriging: Kriging, workers: Workers = .serial) -> Matrix {
    kriging.covariance(of: self, on: layer.geometry, workers: workers)
  }

  /// E by draws of the surface: A (z − z̄) of each, and their covariance over M − 1. Missing heights count as the mean.
  ///
  /// - Precondition: at least two draws, one value a cell each.
  public func covariance(ofDraws draws: [[Double]], workers: Workers = .serial) -> Matrix {
    precondition(draws.count > 1)
    let cells = layer.geometry.count
    let matrix = weights(0..<count, nodes: 0..<cells, workers: workers)
    let mean = (0..<cells).map { cell in Statistics.mean(draws.map { $0[cell] }) }
    var result = Matrix(rows: count, columns: count)
    for draw in draws {
      let away = matrix.times(
        (0..<cells).map { mean[$0].isFinite ? draw[$0] - mean[$0] : 0 })
      for row in 0..<count {
        for column in 0..<count { result[row, column] += away[row] * away[column] }
      }
    }
    for index in result.values.indices { result.values[index] /= Double(draws.count - 1) }
    return result
  }

  /// For a surface whose errors have no known covariance: the deviation of gravity at each point, mGal per metre, that a
  /// height error at that point makes which falls off with `length`: a_i · 2πGΔρ, √(A K̃ Aᵀ) with K̃ Matérn's 3/2 of
  /// deviation 1 m.
  public func sensitivity(length: Double, workers: Workers = .serial) -> [Double] {
    let convolution = GridCovariance(
      Covariance(.matern32, deviation: 1, length: length), on: layer.geometry, workers: workers)
    return (0..<count).map { point in
      let row = weights(point..<point + 1, nodes: 0..<layer.geometry.count, workers: workers).values
      let image = convolution.times(row, workers: workers)
      return max(0, zip(row, image).reduce(0) { $0 + $1.0 * $1.1 }).squareRoot()
    }
  }
}
