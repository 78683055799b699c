import Testing

@testable import Datasets

@Suite struct UnitTests {
  static let spellings: [(String, Measure, Double)] = [
    ("m", .length, 10.0), ("Metres", .length, 10), ("dm", .length, 1), ("km", .length, 10000),
    ("ft", .length, 3.048), ("US_survey_foot", .length, 12000.0 / 3937),
    ("US survey feet", .length, 12000.0 / 3937),
    ("ftUS", .length, 12000.0 / 3937), ("us-ft", .length, 12000.0 / 3937), ("fathom", .length, 18.288),
    ("nautical_mile", .length, 18520), ("100 m", .length, 1000), ("Mm", .length, 1e7), ("mm", .length, 0.01),
    ("mGal", .acceleration, 10), ("µGal", .acceleration, 0.01), ("microGal", .acceleration, 0.01),
    ("m/s^2", .acceleration, 1e6), ("m s**-2", .acceleration, 1e6), ("m·s⁻²", .acceleration, 1e6),
    ("1e-5 m s-2", .acceleration, 10), ("10^-5 m/s^2", .acceleration, 10),
    ("10**-8 m/s2", .acceleration, 0.01),
    ("cm/s2", .acceleration, 10000), ("g.u.", .acceleration, 1), ("nm s-2", .acceleration, 0.001),
    ("g/cc", .density, 10000), ("kg m^-3", .density, 10), ("Mg/m3", .density, 10000),
    ("g cm-3", .density, 10000),
    ("degrees_east", .angle, 10), ("°", .angle, 10), ("degreeN", .angle, 10),
    ("arc_minutes", .angle, 10.0 / 60),
    ("arcsec", .angle, 10.0 / 3600), ("gon", .angle, 9), ("[deg.]", .angle, 10), ("%", .plain, 0.1),
    ("1", .plain, 10),
  ]

  @Test(arguments: spellings)
  func known(_ text: String, _ measure: Measure, _ ten: Double) throws {
    let unit = try #require(FileUnit(text), "\(text)")
    #expect(
      unit.measure == measure && abs(unit.convert(10) - ten) <= 1e-15 * ten, "\(text): \(unit.convert(10))")
  }

  @Test(arguments: [
    ("nT", Measure.magnetism), ("Eotvos", .gradient), ("E", .gradient), ("1/s2", .gradient),
    ("mGal/m", .gradient),
    ("m/s", .velocity), ("K", .temperature), ("degC", .temperature), ("°C", .temperature), ("hPa", .pressure),
    ("m2/s2", .potential), ("mW/m2", .heatFlow), ("s", .time), ("ohm m", .resistivity), ("kg", .mass),
  ])
  func knownInOrderToBeRefused(_ text: String, _ measure: Measure) {
    #expect(FileUnit(text)?.measure == measure && measure.canonical == nil)
  }

  @Test(arguments: ["furlong", "", "-5", "1e-5", "degrees_west", "mGa", "0 m", "chain", "mg/m3"])
  func unknown(_ text: String) { #expect(FileUnit(text) == nil) }

  @Test func noSpellingMeansTwoUnits() {
    var seen: [String: FileUnit] = [:]
    for row in UnitTable.rows {
      for name in row.names.split(separator: " ").map(String.init) {
        #expect(seen[name] == nil, "'\(name)' stands twice")
        seen[name] = row.unit
      }
    }
    #expect(seen.count > 150)
  }

  @Test func titlesHoldUnits() {
    for (text, name, unit) in [
      ("height (ft)", "height", "ft"), ("gravity [mGal]", "gravity", "mGal"), ("easting_km", "easting", "km"),
      ("g mGal", "g", "mGal"), ("x", "x", nil), ("time_s", "time_s", nil), ("(m)", "(m)", nil),
      ("z_m", "z", "m"),
    ] {
      let title = ColumnTitle(text)
      #expect(title.name == name && title.unit == unit, "\(text)")
    }
  }

  static let names: [(String, CoordinateRole?)] = [
    ("easting", .easting), ("Northing", .northing), ("X", .easting), ("POINT_X", .easting),
    ("utm_y", .northing), ("LON", .longitude), ("Latitude", .latitude), ("lat_wgs84", .latitude),
    ("E", .easting),
    ("z", .upward), ("Elevation", .upward), ("depth", .depth), ("g_x", nil), ("gxx", nil),
    ("latitude error", nil),
    ("x_velocity", nil), ("lon_lat", nil), ("station", nil), ("n_obs", nil), ("data_easting", .easting),
  ]

  @Test(arguments: names)
  func namesOfPlaces(_ text: String, _ role: CoordinateRole?) { #expect(CoordinateRole(name: text) == role) }

  @Test func unitsOfPlaces() {
    for text in ["degrees_east", "degreeE", "degree_E", "°E", "degrees east"] {
      #expect(CoordinateRole(unit: text) == .longitude, "\(text)")
    }
    #expect(CoordinateRole(unit: "degrees_north") == .latitude)
    #expect(CoordinateRole(unit: "degrees") == nil && CoordinateRole(unit: "m") == nil)
  }
}
