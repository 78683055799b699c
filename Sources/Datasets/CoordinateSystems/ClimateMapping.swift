// How the climate and forecast conventions (chapter 5.6, appendix F) tell a coordinate reference system: a variable without
// dimensions whose attributes say it, named by the attribute `grid_mapping` of whatever lies in it.
extension CoordinateSystem {
  /// The name that rioxarray and GDAL give to the variable.
  static let variable = "spatial_ref"
  /// The attribute that names it.
  static let attribute = "grid_mapping"

  /// The attributes of the variable.
  var attributes: [Dataset.Attribute] {
    var result: [Dataset.Attribute] = []
    func add(_ name: String, _ value: Double) { result.append(.init(name: name, value: .numbers([value]))) }
    func add(_ name: String, _ text: String) { result.append(.init(name: name, value: .text(text))) }
    if let datum {
      if let grid {
        add("grid_mapping_name", grid.climateName)
      } else {
        add("grid_mapping_name", "latitude_longitude")
      }
      add("semi_major_axis", datum.semimajorAxis)
      if datum.inverseFlattening > 0 {
        add("inverse_flattening", datum.inverseFlattening)
      } else {
        add("semi_minor_axis", datum.semimajorAxis)
      }
      add("longitude_of_prime_meridian", 0)
      for (name, value) in grid?.climateParameters ?? [] { add(name, value) }
    }
    let text = wellKnownText
    if text.hasPrefix("+") {
      add("proj4", text)
      add("spatial_ref", text)
    } else {
      if source == nil || source?.hasPrefix("EPSG") == false { add("crs_wkt", text) }
      add("spatial_ref", text)
    }
    if let code { result.append(.init(name: "epsg_code", value: .text("EPSG:\(code)"))) }
    return result
  }

  /// What the attributes of such a variable say; nil where they say nothing that is understood.
  init?(attributes: [Dataset.Attribute]) {
    func text(_ name: String) -> String? {
      attributes.first { $0.name == name }?.value.text.flatMap { $0.trimmingBlanks.isEmpty ? nil : $0 }
    }
    for name in [
      "crs_wkt", "spatial_ref", "esri_pe_string", "proj4", "proj4text", "proj4_params", "epsg_code",
    ] {
      guard let told = text(name), let system = try? CoordinateSystem(text: told) else { continue }
      self = system
      return
    }
    if let number = attributes.first(where: { $0.name == "epsg_code" })?.value.number {
      self.init(code: Int(number))
      return
    }
    guard let kind = text("grid_mapping_name") else { return nil }
    var values: [String: Double] = [:]
    for attribute in attributes { values[attribute.name] = attribute.value.number }
    self.init(climate: kind, values)
  }

  private init?(climate kind: String, _ values: [String: Double]) {
    var datum = Datum.unknown(semimajorAxis: 6_378_137, inverseFlattening: Datum.wgs84.inverseFlattening)
    if let radius = values["earth_radius"] {
      datum = .unknown(semimajorAxis: radius, inverseFlattening: 0)
    } else if let axis = values["semi_major_axis"] {
      let minor = values["semi_minor_axis"] ?? axis
      datum = .unknown(
        semimajorAxis: axis,
        inverseFlattening: values["inverse_flattening"] ?? (minor == axis ? 0 : axis / (axis - minor)))
    }
    var named: [String: Double] = [:]
    for (name, value) in values { named[name.filter { $0.isLetter }] = value }
    named["centralmeridian"] =
      values["longitude_of_central_meridian"] ?? values["longitude_of_projection_origin"]
      ?? values["straight_vertical_longitude_from_pole"]
    named["latitudeoforigin"] =
      kind == "polar_stereographic" ? nil : values["latitude_of_projection_origin"] ?? 0
    named["scalefactor"] =
      values["scale_factor_at_central_meridian"] ?? values["scale_factor_at_projection_origin"]
    switch kind {
    case "latitude_longitude": self.init(datum, nil)
    case "transverse_mercator", "mercator", "polar_stereographic":
      guard let grid = MapGrid(named: kind, values: named) else { return nil }
      self.init(datum, grid)
    default: return nil
    }
  }
}

extension MapGrid {
  fileprivate var climateName: String {
    switch method {
    case .transverseMercator: "transverse_mercator"
    case .mercator, .webMercator: "mercator"
    case .polarStereographic: "polar_stereographic"
    }
  }

  fileprivate var climateParameters: [(String, Double)] {
    let own: [(String, Double)] =
      switch method {
      case .transverseMercator(let latitude, let scale):
        [
          ("longitude_of_central_meridian", longitude), ("latitude_of_projection_origin", latitude),
          ("scale_factor_at_central_meridian", scale),
        ]
      case .mercator(let latitude):
        [("longitude_of_projection_origin", longitude), ("standard_parallel", latitude)]
      case .webMercator: [("longitude_of_projection_origin", longitude), ("standard_parallel", 0)]
      case .polarStereographic(let latitude):
        [
          ("straight_vertical_longitude_from_pole", longitude),
          ("latitude_of_projection_origin", latitude < 0 ? -90 : 90), ("standard_parallel", latitude),
        ]
      }
    return own + [("false_easting", falseEasting), ("false_northing", falseNorthing)]
  }
}
