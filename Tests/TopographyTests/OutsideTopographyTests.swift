import NumericCore
import TestSupport
import Testing
import Topography

@Suite struct OutsideTopographyTests {
  static let geometry = GridGeometry(region: region, spacing: 1000)
  static let inner = Region(west: 10_000, east: 22_000, south: 8000, north: 18_000)

  static func values(_ field: (Double, Double) -> Double) -> Grid {
    let nodes = geometry.nodes
    return Grid(geometry: geometry, values: zip(nodes.easting, nodes.northing).map(field))
  }

  static var isInside: [Bool] {
    let nodes = geometry.nodes
    return (0..<geometry.count).map {
      inner.contains(easting: nodes.easting[$0], northing: nodes.northing[$0])
    }
  }

  static func points(_ count: Int, in region: Region = inner, _ field: (Double, Double) -> Double)
    -> ConstraintPoints
  {
    var random = LegacyRandom(seed: 8)
    let points = Points(
      easting: random.uniform(region.west, region.east, count),
      northing: random.uniform(region.south, region.north, count))
    return ConstraintPoints(points: points, upward: zip(points.easting, points.northing).map(field))
  }

  static func settings(
    _ method: StartingTopographyMethod, _ surface: Grid, buffer: Double, useWeights: Bool = false,
    uncertainty: Double? = nil
  ) -> StartingTopographySettings {
    StartingTopographySettings(
      method: method, useWeights: useWeights,
      outside: OutsideTopography(
        surface: surface, isInside: isInside, bufferWidth: buffer, uncertainty: uncertainty))
  }

  static let methods: [StartingTopographyMethod] = [
    .spline(dampings: []), .minimumCurvature(tension: 0), .minimumCurvature(tension: 0.5),
  ]

  /// A plane known by nodes outside and constraints inside comes back whole.
  @Test(arguments: methods)
  func aPlaneIsPatchedWithoutASeam(_ method: StartingTopographyMethod) throws {
    let plane = { (e: Double, n: Double) in 100 + e / 200 - n / 90 }
    let outside = Self.values(plane)
    let found = try makeStartingTopography(
      geometry: Self.geometry, settings: Self.settings(method, outside, buffer: 2000),
      constraints: Self.points(6, plane))
    #expect(
      largestDifference(found.topography.values, outside.values)
        <= (method == .spline(dampings: []) ? 0.1 : 1e-6))
    #expect(found.notes[0].hasPrefix("6 constraints and "), "\(found.notes)")
  }

  /// Beyond the buffer nothing changes; inside the constraints are met; the buffer leads from one to the other.
  @Test(arguments: methods)
  func zones(_ method: StartingTopographyMethod) throws {
    let outside = Self.values { e, n in Elementary.sin(e / 3000) * 50 + n / 100 }
    let constraints = Self.points(12) { e, n in Elementary.sin(e / 3000) * 50 + n / 100 + 10 }
    let found = try makeStartingTopography(
      geometry: Self.geometry, settings: Self.settings(method, outside, buffer: 3000),
      constraints: constraints)
    let nodes = Self.geometry.nodes
    let wide = Self.inner.shrunk(by: -3000 * 1.0001)
    for node in 0..<Self.geometry.count
    where !wide.contains(easting: nodes.easting[node], northing: nodes.northing[node]) {
      #expect(found.topography.values[node] == outside.values[node])
    }
    let met = BicubicSampler.sample(
      grid: found.topography, at: constraints.points, singlePrecision: false)
    #expect(largestDifference(met, constraints.upward) <= 5)
    // With undamped splines and on nodes of a surface in tension the buffer is the known surface.
    let ring = Region(west: 8000, east: 24_000, south: 6000, north: 20_000)
    for node in 0..<Self.geometry.count
    where ring.contains(easting: nodes.easting[node], northing: nodes.northing[node])
      && !Self.isInside[node]
    {
      #expect(abs(found.topography.values[node] - outside.values[node]) <= 1e-3)
    }
  }

  @Test func missingNodesOfTheOutsideAreInterpolated() throws {
    let plane = { (e: Double, n: Double) in e / 100 + n / 50 }
    var outside = Self.values(plane)
    for index in 0..<5 { outside.values[index] = .nan }
    let found = try makeStartingTopography(
      geometry: Self.geometry,
      settings: Self.settings(.minimumCurvature(tension: 0), outside, buffer: 1000),
      constraints: Self.points(5, plane))
    #expect(largestDifference(found.topography.values, Self.values(plane).values) <= 1e-6)
  }

  @Test func constraintsBeyondTheBufferTakeNoPart() throws {
    let outside = Self.values { _, _ in 0 }
    let all = Self.points(40, in: region) { _, _ in 100 }
    let settings = Self.settings(.minimumCurvature(tension: 0.5), outside, buffer: 2000)
    let found = try makeStartingTopography(
      geometry: Self.geometry, settings: settings, constraints: all)
    let far = (0..<40).filter {
      !Self.inner.shrunk(by: -3000).contains(
        easting: all.points.easting[$0], northing: all.points.northing[$0])
    }
    let kept = (0..<40).filter { !far.contains($0) }
    let again = try makeStartingTopography(
      geometry: Self.geometry, settings: settings, constraints: all.subset(kept))
    #expect(found.topography == again.topography)
    #expect(found.notes.contains { $0.contains("of 40 constraints lie beyond the buffer") })
  }

  /// Uncertain outside nodes pull a weighted spline less.
  @Test func weightsOfTheOutside() throws {
    let outside = Self.values { _, _ in 0 }
    var constraints = Self.points(8) { _, _ in 100 }
    constraints.uncertainty = Array(repeating: 1, count: 8)
    func middle(_ uncertainty: Double) throws -> Double {
      let found = try makeStartingTopography(
        geometry: Self.geometry,
        settings: Self.settings(
          .spline(dampings: [1e-3]), outside, buffer: 2000, useWeights: true, uncertainty: uncertainty),
        constraints: constraints)
      return Statistics.mean(
        BicubicSampler.sample(grid: found.topography, at: constraints.points, singlePrecision: false))
    }
    #expect(try middle(100) > (try middle(0.01)) + 1)
    #expect(throws: StartingTopographyError.noOutsideUncertainty) {
      try makeStartingTopography(
        geometry: Self.geometry,
        settings: Self.settings(.spline(dampings: [1e-3]), outside, buffer: 0, useWeights: true),
        constraints: constraints)
    }
  }

  @Test func refusals() throws {
    let outside = Self.values { _, _ in 0 }
    func make(_ flags: [Bool]) throws {
      _ = try makeStartingTopography(
        geometry: Self.geometry,
        settings: StartingTopographySettings(
          method: .spline(dampings: []),
          outside: OutsideTopography(surface: outside, isInside: flags, bufferWidth: 0)),
        constraints: Self.points(3) { _, _ in 1 })
    }
    #expect(throws: StartingTopographyError.badZone(nodes: 3, expected: Self.geometry.count)) {
      try make([true, false, true])
    }
    #expect(throws: StartingTopographyError.badZone(nodes: 0, expected: Self.geometry.count)) {
      try make(Array(repeating: false, count: Self.geometry.count))
    }
  }

  @Test func minimumCurvatureIsConfinedToo() throws {
    let points = Self.points(9, in: region) { e, _ in e / 100 }
    let found = try makeStartingTopography(
      geometry: Self.geometry,
      settings: StartingTopographySettings(
        method: .minimumCurvature(tension: 0),
        bounds: (upper: Grid(geometry: Self.geometry, repeating: 250), lower: nil)),
      constraints: points)
    #expect(found.topography.values.max()! == 250)
    #expect(found.topography.values.min()! < 250)
    let one = try makeStartingTopography(
      geometry: Self.geometry, settings: StartingTopographySettings(method: .minimumCurvature(tension: 0)),
      constraints: points.subset([0]))
    #expect(one.topography.values.allSatisfy { $0 == points.upward[0] })
  }
}
