import NumericCore
import Testing

@testable import Reporting

/// Maps across the 180th meridian.
@Suite struct MapLongitudesTests {
  private let pacific = Region(west: 169.5, east: 199.5, south: -50.5, north: -30.5)

  @Test func linesCrossTheMeridian() {
    let crossing = Points(easting: [175, -175], northing: [-40, -45])
    let west = Points(easting: [-170, -165], northing: [-35, -36])
    let far = Points(easting: [10, 20], northing: [-35, -36])
    let found = MapLongitudes.lines([crossing, west, far], in: pacific)
    #expect(found.map(\.easting) == [[175, 185], [190, 195]])
    #expect(found.map(\.northing) == [crossing.northing, west.northing])
    // The other convention shows the same.
    let turned = Region(west: -190.5, east: -160.5, south: -50.5, north: -30.5)
    #expect(
      MapLongitudes.lines([crossing, west], in: turned).map(\.easting) == [[-185, -175], [-170, -165]])
  }

  /// On a map of the whole Earth a line across its edge is drawn at both.
  @Test func globesShowBothEnds() {
    let globe = Region(west: -180, east: 180, south: -90, north: 90)
    let crossing = Points(easting: [175, -175], northing: [0, 0])
    #expect(Set(MapLongitudes.lines([crossing], in: globe).map(\.easting)) == [[175, 185], [-185, -175]])
    let whole = Points(easting: [-180, 0, 180], northing: [0, 0, 0])
    #expect(MapLongitudes.lines([whole], in: globe).contains { $0.easting == [-180, 0, 180] })
  }

  @Test func pointsAndProfilesFollow() throws {
    let points = MapLongitudes.points(Points(easting: [-175, 172], northing: [-40, -40]), in: pacific)
    #expect(points.easting == [185, 172])
    #expect(Degrees.together([179, -179, 178]) == [179, 181, 178])
    #expect(Degrees.together([-10, 0, 20]) == [-10, 0, 20] && Degrees.together([]) == [])
    #expect(Degrees.together([359, 1, .nan]).prefix(2) == [359, 361])
  }

  /// Coast and points of the other convention lie on the picture.
  @Test func pictureHoldsThem() throws {
    let geometry = GridGeometry(
      region: Region(west: 170, east: 199, south: -50, north: -31), columns: 30, rows: 20, isGeographic: true)
    let grid = Grid(geometry: geometry, values: geometry.nodes.easting)
    var overlay = MapOverlay(
      points: Points(easting: [-175], northing: [-40]),
      lines: [
        Points(easting: [175, -175], northing: [-40, -45]),
        Points(easting: [-170, -165], northing: [-35, -36]),
      ])
    let style = MapStyle(.sequential)
    func drawn(_ overlay: MapOverlay) -> String {
      Figures.row([MapPanel(grid, title: "t", unit: "m", style: style, overlay: overlay)], label: "t").svg
    }
    let found = drawn(overlay)
    overlay.lines = [
      Points(easting: [175, 185], northing: [-40, -45]), Points(easting: [190, 195], northing: [-35, -36]),
    ]
    overlay.points = Points(easting: [185], northing: [-40])
    #expect(found == drawn(overlay))
    overlay.points = nil
    #expect(found != drawn(overlay))
  }
}
