import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesData

/// From the globe to the plane and back.
@Suite struct ProjectTests {
  private static let mercator = "projection = mercator\ncentral_longitude = 12 deg\n"

  @Test(arguments: [
    mercator, mercator + "true_scale_latitude = 40 deg\nfalse_easting = 500 km\nellipsoid = grs80\n",
    "projection = transverse_mercator\ncentral_longitude = 9 deg\nscale = 0.9996\n",
    "projection = polar_stereographic\ncentral_longitude = 0 deg\ntrue_scale_latitude = 71 deg\n",
  ])
  func thereAndBack(section: String) throws {
    let places = (longitude: [10.0, 11, 12.5], latitude: [43.0, 44, 45.5])
    let table = try Samples.table(["longitude": places.longitude, "latitude": places.latitude])
    let there = try LoneStage(Project(), section, ["data": .table]).run(["data": table]).dataset("data")
    let plane = try Samples.table([
      "easting": try there.column("easting"), "northing": try there.column("northing"),
    ])
    let back = try LoneStage(Project(), section + "inverse = yes", ["data": .table]).run(["data": plane])
      .dataset("data")
    for (found, expected) in [("longitude", places.longitude), ("latitude", places.latitude)] {
      for (a, b) in zip(try back.column(found), expected) { #expect(abs(a - b) < 1e-9) }
    }
  }

  /// UTM of WGS 84 has a number; a datum that nobody told is none.
  @Test func theSystemFollows() throws {
    let utm =
      "projection = transverse_mercator\ncentral_longitude = -51 deg\nscale = 0.9996\nfalse_easting = 500 km\n"
      + "false_northing = 10000 km\n"
    var table = try Samples.table(["longitude": [-50], "latitude": [-20]])
    func projected(_ section: String, _ data: Dataset) throws -> CoordinateSystem? {
      try LoneStage(Project(), section, ["data": .table]).run(["data": data]).dataset("data").coordinateSystem
    }
    #expect(
      try projected(utm, table)?.told
        == "+proj=tmerc +lat_0=0 +k=0.9996 +lon_0=-51 +x_0=500000 +y_0=10000000 +ellps=WGS84 +units=m +no_defs"
    )
    table.coordinateSystem = CoordinateSystem(code: 4674)
    #expect(try projected(utm, table)?.code == 31982)
    var plane = try Samples.table(["easting": [600_000], "northing": [7_800_000]])
    plane.coordinateSystem = CoordinateSystem(code: 32722)
    #expect(try projected(utm + "inverse = yes", plane)?.code == 4326)
    #expect(throws: StageError.self) {
      try projected(utm.replacing("-51", with: "-45") + "inverse = yes", plane)
    }
  }

  /// A field that is linear in the plane's coordinates near the equator stays so.
  @Test func gridsAreInterpolatedOnNewNodes() throws {
    let globe = try Samples.grid(
      Samples.nodes(5, 5, spacing: 0.5, isGeographic: true), ["topography": { 3 * $0 + 1 + 0 * $1 }])
    let section = "projection = mercator\ncentral_longitude = 0 deg\nspacing = 20 km\n"
    let plane = try LoneStage(Project(), section, ["data": .grid]).run(["data": globe]).dataset("data")
      .grid("topography")
    let degree = 111_319.490_793_273_57
    for (value, easting) in zip(plane.values, plane.geometry.nodes.easting) {
      #expect(abs(value - (3 * easting / degree + 1)) < 1e-9)
    }
  }

  @Test func gridsNeedASpacingInTheNewCoordinates() {
    #expect(
      LoneStage(Project(), Self.mercator, ["data": .grid]).mistakes == [
        "M141: 'spacing' is needed with grid as 'data' and inverse = no (default): the new grid is regular in its own "
          + "coordinates"
      ])
    #expect(
      LoneStage(Project(), Self.mercator + "inverse = yes\nspacing = 1 km", ["data": .grid]).mistakes == [
        "M140: 'spacing' has no meaning with inverse = yes; leave it out or use it with inverse = no and without table "
          + "or constraints as 'data'",
        "M141: 'angular_spacing' is needed with grid as 'data' and inverse = yes: the new grid is regular in its own "
          + "coordinates",
      ])
  }

  @Test(arguments: [
    (
      "scale = 2\n",
      "M140: 'scale' has no meaning with projection = mercator; leave it out or use it with projection = "
        + "transverse_mercator"
    ),
    (
      "projection = polar_stereographic\n",
      "M141: 'true_scale_latitude' is needed with projection = polar_stereographic: its sign says about which pole it "
        + "projects"
    ),
  ])
  func projectionsHaveTheirOwnSettings(section: String, message: String) {
    let own = section.hasPrefix("projection") ? "central_longitude = 0 deg\n" : Self.mercator
    #expect(LoneStage(Project(), own + section, ["data": .table]).mistakes == [message])
  }

  @Test func pointsOfATableAreNotInterpolated() {
    let found = LoneStage(
      Project(), Self.mercator + "spacing = 1 km\ninterpolation = spline", ["data": .table]
    )
    .mistakes
    #expect(
      found == [
        "M140: 'spacing' has no meaning with table as 'data'; leave it out or use it with inverse = no and without "
          + "table or constraints as 'data'",
        "M140: 'interpolation' has no meaning with table as 'data': each point of a table is projected by itself; leave "
          + "it out or use it without table or constraints as 'data'",
      ])
  }
}
