public import Gravity
public import NumericCore

/// The misfit at places where the surface is known: y = H m, H bilinear between the four nodes about a place.
public struct MisfitAtConstraints: Equatable, Sendable {
  /// Places of the points in the list of constraints; left out are those outside the grid or without a misfit.
  public let kept: [Int]
  /// Where the constraints are.
  public let points: Points
  /// y, mGal.
  public let values: [Double]
  /// Height of the observations there, metres.
  public let upward: [Double]
  /// Deviation of y by the noise of the observations, mGal: √(Σ_j H_ij² σ_j²).
  public let noise: [Double]

  /// - Parameters:
  ///   - misfit: mGal; NaN is missing.
  ///   - upward: heights of the observations on the same nodes, metres.
  ///   - uncertainty: standard deviation of the misfit, mGal, one value a node.
  /// - Throws: `noConstraintInside`, `differentNodes`, `numeric`.
  public init(
    misfit: Grid, upward: Grid, uncertainty: [Double], at points: Points
  ) throws(RegionalError) {
    let geometry = misfit.geometry
    guard geometry.columns > 1, geometry.rows > 1 else {
      throw .numeric(.gridTooSmall(columns: geometry.columns, rows: geometry.rows, needed: 2))
    }
    guard upward.geometry == geometry, uncertainty.count == geometry.count else {
      throw .differentNodes(what: "upward", expected: geometry.count, found: upward.geometry.count)
    }
    var kept: [Int] = []
    var (values, heights, noise) = ([Double](), [Double](), [Double]())
    for index in 0..<points.count {
      guard
        let row = BilinearRow(geometry, easting: points.easting[index], northing: points.northing[index])
      else { continue }
      let (value, height) = (row.product(misfit.values), row.product(upward.values))
      let square = row.squares(uncertainty)
      guard value.isFinite, height.isFinite, square.isFinite else { continue }
      kept.append(index)
      values.append(value)
      heights.append(height)
      noise.append(square.squareRoot())
    }
    guard !kept.isEmpty else { throw .noConstraintInside(count: points.count) }
    (self.kept, self.points, self.values) = (kept, points.subset(kept), values)
    (self.upward, self.noise) = (heights, noise)
  }

  /// The places with the heights of the observations.
  public var observations: ObservationPoints {
    ObservationPoints(easting: points.easting, northing: points.northing, upward: upward)
  }
}

/// A row of bilinear weights.
struct BilinearRow: Equatable, Sendable {
  private(set) var nodes: [Int] = []
  private(set) var weights: [Double] = []

  /// Nil outside the region, edges included.
  init?(_ geometry: GridGeometry, easting: Double, northing: Double) {
    guard geometry.region.contains(easting: easting, northing: northing) else { return nil }
    func split(_ position: Double, _ count: Int) -> (Int, Double) {
      let cell = min(max(0, Int(position)), count - 2)
      return (cell, position - Double(cell))
    }
    let (column, s) = split((easting - geometry.region.west) / geometry.spacingEasting, geometry.columns)
    let (row, t) = split((northing - geometry.region.south) / geometry.spacingNorthing, geometry.rows)
    for (north, outer) in [(0, 1 - t), (1, t)] where outer != 0 {
      for (east, inner) in [(0, 1 - s), (1, s)] where inner != 0 {
        nodes.append((row + north) * geometry.columns + column + east)
        weights.append(outer * inner)
      }
    }
  }

  func product(_ values: [Double]) -> Double {
    zip(nodes, weights).reduce(0) { $0 + $1.1 * values[$1.0] }
  }

  /// Σ w² x².
  func squares(_ values: [Double]) -> Double {
    zip(nodes, weights).reduce(0) { $0 + $1.1 * $1.1 * values[$1.0] * values[$1.0] }
  }
}
