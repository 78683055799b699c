import NumericCore
import TestSupport
import Testing

@testable import Datasets

/// What a coordinate reference system is told by, and what files say of it.
@Suite struct CoordinateSystemTests {
  /// Numbers of the table, one of each of its rows, with PROJ's words for the same.
  static let known: [(code: Int, name: String, proj: String)] = [
    (4326, "WGS 84", "+proj=longlat +datum=WGS84 +no_defs"),
    (32601, "WGS 84 / UTM zone 1N", "+proj=utm +zone=1 +datum=WGS84 +units=m +no_defs"),
    (32722, "WGS 84 / UTM zone 22S", "+proj=utm +zone=22 +south +datum=WGS84 +units=m +no_defs"),
    (
      32760, "WGS 84 / UTM zone 60S",
      "+proj=tmerc +lat_0=0 +lon_0=177 +k=0.9996 +x_0=500000 +y_0=10000000 +datum=WGS84"
    ),
    (26910, "NAD83 / UTM zone 10N", "+proj=utm +zone=10 +datum=NAD83 +units=m +no_defs"),
    (
      3031, "WGS 84 / Antarctic Polar Stereographic",
      "+proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=0 +datum=WGS84"
    ),
    (
      3413, "WGS 84 / NSIDC Sea Ice Polar Stereographic North",
      "+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +x_0=0 +y_0=0 +datum=WGS84 +units=m"
    ),
    (
      3395, "WGS 84 / World Mercator", "+proj=merc +lon_0=0 +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs"
    ),
  ]

  @Test(arguments: known)
  func numbersTextsAndWordsMeanTheSame(_ code: Int, _ name: String, _ proj: String) throws {
    let system = CoordinateSystem(code: code)
    #expect(system.code == code)
    #expect(system.name == name)
    #expect(try CoordinateSystem(text: "EPSG:\(code)") == system)
    #expect(try CoordinateSystem(text: proj).code == code)
    #expect(try CoordinateSystem(text: system.wellKnownText).code == code)
    #expect(CoordinateSystem(attributes: system.attributes)?.code == code)
    // The conventions' own numbers name no datum, but the same map.
    let plain = system.attributes.filter { !["crs_wkt", "spatial_ref", "epsg_code"].contains($0.name) }
    let found = try #require(CoordinateSystem(attributes: plain))
    #expect(found.relation(to: system) == .same || code == 26910)
  }

  @Test func wellKnownTextIsWhatGDALWrites() {
    #expect(
      CoordinateSystem(code: 32722).wellKnownText
        == #"PROJCS["WGS 84 / UTM zone 22S",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563],"#
        + #"AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]],"#
        + #"PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",-51],"#
        + #"PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",10000000],"#
        + #"UNIT["metre",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","32722"]]"#)
  }

  /// Text of version 2, of ESRI without numbers, and a compound system.
  @Test(arguments: [
    (
      #"PROJCRS["WGS 84 / UTM zone 22S",BASEGEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]]],CONVERSION["UTM zone 22S",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Longitude of natural origin",-51,ANGLEUNIT["degree",0.0174532925199433]],PARAMETER["Scale factor at natural origin",0.9996,SCALEUNIT["unity",1]],PARAMETER["False easting",500000,LENGTHUNIT["metre",1]],PARAMETER["False northing",10000000,LENGTHUNIT["metre",1]]],CS[Cartesian,2],AXIS["(E)",east],AXIS["(N)",north],LENGTHUNIT["metre",1]]"#,
      32722
    ),
    (
      #"PROJCS["WGS_1984_UTM_Zone_22S",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",10000000.0],PARAMETER["Central_Meridian",-51.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#,
      32722
    ),
    (
      #"COMPD_CS["both",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]],VERT_CS["EGM2008 height",VERT_DATUM["EGM2008 geoid",2005],UNIT["metre",1]]]"#,
      4326
    ),
  ])
  func textsOfOthersAreUnderstood(_ text: String, _ code: Int) throws {
    #expect(try CoordinateSystem(text: text).code == code)
  }

  @Test func whatIsNotUnderstoodPassesThrough() throws {
    let text =
      #"PROJCS["RGF93 / Lambert-93",GEOGCS["RGF93",DATUM["Reseau_Geodesique_Francais_1993",SPHEROID["GRS 1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic_2SP"],UNIT["metre",1],AUTHORITY["EPSG","2154"]]"#
    let system = try CoordinateSystem(text: text)
    #expect(system.wellKnownText == text)
    #expect(system.code == 2154 && system.isGeographic == false && !system.isUnderstood)
    #expect(CoordinateSystem(attributes: system.attributes) == system)
    let number = CoordinateSystem(code: 2154)
    #expect(number.wellKnownText == "EPSG:2154" && number.isGeographic == nil)
    #expect(number.relation(to: system) == .same)
    let words = try CoordinateSystem(text: "+proj=lcc +lat_1=49 +lat_2=44 +lat_0=46.5 +lon_0=3 +units=m")
    #expect(CoordinateSystem(attributes: words.attributes) == words)
    // In feet the numbers mean other places than in metres.
    #expect(try !CoordinateSystem(text: "+proj=utm +zone=10 +datum=WGS84 +units=us-ft").isUnderstood)
  }

  @Test(arguments: [
    ("utm 22", "it is neither a number of EPSG nor well-known text nor PROJ's words"),
    ("EPSG:", "it is neither a number of EPSG nor well-known text nor PROJ's words"),
    ("PROJCS[\"x\"", "it is neither a number of EPSG nor well-known text nor PROJ's words"),
    ("+zone=22", "it has no +proj"), ("+proj=utm +zone=61", "+proj=utm needs a +zone from 1 to 60"),
    ("+proj=merc lon_0=3", "PROJ's words begin with +, 'lon_0=3' does not"),
    ("+proj=tmerc +lon_0=x", "+lon_0=x is no number"),
  ])
  func othersAreRefused(_ text: String, _ reason: String) {
    #expect(throws: CoordinateSystemError.unreadable(text, reason: reason)) {
      try CoordinateSystem(text: text)
    }
  }

  @Test func relations() throws {
    let (south, north) = (CoordinateSystem(code: 32722), CoordinateSystem(code: 32622))
    #expect(south.relation(to: north) == .different)
    #expect(south.relation(to: CoordinateSystem(code: 31982)) == .otherDatum)
    #expect(south.relation(to: CoordinateSystem(code: 2154)) == .unknown)
    #expect(south.relation(to: CoordinateSystem(code: 4326)) == .different)
    let utm = try MapProjection(
      .transverseMercator(originLatitude: 0, scale: 0.9996), centralLongitude: -51, falseEasting: 500_000,
      falseNorthing: 10_000_000)
    #expect(CoordinateSystem(utm, from: CoordinateSystem(code: 4326)).code == 32722)
    #expect(CoordinateSystem(utm, from: CoordinateSystem(code: 4674)).code == 31982)
    #expect(CoordinateSystem(utm).code == nil)
    #expect(CoordinateSystem(utm).relation(to: south) == .same)
    #expect(south.geographic?.code == 4326)
  }

  // MARK: Files

  private func grid() throws -> Dataset {
    var dataset = Dataset()
    let geometry = GridGeometry(
      region: Region(west: 0, east: 3000, south: 0, north: 2000), spacing: 1000)
    try dataset.addGrid("topography", Grid(geometry: geometry, repeating: 5), units: "m")
    return dataset
  }

  @Test func aFileTellsItAndIsReadBackEqual() throws {
    let folder = try ScratchFolder("crs")
    var dataset = try grid()
    let plain = folder.path("plain.nc")
    try NetCDFFile.write(dataset, to: plain)
    dataset.coordinateSystem = CoordinateSystem(code: 32722)
    let path = folder.path("placed.nc")
    try NetCDFFile.write(dataset, to: path)
    #expect(try NetCDFFile.read(path) == dataset)
    let raw = try NetCDFFile.read(path, names: nil, withCoordinates: false)
    #expect(raw["topography"]?.attribute("grid_mapping")?.text == "spatial_ref")
    #expect(raw["easting"]?.attribute("grid_mapping") == nil)
    #expect(raw["spatial_ref"]?.values == .int32([0]))
    #expect(raw["spatial_ref"]?.attribute("crs_wkt")?.text == CoordinateSystem(code: 32722).wellKnownText)
    // For GMT, and for ParaView, which takes what has an axis for longitudes.
    #expect(raw["easting"]?.attribute("actual_range")?.numbers == [0, 3000])
    #expect(raw["topography"]?.attribute("actual_range")?.numbers == [5, 5])
    #expect(raw["easting"]?.attribute("axis") == nil)
    // Placed afterwards, it says the same.
    try PlacedFile.place(plain, in: CoordinateSystem(code: 32622))
    #expect(try NetCDFFile.read(plain).coordinateSystem?.code == 32622)
    try PlacedFile.place(plain, in: CoordinateSystem(code: 32722))
    #expect(try NetCDFFile.read(plain) == dataset)
    let header = try #require(try PlacedFile(plain))
    #expect(header.system?.code == 32722 && header.coordinates == .projected)
  }

  @Test func tablesAndMembersAreePlacedToo() throws {
    let folder = try ScratchFolder("crs")
    var table = Dataset()
    try table.addColumn("easting", [1, 2], units: "m")
    try table.addColumn("northing", [3, 4], units: "m")
    try table.addColumn("upward", [5, 6], units: "m")
    let path = folder.path("table.nc")
    try NetCDFFile.write(table, to: path)
    try PlacedFile.place(path, in: CoordinateSystem(code: 3031))
    let raw = try NetCDFFile.read(path, names: nil, withCoordinates: false)
    #expect(raw["upward"]?.attribute("grid_mapping")?.text == "spatial_ref")
    #expect(raw["easting"]?.attribute("grid_mapping") == nil)
    #expect(raw["easting"]?.attribute("standard_name")?.text == "projection_x_coordinate")
    #expect(raw["upward"]?.attribute("coordinates")?.text == "easting northing")
    #expect(raw.attribute("featureType")?.text == "point")
    table.coordinateSystem = CoordinateSystem(code: 3031)
    #expect(try NetCDFFile.read(path) == table)
    let members = folder.path("members.nc")
    var slice = try grid()
    let writer = try NetCDFSeriesWriter(path: members, count: 2, template: slice)
    for index in 0..<2 { try writer.write(slice, at: index) }
    try writer.close()
    try PlacedFile.place(members, in: CoordinateSystem(code: 32722))
    slice.coordinateSystem = CoordinateSystem(code: 32722)
    let one = try NetCDFSeriesReader(members).dataset(at: 1)
    #expect(one.coordinateSystem == slice.coordinateSystem)
    #expect(one["topography"] == slice["topography"])
    let rows = folder.path("rows.nc")
    let file = folder.path("slice.nc")
    try NetCDFFile.write(slice, to: file)
    try MemberRows.gather([file, nil], to: rows)
    #expect(try MemberRowsReader(rows).dataset(0) == slice)
  }

  @Test func whatHasNoPlacesIsLeftAlone() throws {
    let folder = try ScratchFolder("crs")
    try NetCDFFile.writeScalar(3, name: "rmse", to: folder.path("number.nc"))
    #expect(try PlacedFile(folder.path("number.nc"))?.coordinates == PlacedFile.Coordinates.none)
    #expect(try PlacedFile(try folder.write("a,b\n", "table.csv")) == nil)
  }

  // MARK: Files of others

  @Test func gridsOfOthersTellIt() throws {
    let folder = try ScratchFolder("crs")
    func read(_ bytes: [UInt8], _ options: GridReadOptions = GridReadOptions()) throws -> GridVariable {
      try LocalFile.write(bytes, to: folder.path("grid"))
      return try GridFile.readVariable(folder.path("grid"), options: options)
    }
    #expect(try read(SampleTIFFs.floatStrips).coordinateSystem?.code == 32722)
    let gxf = """
      #POINTS
      2
      #ROWS
      2
      #MAP_PROJECTION
      "WGS 84 / UTM zone 22S"
      "WGS 84",6378137,0.081819190842621,0
      "Transverse Mercator",0,-51,0.9996,500000,10000000
      #UNIT_LENGTH
      m,1
      #GRID
      1 2
      3 4

      """
    #expect(try read(Array(gxf.utf8)).coordinateSystem?.code == 32722)
    var options = GridReadOptions()
    options.coordinateSystem = CoordinateSystem(code: 32622)
    let other = try read(Array(gxf.utf8), options)
    #expect(other.coordinateSystem?.code == 32622)
    #expect(
      other.remarks.contains(
        "the file says EPSG:32722 (WGS 84 / UTM zone 22S) of its coordinates; EPSG:32622 (WGS 84 / UTM zone 22N) is "
          + "taken, as is given"))
    options.coordinateSystem = CoordinateSystem(code: 4326)
    #expect(throws: DatasetError.self) { try read(Array(gxf.utf8), options) }
    // A system that settles what the numbers are.
    let lines = "0 0 1\n1 0 2\n0 1 3\n1 1 4\n"
    options.isStrict = true
    #expect(try read(Array(lines.utf8), options).kind == .geographic)
  }
}
