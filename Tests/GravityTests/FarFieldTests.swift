import CKernels
import NumericCore
import Testing

@testable import Gravity

/// Square cells beyond twelve half widths go by a series in the cell's size.
@Suite struct FarFieldTests {
  private static let sets = InstructionSet.available

  private static let geometry = GridGeometry(
    region: Region(west: 0, east: 129_000, south: 0, north: 23_000), spacing: 1000)
  private static let layer = PrismLayer(
    topography: (0..<geometry.count).map { 250 + 7 * Double($0 * 37 % 101) }, geometry: geometry,
    reference: Array(repeating: 500, count: geometry.count),
    densityContrast: Array(repeating: 2670, count: geometry.count))

  /// Sums of 35 digits (mpmath, corner by corner, G = 6.6743e-11) for `layer`.
  private static let exact: [(easting: Double, northing: Double, upward: Double, gravity: Double)] = [
    (3000, 4000, 1100, 14.68135726640931462359),
    (64123.5, 11987.25, 1000.5, 28.87099098374543394635),
    (500, 500, 2000, 6.648499302929605321045),
    (-7000, 30000, 900, 0.01590754583072533434678),
    (129400, -60250, 5000, 0.03140634029325155423156),
  ]

  private static let points = ObservationPoints(
    easting: exact.map(\.easting), northing: exact.map(\.northing), upward: exact.map(\.upward))

  @Test(arguments: sets) func layersAreThoseOfManyDigits(_ set: InstructionSet) {
    let found = PrismGravity.gz(of: Self.layer, at: Self.points, workers: .upTo(1, on: set))
    for (value, row) in zip(found, Self.exact) {
      #expect(abs(value - row.gravity) <= 1e-11 * abs(row.gravity))
    }
    let best = PrismGravity.gz(of: Self.layer, at: Self.points, workers: .upTo(2))
    #expect(found == best)
  }

  @Test(arguments: sets) func movingSurfacesAreTheSameToo(_ set: InstructionSet) {
    let surface = SurfaceGravity(
      geometry: Self.geometry, reference: Array(repeating: 500, count: Self.geometry.count),
      densityContrast: Array(repeating: 2670, count: Self.geometry.count),
      isPresent: Array(repeating: true, count: Self.geometry.count), points: Self.points,
      workers: .serial)
    let heights = (0..<Self.geometry.count).map { 250 + 7 * Double($0 * 37 % 101) }
    let found = surface.gz(ofSurface: heights, workers: .upTo(1, on: set))
    // The difference of two sums of 10³ mGal.
    for (value, row) in zip(found, Self.exact) { #expect(abs(value - row.gravity) <= 2e-11) }
    #expect(found == surface.gz(ofSurface: heights, workers: .upTo(2)))
  }

  /// One cell at a time, at the distances where the number of terms changes and in all directions,
  /// from low and from high; the last has a spot within reach and one beyond.
  @Test(arguments: [12.01, 14, 19.9, 20.1, 35.9, 36.1, 60, 103, 105, 400])
  func everyCellAgreesWithTheClosedForm(_ distance: Double) {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 1000, south: 0, north: 1000), spacing: 1000)
    for degrees in stride(from: 0.0, to: 360, by: 7) {
      for (top, bottom, upward) in [(900.0, 400.0, 1000.0), (300, -900, 9000), (8000, 7000, -100)] {
        let angle = degrees * Double.pi / 180
        let place = ck_point(
          easting: 500 * distance * Elementary.cos(angle),
          northing: 500 * distance * Elementary.sin(angle), upward: upward)
        let cell = CellTable(
          geometry, cells: [0], level: [top], factor: [1], thickest: top - bottom)
        let prism = ck_prism(-place.easting, -place.northing, 500, 500, top - upward, bottom - upward)
        let angles = ck_solid_angle(-place.easting, -place.northing, 500, 500, top - upward)
        let far = cell.withCells { ck_prism_sum(InstructionSet.processor.code, $0, [bottom], place) }
        // The closed form loses what its corner terms, as large as the distance, have in common.
        let noise = 4e-16 * 500 * distance
        #expect(abs(far - prism) <= 6.5e-12 * abs(prism) + 500 * noise / (top - bottom) * 4)
        var row = [0.0]
        cell.withCells { LayerJacobian.exact.fill(&row, $0, from: place, on: .processor) }
        #expect(abs(abs(row[0]) - angles) <= 6.5e-12 * angles + 1e-15)
        #expect((row[0] > 0) == (upward > top))
      }
    }
  }

  /// ∬ 1/r over the upper face less that over the lower of one cell, half width 500 m, of 50 digits
  /// (mpmath): just beyond the distances where the number of terms changes, 1 m thick, as thick as a thin
  /// prism may be and thicker.
  struct Prism: Sendable {
    let east, north, top, bottom, upward, integral: Double
  }

  static let prisms = [
    Prism(east: 6100, north: 0, top: 950, bottom: 500, upward: 1000, integral: 0.54787889426615514894),
    Prism(east: 4500, north: 4400, top: 900, bottom: 400, upward: 1000, integral: 0.70372297850266470767),
    Prism(east: 9000, north: -1500, top: 999, bottom: 998, upward: 1800, integral: 0.0010476979139662693),
    Prism(east: -15000, north: 7000, top: 300, bottom: -900, upward: 9000, integral: 1.6300653071378145),
    Prism(east: 18010, north: 0, top: 1000, bottom: 0, upward: 2000, integral: 0.25412417131130875236),
    Prism(east: -13000, north: 12900, top: 995, bottom: 500, upward: 1000, integral: 0.02035848696370771),
    Prism(east: 17000, north: -7000, top: -800, bottom: -801, upward: 0, integral: 1.285973639889907e-4),
    Prism(east: 40000, north: 30000, top: 600, bottom: -400, upward: 1600, integral: 0.011983818077395388),
    Prism(east: -36900, north: 36900, top: 2000, bottom: -1000, upward: 3000, integral: 0.0525373732012512),
    Prism(east: 52010, north: 0, top: 1000, bottom: 0, upward: 2000, integral: 0.010648515157493820929),
    Prism(east: 60000, north: 80000, top: -2000, bottom: -2333, upward: 1000, integral: 0.00105289560415343),
    Prism(east: 3e5, north: -4e5, top: 900, bottom: 899, upward: 1000, integral: 8.0400115727763598153e-10),
  ]

  @Test(arguments: sets) func prismsAreThoseOfManyDigits(_ set: InstructionSet) {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 1000, south: 0, north: 1000), spacing: 1000)
    for prism in Self.prisms {
      let cell = CellTable(
        geometry, cells: [0], level: [prism.top], factor: [1], thickest: prism.top - prism.bottom)
      let place = ck_point(easting: prism.east, northing: prism.north, upward: prism.upward)
      let found = cell.withCells { ck_prism_sum(set.code, $0, [prism.bottom], place) }
      #expect(abs(found - prism.integral) <= 6e-12 * prism.integral, "\(prism.east) \(prism.north)")
      // A slab upwards from the lower face is the same prism.
      let lower = CellTable(geometry, cells: [0], level: [prism.bottom], factor: [1])
      var row = [0.0]
      lower.withCells { ck_slab_row(set.code, $0, place, prism.top - prism.bottom, &row) }
      #expect(abs(row[0] - prism.integral) <= 6e-12 * prism.integral, "\(prism.east) \(prism.north)")
    }
  }

  @Test(arguments: sets) func rowsAreTheSameOnEverySet(_ set: InstructionSet) {
    let cells = Array(0..<Self.geometry.count).filter { $0 % 7 != 3 }
    let table = CellTable(
      Self.geometry, cells: cells, level: cells.map { Self.layer.top[$0] },
      factor: cells.map { $0 % 3 == 0 ? -0.4 : 1.7 })
    for point in 0..<Self.points.count {
      for derivative in [LayerJacobian.annulus, .finiteDifference(step: 1), .exact] {
        var (row, expected) = (
          [Double](repeating: 7, count: cells.count), [Double](repeating: 8, count: cells.count)
        )
        table.withCells { cells in
          derivative.fill(&row, cells, from: Self.points.place(point), on: set)
          derivative.fill(&expected, cells, from: Self.points.place(point), on: .baseline)
        }
        #expect(row == expected && row.allSatisfy(\.isFinite))
      }
    }
  }
}
