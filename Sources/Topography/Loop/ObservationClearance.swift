import Gravity
import NumericCore

/// The observations over and under every cell, which a moving surface must not pass.
struct ObservationClearance {
  /// Part of the way to an observation that one step may go: some of it is left for the next.
  private static let part = 0.9
  /// Nearer than this, metres, nothing moves.
  private static let least = 1e-3

  /// Heights of the observations of cell i: `heights[starts[i]..<starts[i + 1]]`, metres.
  private var starts: [Int]
  private var heights: [Double]

  init(_ points: ObservationPoints, on model: GridGeometry) {
    func cells(_ point: Int) -> CellsAround {
      model.cells(around: points.easting[point], points.northing[point])
    }
    starts = Array(repeating: 0, count: model.count + 1)
    for point in 0..<points.count { for cell in cells(point) { starts[cell + 1] += 1 } }
    for cell in 0..<model.count { starts[cell + 1] += starts[cell] }
    heights = Array(repeating: 0, count: starts[model.count])
    var next = starts
    for point in 0..<points.count {
      for cell in cells(point) {
        heights[next[cell]] = points.upward[point]
        next[cell] += 1
      }
    }
  }

  /// Shortens the correction of each cell that would reach an observation.
  /// - Returns: how many were.
  func shorten(_ correction: inout [Double], from topography: [Double]) -> Int {
    var count = 0
    for cell in correction.indices where correction[cell] != 0 {
      let change = correction[cell]
      for height in heights[starts[cell]..<starts[cell + 1]] {
        let distance = height - topography[cell]
        // Only what lies on the way.
        guard distance * change > 0, abs(change) >= abs(distance) - Self.least else { continue }
        let most = Self.part * max(0, abs(distance) - Self.least)
        if abs(correction[cell]) > most { correction[cell] = change < 0 ? -most : most }
      }
      if correction[cell] != change { count += 1 }
    }
    return count
  }
}
