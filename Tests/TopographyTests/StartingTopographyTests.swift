import Topography
import NumericCore
import Testing

@Suite struct StartingTopographyTests {
  static let geometry = GridGeometry(
    region: Region(west: 0, east: 8000, south: 0, north: 6000), spacing: 500)

  static let constraints = ConstraintPoints(
    points: Points(
      easting: [500, 7000, 3000, 6500, 1000, 4500], northing: [500, 1000, 5500, 4000, 3500, 2500]),
    upward: [100, 300, -50, 220, 80, 140], uncertainty: [1, 2, 1, 4, 1, 1])

  static func make(
    _ settings: StartingTopographySettings, _ constraints: ConstraintPoints? = constraints
  ) throws -> StartingTopographyResult {
    try makeStartingTopography(geometry: geometry, settings: settings, constraints: constraints)
  }

  @Test func undampedSplineMeetsTheConstraints() throws {
    let result = try Self.make(StartingTopographySettings(method: .spline(dampings: [])))
    // All constraints lie on nodes.
    for (index, height) in Self.constraints.upward.enumerated() {
      let column = Int(Self.constraints.points.easting[index] / 500)
      let row = Int(Self.constraints.points.northing[index] / 500)
      #expect(abs(result.topography[row, column] - height) <= 1e-8)
    }
    #expect(result.damping == nil && result.scores.isEmpty && result.notes.isEmpty)
  }

  /// The published guide: 25 heights drawn from the synthetic surface, an undamped spline on nodes 500 m
  /// apart, sampled back at the constraints.
  @Test func publishedMisfitAtTheConstraints() throws {
    let fine = GridGeometry(region: region, spacing: 500)
    let truth = SyntheticTopography.simple(geometry: fine)
    var random = LegacyRandom(seed: 0)
    let points = Points(
      easting: random.uniform(500, 39_500, 25), northing: random.uniform(500, 29_500, 25))
    let heights = BicubicSampler.sample(grid: truth, at: points)
    let result = try makeStartingTopography(
      geometry: fine, settings: StartingTopographySettings(method: .spline(dampings: [])),
      constraints: ConstraintPoints(points: points, upward: heights))
    let missed = zip(BicubicSampler.sample(grid: result.topography, at: points), heights).map { $0 - $1 }
    #expect(abs(Statistics.rms(missed) - 0.1498) <= 5e-5)
    #expect(abs(missed.map { abs($0) }.max()! - 0.484) <= 5e-4)
  }

  @Test func weightsFollowFromUncertainties() throws {
    let settings = StartingTopographySettings(method: .spline(dampings: [1e-2]), useWeights: true)
    var weighted = Self.constraints
    weighted.uncertainty = nil
    weighted.weights = [1, 0.25, 1, 0.0625, 1, 1]
    #expect(try Self.make(settings) == Self.make(settings, weighted))
    let plain = try Self.make(StartingTopographySettings(method: .spline(dampings: [1e-2])))
    #expect(try Self.make(settings).topography != plain.topography)
  }

  @Test func mediansOfBlocksIgnoreWeightsAndSaySo() throws {
    var settings = StartingTopographySettings(method: .spline(dampings: [1e-2]), blockSize: 3000)
    let plain = try Self.make(settings)
    settings.useWeights = true
    let weighted = try Self.make(settings)
    #expect(plain.topography == weighted.topography && plain.notes.isEmpty)
    #expect(weighted.notes == ["medians of blocks have no weights: those of the constraints are not used"])
  }

  @Test func crossValidationIsReported() throws {
    let result = try Self.make(StartingTopographySettings(method: .spline(dampings: [1e-4, 1e-2, 1])))
    #expect(result.scores.map { $0.damping } == [1e-4, 1e-2, 1])
    #expect(result.damping != nil)
    #expect(result.notes.contains("6 points: cross-validation with 3 folds in place of 5"))
  }

  @Test func layersHoldTheSurface() throws {
    // The upper layer on coarser nodes, the lower one missing in the west.
    let coarse = GridGeometry(region: Self.geometry.region, spacing: 1000)
    var lower = Grid(geometry: Self.geometry, repeating: 90)
    for row in 0..<13 { for column in 0..<6 { lower[row, column] = .nan } }
    let free = try Self.make(StartingTopographySettings(method: .spline(dampings: [])))
    let held = try Self.make(
      StartingTopographySettings(
        method: .spline(dampings: []), bounds: (upper: Grid(geometry: coarse, repeating: 200), lower: lower)))
    for row in 0..<13 {
      for column in 0..<17 {
        let value = min(free.topography[row, column], 200)
        let expected = column < 6 ? value : max(value, 90)
        #expect(abs(held.topography[row, column] - expected) <= 1e-10)
      }
    }
  }

  @Test func flatIsHeldToo() throws {
    let result = try Self.make(
      StartingTopographySettings(
        method: .flat(10), bounds: (upper: Grid(geometry: Self.geometry, repeating: 4), lower: nil)), nil)
    #expect(result.topography == Grid(geometry: Self.geometry, repeating: 4))
    #expect(result.notes == ["221 of 221 nodes were moved to a confining layer"])
  }

  @Test func refusals() throws {
    let spline = StartingTopographySettings(method: .spline(dampings: [1e-2]), useWeights: true)
    #expect(throws: StartingTopographyError.noConstraints) { try Self.make(spline, nil) }
    var bad = Self.constraints
    bad.upward[3] = .nan
    #expect(throws: StartingTopographyError.nonFiniteConstraint(index: 3)) { try Self.make(spline, bad) }
    bad = Self.constraints
    bad.uncertainty![2] = 0
    #expect(throws: StartingTopographyError.badWeight(index: 2, value: .infinity)) {
      try Self.make(spline, bad)
    }
    bad.uncertainty = nil
    #expect(throws: StartingTopographyError.noWeights) { try Self.make(spline, bad) }
    #expect(throws: StartingTopographyError.nonFiniteHeight(.infinity)) {
      try Self.make(StartingTopographySettings(method: .flat(.infinity)))
    }
    #expect(throws: StartingTopographyError.numeric(.notPositive(what: "damping", value: -1))) {
      try Self.make(StartingTopographySettings(method: .spline(dampings: [-1])))
    }
    #expect(throws: StartingTopographyError.numeric(.notPositive(what: "block size", value: 0))) {
      try Self.make(StartingTopographySettings(method: .spline(dampings: []), blockSize: 0))
    }
    let layers = StartingTopographySettings(
      method: .flat(0),
      bounds: (
        upper: Grid(geometry: Self.geometry, repeating: -1),
        lower: Grid(geometry: Self.geometry, repeating: 1)
      ))
    #expect(throws: StartingTopographyError.layersCross(index: 0, upper: -1, lower: 1)) {
      try Self.make(layers)
    }
  }
}
