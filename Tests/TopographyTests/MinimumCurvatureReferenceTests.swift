import Datasets
import TestSupport
import Testing
import Topography

@testable import NumericCore

/// Against GMT's `surface`, which stops iterating when no node changes by more than 1e-4 of the data's range: its
/// numbers are near the solution where data are and far from it where none are.
@Suite(
  "Minimum curvature against reference numbers", .needsReference)
struct MinimumCurvatureReferenceTests {
  /// The data of all cases: 60 samples of the misfit.
  static func data() throws -> (points: Points, values: [Double]) {
    let table = try TableFile.read(Reference.path("ef_constraints.csv"))
    return (try ConstraintPoints.reference().points, try table.numbers("misfit_at_point_bicubic"))
  }

  /// GMT 6.4 grids one row more on either side, so that more coarse grids divide it, and cuts them off again.
  static let enlarged = GridGeometry(
    region: Region(west: 0, east: 40_000, south: -1000, north: 31_000), spacing: 1000)

  /// With full tension the data are peaks, and GMT moves those within a twentieth of a cell of a node onto it.
  @Test(arguments: [("t0", 0, 1.5, 0.15), ("t0p25", 0.25, 0.3, 0.03), ("t1", 1, 0.025, 0.06)])
  func surfaceOfGMT(_ name: String, _ tension: Double, _ rms: Double, _ atData: Double) throws {
    let data = try Self.data()
    let reference = try Reference.dataset("e_regional_separation.nc").grid("reg_con_pygmt_" + name)
    let surface = try MinimumCurvature.fit(
      points: data.points, values: data.values, on: Self.enlarged, tension: tension
    ).surface
    let found = Array(surface.values.dropFirst(41).dropLast(41))
    let differences = zip(found, reference.values).map { $0 - $1 }
    #expect(Statistics.rms(differences) <= rms, "RMS \(Statistics.rms(differences))")
    let nodes = try Self.nodes(data.points, model)
    let largest = nodes.map { abs(differences[$0]) }.max() ?? .infinity
    #expect(largest <= atData, "at the data \(largest)")
  }

  /// The reference meets our equations: relaxed once, no node off the edges moves by more than GMT's limit, 1e-4 of
  /// the range, which is 0.0026 mGal.
  @Test(arguments: [("t0", 0.0), ("t0p25", 0.25), ("t1", 1)])
  func theSameEquations(_ name: String, _ tension: Double) throws {
    let data = try Self.data()
    let reference = try Reference.dataset("e_regional_separation.nc").grid("reg_con_pygmt_" + name)
    let placed = NodeData(
      data.values.indices.map {
        (data.points.easting[$0] / 1000, data.points.northing[$0] / 1000, data.values[$0])
      }, columns: 41, rows: 31)
    let level = TensionLevel(
      columns: 41, rows: 31, equation: TensionEquation(tension: tension, aspect: 1), data: placed.kept)
    var values = [Double](repeating: 0, count: level.vectorCount)
    for index in 0..<reference.values.count {
      values[level.place(index / 41, index % 41)] = reference.values[index]
    }
    let residual = level.residual(values, level.right)
    var diagonal = [Double](repeating: 0, count: level.vectorCount)
    level.entries { row, column, value in
      if row == column { diagonal[level.place(row[0], row[1])] = value }
    }
    // GMT moves data within a twentieth of a cell onto the node.
    let moved = Set(
      placed.kept.filter { abs($0.east) < 0.05 && abs($0.north) < 0.05 }.map {
        level.place($0.row, $0.column)
      })
    var largest = 0.0
    for row in 2..<29 {
      for column in 2..<39 where !moved.contains(level.place(row, column)) {
        let node = level.place(row, column)
        largest = max(largest, abs(residual[node] / diagonal[node]))
      }
    }
    let range = data.values.max()! - data.values.min()!
    #expect(largest <= 1e-4 * range, "\(largest)")
  }

  /// The peer's own test: data on a plane.
  @Test func publishedPlane() throws {
    let result = try RegionalSeparationTests.separate(
      RegionalSettings(method: .constraintMinimumCurvature(tension: 1)))
    #expect(
      largestDifference(result.regional.values.prefix(5), [-126.25, -86.25, -46.25, -6.25, 33.75]) <= 1e-9)
  }

  static func nodes(_ points: Points, _ geometry: GridGeometry) throws -> [Int] {
    (0..<points.count).map { index in
      let column = Int((points.easting[index] / 1000).rounded())
      return Int((points.northing[index] / 1000).rounded()) * geometry.columns + column
    }
  }
}
