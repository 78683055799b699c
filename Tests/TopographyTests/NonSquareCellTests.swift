import Gravity
import NumericCore
import Optimisation
import TestSupport
import Testing

@testable import Topography

/// Quirk Q20: grids have two spacings. Whatever is computed on a grid of cells 1300 m by 800 m is, with eastings and
/// northings exchanged, the same with eastings and northings exchanged.
@Suite struct NonSquareCellTests {
  static let plain = GridGeometry(
    region: Region(west: 4000, east: 4000 + 1300 * 12, south: -3000, north: -3000 + 800 * 17), columns: 13,
    rows: 18)
  static let turned = GridGeometry(
    region: Region(
      west: plain.region.south, east: plain.region.north, south: plain.region.west, north: plain.region.east),
    columns: plain.rows, rows: plain.columns)

  /// Values of the plain grid's nodes in the order of the turned one's.
  static func turn<T>(_ values: [T]) -> [T] {
    (0..<turned.count).map { values[$0 % turned.columns * plain.columns + $0 / turned.columns] }
  }

  static func turn(_ grid: Grid) -> Grid { Grid(geometry: turned, values: turn(grid.values)) }

  static func turn(_ points: Points) -> Points {
    Points(easting: points.northing, northing: points.easting)
  }

  static let truth = SyntheticTopography.simple(geometry: plain).values
  static let misfit = Grid(
    geometry: plain,
    values: plain.nodes.easting.indices.map { index in
      let (e, n) = (plain.nodes.easting[index] / 5000, plain.nodes.northing[index] / 3000)
      return 4 * Elementary.sin(e) * Elementary.cos(n) + e - 2 * n + 0.1 * Double(index * 7 % 5)
    })
  static let constraints: ConstraintPoints = {
    var random = LegacyRandom(seed: 3)
    let points = Points(
      easting: random.uniform(plain.region.west, plain.region.east, 14),
      northing: random.uniform(plain.region.south, plain.region.north, 14))
    return ConstraintPoints(
      points: points, upward: random.uniform(300, 700, 14), uncertainty: random.uniform(5, 20, 14))
  }()
  static let turnedConstraints = ConstraintPoints(
    points: turn(constraints.points), upward: constraints.upward, uncertainty: constraints.uncertainty)

  private static func problem(_ geometry: GridGeometry, _ order: ([Double]) -> [Double]) -> InversionProblem {
    func flat(_ value: Double) -> [Double] { Array(repeating: value, count: geometry.count) }
    let (reference, contrast) = (flat(500), flat(2300))
    let layer = PrismLayer(
      topography: order(truth), geometry: geometry, reference: reference, densityContrast: contrast)
    let points = ObservationPoints(grid: geometry, upward: 1200)
    var result = InversionProblem(
      model: geometry, startingTopography: flat(500), reference: reference, densityContrast: contrast,
      points: points, anomaly: PrismGravity.gz(of: layer, at: points, workers: .serial))
    result.free = order(truth.indices.map { $0 == 40 ? 0 : 1 }).map { $0 == 1 }
    result.upperLayer = flat(640)
    result.weights = order(truth.indices.map { 1 - 0.02 * Double($0 % 5) })
    return result
  }

  /// Every derivative on both paths, with smoothness, curvature, bounds, weights and a frozen node.
  @Test(arguments: [Derivative.annulus, .finiteDifference(step: 1), .exact], [InversionPath.dense, .fast])
  func inversionsTurn(_ derivative: Derivative, _ path: InversionPath) throws {
    var settings = InversionSettings(
      derivative: derivative, damping: 0.05,
      stopping: StoppingRule(maximumIterations: 5, l2NormTolerance: 1e-6), returnedIteration: .last,
      path: path)
    settings.regularisation = Regularisation(firstDifferences: 0.01, secondDifferences: 0.004)
    let plain = try invert(Self.problem(Self.plain) { $0 }, settings: settings, workers: .serial)
    let turned = try invert(Self.problem(Self.turned, Self.turn), settings: settings, workers: .serial)
    #expect(plain.method.path == path && turned.method.path == path)
    #expect(plain.history[5].rmse < 0.2 * plain.history[0].rmse)
    // The steps are solved to a tolerance.
    #expect(largestDifference(Self.turn(plain.topography), turned.topography) <= 1e-3)
  }

  @Test func densitiesTurn() throws {
    let settings = InversionSettings(
      damping: 1e-4, stopping: StoppingRule(maximumIterations: 2, l2NormTolerance: 1e-9))
    func inverted(_ geometry: GridGeometry, _ order: ([Double]) -> [Double]) throws -> [Double] {
      var given = Self.problem(geometry, order)
      (given.startingTopography, given.upperLayer) = (order(Self.truth), nil)
      given.densityContrast = given.densityContrast.map { _ in 2000 }
      return try invertDensity(given, settings: settings, workers: .serial).density
    }
    let plain = try inverted(Self.plain) { $0 }
    #expect(largestDifference(Self.turn(plain), try inverted(Self.turned, Self.turn)) <= 1e-3)
  }

  static let methods: [RegionalMethod] = [
    .constraintsMedian, .trend(degree: 2), .filter(.lowPass(wavelength: 6000)),
    .filter(.upwardContinuation(height: 900)), .filter(.upwardDerivative), .filter(.totalGradient),
    .equivalentSources(.init(damping: 1, blockSize: 2600)),
    .constraintEquivalentSources(.init(damping: 0.1)), .constraintSpline(dampings: [1e-4]),
    .constraintMinimumCurvature(tension: 0.25),
  ]

  @Test(arguments: methods) func regionalFieldsTurn(_ method: RegionalMethod) throws {
    func field(_ misfit: Grid, _ constraints: ConstraintPoints) throws -> [Double] {
      try separateRegional(
        misfit: misfit, upward: Grid(geometry: misfit.geometry, repeating: 1200),
        settings: RegionalSettings(method: method, constraintBlockSize: 1500), constraints: constraints
      ).regional.values
    }
    let plain = try field(Self.misfit, Self.constraints)
    let turned = try field(Self.turn(Self.misfit), Self.turnedConstraints)
    #expect(largestDifference(Self.turn(plain), turned) <= 1e-6)
  }

  /// The derivative along one axis is that along the other.
  @Test func derivativesTurn() throws {
    let east = try GridFilter.eastingDerivative.apply(to: Self.misfit)
    let north = try GridFilter.northingDerivative.apply(to: Self.turn(Self.misfit))
    #expect(largestDifference(Self.turn(east.values), north.values) <= 1e-14)
  }

  @Test(arguments: [
    StartingTopographyMethod.spline(dampings: [1e-6]), .minimumCurvature(tension: 0.3),
  ])
  func startingSurfacesTurn(_ method: StartingTopographyMethod) throws {
    func surface(
      _ geometry: GridGeometry, _ constraints: ConstraintPoints, _ known: Grid, _ inside: [Bool]
    ) throws -> [Double] {
      let settings = StartingTopographySettings(
        method: method, blockSize: 1700,
        outside: OutsideTopography(surface: known, isInside: inside, bufferWidth: 1500))
      return try makeStartingTopography(geometry: geometry, settings: settings, constraints: constraints)
        .topography.values
    }
    let known = Grid(geometry: Self.plain, values: Self.truth)
    let inner = Self.plain.region.shrunk(by: 3000)
    let nodes = Self.plain.nodes
    let inside = nodes.easting.indices.map {
      inner.contains(easting: nodes.easting[$0], northing: nodes.northing[$0])
    }
    let plain = try surface(Self.plain, Self.constraints, known, inside)
    let turned = try surface(Self.turned, Self.turnedConstraints, Self.turn(known), Self.turn(inside))
    #expect(largestDifference(Self.turn(plain), turned) <= 1e-5)
  }

  @Test func samplesFillsAndDistancesTurn() throws {
    let other = Self.turn(Self.misfit)
    let (points, turnedPoints) = (Self.constraints.points, Self.turnedConstraints.points)
    #expect(
      largestDifference(
        BicubicSampler.sample(grid: Self.misfit, at: points, singlePrecision: false),
        BicubicSampler.sample(grid: other, at: turnedPoints, singlePrecision: false)) <= 1e-12)
    #expect(
      largestDifference(
        GridInterpolation.spline.sample(Self.misfit, at: points),
        GridInterpolation.spline.sample(other, at: turnedPoints))
        <= 1e-11)
    let weights = DistanceWeights(minimumDistance: 900, region: Self.plain.region.shrunk(by: 1000))
    var turnedWeights = weights
    turnedWeights.region = Self.turned.region.shrunk(by: 1000)
    #expect(
      largestDifference(
        Self.turn(try weights.weights(like: Self.misfit, from: points).values),
        try turnedWeights.weights(like: other, from: turnedPoints).values) <= 1e-14)
    // A hole whose nearest nodes are north and south of it, where cells are shorter; equally near, the southern one.
    var holed = Self.misfit
    for column in 3...9 { holed[8, column] = .nan }
    let filled = try NearestFill.fill(holed)
    let turned = try NearestFill.fill(Self.turn(holed))
    for (found, expected) in zip(turned.values, Self.turn(filled).values) { #expect(found == expected) }
    for column in 3...9 { #expect(filled[8, column] == filled[7, column]) }
  }
}
