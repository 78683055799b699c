import Testing

@testable import NumericCore

@Suite struct GridCutTests {
  static let globe: Grid = {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 360, south: -90, north: 90), columns: 37, rows: 19, isGeographic: true)
    return Grid(geometry: geometry, values: geometry.nodes.easting)
  }()

  /// From a grid of 0 … 360 a region across the meridian of Greenwich; both its ends are one meridian.
  @Test func longitudesWrap() throws {
    let part = try #require(Self.globe.cut(to: Region(west: -20, east: 20, south: -10, north: 0)))
    #expect(part.geometry.eastings == [-20, -10, 0, 10, 20] && part.geometry.rows == 2)
    #expect(Array(part.values[0..<5]) == [340, 350, 0, 10, 20])
    #expect(part.geometry.isGeographic)
    let turned = try #require(Self.globe.cut(to: Region(west: 350, east: 370, south: -10, north: 0)))
    #expect(turned.geometry.eastings == [350, 360, 370])
  }

  @Test func projectedGridsDoNot() throws {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 360, south: 0, north: 90), columns: 37, rows: 10)
    let grid = Grid(geometry: geometry, values: geometry.nodes.easting)
    #expect(grid.cut(to: Region(west: -20, east: -10, south: 0, north: 90)) == nil)
    let part = try #require(grid.cut(to: Region(west: -20, east: 25, south: 10, north: 20)))
    #expect(part.geometry.eastings == [0, 10, 20] && part.geometry.northings == [10, 20])
  }

  /// A grid that does not go round has a gap, which can't be part of a regular grid.
  @Test func gapsAreRefused() {
    let geometry = GridGeometry(
      region: Region(west: 10, east: 340, south: 0, north: 10), columns: 34, rows: 2, isGeographic: true)
    let grid = Grid(geometry: geometry, repeating: 1)
    #expect(grid.cut(to: Region(west: -30, east: 30, south: 0, north: 10)) == nil)
  }

  @Test func interpolationsAgreeOnPlanes() {
    let geometry = GridGeometry(region: Region(west: 0, east: 40, south: 0, north: 30), columns: 5, rows: 4)
    let nodes = geometry.nodes
    let plane = Grid(geometry: geometry, values: zip(nodes.easting, nodes.northing).map { 2 * $0 - $1 })
    let places = Points(easting: [0, 13.5, 40, 41, 20], northing: [30, 8.25, 0, 5, 10])
    let expected = [-30, 18.75, 80, .nan, 30]
    for method in [GridInterpolation.bilinear, .bicubic] {
      for (value, wanted) in zip(method.sample(plane, at: places), expected) {
        #expect(abs(value - wanted) < 1e-12 || (value.isNaN && wanted.isNaN), "\(method)")
      }
    }
    let nearest = GridInterpolation.nearest.sample(plane, at: places)
    #expect(nearest[0] == -30 && nearest[1] == 10 && nearest[2] == 80 && nearest[3].isNaN && nearest[4] == 30)
    var gap = plane
    gap[1, 1] = .nan
    let around = GridInterpolation.bilinear.sample(
      gap, at: Points(easting: [10, 20, 15], northing: [10, 10, 12]))
    #expect(around[0].isNaN && around[1] == 30 && around[2].isNaN)
  }

  /// The rules differ beyond the edge and near nodes, nowhere else but in the last bit.
  @Test func bilinearRules() {
    let geometry = GridGeometry(
      region: Region(west: 0.3, east: 4.3, south: -2, north: 1), columns: 5, rows: 4)
    var values = (0..<20).map { Double($0 * $0 % 13) / 3 }
    let grid = Grid(geometry: geometry, values: values)
    let (plain, maps) = (BilinearSampler(grid), BilinearSampler(grid, rules: .ofMaps))
    let same = BilinearSampler(grid, rules: .sameRegion)
    for index in 0..<400 {
      let (x, y) = (0.3 + Double(index % 20) * 0.21, -2 + Double(index / 20) * 0.155)
      let value = plain.value(easting: x, northing: y)
      #expect(value.isFinite && abs(same.value(easting: x, northing: y) - value) <= 1e-14)
      #expect(abs(maps.value(easting: x, northing: y) - value) <= 1e-8)
    }
    for (place, node) in zip(0..., values) {
      let (x, y) = (geometry.easting(place % 5), geometry.northing(place / 5))
      for sampler in [plain, maps, same] {
        #expect(abs(sampler.value(easting: x, northing: y) - node) <= 1e-14)
      }
    }
    // Less than a hundredth of a cell beyond the east edge, and more.
    let (rounded, beyond) = (4.309, 4.311)
    #expect(plain.value(easting: rounded, northing: -2) == values[4])
    #expect(maps.value(easting: rounded, northing: -2) == values[4])
    #expect(abs(same.value(easting: 4.3.nextUp, northing: -2) - values[4]) < 1e-14)
    #expect(
      plain.value(easting: beyond, northing: -2).isNaN && maps.value(easting: beyond, northing: -2).isNaN)
    let plane = values[4] + 0.011 * (values[4] - values[3])
    #expect(abs(same.value(easting: beyond, northing: -2) - plane) < 1e-12)
    // A missing node counts where it has weight.
    values[6] = .nan
    for rules in [BilinearSampler.Rules.plain, .ofMaps, .sameRegion] {
      let holed = BilinearSampler(Grid(geometry: geometry, values: values), rules: rules)
      #expect(holed.value(easting: 1.3, northing: -1).isNaN && holed.value(easting: 2, northing: -0.5).isNaN)
      #expect(abs(holed.value(easting: 3.3, northing: -1) - values[8]) < 1e-12)
    }
    let line = GridGeometry(region: Region(west: 0, east: 2, south: 5, north: 5), columns: 3, rows: 1)
    let profile = BilinearSampler(Grid(geometry: line, values: [1, 3, 5]), rules: .ofMaps)
    #expect(profile.value(easting: 1.5, northing: 5) == 4 && profile.value(easting: 1.5, northing: 6).isNaN)
  }
}
