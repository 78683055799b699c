/// What a NetCDF file says about the projection of its coordinates (CF, chapter 5.6), as far as coordinates would be
/// taken for something that they are not.
enum GridMapping {
  /// - Throws: `.unsupported` for a rotated pole, a rotated grid, a meridian other than Greenwich's, and angles of a scanning
  ///   satellite.
  static func check(
    _ variable: Dataset.Variable, _ pair: GridAxes.Pair, of dataset: Dataset
  ) throws(DatasetError) {
    let standards = [pair.easting, pair.northing].map { dataset[$0]?.attribute("standard_name")?.text ?? "" }
    if standards.contains(where: { $0.hasPrefix("grid_l") }) { throw rotatedPole(dataset.path) }
    if standards.contains(where: { $0.hasSuffix("_angular_coordinate") }) {
      throw .unsupported(
        path: dataset.path, what: "the scanning angles of a satellite",
        hint: "resample the grid to longitude and latitude")
    }
    for mapping in mappings(of: variable, in: dataset) { try check(mapping, dataset.path) }
  }

  /// What the first of the variables that describe its projection says; nil where it says nothing that is understood.
  static func system(of variable: Dataset.Variable, in dataset: Dataset) -> CoordinateSystem? {
    mappings(of: variable, in: dataset).lazy.compactMap { CoordinateSystem(attributes: $0.attributes) }.first
  }

  /// Names that models with a rotated pole give to its coordinates.
  static func checkNames(of variable: Dataset.Variable, _ path: String) throws(DatasetError) {
    let names = Set(variable.dimensions.map { $0.lowercased() })
    if names.isSuperset(of: ["rlon", "rlat"]) { throw rotatedPole(path) }
  }

  /// The attribute names one variable, or several as `crs: x y`.
  private static func mappings(of variable: Dataset.Variable, in dataset: Dataset) -> [Dataset.Variable] {
    guard let text = variable.attribute("grid_mapping")?.text else { return [] }
    let words = text.split { " \t\n".contains($0) }.map(String.init)
    let named = words.filter { $0.hasSuffix(":") }.map { String($0.dropLast()) }
    return (named.isEmpty ? words : named).compactMap { dataset[$0] }
  }

  private static func check(_ mapping: Dataset.Variable, _ path: String) throws(DatasetError) {
    let kind = mapping.attribute("grid_mapping_name")?.text ?? ""
    let wkt = (mapping.attribute("crs_wkt") ?? mapping.attribute("spatial_ref"))?.text ?? ""
    if kind == "rotated_latitude_longitude" || wkt.contains("ob_tran") || wkt.contains("DERIVINGCONVERSION") {
      throw rotatedPole(path)
    }
    if let meridian = mapping.attribute("longitude_of_prime_meridian")?.spelledNumbers?.first, meridian != 0 {
      throw .unsupported(
        path: path, what: "longitudes from a meridian at \(shortNumber(meridian))°",
        hint: "convert them to Greenwich's")
    }
    // GDAL's six numbers: west, step, rotation, north, rotation, step.
    if let numbers = mapping.attribute("GeoTransform")?.spelledNumbers, numbers.count == 6,
      numbers[2] != 0 || numbers[4] != 0
    {
      throw .unsupported(path: path, what: "a rotated grid", hint: "resample it to one along its coordinates")
    }
  }

  private static func rotatedPole(_ path: String) -> DatasetError {
    .unsupported(
      path: path, what: "coordinates about a rotated pole, which are no longitudes and latitudes",
      hint: "resample the grid to true ones first, as CDO's remapbil does")
  }
}
