import Datasets
import NumericCore
import TestSupport
import Testing

@testable import Gravity

@Suite struct PrismFieldsTests {
  typealias Place = (Double, Double, Double)

  private static func value(_ field: PrismField, _ place: Place) -> Double {
    PrismGravity.value(
      of: field,
      of: Prism(
        region: Region(west: -34, east: 5, south: -18, north: 14), bottom: -345, top: -146, density: 2670),
      at: Observation(easting: place.0, northing: place.1, upward: place.2))
  }

  /// Harmonica 0.7.0, twelve digits, fields in the order of the cases: outside, inside, on faces, edges, a
  /// corner.
  static let table: [(Place, [Double])] = [
    (
      (-40, 0, 30),
      [
        0.000167041115911, 0.00691052360057, -0.000543295717198, 0.065523106832, -2.61019890154,
        -2.71585904525, 5.32605794679, -0.00786424640114, 0.880608465584, -0.0693613539255,
      ]
    ),
    (
      (100, -70, -400),
      [
        0.000222211695587, -0.0720165196135, 0.0429389840626, -0.0771921437352, 1.67964901993,
        -3.46350019332, 1.78385117339, -4.7676543607, 7.45936377781, -4.45835938343,
      ]
    ),
    (
      (1000, 2000, 500),
      [
        1.87100314025e-05, -0.000339291293207, -0.000669567532466, 0.000248902663901,
        -0.00149821101043, 0.0038456380033, -0.00234742699284, 0.00364341553122, -0.00135283513944,
        -0.0026697645768,
      ]
    ),
    (
      (5, 0, -200),
      [
        0.000996566129971, -2.10766786842, -0.16099237705, 0.22631160737, 875.005617554, -805.388540711,
        -69.6170768426, 76.26793972, -17.938302705, -1.90552196392,
      ]
    ),
    (
      (0, 14, -300),
      [
        0.000932139088271, -1.01266553298, -1.74865916211, -0.289873655173, -731.498952041,
        815.504558351, -84.0056063104, 548.027849752, 20.1141440958, 23.2688187718,
      ]
    ),
    (
      (0, -18, -300),
      [
        0.000932139088271, -1.01266553298, 1.74865916211, -0.289873655173, -731.498952041,
        815.504558351, -84.0056063104, -548.027849752, 20.1141440958, -23.2688187718,
      ]
    ),
    (
      (0, 0, -146),
      [
        0.000719390935432, -0.760080008943, -0.101773726748, 1.7992785777, -604.05585279,
        -510.104401576, 1114.16025437, 32.6486036263, -505.301731205, -53.974720902,
      ]
    ),
    (
      (0, 0, -345),
      [
        0.000719390935432, -0.760080008943, -0.101773726748, -1.7992785777, -604.05585279,
        -510.104401576, 1114.16025437, 32.6486036263, 505.301731205, 53.974720902,
      ]
    ),
    (
      (5, 0, -146),
      [
        0.000673471261939, -1.08436435298, -0.0836828168267, 1.36624921277, .nan, -418.601945575, .nan,
        38.374722906, .nan, -41.4013020467,
      ]
    ),
    (
      (5, 14, -200),
      [
        0.000894326356312, -1.40536365589, -1.30823379965, 0.214873659041, .nan, .nan, -63.9943253416,
        .nan, -16.2959970425, -13.836990071,
      ]
    ),
    (
      (5, 14, -146),
      [
        0.000620392748898, -0.731766134819, -0.678386269972, 0.995864477238, .nan, .nan, .nan, .nan, .nan,
        .nan,
      ]
    ),
    (
      (0, 0, -200),
      [
        0.00108570026797, -1.47325394698, -0.1969576242, 0.234379405071, -1178.40198584, -987.31398397,
        -73.6591515448, 64.916034176, -14.1985728385, -2.03289184407,
      ]
    ),
  ]

  @Test(arguments: table.indices) func everyFieldIsHarmonicas(_ row: Int) {
    let (place, expected) = Self.table[row]
    for (field, value) in zip(PrismField.allCases, expected) {
      let found = Self.value(field, place)
      if value.isNaN {
        #expect(found.isNaN, "\(field) at \(place): \(found)")
      } else {
        // Harmonica's corners leave it 10⁻¹² mGal two kilometres away.
        #expect(
          abs(found - value) <= 2e-10 * abs(value) + 1e-12, "\(field) at \(place): \(found), not \(value)")
      }
    }
  }

  private static let places: [Place] = [
    (-40, 0, 30), (100, -70, -400), (3, 100, -200), (-200, 10, -100), (-5, 3, -100), (0, 2, -600),
  ]

  /// Laplace's equation outside, Poisson's −4πGρ inside.
  @Test func traceOfTheTensor() {
    func trace(_ place: Place) -> Double {
      Self.value(.eastEast, place) + Self.value(.northNorth, place) + Self.value(.downDown, place)
    }
    for place in Self.places { #expect(abs(trace(place)) <= 1e-9) }
    let poisson = -4 * Double.pi * 6.6743e-11 * 2670 * 1e9
    #expect(abs(trace((0, 0, -200)) / poisson - 1) <= 1e-12)
  }

  /// Every component is the difference quotient of the one before; z counts down.
  @Test func derivatives() {
    let quotients: [(PrismField, PrismField, Int, Double)] = [
      (.potential, .east, 0, 1e5), (.potential, .north, 1, 1e5), (.potential, .down, 2, 1e5),
      (.east, .eastEast, 0, 1e4), (.north, .northNorth, 1, 1e4), (.down, .downDown, 2, 1e4),
      (.east, .eastNorth, 1, 1e4), (.north, .eastNorth, 0, 1e4), (.east, .eastDown, 2, 1e4),
      (.down, .eastDown, 0, 1e4), (.down, .northDown, 1, 1e4), (.north, .northDown, 2, 1e4),
    ]
    let step = 0.1
    for place in Self.places {
      for (field, derivative, axis, factor) in quotients {
        func moved(_ by: Double) -> Place {
          (
            place.0 + (axis == 0 ? by : 0), place.1 + (axis == 1 ? by : 0),
            place.2 - (axis == 2 ? by : 0)
          )
        }
        let quotient =
          (Self.value(field, moved(step)) - Self.value(field, moved(-step))) / (2 * step) * factor
        let found = Self.value(derivative, place)
        #expect(
          abs(quotient - found) <= 2e-4 * max(abs(found), 1e-3),
          "\(derivative) at \(place): \(found), \(quotient)"
        )
      }
    }
  }

  /// Series of far cells against the closed form cell by cell, on every instruction set with the same bits; thin, cubic and
  /// thick prisms.
  @Test(arguments: [60.0, 1000, 6000]) func farCellsGoByASeries(thickness: Double) {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 120_000, south: 0, north: 50_000), spacing: 1000)
    let layer = PrismLayer(
      geometry: geometry, top: (0..<geometry.count).map { -200 + 3 * Double($0 % 17) },
      bottom: (0..<geometry.count).map { -200 - thickness + 2 * Double($0 % 5) },
      density: (0..<geometry.count).map { $0 % 7 == 0 ? -300 : 2670 })
    let places: [(Double, Double, Double)] = [
      (300, 20_200, 100), (60_100, 25_300, 2500), (-70_000, 90_000, 20),
    ]
    let points = ObservationPoints(
      easting: places.map(\.0), northing: places.map(\.1), upward: places.map(\.2))
    let half = 500.0
    for field in [PrismField.potential, .east, .north] {
      let found = PrismGravity.values(of: field, layer: layer, at: points, workers: .serial)
      for (index, place) in places.enumerated() {
        let parts = (0..<geometry.count).map { cell -> Double in
          let centre = (
            geometry.easting(cell % geometry.columns), geometry.northing(cell / geometry.columns)
          )
          let prism = Prism(
            region: Region(
              west: centre.0 - half, east: centre.0 + half, south: centre.1 - half, north: centre.1 + half),
            bottom: layer.bottom[cell], top: layer.top[cell], density: layer.density[cell])
          return PrismGravity.value(
            of: field, of: prism,
            at: Observation(easting: place.0, northing: place.1, upward: place.2))
        }
        let size = Statistics.sum(parts.map { abs($0) })
        // A hundred kilometres away the closed form itself loses as much to rounding.
        #expect(
          abs(found[index] - Statistics.sum(parts)) <= 1e-11 * size + 5e-11, "\(field) at \(place)")
      }
      for set in InstructionSet.available {
        let again = PrismGravity.values(
          of: field, layer: layer, at: points, workers: .upTo(2, on: set))
        #expect(again == found)
      }
    }
  }

  @Test(.needsReference)
  func layerOfTheReference() throws {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 40_000, south: 0, north: 30_000), spacing: 1000)
    let file = try Reference.dataset("b_prism_forward.nc")
    let layer = PrismLayer(
      geometry: geometry, top: try file.doubles("top"), bottom: try file.doubles("bottom"),
      density: try file.doubles("density"))
    let points = ObservationPoints(grid: geometry.refined(by: 2), upward: 1000)
    // The reference's own sums of uncombined logarithms leave these.
    for (field, tolerance) in [
      (PrismField.potential, 1e-8), (.east, 1e-9), (.north, 1e-9), (.down, 1e-9), (.downDown, 1e-9),
    ] {
      let found = PrismGravity.values(of: field, layer: layer, at: points, workers: .upTo(2))
      let worst = zip(found, try file.doubles(field.rawValue)).map { abs($0 - $1) }.max() ?? .nan
      #expect(worst <= tolerance, "\(field): \(worst)")
      let serial = PrismGravity.values(of: field, layer: layer, at: points, workers: .serial)
      #expect(found == serial)
    }
  }
}
