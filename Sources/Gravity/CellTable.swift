import CKernels
import NumericCore

/// The instruction set of the inner loops; the choice never changes a bit.
typealias InstructionSet = ck_set

extension InstructionSet {
  /// The widest that this processor runs.
  static let best = ck_best_set()
}

/// Some cells of a layer as plain arrays for the loops over them: centres, levels, factors.
struct CellTable: Sendable {
  let easting, northing: [Double]
  let halfEasting, halfNorthing: Double
  /// Height of the face, metres, and what multiplies its contribution.
  var level, factor: [Double]

  var count: Int { easting.count }

  init(_ geometry: GridGeometry, cells: [Int], level: [Double], factor: [Double]) {
    precondition(level.count == cells.count && factor.count == cells.count)
    easting = cells.map { geometry.easting($0 % geometry.columns) }
    northing = cells.map { geometry.northing($0 / geometry.columns) }
    halfEasting = geometry.spacingEasting / 2
    halfNorthing = geometry.spacingNorthing / 2
    (self.level, self.factor) = (level, factor)
  }

  /// Calls `body` with the arrays in the form of the C loops, valid during the call.
  func withCells<Result>(_ body: (UnsafePointer<ck_cells>) -> Result) -> Result {
    easting.withUnsafeBufferPointer { easting in
      northing.withUnsafeBufferPointer { northing in
        level.withUnsafeBufferPointer { level in
          factor.withUnsafeBufferPointer { factor in
            var cells = ck_cells(
              count: easting.count, half_easting: halfEasting, half_northing: halfNorthing,
              easting: easting.baseAddress, northing: northing.baseAddress,
              level: level.baseAddress, factor: factor.baseAddress)
            return withUnsafePointer(to: &cells, body)
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
    nonisolated(unsafe) let out = buffer
    forEachChunk(of: count, workers: workers) { chunk in
      for point in chunk { out[point] = value(point) }
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
