public import NumericCore

/// Weighted sums over the nodes of a grid: one row of weights a sum, made when they are needed.
public protocol NodeSums: Sendable {
  var count: Int { get }
  /// The weights of some sums on some nodes, a row a sum.
  func weights(_ sums: Range<Int>, nodes: Range<Int>, workers: Workers) -> Matrix
}

extension Kriging {
  /// Sums of a block, whose products with the covariance are held at once.
  private static let sumBlock = 64
  private static let nodeBlock = 1024

  /// The covariance A V Aᵀ of sums of the prediction's errors, without V:
  /// A K Aᵀ − (A k) S⁻¹ (A k)ᵀ + R A_F⁻¹ Rᵀ, R = A F_q − (A k) S⁻¹ F.
  ///
  /// A convolution a sum; memory is 128 rows of weights. The weights are made once by nodes and, for more than 64
  /// sums, once more a block of sums.
  public func covariance<Sums: NodeSums>(
    of sums: Sums, on geometry: GridGeometry, workers: Workers = .serial
  ) -> Matrix {
    var result = fieldCovariance(of: sums, geometry, workers)
    let (withData, design) = projections(of: sums, geometry, workers)
    let rows = PredictorRows(fit, covariances: withData, design: design, variance: 0, workers: workers)
    let (known, drift) = (rows.half.gramOfRows(workers: workers), rows.drift.gramOfRows(workers: workers))
    for index in result.values.indices { result.values[index] += drift.values[index] - known.values[index] }
    return result
  }

  /// A K Aᵀ, both triangles.
  private func fieldCovariance<Sums: NodeSums>(
    of sums: Sums, _ geometry: GridGeometry, _ workers: Workers
  ) -> Matrix {
    let convolution = GridCovariance(model.covariance, on: geometry, workers: workers)
    var result = Matrix(rows: sums.count, columns: sums.count)
    let blocks = stride(from: 0, to: sums.count, by: Self.sumBlock).map {
      $0..<min(sums.count, $0 + Self.sumBlock)
    }
    for (number, block) in blocks.enumerated() {
      let own = sums.weights(block, nodes: 0..<geometry.count, workers: workers)
      var images = own
      for row in 0..<block.count {
        let start = row * geometry.count
        let image = convolution.times(
          Array(own.values[start..<start + geometry.count]), workers: workers)
        images.values.replaceSubrange(start..<start + geometry.count, with: image)
      }
      for other in blocks[...number] {
        let weights =
          other == block ? own : sums.weights(other, nodes: 0..<geometry.count, workers: workers)
        let product = images.timesTransposed(weights, workers: workers)
        for (row, first) in block.enumerated() {
          for (column, second) in other.enumerated() where second <= first {
            result[first, second] = product[row, column]
            result[second, first] = product[row, column]
          }
        }
      }
    }
    return result
  }

  /// A k and A F_q.
  private func projections<Sums: NodeSums>(
    of sums: Sums, _ geometry: GridGeometry, _ workers: Workers
  ) -> (withData: Matrix, design: Matrix) {
    var withData = Matrix(rows: sums.count, columns: data.count)
    var design = Matrix(rows: sums.count, columns: drift.columns)
    let nodes = geometry.nodes
    for start in stride(from: 0, to: geometry.count, by: Self.nodeBlock) {
      let range = start..<min(geometry.count, start + Self.nodeBlock)
      let weights = sums.weights(0..<sums.count, nodes: range, workers: workers)
      let places = nodes.subset(Array(range))
      withData += weights.timesTransposed(
        model.covariance.matrix(data.points, places, workers: workers), workers: workers)
      design += weights.timesTransposed(drift.matrix(at: places).transposed(), workers: workers)
    }
    return (withData, design)
  }
}

extension Matrix {
  static func += (sum: inout Matrix, other: Matrix) {
    for index in sum.values.indices { sum.values[index] += other.values[index] }
  }
}
