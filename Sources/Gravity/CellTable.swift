import NumericCore

/// The cells of a layer that carry mass, as plain arrays for the loops over them.
struct CellTable: Sendable {
  let easting, northing: [Double]
  let halfEasting, halfNorthing: Double

  var count: Int { easting.count }

  init(_ geometry: GridGeometry, cells: [Int]) {
    easting = cells.map { geometry.easting($0 % geometry.columns) }
    northing = cells.map { geometry.northing($0 / geometry.columns) }
    halfEasting = geometry.spacingEasting / 2
    halfNorthing = geometry.spacingNorthing / 2
  }
}

/// Cells per pass of a kernel's loop: its results stay in the first-level cache until summed.
let cellBlock = 256

/// Observations per parallel chunk: fixed, so that threads never change a sum.
let pointChunk = 16

/// Calls `body` once a chunk of consecutive indices.
func forEachChunk(of count: Int, workers: Workers, _ body: @Sendable (Range<Int>) -> Void) {
  workers.forEach((count + pointChunk - 1) / pointChunk) { chunk in
    let start = chunk * pointChunk
    body(start..<min(start + pointChunk, count))
  }
}

/// The sum of `values` in four interleaved lanes, joined in a fixed order: same bits everywhere,
/// and a rounding error that grows a quarter as fast as that of a running sum.
@inline(__always)
func laneSum(_ values: UnsafePointer<Double>, count: Int) -> Double {
  var lanes = SIMD4<Double>()
  var index = 0
  while index &+ 4 <= count {
    lanes += SIMD4(values[index], values[index &+ 1], values[index &+ 2], values[index &+ 3])
    index &+= 4
  }
  var total = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
  while index < count {
    total += values[index]
    index &+= 1
  }
  return total
}
