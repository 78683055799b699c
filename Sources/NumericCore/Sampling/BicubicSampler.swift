/// Bicubic interpolation of a grid at points, with the kernel and edge conditions of GMT's `grdtrack`.
///
/// Cubic convolution with a = −½ over 4 × 4 nodes [Keys1981]. Around the grid lies one ring of nodes by
/// GMT's *natural* conditions: zero Laplacian at edge nodes, straight continuation at corners.
/// `gmt grdtrack -nc` 6.4 is met to 1e-12 at 60 points of a field of 10 mGal (`RegionalReferenceTests`).
public enum BicubicSampler {
  /// The field at each point; NaN outside the grid's region.
  ///
  /// - Parameters:
  ///   - grid: at least 2 × 2 nodes. A NaN node is left out and the other weights are rescaled as long
  ///     as they sum to a half or more; otherwise the result is NaN.
  ///   - singlePrecision: round the grid to 32-bit numbers first, as GMT stores grids.
  /// - Precondition: at least two columns and two rows.
  public static func sample(
    grid: Grid, at points: Points, singlePrecision: Bool = true
  ) -> [Double] {
    let ring = RingedGrid(grid, singlePrecision: singlePrecision)
    return zip(points.easting, points.northing).map { ring.value(easting: $0, northing: $1) }
  }

  /// Weights of the nodes −1, 0, 1, 2 for a fraction t of a cell.
  static func weights(_ t: Double) -> SIMD4<Double> {
    let a = -0.5
    let s = 1 - t
    return SIMD4(
      a * t * s * s,
      1 - (a + 3) * t * t + (a + 2) * t * t * t,
      1 - (a + 3) * s * s + (a + 2) * s * s * s,
      a * t * t * s)
  }
}

/// A grid with one more node on every side; of one that goes round the Earth the first column stands behind the last, too,
/// and the ring beside them is what follows there.
private struct RingedGrid {
  let geometry: GridGeometry
  /// Of the nodes inside the ring.
  let columns: Int
  let stride: Int
  var values: [Double]

  init(_ grid: Grid, singlePrecision: Bool) {
    let grid = grid.withoutRepeatedMeridian
    geometry = grid.geometry
    let rows = geometry.rows
    columns = geometry.goesRound ? geometry.columns + 1 : geometry.columns
    precondition(columns >= 2 && rows >= 2, "bicubic interpolation needs two nodes a side")
    stride = columns + 2
    values = Array(repeating: 0, count: stride * (rows + 2))
    let round: (Double) -> Double = singlePrecision ? { Double(Float($0)) } : { $0 }
    for row in 0..<rows {
      for column in 0..<columns {
        values[(row + 1) * stride + column + 1] = round(grid[row, column % geometry.columns])
      }
    }
    if geometry.goesRound {
      closeRound(rows, round)
      return
    }
    fillSide(length: columns, along: 1, first: stride + 1, inwards: stride, round)
    fillSide(length: columns, along: 1, first: rows * stride + 1, inwards: -stride, round)
    fillSide(length: rows, along: stride, first: stride + 1, inwards: 1, round)
    fillSide(length: rows, along: stride, first: stride + columns, inwards: -1, round)
    for (corner, up, right) in [
      (stride + 1, stride, 1), (stride + columns, stride, -1), (rows * stride + 1, -stride, 1),
      (rows * stride + columns, -stride, -1),
    ] {
      values[corner - up - right] = round(
        values[corner - right] + values[corner - up] - values[corner])
    }
  }

  /// Fills the ring beyond one side, whose nodes start at `first` and follow every `along`.
  private mutating func fillSide(
    length: Int, along: Int, first: Int, inwards: Int, _ round: (Double) -> Double
  ) {
    for position in 0..<length {
      let node = first + position * along
      let inner = values[node + inwards]
      let atCorner = position == 0 || position == length - 1
      values[node - inwards] = round(
        atCorner
          ? 2 * values[node] - inner
          : 4 * values[node] - inner - values[node - along] - values[node + along])
    }
  }

  /// The ring of a grid that goes round: its own nodes in the west and east, as above in the north and south.
  private mutating func closeRound(_ rows: Int, _ round: (Double) -> Double) {
    for row in 1...rows {
      values[row * stride] = values[row * stride + columns - 1]
      values[row * stride + columns + 1] = values[row * stride + 2]
    }
    for (row, inwards) in [(1, stride), (rows, -stride)] {
      for column in 1...columns {
        let node = row * stride + column
        values[node - inwards] = round(
          4 * values[node] - values[node + inwards] - values[node - 1] - values[node + 1])
      }
      let ring = row * stride - inwards
      values[ring] = values[ring + columns - 1]
      values[ring + columns + 1] = values[ring + 2]
    }
  }

  func value(easting: Double, northing: Double) -> Double {
    guard let (x, y) = geometry.cells(easting: easting, northing: northing) else { return .nan }
    let column = min(Int(x), columns - 2)
    let row = min(Int(y), geometry.rows - 2)
    let across = BicubicSampler.weights(x - Double(column))
    let up = BicubicSampler.weights(y - Double(row))
    var (sum, missing) = (0.0, 0.0)
    for i in 0..<4 {
      let start = (row + i) * stride + column
      for j in 0..<4 {
        let (value, weight) = (values[start + j], up[i] * across[j])
        if value.isNaN { missing += weight } else { sum += weight * value }
      }
    }
    if missing == 0 { return sum }
    let present = 1 - missing
    return present + 1e-8 > 0.5 ? sum / present : .nan
  }
}
