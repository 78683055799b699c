internal import NumericCore

/// A grid as a file has it: evenly spaced, row by row from the south, each row from the west, in the file's own units.
/// Missing values are NaN.
struct PlainGrid {
  var name: String
  var west, east, south, north: Double
  var columns, rows: Int
  var values: [Double]
  /// Nil where neither names nor the format tell.
  var kind: GridVariable.Kind?
  /// What its coordinates mean; nil where the file does not say.
  var coordinateSystem: CoordinateSystem?
  /// Units of easting and northing; nil where the file names none.
  var coordinateUnits: (easting: String?, northing: String?)
  var units: String?
  /// Whether values are positive down, as far as the file says it.
  var isDepth: Bool?
  var attributes: [Dataset.Attribute] = []
  var remarks: [String] = []

  /// - Parameters:
  ///   - west, south: the first node.
  ///   - steps: from node to node, positive.
  init(
    name: String, from corner: (west: Double, south: Double), steps: (easting: Double, northing: Double),
    columns: Int, rows: Int, values: [Double]
  ) {
    self.name = name
    (west, south) = corner
    (self.columns, self.rows, self.values) = (columns, rows, values)
    east = west + steps.easting * Double(columns - 1)
    north = south + steps.northing * Double(rows - 1)
  }

  init(name: String, easting: Axis, northing: Axis, values: [Double]) {
    (self.name, self.values) = (name, values)
    (west, east, columns) = (easting.low, easting.high, easting.count)
    (south, north, rows) = (northing.low, northing.high, northing.count)
    for axis in [easting, northing] where axis.deviation > 1e-3 {
      remarks.append(
        "coordinate '\(axis.name)' is off equal steps by up to \(shortNumber(axis.deviation * 100)) % of a step; its "
          + "nodes are put on the regular line nearest to them")
    }
  }

  init(name: String, region: Region, columns: Int, rows: Int, values: [Double]) {
    (self.name, self.columns, self.rows, self.values) = (name, columns, rows, values)
    (west, east, south, north) = (region.west, region.east, region.south, region.north)
  }
}

extension PlainGrid {
  /// The grid in the program's conventions, with what the options say in place of the file, or where it is silent.
  /// - Throws: whatever about the grid's coordinates, units and missing values is wrong or can't be known.
  func gridVariable(_ options: GridReadOptions, path: String) throws(DatasetError) -> GridVariable {
    var grid = self
    try grid.checkShape(path)
    let system = try grid.agreedSystem(options, path)
    let kind = try grid.placeCoordinates(options, path)
    if kind == .geographic { try grid.checkDegrees(path) }
    try grid.markMissing(options, path)
    let found = (options.valueUnits ?? units)?.trimmingBlanks
    let canonical = try grid.convertValues(found, options, path)
    try grid.turnDepths(options, path)
    if options.scale != 1 { grid.values = grid.values.map { $0 * options.scale } }
    let geometry = GridGeometry(
      region: Region(west: grid.west, east: grid.east, south: grid.south, north: grid.north),
      columns: columns,
      rows: rows, isGeographic: kind == .geographic)
    let fitting = try grid.fitting(system, kind, options, path)
    return GridVariable(
      name: name, grid: Grid(geometry: geometry, values: grid.values), kind: kind, units: canonical,
      foundUnits: found, attributes: attributes, remarks: grid.remarks, coordinateSystem: fitting)
  }

  private func checkShape(_ path: String) throws(DatasetError) {
    let count = columns.multipliedReportingOverflow(by: rows)
    guard columns > 0, rows > 0, !count.overflow, values.count == count.partialValue else {
      throw .wrongCount(path: path, variable: name, found: values.count, expected: count.partialValue)
    }
    let isUsable =
      [west, east, south, north].allSatisfy(\.isFinite) && (columns == 1 || east > west)
      && (rows == 1 || north > south)
    guard isUsable else {
      throw .damaged(path: path, reason: "the origin or spacing of the grid is not a usable number")
    }
  }

  // MARK: Coordinates

  private mutating func placeCoordinates(
    _ options: GridReadOptions, _ path: String
  ) throws(DatasetError) -> GridVariable.Kind {
    let own = (
      easting: try coordinateUnit(coordinateUnits.easting, options, path),
      northing: try coordinateUnit(coordinateUnits.northing, options, path)
    )
    if let first = own.easting, let second = own.northing, first.measure != second.measure {
      throw .unclear(
        path: path, variable: name,
        what: "has one coordinate in '\(coordinateUnits.easting ?? "")', the other in "
          + "'\(coordinateUnits.northing ?? "")'", hint: "give both in metres, or both in degrees")
    }
    let told: GridVariable.Kind? = (own.easting ?? own.northing).map {
      $0.measure == .angle ? .geographic : .projected
    }
    let kind = try agreed(told, options, path)
    let usual = FileUnit(kind == .geographic ? .angle : .length)
    if told == nil, kind == .projected {
      remarks.append(
        "eastings and northings (\(shortNumber(west)) … \(shortNumber(east)), \(shortNumber(south)) … \(shortNumber(north))) "
          + "have no unit and are taken as metres; coordinate_unit names another")
    }
    let (x, y) = (own.easting ?? own.northing ?? usual, own.northing ?? own.easting ?? usual)
    (west, east) = (x.convert(west), x.convert(east))
    (south, north) = (y.convert(south), y.convert(north))
    guard [west, east, south, north].allSatisfy(\.isFinite) else {
      throw .damaged(path: path, reason: "the edges of the grid are not finite numbers")
    }
    return kind
  }

  private func coordinateUnit(
    _ own: String?, _ options: GridReadOptions, _ path: String
  ) throws(DatasetError) -> FileUnit? {
    guard let text = options.coordinateUnit ?? own, !text.trimmingBlanks.isEmpty else { return nil }
    let unit = FileUnit(text)
    if unit?.measure == .plain { return nil }
    guard let unit, [.length, .angle].contains(unit.measure) else {
      throw .wrongUnits(
        path: path, variable: "coordinates of \(name)", found: text,
        expected: [Measure.length.examples, Measure.angle.examples])
    }
    return unit
  }

  /// What units say goes before what names say; a setting that denies the file's units is a mistake.
  private func agreed(
    _ told: GridVariable.Kind?, _ options: GridReadOptions, _ path: String
  ) throws(DatasetError) -> GridVariable.Kind {
    if let isGeographic = options.isGeographic {
      let wanted: GridVariable.Kind = isGeographic ? .geographic : .projected
      guard told == nil || told == wanted else {
        throw .unclear(
          path: path, variable: name,
          what:
            "has coordinates in '\(coordinateUnits.easting ?? coordinateUnits.northing ?? options.coordinateUnit ?? "")', "
            + "but geographic = \(isGeographic ? "yes" : "no") is given", hint: "leave one of them out")
      }
      return wanted
    }
    if let known = told ?? kind { return known }
    if let isGeographic = (options.coordinateSystem ?? coordinateSystem)?.isGeographic {
      return isGeographic ? .geographic : .projected
    }
    let mayBeDegrees = west >= -360 && east <= 360 && south >= -90 && north <= 90
    guard options.isStrict, mayBeDegrees else { return .projected }
    throw .unclear(
      path: path, variable: name,
      what:
        "has coordinates without a unit, \(shortNumber(west)) … \(shortNumber(east)) and \(shortNumber(south)) … "
        + "\(shortNumber(north)), which may be degrees or kilometres",
      hint: "say geographic = yes for longitude and latitude, else coordinate_unit = \"km\" or \"m\"")
  }

  private func checkDegrees(_ path: String) throws(DatasetError) {
    let slack = 1e-3 * (rows > 1 ? (north - south) / Double(rows - 1) : 1)
    for latitude in [south, north] where abs(latitude) > 90 + min(slack, 1e-3) {
      throw .outOfRange(
        path: path, coordinate: "latitude", value: latitude, low: -90, high: 90,
        hint: south >= 0 && north <= 180
          ? "colatitudes, counted from the pole, must be turned to latitudes, 90 - colatitude"
          : "check which coordinate is the latitude, and whether they are degrees at all")
    }
    let step = columns > 1 ? (east - west) / Double(columns - 1) : 0
    let isRound = east - west <= 360 + 1.001 * step
    for longitude in [west, east] where abs(longitude) > 540 || !isRound {
      throw .outOfRange(
        path: path, coordinate: "longitude", value: longitude, low: -540, high: 540,
        hint: "a grid goes round the Earth at most once; check whether its coordinates are degrees")
    }
  }

  // MARK: Values

  private mutating func markMissing(_ options: GridReadOptions, _ path: String) throws(DatasetError) {
    if !options.missing.isEmpty {
      values = MissingMarks.cleared(values, of: options.missing)
    }
    guard options.isStrict, !options.keepsSuspected, let mark = MissingMarks.suspected(values) else { return }
    throw mark.error(path: path, variable: name)
  }

  /// - Returns: the unit of the values then.
  private mutating func convertValues(
    _ found: String?, _ options: GridReadOptions, _ path: String
  ) throws(DatasetError) -> String? {
    guard let text = found, !text.isEmpty else {
      return try convertUnnamed(options, path)
    }
    guard let unit = FileUnit(text) else {
      guard options.measure != nil || options.valueUnits != nil else { return text }
      let expected =
        options.measure.map { [$0.examples] }
        ?? Measure.allCases.filter { $0.canonical != nil }.map(\.examples)
      throw .wrongUnits(path: path, variable: name, found: text, expected: expected)
    }
    if let measure = options.measure, unit.measure != measure {
      throw .wrongMeasure(path: path, variable: name, found: text, measure: unit.measure, expected: measure)
    }
    values = unit.convert(values)
    return unit.measure.canonical ?? text
  }

  /// Values without a unit: those that the program keeps, or what they belong to has.
  private mutating func convertUnnamed(_ options: GridReadOptions, _ path: String) throws(DatasetError)
    -> String?
  {
    guard let measure = options.measure, measure != .plain, let canonical = measure.canonical else {
      return nil
    }
    guard measure != .density else {
      throw .unclear(
        path: path, variable: name, what: "has no unit", hint: "say value_unit = \"kg/m3\", or \"g/cm3\"")
    }
    let usual = options.usualUnit ?? canonical
    remarks.append("'\(name)' has no unit and is taken as \(usual)\(ends); the unit can be given")
    if let unit = FileUnit(usual), unit.measure == measure { values = unit.convert(values) }
    return canonical
  }

  private var ends: String {
    let finite = values.filter(\.isFinite)
    guard let least = finite.min(), let most = finite.max() else { return "" }
    return " (\(shortNumber(least)) … \(shortNumber(most)))"
  }

  private mutating func turnDepths(_ options: GridReadOptions, _ path: String) throws(DatasetError) {
    guard options.measure == .length else { return }
    let isDepth: Bool
    if let told = options.isDepth ?? self.isDepth {
      isDepth = told
    } else {
      guard DepthWords.mayBeDepth(name, attributes) else { return }
      guard !values.contains(where: { $0 > 0 }) else {
        throw .unclear(
          path: path, variable: name,
          what: "may hold depths by its name, but does not say which way is positive",
          hint: "say depth = yes to turn them to heights, depth = no where they are heights")
      }
      isDepth = false
    }
    guard isDepth else { return }
    values = values.map { 0 - $0 }
    if options.isDepth == nil {
      remarks.append("'\(name)' holds depths, positive down by the file's words, and is turned to heights")
    }
  }
}

/// Words by which files say that values grow downwards.
enum DepthWords {
  /// What attributes say of the direction (CF: `positive`, `standard_name`); nil where they are silent.
  static func isDepth(_ attributes: [Dataset.Attribute]) -> Bool? {
    func text(_ name: String) -> String? {
      attributes.first { $0.name == name }?.value.text?.trimmingBlanks.lowercased()
    }
    switch text("positive") {
    case "down": return true
    case "up": return false
    default: break
    }
    guard let standard = text("standard_name") else { return nil }
    if standard.contains("depth") { return true }
    return ["height", "altitude", "elevation"].contains { standard.contains($0) } ? false : nil
  }

  static func mayBeDepth(_ name: String, _ attributes: [Dataset.Attribute]) -> Bool {
    let long = attributes.first { $0.name == "long_name" }?.value.text ?? ""
    return "\(name) \(long)".lowercased().split { !$0.isLetter }.contains {
      ["depth", "depths", "tvd"].contains($0)
    }
  }
}

/// A number for messages: up to seven digits, without a trailing `.0`.
func shortNumber(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
  if value == value.rounded(), abs(value) < 1e9 { return "\(Int(value))" }
  let scale = 1e6
  let cut = abs(value) < 1e9 && abs(value) > 1e-3 ? (value * scale).rounded() / scale : value
  return "\(cut)"
}
