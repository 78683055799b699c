import CKernels
import NumericCore
import Testing

@testable import Gravity

/// The loops against the scalar kernels, on every instruction set of this processor. The
/// cells are not square: they go by the closed form wherever they are. `FarFieldTests` has square ones.
@Suite struct InstructionSetTests {
  private static let sets = InstructionSet.available

  private static let geometry = GridGeometry(
    region: Region(west: -3000, east: 20_000, south: 500, north: 14_000), columns: 24, rows: 15)
  private static let tops = (0..<geometry.count).map { 300 + 31.7 * Double($0 * 11 % 23) }
  private static let factors = (0..<geometry.count).map { $0 % 3 == 0 ? -0.4 : 1.7 }
  private static let table = CellTable(
    geometry, cells: Array(0..<geometry.count), level: tops, factor: factors)
  private static let bottoms = tops.map { $0 - 250 }
  /// Over a centre, over an edge, over a corner, on a face, below, far away.
  private static let coordinates: [(Double, Double, Double)] = [
    (2000, 4357, 1100), (3500, 500, 1300), (-500, 5321.428571428572, 990),
    (-3000, 500, 300), (9000, 9000, -400), (2e6, -3e5, 5000),
  ]
  private static let places = coordinates.map { ck_point(easting: $0.0, northing: $0.1, upward: $0.2) }

  private func offset(_ cell: Int, _ place: ck_point) -> (east: Double, north: Double) {
    (Self.table.easting[cell] - place.easting, Self.table.northing[cell] - place.northing)
  }

  /// The sum of the C loops: blocks of 256, in each four lanes.
  private func sum(_ terms: [Double]) -> Double {
    stride(from: 0, to: terms.count, by: 256).reduce(0.0) { total, start in
      let block = Array(terms[start..<min(start + 256, terms.count)])
      let whole = block.count / 4 * 4
      let lanes = (0..<4).map { lane in
        stride(from: lane, to: whole, by: 4).reduce(0.0) { $0 + block[$1] }
      }
      let sum = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
      return total + block[whole...].reduce(sum, +)
    }
  }

  @Test(arguments: sets) func everySetGivesTheBitsOfTheScalarKernel(_ instructions: InstructionSet) {
    let (set, table) = (instructions.code, Self.table)
    for place in Self.places {
      let cells = 0..<Self.geometry.count
      let faces = cells.map { cell in
        let (east, north) = offset(cell, place)
        return Self.factors[cell]
          * ck_face(east, north, table.halfEasting, table.halfNorthing, Self.tops[cell] - place.upward)
      }
      #expect(Self.table.withCells { ck_face_sum(set, $0, place) } == sum(faces))
      let prisms = cells.map { cell in
        let (east, north) = offset(cell, place)
        return Self.factors[cell]
          * ck_prism(
            east, north, table.halfEasting, table.halfNorthing, Self.tops[cell] - place.upward,
            Self.bottoms[cell] - place.upward)
      }
      #expect(Self.table.withCells { ck_prism_sum(set, $0, Self.bottoms, place) } == sum(prisms))
      #expect(sum(prisms).isFinite && sum(faces).isFinite)
    }
  }

  /// Cells that are not square, with the bits of the scalar kernel.
  @Test(arguments: sets) func otherFieldsHaveTheBitsOfTheScalarKernel(_ instructions: InstructionSet) {
    let (set, table) = (instructions.code, Self.table)
    for place in Self.places {
      for code in 0..<9 {
        let field = cf_field(UInt32(code))
        let values = (0..<Self.geometry.count).map { cell -> Double in
          let (east, north) = offset(cell, place)
          let faces = cf_prism(
            west: east - table.halfEasting, east: east + table.halfEasting, south: north - table.halfNorthing,
            north: north + table.halfNorthing, bottom: Self.bottoms[cell] - place.upward,
            top: Self.tops[cell] - place.upward)
          return Self.factors[cell] * cf_value(field, faces)
        }
        let found = Self.table.withCells { cf_sum(set, field, $0, Self.bottoms, place) }
        let expected = sum(values)
        #expect(found == expected || (found.isNaN && expected.isNaN), "\(code) at \(place)")
      }
    }
  }

  @Test(arguments: sets) func rowsAreTheSameOnEverySet(_ set: InstructionSet) {
    for place in Self.places {
      for derivative in [LayerJacobian.annulus, .finiteDifference(step: 1), .exact] {
        // On a face the annulus is 0 / 0.
        if derivative == .annulus && place.upward == Self.tops[0] { continue }
        var (row, expected) = (
          [Double](repeating: 7, count: Self.geometry.count),
          [Double](repeating: 8, count: Self.geometry.count)
        )
        Self.table.withCells { cells in
          derivative.fill(&row, cells, from: place, on: set)
          derivative.fill(&expected, cells, from: place, on: .baseline)
        }
        #expect(row == expected)
      }
    }
  }

  @Test(arguments: sets) func sumsAreTheSameOnEverySet(_ instructions: InstructionSet) {
    let set = instructions.code
    let a: [Double] = (0..<2 * 64).map { (index: Int) -> Double in Double(index * 7 % 13) / 7 - 0.8 }
    let x: [Double] = (0..<64).map { (index: Int) -> Double in Double(index * 5 % 11) / 3 - 1.5 }
    #expect(ck_dot(set, a, x, 64) == ck_dot(ck_baseline, a, x, 64))
    let first = (0..<64).reduce(0.0) { $0 + a[$1] * x[$1] }
    #expect(abs(ck_dot(set, a, x, 64) - first) <= 1e-12)
    // Fours and a remainder.
    let rows = (0..<11 * 64).map { (index: Int) -> Double in Double(index * 7 % 23) / 9 - 1.1 }
    for count in [0, 1, 3, 4, 7, 8, 11] {
      var (sum, expected) = (x, x)
      ck_add_normal(set, rows, count, x, &sum, 64)
      ck_add_normal(ck_baseline, rows, count, x, &expected, 64)
      #expect(sum == expected)
      var plain = x
      for row in 0..<count {
        let product = (0..<64).reduce(0.0) { $0 + rows[row * 64 + $1] * x[$1] }
        for index in 0..<64 { plain[index] += product * rows[row * 64 + index] }
      }
      for index in 0..<64 { #expect(abs(sum[index] - plain[index]) <= 1e-10) }
    }
    var (sum, expected) = (x, x)
    ck_add_pair(set, a, 0.7, -1.3, &sum, 64)
    for index in 0..<64 { expected[index] += 0.7 * a[index] + -1.3 * a[64 + index] }
    #expect(sum == expected)
  }
}
