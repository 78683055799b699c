import Testing

@testable import NumericCore

/// Places near a grid's edge and round the Earth.
@Suite struct GridPlaceTests {
  private func samplers(_ grid: Grid) -> [(String, (Double, Double) -> Double)] {
    GridInterpolation.allCases.map { method in
      (method.rawValue, { method.sample(grid, at: Points(easting: [$0], northing: [$1]))[0] })
    }
  }

  @Test func nodesRoundedBeyondTheEdgeAreOnIt() {
    let geometry = GridGeometry(
      region: Region(west: 100, east: 400, south: 0, north: 300), columns: 4, rows: 4)
    let grid = Grid(
      geometry: geometry, values: zip(geometry.nodes.easting, geometry.nodes.northing).map { $0 + 2 * $1 })
    for (name, value) in samplers(grid) {
      // A hundredth of a step is 1 m here.
      #expect(abs(value(99.1, 100) - 300) < 1e-9, "\(name)")
      #expect(abs(value(400.9, 300.9) - 1000) < 1e-9, "\(name)")
      #expect(value(98.9, 100).isNaN && value(401.1, 100).isNaN && value(200, -1.1).isNaN, "\(name)")
    }
  }

  /// The cosine of longitude on nodes every 30°, without 360°.
  private static let globe: Grid = {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 330, south: -90, north: 90), columns: 12, rows: 7, isGeographic: true)
    return Grid(geometry: geometry, values: geometry.nodes.easting.map { 1000 * Degrees.sincos($0).cos })
  }()

  @Test func seamIsACellLikeAnyOther() {
    #expect(Self.globe.geometry.goesRound)
    let exact = { 1000 * Degrees.sincos($0).cos }
    for (name, value) in samplers(Self.globe) where name != "nearest" {
      for longitude in [345.0, -15, 352.5, 705] {
        let found = value(longitude, 0)
        // What the same method makes of the same distance from a node elsewhere: the cosine is even.
        #expect(
          abs(found - value(360 - (longitude - 360 * (longitude / 360).rounded(.down)), 0)) < 1e-8, "\(name)")
        if name == "spline" { #expect(abs(found - exact(longitude)) < 0.4, "\(found)") }
      }
      #expect(abs(value(360, 0) - 1000) < 1e-9 && abs(value(-30, 0) - exact(330)) < 1e-9, "\(name)")
    }
    let nearest = samplers(Self.globe)[0].1
    #expect(nearest(346, 0) == 1000 && nearest(344, 0) == exact(330) && nearest(-16, 0) == exact(330))
    let bilinear = samplers(Self.globe)[1].1
    #expect(abs(bilinear(345, 0) - 933.0127) < 1e-3 && abs(bilinear(-45, 0) - 683.0127) < 1e-3)
    #expect(abs(bilinear(359.9, 0) - 999.5534) < 1e-3)
  }

  /// A regional grid takes longitudes by either convention and has an outside.
  @Test func regionalGridsTurnLongitudes() {
    let geometry = GridGeometry(
      region: Region(west: 170, east: 200, south: -10, north: 10), columns: 4, rows: 3, isGeographic: true)
    let grid = Grid(geometry: geometry, values: geometry.nodes.easting)
    #expect(!geometry.goesRound)
    for (name, value) in samplers(grid) where name != "nearest" {
      #expect(abs(value(-175, 0) - 185) < 1e-9 && abs(value(535, 0) - 175) < 1e-9, "\(name)")
      #expect(value(-150, 0).isNaN && value(169, 0).isNaN && value(169.95, 0) == 170, "\(name)")
    }
    let plane = Grid(
      geometry: GridGeometry(region: geometry.region, columns: 4, rows: 3), values: geometry.nodes.easting)
    #expect(samplers(plane).allSatisfy { $0.1(-175, 0).isNaN })
  }

  /// A grid from -180 to 180 has a seam that no result shows.
  @Test(arguments: [GridInterpolation.bicubic, .spline]) func aRepeatedMeridianIsNoEdge(
    _ interpolation: GridInterpolation
  ) {
    func grid(_ west: Double, _ columns: Int) -> Grid {
      let geometry = GridGeometry(
        region: Region(west: west, east: west + 5 * Double(columns - 1), south: -30, north: 30),
        columns: columns,
        rows: 13, isGeographic: true)
      let nodes = geometry.nodes
      return Grid(
        geometry: geometry,
        values: nodes.easting.indices.map {
          let turned = nodes.easting[$0] == 180 ? -180 : nodes.easting[$0]
          return 100 * Elementary.cos(turned * .pi / 180) + nodes.northing[$0]
        })
    }
    let points = Points(easting: [178.2, -178.2, 180, -180, 182.5, 3.3], northing: [1, 2, 3, 4, 5, 6])
    let open = interpolation.sample(grid(-180, 72), at: points)
    #expect(interpolation.sample(grid(-180, 73), at: points) == open)
    #expect(open.allSatisfy { $0.isFinite })
  }
}
