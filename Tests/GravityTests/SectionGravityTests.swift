import Gravity
import NumericCore
import Testing

/// Laws of the gravity of sections.
@Suite struct SectionGravityTests {
  private static let cells = SectionGravity.Cells(x0: 50, z0: 50, spacing: 100, columns: 12, rows: 7)
  private static let places = [
    SectionGravity.Place(x: 330, z: -20), .init(x: -400, z: 0), .init(x: 610, z: 350), .init(x: 100, z: 900),
    // A corner of cells, and the middle of an edge.
    .init(x: 300, z: 300), .init(x: 300, z: 350),
  ]

  /// Numbers of a fixed sequence between −1 and 1.
  private static func numbers(_ count: Int, _ seed: UInt64) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53) * 2 - 1
    }
  }

  /// A prism that is long enough has the same gravity; what its ends lack falls with the square of their distance.
  @Test func isThatOfLongPrisms() {
    let density = Self.numbers(Self.cells.count, 3).map { 300 * $0 }
    let found = SectionGravity(Self.cells, at: Self.places).gz(density)
    for (place, value) in zip(Self.places, found) {
      var expected = 0.0
      for row in 0..<Self.cells.rows {
        for column in 0..<Self.cells.columns {
          let (west, top) = (Double(column) * 100, -Double(row) * 100)
          let prism = Prism(
            region: Region(west: west, east: west + 100, south: -2e6, north: 2e6), bottom: top - 100,
            top: top,
            density: density[row * Self.cells.columns + column])
          expected += PrismGravity.gz(
            of: prism, at: Observation(easting: place.x, northing: 0, upward: -place.z))
        }
      }
      #expect(abs(value - expected) < 2e-6, "\(value) and \(expected) mGal at \(place.x), \(place.z)")
    }
  }

  /// A wide sheet is a Bouguer slab: 2πGρ times its thickness.
  @Test func wideSheetIsASlab() {
    let cells = SectionGravity.Cells(x0: -5e7, z0: 100, spacing: 200, columns: 500_001, rows: 1)
    let found = SectionGravity(cells, at: [.init(x: 0, z: 0)]).gz(Array(repeating: 1000, count: cells.count))
    let slab = 2 * Double.pi * PrismGravity.gravitationalConstant * 1000 * 200 * 1e5
    #expect(abs(found[0] / slab - 1) < 1e-5, "\(found[0]) and \(slab)")
  }

  @Test func transposedIsTheTransposed() {
    let gravity = SectionGravity(Self.cells, at: Self.places)
    let (density, values) = (Self.numbers(Self.cells.count, 5), Self.numbers(Self.places.count, 7))
    let left = zip(gravity.gz(density), values).reduce(0) { $0 + $1.0 * $1.1 }
    let right = zip(density, gravity.transposed(values)).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(left - right) <= 1e-13 * abs(left))
  }

  @Test func whatIsMissingAddsNothing() {
    var density = [Double](repeating: 0, count: Self.cells.count)
    density[5] = .nan
    #expect(SectionGravity(Self.cells, at: Self.places).gz(density).allSatisfy { $0 == 0 })
  }
}
