import CKernels
import NumericCore

/// Some cells of a layer as plain arrays for the loops over them: centres, levels, factors.
///
/// The loops treat square cells far from an observation by a series in the cell's size. The start of
/// every row of cells tells them which cells are near, a bounding box for every few cells how many
/// terms the others need.
struct CellTable: Sendable {
  let easting, northing: [Double]
  let halfEasting, halfNorthing: Double
  /// Height of the face, metres, and what multiplies its contribution.
  var level, factor: [Double]
  /// Lowest and highest of the levels at first, and the thickest prism down from one: what the sums of
  /// prisms and slabs need to know, those of faces do not.
  private let lowest, highest, thickest: Double

  /// Index of the first cell of each row that has any, then the number of cells.
  private let rows: [Int]
  private let boxes: [ck_box]

  var count: Int { easting.count }

  /// - Precondition: cells in ascending order, none twice.
  init(
    _ geometry: GridGeometry, cells: [Int], level: [Double], factor: [Double], thickest: Double = 0
  ) {
    precondition(level.count == cells.count && factor.count == cells.count)
    precondition(zip(cells, cells.dropFirst()).allSatisfy(<))
    easting = cells.map { geometry.easting($0 % geometry.columns) }
    northing = cells.map { geometry.northing($0 / geometry.columns) }
    halfEasting = geometry.spacingEasting / 2
    halfNorthing = geometry.spacingNorthing / 2
    (self.level, self.factor, self.thickest) = (level, factor, thickest)
    (lowest, highest) = (level.min() ?? 0, level.max() ?? 0)
    rows =
      cells.indices.filter {
        $0 == 0 || cells[$0] / geometry.columns != cells[$0 - 1] / geometry.columns
      } + [cells.count]
    boxes = Self.boxes(easting, northing)
  }

  private static func boxes(_ easting: [Double], _ northing: [Double]) -> [ck_box] {
    let size = Int(CK_BOX_CELLS)
    return stride(from: 0, to: easting.count, by: size).map { start in
      let end = min(start + size, easting.count)
      var box = ck_box(
        west: easting[start], east: easting[start], south: northing[start], north: northing[end - 1])
      for cell in start..<end {
        (box.west, box.east) = (min(box.west, easting[cell]), max(box.east, easting[cell]))
      }
      return box
    }
  }

  /// Calls `body` with the arrays in the form of the C loops, valid during the call.
  func withCells<Result>(_ body: (UnsafePointer<ck_cells>) -> Result) -> Result {
    easting.withUnsafeBufferPointer { easting in
      northing.withUnsafeBufferPointer { northing in
        level.withUnsafeBufferPointer { level in
          factor.withUnsafeBufferPointer { factor in
            rows.withUnsafeBufferPointer { rows in
              boxes.withUnsafeBufferPointer { boxes in
                var cells = ck_cells(
                  count: easting.count, row_count: rows.count - 1, rows: rows.baseAddress,
                  boxes: boxes.baseAddress, half_easting: halfEasting,
                  half_northing: halfNorthing, lowest: lowest, highest: highest,
                  thickest: thickest, easting: easting.baseAddress,
                  northing: northing.baseAddress, level: level.baseAddress,
                  factor: factor.baseAddress)
                return withUnsafePointer(to: &cells, body)
              }
            }
          }
        }
      }
    }
  }
}

extension ObservationPoints {
  /// One observation in the form of the C loops.
  func place(_ point: Int) -> ck_point {
    ck_point(easting: easting[point], northing: northing[point], upward: upward[point])
  }
}

/// Observations per parallel chunk: fixed, so that threads never change a sum.
private let pointChunk = 16

/// One value a point, computed in chunks of consecutive points.
func perPoint(
  _ count: Int, workers: Workers, _ value: @Sendable (Int) -> Double
) -> [Double] {
  var result = [Double](repeating: 0, count: count)
  result.withUnsafeMutableBufferPointer { buffer in
    let out = SharedPointer(buffer)
    forEachChunk(of: count, workers: workers) { chunk in
      for point in chunk { out.start[point] = value(point) }
    }
  }
  return result
}

/// Calls `body` once a chunk of consecutive indices.
func forEachChunk(of count: Int, workers: Workers, _ body: @Sendable (Range<Int>) -> Void) {
  workers.forEach((count + pointChunk - 1) / pointChunk) { chunk in
    let start = chunk * pointChunk
    body(start..<min(start + pointChunk, count))
  }
}
