import CKernels
import NumericCore
import Testing

@testable import Gravity

/// Numbers of Harmonica 0.7.0 and of the reference, and laws.
@Suite struct TesseroidGravityTests {
  /// The reference's layer: −60 km below a level of −20 km, 500 kg/m³, every 2°.
  private static let geometry = GridGeometry(
    region: Region(west: -89, east: -31, south: -59, north: 19), spacing: 2)
  private static let layer = TesseroidLayer(
    topography: Array(repeating: -60e3, count: geometry.count), geometry: geometry,
    reference: Array(repeating: -20e3, count: geometry.count),
    densityContrast: Array(repeating: 500, count: geometry.count),
    sphere: (0..<geometry.count).map {
      GeocentricRadius.wgs84(latitude: geometry.northing($0 / geometry.columns))
    })

  private static func points(_ places: [(Double, Double)], height: Double) -> GeocentricPoints {
    GeocentricPoints(
      longitude: places.map(\.0), latitude: places.map(\.1),
      radius: places.map { GeocentricRadius.wgs84(latitude: $0.1) + height })
  }

  @Test func layerOfTheReference() throws {
    let points = Self.points([(-89, -59), (-87, -59), (-39, 19), (-59, -19), (329, -39)], height: 50e3)
    let gz = try TesseroidGravity.gz(of: Self.layer, at: points, workers: .upTo(2))
    for (found, expected) in zip(
      gz,
      [-596.7965602983787, -713.5967251089662, -793.0116664890536, -1053.9377716676427, -782.4395418415493])
    { #expect(abs(found - expected) <= 1e-7) }
    let potential = try TesseroidGravity.values(
      of: .potential, layer: Self.layer, at: points, workers: .upTo(2))
    for (found, expected) in zip(
      potential,
      [-18140.339285521884, -18830.97671727937, -21015.48122235272, -32293.54730236043, -22987.083238036088])
    { #expect(abs(found / expected - 1) <= 1e-11) }
  }

  struct Single: Sendable {
    let body: Tesseroid
    /// Where it is observed, and the same sum of the same pieces with 1 − cos ψ by haversines.
    let longitude, latitude, radius, gz, potential: Double
    let harmonica: (gz: Double, potential: Double)
  }

  static let singles = [
    Single(
      body: Tesseroid(
        region: Region(west: -1, east: 1, south: -1, north: 1), bottom: 6370e3, top: 6371e3, density: 2670),
      longitude: 0, latitude: 0, radius: 6371e3, gz: 112.56732232979518, potential: 139.09522264078012,
      harmonica: (112.56732425566881, 139.09522263828126)),
    Single(
      body: Tesseroid(
        region: Region(west: -1, east: 1, south: -1, north: 1), bottom: 6370e3, top: 6371e3, density: 2670),
      longitude: 0.3, latitude: 0.9, radius: 6372e3, gz: 107.35523520109518, potential: 105.70343208516874,
      harmonica: (107.3552351714189, 105.70343208450251)),
    Single(
      body: Tesseroid(
        region: Region(west: 350, east: 10, south: 40, north: 60), bottom: 6300e3, top: 6378e3, density: 3000),
      longitude: -5, latitude: 55, radius: 6400e3, gz: 9371.388263273964, potential: 79078.28023686576,
      harmonica: (9371.388263278599, 79078.2802368677)),
    Single(
      body: Tesseroid(
        region: Region(west: 170, east: 200, south: -90, north: -60), bottom: 6100e3, top: 6378e3,
        density: 1000),
      longitude: -170, latitude: -75, radius: 6478e3, gz: 7703.935968825836, potential: 70258.98267418634,
      harmonica: (7703.935968826166, 70258.98267418708)),
    Single(
      body: Tesseroid(
        region: Region(west: 10, east: 10.01, south: 45, north: 45.01), bottom: 6378e3, top: 6378.3e3,
        density: 2670),
      longitude: 10.004, latitude: 45.003, radius: 6378.4e3, gz: 18.18969846784801,
      potential: 0.10696063775094386, harmonica: (18.189697379791532, 0.10696063547183127)),
  ]

  /// Harmonica takes 1 − cos ψ as a difference, which costs it some 10⁻⁸ where the point is near.
  @Test(arguments: singles.indices) func singleTesseroids(_ index: Int) throws {
    let test = Self.singles[index]
    let point = GeocentricPoints(
      longitude: [test.longitude], latitude: [test.latitude], radius: [test.radius])
    let gz = try TesseroidGravity.values(of: .gz, tesseroid: test.body, at: point)[0]
    let potential = try TesseroidGravity.values(of: .potential, tesseroid: test.body, at: point)[0]
    #expect(abs(gz / test.gz - 1) <= 1e-11, "\(gz) instead of \(test.gz)")
    #expect(abs(potential / test.potential - 1) <= 1e-11, "\(potential) instead of \(test.potential)")
    #expect(abs(gz / test.harmonica.gz - 1) <= 7e-8)
    #expect(abs(potential / test.harmonica.potential - 1) <= 3e-8)
  }

  /// A whole shell attracts as a point at its centre: g = G M / r², V = G M / r.
  @Test func aShellAttractsAsAPoint() throws {
    let geometry = GridGeometry(region: Region(west: -175, east: 175, south: -85, north: 85), spacing: 10)
    let (bottom, top, density) = (6_300e3, 6_350e3, 2670.0)
    func all(_ value: Double) -> [Double] { Array(repeating: value, count: geometry.count) }
    let shell = TesseroidLayer(geometry: geometry, top: all(top), bottom: all(bottom), density: all(density))
    let points = GeocentricPoints(
      longitude: [0, 12, 200], latitude: [0, 47, -90], radius: [6.5e6, 6.4e6, 8e6])
    let mass = 4 / 3 * Double.pi * density * (top * top * top - bottom * bottom * bottom)
    let gz = try TesseroidGravity.gz(of: shell, at: points, workers: .serial)
    let potential = try TesseroidGravity.values(of: .potential, layer: shell, at: points, workers: .serial)
    for point in 0..<points.count {
      let r = points.radius[point]
      let exact = PrismGravity.gravitationalConstant * mass / r
      #expect(abs(gz[point] / (exact / r * 1e5) - 1) <= 1e-3)
      #expect(abs(potential[point] / exact - 1) <= 1e-3)
    }
  }

  /// A small block of the sphere is a prism, nearly.
  @Test func aSmallTesseroidIsAPrism() throws {
    let radius = 6_371e3
    let size = 1000 / radius * 180 / Double.pi
    let body = Tesseroid(
      region: Region(west: -size, east: size, south: -size, north: size), bottom: radius - 2000,
      top: radius - 1000,
      density: 2670)
    let point = GeocentricPoints(longitude: [0], latitude: [0], radius: [radius])
    let found = try TesseroidGravity.values(of: .gz, tesseroid: body, at: point)[0]
    let prism = PrismGravity.gz(
      of: Prism(
        region: Region(west: -1000, east: 1000, south: -1000, north: 1000), bottom: -2000, top: -1000,
        density: 2670), at: Observation(easting: 0, northing: 0, upward: 0))
    #expect(abs(found / prism - 1) <= 1e-3)
  }

  /// Columns of the matrix are the attractions of the cells; slabs are their derivative by the top.
  @Test func matrixOfCellsAndSlabs() throws {
    let points = Self.points([(-70, -20), (-60, 3)], height: 30e3)
    let cells = (0..<Self.geometry.count).filter { $0 % 7 == 3 }
    let stride = LayerJacobian.stride(columns: cells.count)
    var matrix = [Double](repeating: 0, count: points.count * stride)
    var some = Self.layer
    for cell in 0..<Self.geometry.count where cell % 7 != 3 { some.density[cell] = 0 }
    try some.fill(&matrix, cells: cells, at: points, workers: .serial)
    let gz = try TesseroidGravity.gz(of: some, at: points, workers: .serial)
    for point in 0..<2 {
      #expect(abs(matrix[(point * stride)..<((point + 1) * stride)].reduce(0, +) - gz[point]) <= 1e-9)
    }
    let slabs = TesseroidLayer.Slabs(
      levels: cells.map { some.top[$0] }, factors: cells.map { some.density[$0] }, step: 10)
    try some.fill(&matrix, slabs, cells: cells, at: points, workers: .serial)
    var raised = some
    for cell in cells { raised.top[cell] += 10 }
    let moved = try TesseroidGravity.gz(of: raised, at: points, workers: .serial)
    for point in 0..<2 {
      let slabs = matrix[(point * stride)..<((point + 1) * stride)].reduce(0, +) * 10
      #expect(abs(slabs / (moved[point] - gz[point]) - 1) <= 1e-2)
    }
  }

  @Test func bitsDoNotDependOnThreadsOrInstructionSets() throws {
    let points = Self.points((0..<60).map { (-85 + Double($0) * 0.8, -50 + Double($0)) }, height: 20e3)
    let serial = try TesseroidGravity.gz(of: Self.layer, at: points, workers: .serial)
    #expect(try TesseroidGravity.gz(of: Self.layer, at: points, workers: .upTo(3)) == serial)
    for set in InstructionSet.available {
      for field in TesseroidGravity.Field.allCases {
        let found = try TesseroidGravity.values(
          of: field, layer: Self.layer, at: points, workers: .upTo(1, on: set))
        #expect(
          found == (try TesseroidGravity.values(of: field, layer: Self.layer, at: points, workers: .serial)))
      }
    }
  }

  @Test func mistakesAreNamed() throws {
    let inside = Self.points([(-59, -1)], height: -30e3)
    let depth = inside.radius[0]
    #expect(
      throws: TesseroidError.pointInside(
        longitude: -59, latitude: -1, radius: depth, bottom: Self.layer.bottom[885],
        top: Self.layer.top[885])
    ) { try TesseroidGravity.gz(of: Self.layer, at: inside, workers: .serial) }
    var turned = inside
    turned.longitude[0] += 360
    #expect(throws: TesseroidError.self) {
      try TesseroidGravity.gz(of: Self.layer, at: turned, workers: .serial)
    }
    let globe = GridGeometry(region: Region(west: 0, east: 360, south: -80, north: 80), spacing: 10)
    let full = Array(repeating: 6.3e6, count: globe.count)
    let twice = TesseroidLayer(geometry: globe, top: full, bottom: full, density: full)
    #expect(throws: TesseroidError.overlapsItself(degrees: 370)) { try twice.check() }
    let beyond = Tesseroid(
      region: Region(west: 0, east: 1, south: 80, north: 91), bottom: 1, top: 2, density: 1)
    #expect(throws: TesseroidError.latitudeOutOfRange(south: 80, north: 91)) {
      try TesseroidGravity.values(of: .gz, tesseroid: beyond, at: inside)
    }
    // A sheet as thin as radii can tell: the point on it is at the centre of its pieces, however small.
    let radius = 6.3e6
    let sheet = Tesseroid(
      region: Region(west: 0, east: 1, south: 0, north: 1), bottom: radius, top: radius.nextUp, density: 1)
    let on = GeocentricPoints(
      longitude: [0.5], latitude: [0.5], radius: [(radius + radius.nextUp) / 2])
    #expect(
      throws: TesseroidError.pointTooNear(
        longitude: 0.5, latitude: 0.5, radius: on.radius[0], pieces: 100_000)
    ) { try TesseroidGravity.values(of: .gz, tesseroid: sheet, at: on) }
  }

  @Test func arcsine() {
    for x in [0, 1e-9, 0.01, 0.0599, 0.0601, 0.5, 1] {
      let angle = TesseroidSum.arcsine(x)
      #expect(abs(Elementary.sin(angle) - x) <= 2e-16)
    }
  }
}
