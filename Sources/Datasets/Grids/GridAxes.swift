/// Tells easting from northing among a file's dimensions.
struct GridAxes {
  let dataset: Dataset
  let options: GridReadOptions

  struct Pair {
    var easting, northing: String
    var isTransposed: Bool
  }

  /// The two horizontal dimensions of a variable; further ones must be one wide.
  func horizontal(of variable: Dataset.Variable) throws(DatasetError) -> Pair {
    var names = variable.dimensions
    if names.count > 2 {
      names.removeAll { side(of: $0) == nil && (dataset.size(of: $0) ?? 0) == 1 }
    }
    guard names.count == 2 else {
      throw .wrongDimensions(
        path: dataset.path, variable: variable.name, found: variable.dimensions,
        expected: ["northing", "easting"])
    }
    for name in names where dataset[name]?.dimensions != [name] {
      guard !isCurvilinear(variable) else { throw .curvilinear(path: dataset.path, variable: variable.name) }
      throw .coordinateMissing(path: dataset.path, variable: variable.name, dimension: name)
    }
    var sides = (side(of: names[0]), side(of: names[1]))
    // Units copied from one coordinate to the other say nothing about either.
    if sides.0 == sides.1 { sides = (side(of: names[0], byUnit: false), side(of: names[1], byUnit: false)) }
    // One name given tells the other dimension's role.
    let isUpright = options.northingName == names[0] || options.eastingName == names[1]
    let isTurned = options.eastingName == names[0] || options.northingName == names[1]
    if sides == (.northing, .easting) || (isUpright && !isTurned && (sides.0 == nil || sides.1 == nil)) {
      return Pair(easting: names[1], northing: names[0], isTransposed: false)
    }
    if sides == (.easting, .northing) || (isTurned && !isUpright && (sides.0 == nil || sides.1 == nil)) {
      return Pair(easting: names[0], northing: names[1], isTransposed: true)
    }
    throw .unclearAxes(path: dataset.path, variable: variable.name, found: names)
  }

  /// Whether places are given by auxiliary coordinates of two dimensions.
  private func isCurvilinear(_ variable: Dataset.Variable) -> Bool {
    let words = (variable.attribute("coordinates")?.text ?? "").split { " \t\n".contains($0) }
    return words.contains { dataset[String($0)]?.dimensions.count == 2 }
  }

  /// CF identifies a coordinate by its standard name or by units that name a direction, then by its axis; names say it
  /// where these are silent, but words (`easting`, `lat`) are surer than an axis, and that than letters.
  private func side(of dimension: String, byUnit: Bool = true) -> CoordinateRole.Side? {
    if dimension == options.eastingName { return .easting }
    if dimension == options.northingName { return .northing }
    let coordinate = dataset[dimension]
    switch coordinate?.attribute("standard_name")?.text {
    case "projection_x_coordinate", "longitude", "grid_longitude", "projection_x_angular_coordinate":
      return .easting
    case "projection_y_coordinate", "latitude", "grid_latitude", "projection_y_angular_coordinate":
      return .northing
    default: break
    }
    if byUnit, let role = CoordinateRole(unit: coordinate?.units ?? "") { return role.side }
    let byName = CoordinateRole.Named(name: dimension)
    if let byName, byName.isWord { return byName.side }
    switch coordinate?.attribute("axis")?.text?.uppercased() {
    case "X": return .easting
    case "Y": return .northing
    default: return byName?.side
    }
  }

  /// What names and standard names say of the coordinates; units say more.
  func kind(of pair: Pair) -> GridVariable.Kind? {
    for dimension in [pair.easting, pair.northing] {
      switch dataset[dimension]?.attribute("standard_name")?.text {
      case "longitude", "latitude": return .geographic
      case "projection_x_coordinate", "projection_y_coordinate": return .projected
      default: break
      }
      if let unit = unit(of: dimension).flatMap(FileUnit.init) {
        return unit.measure == .angle ? .geographic : unit.measure == .length ? .projected : nil
      }
      if let role = CoordinateRole.Named(name: dimension), role.isWord {
        return role.isGeographic ? .geographic : .projected
      }
    }
    return nil
  }

  func unit(of dimension: String) -> String? {
    guard let text = dataset[dimension]?.units?.trimmingBlanks, !text.isEmpty else { return nil }
    return text
  }

  func axis(_ dimension: String, of variable: String, isAngle: Bool) throws(DatasetError) -> Axis {
    guard let coordinate = dataset[dimension], let values = coordinate.decoded() else {
      throw .coordinateMissing(path: dataset.path, variable: variable, dimension: dimension)
    }
    return try Axis(
      snapping: dimension, values: values, tolerance: options.regularityTolerance,
      isSingle: coordinate.storedAs == .float, isAngle: isAngle, path: dataset.path)
  }
}
