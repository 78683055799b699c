/// Carries fields between a grid and one over the same region that is coarser along one axis or both.
struct GridTransfer {
  private let across, up: Axis

  init(fineColumns: Int, fineRows: Int, coarseColumns: Int, coarseRows: Int) {
    across = Axis(fine: fineColumns, coarse: coarseColumns)
    up = Axis(fine: fineRows, coarse: coarseRows)
  }

  /// Adds a coarse field, interpolated by cubics through the four nearest nodes, to a fine one.
  func interpolate(_ coarse: [Double], addingTo fine: inout [Double]) {
    let (coarseStride, fineStride) = (across.coarse + 4, across.fine + 4)
    var lines = [Double](repeating: 0, count: up.coarse * across.fine)
    for row in 0..<up.coarse {
      let line = (row + 2) * coarseStride + 2
      for (column, cubic) in across.cubics.enumerated() {
        var sum = 0.0
        for place in 0..<4 { sum += cubic.weights[place] * coarse[line + cubic.first + place] }
        lines[row * across.fine + column] = sum
      }
    }
    for (row, cubic) in up.cubics.enumerated() {
      for column in 0..<across.fine {
        var sum = 0.0
        for place in 0..<4 {
          sum += cubic.weights[place] * lines[(cubic.first + place) * across.fine + column]
        }
        fine[(row + 2) * fineStride + column + 2] += sum
      }
    }
  }

  /// The mean of the fine field about each coarse node, weights falling linearly to 0 at the next one.
  func average(_ fine: [Double]) -> [Double] {
    let (coarseStride, fineStride) = (across.coarse + 4, across.fine + 4)
    var lines = [Double](repeating: 0, count: up.fine * across.coarse)
    for row in 0..<up.fine {
      let line = (row + 2) * fineStride + 2
      for (column, mean) in across.means.enumerated() {
        var sum = 0.0
        for (place, weight) in mean.weights.enumerated() { sum += weight * fine[line + mean.first + place] }
        lines[row * across.coarse + column] = sum
      }
    }
    var coarse = [Double](repeating: 0, count: coarseStride * (up.coarse + 4))
    for (row, mean) in up.means.enumerated() {
      for column in 0..<across.coarse {
        var sum = 0.0
        for (place, weight) in mean.weights.enumerated() {
          sum += weight * lines[(mean.first + place) * across.coarse + column]
        }
        coarse[(row + 2) * coarseStride + column + 2] = sum
      }
    }
    return coarse
  }

  private struct Axis {
    let fine, coarse: Int
    /// Of each fine node: the first of its four coarse ones and their weights.
    let cubics: [(first: Int, weights: SIMD4<Double>)]
    /// Of each coarse node: the first of its fine ones and their weights, which sum to 1.
    let means: [(first: Int, weights: [Double])]

    /// - Precondition: at least four coarse nodes.
    init(fine: Int, coarse: Int) {
      precondition(coarse >= 4 && fine >= coarse)
      (self.fine, self.coarse) = (fine, coarse)
      cubics = (0..<fine).map { node in
        let (cell, fraction) = Self.locate(node, fine, coarse)
        let first = min(max(cell - 1, 0), coarse - 4)
        return (first, Self.cubic(Double(cell - first) + fraction))
      }
      means = (0..<coarse).map { node in
        var (first, weights) = (0, [Double]())
        for place in 0..<fine {
          let (cell, fraction) = Self.locate(place, fine, coarse)
          let weight = cell == node ? 1 - fraction : cell == node - 1 ? fraction : 0
          if weight > 0 {
            if weights.isEmpty { first = place }
            weights.append(weight)
          }
        }
        let sum = weights.reduce(0, +)
        return (first, weights.map { $0 / sum })
      }
    }

    /// The coarse cell that a fine node lies in and how far into it.
    private static func locate(_ node: Int, _ fine: Int, _ coarse: Int) -> (cell: Int, fraction: Double) {
      let (whole, rest) = (node * (coarse - 1)).quotientAndRemainder(dividingBy: fine - 1)
      return whole == coarse - 1 ? (coarse - 2, 1) : (whole, Double(rest) / Double(fine - 1))
    }

    /// Weights of the nodes 0, 1, 2, 3 at x.
    private static func cubic(_ x: Double) -> SIMD4<Double> {
      let (a, b, c, d) = (x, x - 1, x - 2, x - 3)
      return SIMD4(-b * c * d / 6, a * c * d / 2, -a * b * d / 2, a * b * c / 6)
    }
  }
}
