import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Which columns of a table are places, heights, gravity and deviations, in the program's units. Settings go before what the
/// header says, and that before what is usual; what neither tells and could be several things is refused.
struct TableMeaning {
  let table: Table
  let context: StageContext

  struct Column {
    var name: String
    /// In the file.
    var source: String
    var values: [Double]
    var units: String?
    /// Rows without it are left out.
    var isNeeded = false
  }

  static func hasGravity(_ context: StageContext) -> Bool {
    context[ReadTable.gravity] != nil || context[ReadTable.gravityAnomaly] != nil
  }

  func columns() throws -> [Column] {
    var result = try places()
    result.append(try heights())
    var gravityUnit: String?
    for setting in [ReadTable.gravity, ReadTable.gravityAnomaly] {
      guard let given = context[setting] else { continue }
      let column = try table.column(given)
      let unit = try unit(of: column, setting: nil, usual: context[ReadTable.gravityUnit], .acceleration)
      gravityUnit = gravityUnit ?? unit
      result.append(try converted(column, setting.name, from: unit, .acceleration))
    }
    if let given = context[ReadTable.uncertainty] {
      result.append(try deviations(try table.column(given), gravityUnit))
    }
    try addRelativeDeviations(to: &result)
    tellImplausible(result)
    return result
  }

  /// The part of each value that `uncertainty_fraction` adds to the deviations, or is them.
  private func addRelativeDeviations(to columns: inout [Column]) throws {
    let fraction = context[RelativeUncertainty.setting]
    guard fraction > 0 else { return }
    let name = Self.hasGravity(context) ? ReadTable.gravityAnomaly.name : ReadTable.upward.name
    guard let source = columns.first(where: { $0.name == name }) else {
      throw StageError.outOfPlace(
        "'\(RelativeUncertainty.setting.name)' is a part of each value, and observed gravity is mostly the ellipsoid's; "
          + "give the deviation as '\(ReadTable.uncertainty.name)'")
    }
    let index = columns.firstIndex { $0.name == "uncert" }
    var column = source
    column.name = "uncert"
    column.values =
      RelativeUncertainty.added(
        to: index.map { columns[$0].values }, values: source.values, fraction: fraction) ?? []
    if let index { columns[index] = column } else { columns.append(column) }
  }

  /// Numbers of a column without the marks that the settings name.
  /// - Throws: `.notNumeric`.
  func numbers(_ column: Table.Column) throws(DatasetError) -> [Double] {
    MissingMarks.cleared(try table.numbers(column.name), of: context[ForeignSettings.missing] ?? [])
  }

  // MARK: Places

  private func places() throws -> [Column] {
    let (isGeographic, pairs) = try placeColumns()
    var result: [Column] = []
    for (name, column) in pairs {
      let isAngle = name == "longitude" || name == "latitude"
      let measure: Measure = isAngle ? .angle : .length
      let given = isAngle == isGeographic ? context[ReadTable.coordinateUnit] : nil
      let unit = try unit(
        of: column, setting: given, usual: isAngle ? "degrees" : context[ReadTable.unit].rawValue, measure)
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
    let isAngular = context[ReadTable.coordinateUnit].flatMap(FileUnits.measure) == .angle
    let isNamed = context[ReadTable.easting] != nil || context[ReadTable.northing] != nil
    if context[ReadTable.longitude] != nil || context[ReadTable.latitude] != nil {
      var pairs = try degrees()
      for setting in [ReadTable.easting, ReadTable.northing] {
        if let given = context[setting] { pairs.append((setting.name, try table.column(given))) }
      }
      return (true, pairs)
    }
    if context[ReadTable.geographic] ?? isAngular {
      // Columns that the header or a setting calls easting and northing may be meant.
      guard isNamed || table.columns(of: .longitude).count != 1 else { return (true, try degrees()) }
      let pairs = try metres()
      return (true, [("longitude", pairs[0].column), ("latitude", pairs[1].column)])
    }
    let hasOnlyDegrees =
      table.columns(of: .easting).isEmpty && table.columns(of: .northing).isEmpty
      && table.columns(of: .longitude).count == 1 && table.columns(of: .latitude).count == 1
    let isAsked = context[ReadTable.geographic] == nil
    if !isNamed, table["easting"] == nil, hasOnlyDegrees, isAsked { return (true, try degrees()) }
    let pairs = try metres()
    let isDegrees = pairs.allSatisfy { $0.column.unit.flatMap(FileUnits.measure) == .angle }
    guard isDegrees, isAsked else { return (false, pairs) }
    return (true, [("longitude", pairs[0].column), ("latitude", pairs[1].column)])
  }

  private func degrees() throws -> [Pair] {
    [
      ("longitude", try column(context[ReadTable.longitude], .longitude)),
      ("latitude", try column(context[ReadTable.latitude], .latitude)),
    ]
  }

  private func metres() throws -> [Pair] {
    [
      ("easting", try column(context[ReadTable.easting], .easting)),
      ("northing", try column(context[ReadTable.northing], .northing)),
    ]
  }

  /// The column that a setting names, or the one of the usual name, or the only one whose name means the same.
  private func column(_ given: String?, _ role: CoordinateRole) throws -> Table.Column {
    if let given { return try table.column(given) }
    let usual = role.rawValue
    if let found = table[usual] { return found }
    let fitting = table.columns(of: role)
    guard fitting.count < 2 else {
      throw StageError.outOfPlace(
        "the columns \(fitting.map { "'\($0.name)'" }.joined(separator: ", ")) may all be \(usual); name one as '\(usual)'"
      )
    }
    guard let found = fitting.first else { return try table.column(usual) }
    context.log("column '\(found.name)' is taken as \(usual)")
    return found
  }

  /// Places that may be degrees are none in metres: with a header that says easting a remark, else refused.
  private func checkMetres(_ columns: [Table.Column]) throws {
    let isTold =
      context[ReadTable.coordinateUnit] != nil || context[ReadTable.geographic] != nil
      || context[ReadTable.unit] == .km
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
    context.warn("\(text), are taken as metres; geographic = yes or coordinate_unit says otherwise")
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
      of: source, setting: context[ReadTable.heightUnit], usual: context[ReadTable.unit].rawValue, .length)
    var result = try converted(source, "upward", from: unit, .length)
    if isDepth { result.values = result.values.map { 0 - $0 } }
    if let scale = context[ReadTable.scale] { result.values = result.values.map { $0 * scale } }
    // Of Geosoft's lines each channel has holes of its own: a place stays although this one has no value there.
    if table.hasLineNames, context[ReadTable.depth] == nil,
      context[ReadTable.upward] == ReadTable.usualHeights
    {
      result.isNeeded = false
      let missing = result.values.count { !$0.isFinite }
      if missing > 0 { context.warn("\(missing) of \(result.values.count) places have no height") }
    }
    return result
  }

  private func heightColumn() throws -> (Table.Column, isDepth: Bool) {
    let upward = context[ReadTable.upward]
    if let depth = context[ReadTable.depth] {
      return (try table.column(depth), true)
    }
    let hasHeights =
      upward != ReadTable.usualHeights || table["upward"] != nil || !table.columns(of: .upward).isEmpty
    let depths = table.columns(of: .depth)
    if !hasHeights, depths.count == 1 {
      guard try !numbers(depths[0]).contains(where: { $0 < 0 }) else { throw unclearDepth(depths[0]) }
      context.warn(
        "column '\(depths[0].name)' holds depths, positive down by its name, and is turned to heights")
      return (depths[0], true)
    }
    let found = try column(upward == ReadTable.usualHeights ? nil : upward, .upward)
    guard found.role == .depth, context[ReadTable.scale] == nil,
      try numbers(found).contains(where: { $0 > 0 })
    else {
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

  private func deviations(_ column: Table.Column, _ gravityUnit: String?) throws -> Column {
    let own = context[ReadTable.uncertaintyUnit]
    guard Self.hasGravity(context) else {
      let unit = try unit(
        of: column, setting: own ?? context[ReadTable.heightUnit], usual: context[ReadTable.unit].rawValue,
        .length)
      return try converted(column, "uncert", from: unit, .length)
    }
    let unit = try unit(
      of: column, setting: own, usual: gravityUnit ?? context[ReadTable.gravityUnit], .acceleration)
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
    if context[ForeignSettings.suspectedMarks] == .refuse, let mark = MissingMarks.suspected(values) {
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
        case "upward": Self.hasGravity(context) ? .observationHeight : .surface
        case "gravity": .observedGravity
        case "gravity_anomaly": .anomaly
        case "uncert": Self.hasGravity(context) ? .gravityDeviation : .heightDeviation
        default: nil
        }
      if let remark = kind?.remark(on: column.values, of: column.source) { context.warn(remark) }
    }
  }
}
