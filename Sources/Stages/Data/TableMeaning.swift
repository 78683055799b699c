import Datasets
import NumericCore
import Planning
import StageSupport

/// Which columns of a table are places, heights, gravity and deviations, in the program's units. Settings go before what the
/// header says, and that before what is usual; what neither tells and could be several things is refused.
struct TableMeaning {
  let table: Table
  let context: StageContext

  private var settings: Settings { context.settings }

  struct Column {
    var name: String
    /// In the file.
    var source: String
    var values: [Double]
    var units: String?
    /// Rows without it are left out.
    var isNeeded = false
  }

  static func hasGravity(_ settings: Settings) -> Bool {
    settings.has("gravity") || settings.has("gravity_anomaly")
  }

  func columns() throws -> [Column] {
    var result = try places()
    result.append(try heights())
    var gravityUnit: String?
    for name in ["gravity", "gravity_anomaly"] {
      guard let given = settings.optionalText(name) else { continue }
      let column = try table.column(given)
      let unit = try unit(of: column, setting: nil, usual: gravityUnitSetting, .acceleration)
      gravityUnit = gravityUnit ?? unit
      result.append(try converted(column, name, from: unit, .acceleration))
    }
    if let given = settings.optionalText("uncertainty") {
      result.append(try deviations(try table.column(given), gravityUnit))
    }
    tellImplausible(result)
    return result
  }

  /// Numbers of a column without the marks that the settings name.
  /// - Throws: `.notNumeric`.
  func numbers(_ column: Table.Column) throws(DatasetError) -> [Double] {
    MissingMarks.cleared(try table.numbers(column.name), of: settings.numbers("missing"))
  }

  // MARK: Places

  private func places() throws -> [Column] {
    let (isGeographic, pairs) = try placeColumns()
    var result: [Column] = []
    for (name, column) in pairs {
      let isAngle = name == "longitude" || name == "latitude"
      let measure: Measure = isAngle ? .angle : .length
      let given = isAngle == isGeographic ? settings.optionalText("coordinate_unit") : nil
      let unit = try unit(
        of: column, setting: given, usual: isAngle ? "degrees" : settings.word("unit"), measure)
      var place = try converted(column, name, from: unit, measure)
      if name == "longitude" {
        try checkLongitudes(place)
        place.values = place.values.map(Degrees.wrapped)
      }
      place.units = isAngle ? (name == "longitude" ? "degrees_east" : "degrees_north") : "m"
      result.append(place)
    }
    if !isGeographic { try checkMetres(pairs.map(\.column)) }
    return result
  }

  private typealias Pair = (name: String, column: Table.Column)

  private func placeColumns() throws -> (isGeographic: Bool, pairs: [Pair]) {
    let isAngular = settings.optionalText("coordinate_unit").flatMap(FileUnits.measure) == .angle
    if settings.has("longitude") || settings.has("latitude") {
      var pairs: [Pair] = [
        ("longitude", try column("longitude", .longitude)), ("latitude", try column("latitude", .latitude)),
      ]
      for name in ["easting", "northing"] {
        if let given = settings.optionalText(name) { pairs.append((name, try table.column(given))) }
      }
      return (true, pairs)
    }
    if settings.has("geographic") ? settings.flag("geographic") : isAngular {
      let hasOwn =
        settings.has("easting") || settings.has("northing") || table.columns(of: .longitude).count != 1
      return (
        true,
        [
          ("longitude", try hasOwn ? column("easting", .easting) : column("longitude", .longitude)),
          ("latitude", try hasOwn ? column("northing", .northing) : column("latitude", .latitude)),
        ]
      )
    }
    let isNamed = settings.has("easting") || settings.has("northing")
    let hasOnlyDegrees =
      table.columns(of: .easting).isEmpty && table.columns(of: .northing).isEmpty
      && table.columns(of: .longitude).count == 1 && table.columns(of: .latitude).count == 1
    if !isNamed, table["easting"] == nil, hasOnlyDegrees, !settings.has("geographic") {
      return (
        true,
        [("longitude", try column("longitude", .longitude)), ("latitude", try column("latitude", .latitude))]
      )
    }
    let pairs: [Pair] = [
      ("easting", try column("easting", .easting)), ("northing", try column("northing", .northing)),
    ]
    let isDegrees = pairs.allSatisfy { $0.column.unit.flatMap(FileUnits.measure) == .angle }
    guard isDegrees, !settings.has("geographic") else { return (false, pairs) }
    return (true, [("longitude", pairs[0].column), ("latitude", pairs[1].column)])
  }

  /// The column that a setting names, or the one of the usual name, or the only one whose name means the same.
  private func column(_ setting: String, _ role: CoordinateRole) throws -> Table.Column {
    if let given = settings.optionalText(setting), setting != "upward" || given != "upward" {
      return try table.column(given)
    }
    if let usual = table[setting] { return usual }
    let fitting = table.columns(of: role)
    guard fitting.count < 2 else {
      throw StageError.outOfPlace(
        "the columns \(fitting.map { "'\($0.name)'" }.joined(separator: ", ")) may all be \(setting); name one as '\(setting)'"
      )
    }
    guard let found = fitting.first else { return try table.column(setting) }
    context.log("column '\(found.name)' is taken as \(setting)")
    return found
  }

  /// Places that may be degrees are none in metres: with a header that says easting a remark, else refused.
  private func checkMetres(_ columns: [Table.Column]) throws {
    let isTold =
      settings.has("coordinate_unit") || settings.has("geographic") || settings.word("unit") == "km"
    guard !isTold, columns.allSatisfy({ $0.unit == nil }) else { return }
    let (x, y) = (try numbers(columns[0]).filter(\.isFinite), try numbers(columns[1]).filter(\.isFinite))
    guard x.count > 1, x.allSatisfy({ abs($0) <= 360 }), y.allSatisfy({ abs($0) <= 90 }) else { return }
    let text =
      "places without a unit, \(x.min() ?? 0) … \(x.max() ?? 0) and \(y.min() ?? 0) … \(y.max() ?? 0), which may be degrees "
      + "or kilometres"
    guard table.isNamed, columns.allSatisfy({ $0.role == nil || CoordinateRole.isWord($0.title) }) else {
      throw StageError.outOfPlace(
        "the table has \(text); say geographic = yes for longitude and latitude, else coordinate_unit = \"km\" or \"m\""
      )
    }
    context.remark("\(text), are taken as metres; geographic = yes or coordinate_unit says otherwise")
  }

  private func checkLongitudes(_ column: Column) throws {
    guard let bad = column.values.firstIndex(where: { $0.isFinite && abs($0) > 540 }) else { return }
    throw StageError.outOfPlace(
      "row \(bad + 1): the longitude \(column.values[bad]) in column '\(column.source)' is none; check which columns are the places"
    )
  }

  // MARK: Heights

  private func heights() throws -> Column {
    let (source, isDepth) = try heightColumn()
    let unit = try unit(
      of: source, setting: settings.optionalText("height_unit"), usual: settings.word("unit"), .length)
    var result = try converted(source, "upward", from: unit, .length)
    if isDepth { result.values = result.values.map { 0 - $0 } }
    if let scale = settings.optionalNumber("scale") { result.values = result.values.map { $0 * scale } }
    return result
  }

  private func heightColumn() throws -> (Table.Column, isDepth: Bool) {
    let upward = settings.optionalText("upward") ?? "upward"
    if let depth = settings.optionalText("depth") {
      guard upward == "upward" else {
        throw StageError.outOfPlace("both 'upward' and 'depth' are given; keep one")
      }
      return (try table.column(depth), true)
    }
    let hasHeights = upward != "upward" || table["upward"] != nil || !table.columns(of: .upward).isEmpty
    let depths = table.columns(of: .depth)
    if !hasHeights, depths.count == 1 {
      guard try !numbers(depths[0]).contains(where: { $0 < 0 }) else { throw unclearDepth(depths[0]) }
      context.remark(
        "column '\(depths[0].name)' holds depths, positive down by its name, and is turned to heights")
      return (depths[0], true)
    }
    let found = try column("upward", .upward)
    guard found.role == .depth, !settings.has("scale"), try numbers(found).contains(where: { $0 > 0 }) else {
      return (found, false)
    }
    throw unclearDepth(found)
  }

  private func unclearDepth(_ column: Table.Column) -> StageError {
    .outOfPlace(
      "column '\(column.name)' may hold depths by its name; say depth = \"\(column.name)\" where it grows downwards, or "
        + "upward = \"\(column.name)\" and scale = 1 where it holds heights")
  }

  // MARK: Units

  private var gravityUnitSetting: String { settings.optionalText("gravity_unit") ?? "mGal" }

  private func deviations(_ column: Table.Column, _ gravityUnit: String?) throws -> Column {
    let own = settings.optionalText("uncertainty_unit")
    guard Self.hasGravity(settings) else {
      let unit = try unit(
        of: column, setting: own ?? settings.optionalText("height_unit"), usual: settings.word("unit"),
        .length)
      return try converted(column, "uncert", from: unit, .length)
    }
    let unit = try unit(of: column, setting: own, usual: gravityUnit ?? gravityUnitSetting, .acceleration)
    return try converted(column, "uncert", from: unit, .acceleration)
  }

  /// The unit of a column: a setting's, the header's, or the usual one, which must not deny the header's.
  private func unit(
    of column: Table.Column, setting: String?, usual: String, _ measure: Measure
  ) throws -> String {
    if let setting { return setting }
    guard let own = column.unit, FileUnits.measure(of: own) != .plain else { return usual }
    let isUsual = usual == measure.canonical || FileUnits.isSame(own, usual)
    guard isUsual else {
      throw StageError.outOfPlace(
        "column '\(column.name)' has the unit '\(own)' by its header, but the settings say '\(usual)'; leave that out"
      )
    }
    return own
  }

  private func converted(
    _ column: Table.Column, _ name: String, from unit: String, _ measure: Measure
  ) throws -> Column {
    let values = try numbers(column)
    if settings.optionalWord("suspected_marks") != "keep", let mark = MissingMarks.suspected(values) {
      throw mark.error(path: table.path, variable: column.name)
    }
    guard let found = FileUnits.measure(of: unit) else {
      throw DatasetError.wrongUnits(
        path: table.path, variable: column.name, found: unit, expected: [measure.examples])
    }
    guard found == measure, let converted = FileUnits.converted(values, from: unit, to: measure) else {
      throw DatasetError.wrongMeasure(
        path: table.path, variable: column.name, found: unit, measure: found, expected: measure)
    }
    return Column(
      name: name, source: column.name, values: converted, units: measure.canonical, isNeeded: true)
  }

  private func tellImplausible(_ columns: [Column]) {
    for column in columns {
      let kind: Plausibility? =
        switch column.name {
        case "upward": Self.hasGravity(settings) ? .observationHeight : .surface
        case "gravity": .observedGravity
        case "gravity_anomaly": .anomaly
        case "uncert": Self.hasGravity(settings) ? .gravityDeviation : .heightDeviation
        default: nil
        }
      if let remark = kind?.remark(on: column.values, of: column.source) { context.remark(remark) }
    }
  }
}
