import NumericCore
import Testing

@testable import Gravity

@Suite struct GridOperatorTests {
  /// A model with heights, density and reference of its own in every cell, and holes.
  struct Model: Sendable {
    let geometry = GridGeometry(
      region: Region(west: 5000, east: 27_000, south: -4000, north: 11_000), columns: 23, rows: 16)
    var topography, reference, contrast: [Double]
    var isPresent: [Bool]

    init(range: ClosedRange<Double>, seed: UInt32 = 5) {
      var random = LegacyRandom(seed: seed)
      topography = random.uniform(range.lowerBound, range.upperBound, geometry.count)
      reference = random.uniform(range.lowerBound, range.upperBound, geometry.count)
      contrast = random.uniform(-1, 1, geometry.count).map { $0 * 600 + ($0 < 0 ? -300 : 300) }
      isPresent = (0..<geometry.count).map { $0 % 37 != 5 }
      for cell in topography.indices where !isPresent[cell] { topography[cell] = .nan }
    }

    var layer: PrismLayer {
      PrismLayer(
        topography: topography, geometry: geometry, reference: reference, densityContrast: contrast)
    }

    func gravity(
      _ lattice: ObservationLattice, tolerance: Double, workers: Workers = .upTo(2)
    ) throws -> GridGravity {
      try GridGravity(
        of: .init(geometry: geometry, reference: reference, densityContrast: contrast, isPresent: isPresent),
        lattice: lattice, tolerance: .init(tolerance), workers: workers)
    }
  }

  /// Observations: on the nodes, finer, coarser, shifted, inside a buffer zone, with holes.
  enum Layout: String, CaseIterable, Sendable {
    case nodes, finer, coarser, shifted, inner, holes

    /// Observations at a height, or up to `relief` metres above it.
    func points(_ geometry: GridGeometry, upward: Double, relief: Double) -> ObservationPoints {
      var points = points(geometry, upward: upward)
      points.upward = zip(points.easting, points.northing).map { east, north in
        upward + relief * (0.5 + 0.5 * Elementary.sin(east / 3000) * Elementary.cos(north / 2300))
      }
      return points
    }

    func points(_ geometry: GridGeometry, upward: Double) -> ObservationPoints {
      let region = geometry.region
      let grid =
        switch self {
        case .nodes, .holes: geometry
        case .finer: geometry.refined(by: 2)
        case .coarser:
          GridGeometry(
            region: Region(west: region.west, east: region.east, south: region.south, north: region.north),
            columns: 12, rows: 6)
        case .shifted:
          GridGeometry(
            region: Region(
              west: region.west + 310, east: region.east - 690, south: region.south + 250,
              north: region.north - 750), columns: 22, rows: 15)
        case .inner: GridGeometry(region: region.shrunk(by: 3000), spacing: 1000)
        }
      let all = ObservationPoints(grid: grid, upward: upward)
      guard self == .holes else { return all }
      let kept = (0..<all.count).filter { $0 % 5 != 2 }
      return ObservationPoints(
        easting: kept.map { all.easting[$0] }, northing: kept.map { all.northing[$0] },
        upward: kept.map { all.upward[$0] })
    }
  }

  static let derivatives = [LayerJacobian.exact, .annulus, .finiteDifference(step: 1)]

  private func difference(_ a: [Double], _ b: [Double]) -> Double {
    #expect(a.count == b.count)
    return zip(a, b).map { abs($0 - $1) }.reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
  }

  /// The bound holds against direct sums, from a clearance of a twentieth of the spacing to two.
  @Test(arguments: Layout.allCases, [1e-3, 1e-6, 1e-9])
  func forwardIsWithinItsTolerance(_ layout: Layout, _ tolerance: Double) throws {
    for clearance in [50.0, 700, 2000] {
      let model = Model(range: -900...400)
      let points = layout.points(model.geometry, upward: 400 + clearance)
      let lattice = try ObservationLattice(points, on: model.geometry)
      var gravity = try model.gravity(lattice, tolerance: tolerance)
      let fast = try gravity.gz(ofSurface: model.topography, workers: .upTo(2))
      let direct = PrismGravity.gz(of: model.layer, at: points, workers: .upTo(2))
      // The bound is of one surface's error; the reference has one too.
      #expect(difference(fast, direct) <= 2 * tolerance + 1e-10)
    }
  }

  /// Observations on a surface of their own.
  @Test(arguments: Layout.allCases, [1e-3, 1e-6, 1e-9])
  func varyingHeightsAreWithinTheTolerance(_ layout: Layout, _ tolerance: Double) throws {
    for (clearance, relief) in [(50.0, 5.0), (400, 300), (700, 1500)] {
      let model = Model(range: -500...200)
      let points = layout.points(model.geometry, upward: 200 + clearance, relief: relief)
      let lattice = try ObservationLattice(points, on: model.geometry)
      #expect(!lattice.isLevel)
      var gravity = try model.gravity(lattice, tolerance: tolerance)
      let fast = try gravity.gz(ofSurface: model.topography, workers: .upTo(2))
      let direct = PrismGravity.gz(of: model.layer, at: points, workers: .upTo(2))
      #expect(difference(fast, direct) <= 2 * tolerance + 1e-10)
    }
  }

  @Test(arguments: Layout.allCases, derivatives)
  func productsAreThoseOfTheMatrix(_ layout: Layout, _ derivative: LayerJacobian) throws {
    try checkProducts(Model(range: -900...400), derivative) { layout.points($0, upward: 700) }
  }

  @Test(arguments: [Layout.nodes, .finer, .holes], derivatives)
  func productsForVaryingHeightsToo(_ layout: Layout, _ derivative: LayerJacobian) throws {
    try checkProducts(Model(range: -900...400), derivative) {
      layout.points($0, upward: 700, relief: 400)
    }
  }

  private func checkProducts(
    _ model: Model, _ derivative: LayerJacobian, _ points: (GridGeometry) -> ObservationPoints
  ) throws {
    let points = points(model.geometry)
    let lattice = try ObservationLattice(points, on: model.geometry)
    var gravity = try model.gravity(lattice, tolerance: 1e-10)
    let free = model.isPresent.indices.map { model.isPresent[$0] && $0 % 11 != 3 }
    let fast = try gravity.jacobian(derivative, of: model.layer, free: free, workers: .upTo(2))
    let cells = free.indices.filter { free[$0] }
    let stride = LayerJacobian.stride(columns: cells.count)
    let matrix = derivative.matrix(of: model.layer, cells: cells, at: points, workers: .upTo(2))
    var random = LegacyRandom(seed: 9)
    let x = random.uniform(-1, 1, model.geometry.count)
    let y = random.uniform(-1, 1, points.count)
    let product = (0..<points.count).map { row in
      cells.indices.reduce(0.0) { $0 + matrix[row * stride + $1] * x[cells[$1]] }
    }
    var transposed = [Double](repeating: 0, count: model.geometry.count)
    for (column, cell) in cells.enumerated() {
      transposed[cell] = (0..<points.count).reduce(0.0) { $0 + matrix[$1 * stride + column] * y[$1] }
    }
    // Relative to 2πGΔρ = 0.04 mGal/m.
    #expect(difference(fast.product(x, workers: .upTo(2)), product) <= 1e-11)
    #expect(difference(fast.transposed(y, workers: .upTo(2)), transposed) <= 1e-11)
  }

  @Test(arguments: Layout.allCases, derivatives)
  func transposeIsExact(_ layout: Layout, _ derivative: LayerJacobian) throws {
    let model = Model(range: -300...600)
    try checkTranspose(model, derivative, layout.points(model.geometry, upward: 650))
    try checkTranspose(model, derivative, layout.points(model.geometry, upward: 650, relief: 250))
  }

  private func checkTranspose(
    _ model: Model, _ derivative: LayerJacobian, _ points: ObservationPoints
  ) throws {
    let lattice = try ObservationLattice(points, on: model.geometry)
    var gravity = try model.gravity(lattice, tolerance: 1e-4)
    let operation = try gravity.jacobian(
      derivative, of: model.layer, free: model.isPresent, workers: .upTo(2))
    var random = LegacyRandom(seed: 4)
    let x = random.uniform(-1, 1, model.geometry.count)
    let y = random.uniform(-1, 1, points.count)
    let image = operation.product(x, workers: .upTo(2))
    let back = operation.transposed(y, workers: .upTo(2))
    let (left, right) = (zip(image, y).map(*).reduce(0, +), zip(back, x).map(*).reduce(0, +))
    let size = zip(image, y).map { abs($0 * $1) }.reduce(0, +)
    #expect(abs(left - right) <= 1e-13 * size)
  }

  @Test func everyNumberOfThreadsGivesTheSameBits() throws {
    let model = Model(range: -900...400)
    let points = Layout.finer.points(model.geometry, upward: 700)
    let lattice = try ObservationLattice(points, on: model.geometry)
    let results = try [Workers.serial, .upTo(2), .upTo(5)].map { workers in
      var gravity = try model.gravity(lattice, tolerance: 1e-6, workers: workers)
      let forward = try gravity.gz(ofSurface: model.topography, workers: workers)
      let operation = try gravity.jacobian(
        .exact, of: model.layer, free: model.isPresent, workers: workers)
      return (forward, operation.transposed(forward, workers: workers))
    }
    for result in results.dropFirst() {
      #expect(result.0 == results[0].0)
      #expect(result.1 == results[0].1)
    }
  }

  @Test func whatIsNoLatticeSaysWhy() {
    let model = Model(range: 0...1)
    var points = Layout.nodes.points(model.geometry, upward: 10)
    #expect(throws: ObservationLattice.Obstacle.empty) {
      try ObservationLattice(
        ObservationPoints(easting: [], northing: [], upward: []), on: model.geometry)
    }
    points.easting.append(6000)
    points.northing.append(-4000)
    points.upward.append(12)
    #expect(throws: ObservationLattice.Obstacle.stacked(easting: 6000, northing: -4000)) {
      try ObservationLattice(points, on: model.geometry)
    }
    points = Layout.nodes.points(model.geometry, upward: 10)
    points.easting[0] -= 2000
    #expect(throws: ObservationLattice.Obstacle.outsideModel) {
      try ObservationLattice(points, on: model.geometry)
    }
    var random = LegacyRandom(seed: 1)
    points.easting = random.uniform(5000, 27_000, points.count)
    #expect(throws: ObservationLattice.Obstacle.scattered(places: 16)) {
      try ObservationLattice(points, on: model.geometry)
    }
    let few = ObservationPoints(easting: [5000], northing: [-4000], upward: [10])
    #expect(throws: ObservationLattice.Obstacle.sparse(observations: 1, nodes: 368)) {
      try ObservationLattice(few, on: model.geometry)
    }
  }

  @Test func aSurfaceOfTooManyCellsIsRefused() throws {
    let model = Model(range: -300_000...0)
    let lattice = try ObservationLattice(
      Layout.nodes.points(model.geometry, upward: 700), on: model.geometry)
    #expect(throws: GridGravity.TooRough.self) { try model.gravity(lattice, tolerance: 1e-9) }
    // Mountains of observations over a flat surface.
    let flat = Model(range: 0...1)
    let high = try ObservationLattice(
      Layout.nodes.points(flat.geometry, upward: 700, relief: 300_000), on: flat.geometry)
    #expect(throws: GridGravity.TooRough.self) { try flat.gravity(high, tolerance: 1e-9) }
  }

  /// What others left in a cache, or that it was full, shows in no bit.
  @Test func aCacheChangesNoBit() throws {
    let model = Model(range: -900...400)
    let points = Layout.finer.points(model.geometry, upward: 700)
    let lattice = try ObservationLattice(points, on: model.geometry)
    func gravity(_ cache: KernelCache, contrast: Double = 1) throws -> [Double] {
      var gravity = try GridGravity(
        of: .init(
          geometry: model.geometry, reference: model.reference,
          densityContrast: model.contrast.map { $0 * contrast }, isPresent: model.isPresent),
        lattice: lattice, tolerance: .init(1e-6), cache: cache, workers: .upTo(2))
      return try gravity.gz(ofSurface: model.topography, workers: .upTo(2))
    }
    let shared = KernelCache()
    let alone = try gravity(KernelCache(megabytes: 0))
    _ = try gravity(shared, contrast: 1.01)
    #expect(try gravity(shared) == alone)
    #expect(try gravity(shared) == alone)
  }

  /// Members of an ensemble: a little more or less dense, with surfaces that differ by metres.
  @Test func membersShareTheirKernels() throws {
    let cache = KernelCache()
    var sizes: Set<Int> = []
    for member in 0..<6 {
      let model = Model(range: -400...(-100 + Double(member)))
      let lattice = try ObservationLattice(
        Layout.nodes.points(model.geometry, upward: 700), on: model.geometry)
      var gravity = try GridGravity(
        of: .init(
          geometry: model.geometry,
          reference: Array(repeating: -250 + Double(3 * member), count: model.geometry.count),
          densityContrast: Array(repeating: 2600 + 10 * Double(member), count: model.geometry.count),
          isPresent: model.isPresent), lattice: lattice, tolerance: .init(1e-9), cache: cache,
        workers: .serial)
      _ = try gravity.gz(ofSurface: model.topography, workers: .serial)
      sizes.insert(cache.size)
    }
    #expect(sizes.count <= 2)
  }

  /// Tighter tolerances never ask for less, and the bound that comes with a choice keeps them.
  @Test func choicesFollowTheTolerance() throws {
    let bound = FarFieldBound(
      spacingEasting: 1000, spacingNorthing: 1000, rings: 1000, phase: 0, annulusHeight: nil)
    let choices = [1e-2, 1e-5, 1e-8].compactMap { bound.choice(half: 800, tolerance: $0) }
    #expect(choices.count == 3)
    #expect(zip(choices, [1e-2, 1e-5, 1e-8]).allSatisfy { $0.error <= $1 })
    #expect(
      zip(choices, choices.dropFirst()).allSatisfy { $0.heights <= $1.heights || $0.radius < $1.radius })
    #expect(bound.choice(half: 1e6, tolerance: 1e-8) == nil)
  }
}
