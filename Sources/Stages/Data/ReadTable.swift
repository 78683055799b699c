import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Brings a table of points into the pipeline.
struct ReadTable: StageKind {
  let signature = StageSignature(
    kind: "read_table", version: 2,
    summary:
      "reads points from a CSV file or lines of numbers: places, heights, gravity and their uncertainty",
    settings: Self.specifications,
    outputs: [
      OutputSpec(
        "table", .table, "places, upward, gravity, uncert and weight, and the other numeric columns",
        noise: .init(variable: "upward", uncertainty: "uncert"))
    ])

  private static let specifications: [SettingSpec] =
    [
      SettingSpec("file", .file, .required, "CSV file with a header line, or lines of numbers"),
      SettingSpec(
        "format", .word(["auto", "csv", "xyz"]), .defaultsTo("auto"), "of the file; auto: told by its content"
      ),
      SettingSpec(
        "columns", .list(.text, count: 2...1000), .optional, "names of the columns of a file without a header"
      ),
      SettingSpec("easting", .text, .optional, "column of the eastings; default \"easting\""),
      SettingSpec("northing", .text, .optional, "column of the northings; default \"northing\""),
      SettingSpec(
        "longitude", .text, .optional, "column of the longitudes, in place of eastings and northings"),
      SettingSpec("latitude", .text, .optional, "column of the latitudes"),
      SettingSpec("upward", .text, .defaultsTo("\"upward\""), "column of the heights"),
      SettingSpec("gravity", .text, .optional, "column of observed gravity, the ellipsoid's included"),
      SettingSpec("gravity_anomaly", .text, .optional, "column of gravity anomalies or disturbances"),
      SettingSpec(
        "gravity_unit", .text, .defaultsTo("\"mGal\""), "unit of gravity and of its standard deviations"),
      SettingSpec(
        "uncertainty", .text, .optional,
        "column of standard deviations: of gravity where a column of it is named, else of the heights"),
      SettingSpec("unit", .word(["m", "km"]), .defaultsTo("m"), "unit of eastings, northings and heights"),
      SettingSpec(
        "below_sea_level", .word(["keep", "surface", "drop"]), .defaultsTo("keep"),
        "heights below 0: as they are; depths of water under an observation at height 0; rows left out"),
    ] + PlaceSettings.region("what is kept")

  func run(_ context: StageContext) throws {
    let settings = context.settings
    guard let file = settings.file("file") else { preconditionFailure("the signature requires file") }
    let table = try Self.read(file, settings)
    var columns = try Self.named(table, settings)
    let taken = Set(Self.sources(settings).map(\.column))
    for name in table.columns.map(\.name)
    where !taken.contains(name) && !columns.contains(where: { $0.name == name }) {
      do throws(DatasetError) {
        columns.append(Column(name: name, values: try table.numbers(name)))
      } catch {
        context.log("column \(name) is left out: \(error)")
      }
    }
    let kept = try Self.rows(columns, context)
    try Self.write(kept, context)
  }

  private struct Column {
    var name: String
    var values: [Double]
    var units: String?
    /// Rows without it are left out.
    var isNeeded = false
  }

  private static func read(_ file: String, _ settings: Settings) throws -> Table {
    let names = settings.elements("columns").compactMap { if case .text(let text) = $0 { text } else { nil } }
    switch settings.word("format") {
    case "csv":
      guard names.isEmpty else {
        throw StageError.outOfPlace("a CSV file has its columns' names in its header; leave 'columns' out")
      }
      return try TableFile.read(file)
    case "xyz": return try XYZFile.read(file, names: names)
    default: return try TableFile.readAny(file, names: names)
    }
  }

  private static func hasGravity(_ settings: Settings) -> Bool {
    settings.has("gravity") || settings.has("gravity_anomaly")
  }

  /// Columns with a meaning, and where in the file they stand.
  private static func sources(_ settings: Settings) -> [(name: String, column: String)] {
    var result: [(name: String, column: String)] = []
    func add(_ name: String, _ setting: String, default usual: String? = nil) {
      if let column = settings.optionalText(setting) ?? usual { result.append((name, column)) }
    }
    if settings.has("longitude") || settings.has("latitude") {
      add("longitude", "longitude", default: "longitude")
      add("latitude", "latitude", default: "latitude")
      add("easting", "easting")
      add("northing", "northing")
    } else {
      add("easting", "easting", default: "easting")
      add("northing", "northing", default: "northing")
    }
    add("upward", "upward")
    add("gravity", "gravity")
    add("gravity_anomaly", "gravity_anomaly")
    add("uncert", "uncertainty")
    return result
  }

  private static func named(_ table: Table, _ settings: Settings) throws -> [Column] {
    let scale: Double = settings.word("unit") == "km" ? 1000 : 1
    return try sources(settings).map { source in
      let values = try table.numbers(source.column)
      switch source.name {
      case "longitude":
        return Column(
          name: source.name, values: values.map(Degrees.wrapped), units: "degrees_east", isNeeded: true)
      case "latitude":
        return Column(name: source.name, values: values, units: "degrees_north", isNeeded: true)
      case "gravity", "gravity_anomaly": return try gravity(source.name, values, settings)
      case "uncert" where hasGravity(settings): return try gravity(source.name, values, settings)
      default:
        return Column(name: source.name, values: values.map { $0 * scale }, units: "m", isNeeded: true)
      }
    }
  }

  private static func gravity(_ name: String, _ values: [Double], _ settings: Settings) throws -> Column {
    let unit = settings.optionalText("gravity_unit") ?? "mGal"
    guard let converted = FileUnits.converted(values, from: unit, to: "mGal") else {
      throw StageError.outOfPlace(
        "'gravity_unit' is \"\(unit)\", expected a unit of acceleration such as \"mGal\"")
    }
    return Column(name: name, values: converted, units: "mGal", isNeeded: true)
  }

  /// The rows that are complete, inside the region, and have a usable uncertainty.
  private static func rows(_ columns: [Column], _ context: StageContext) throws -> [Column] {
    var columns = columns
    let count = columns.first?.values.count ?? 0
    let needed = columns.filter(\.isNeeded)
    let inside = try insideRegion(columns, context.settings)
    let heights = columns.first { $0.name == "upward" }?.values ?? []
    let dropsSea = context.settings.word("below_sea_level") == "drop"
    let kept = (0..<count).filter { row in
      needed.allSatisfy { $0.values[row].isFinite } && inside(row) && !(dropsSea && heights[row] < 0)
    }
    context.log("\(kept.count) of \(count) rows kept")
    if let uncertainty = columns.first(where: { $0.name == "uncert" })?.values,
      let bad = kept.first(where: { uncertainty[$0] < 0 })
    {
      throw StageError.outOfPlace("row \(bad + 1): the uncertainty \(uncertainty[bad]) is negative")
    }
    if let latitude = columns.first(where: { $0.name == "latitude" })?.values,
      let bad = kept.first(where: { abs(latitude[$0]) > 90 })
    {
      throw StageError.outOfPlace("row \(bad + 1): the latitude \(latitude[bad]) is none")
    }
    guard !kept.isEmpty else { throw StageError.outOfPlace("the table holds no complete row") }
    for index in columns.indices { columns[index].values = kept.map { columns[index].values[$0] } }
    if context.settings.word("below_sea_level") == "surface",
      let index = columns.firstIndex(where: { $0.name == "upward" })
    {
      let changed = columns[index].values.count { $0 < 0 }
      columns[index].values = columns[index].values.map { max(0, $0) }
      context.log("\(changed) heights below 0 taken as observations at height 0")
    }
    return columns
  }

  private static func insideRegion(_ columns: [Column], _ settings: Settings) throws -> (Int) -> Bool {
    let isGeographic = columns.contains { $0.name == "longitude" }
    guard let region = try PlaceSettings.region(settings, isGeographic: isGeographic) else {
      return { _ in true }
    }
    let names = isGeographic ? ["longitude", "latitude"] : ["easting", "northing"]
    let places = names.map { name in columns.first { $0.name == name }?.values ?? [] }
    return { row in
      let easting = isGeographic ? region.turned(longitude: places[0][row]) : places[0][row]
      return region.contains(easting: easting, northing: places[1][row])
    }
  }

  private static func write(_ columns: [Column], _ context: StageContext) throws {
    var table = Observations(rows: columns[0].values.count, title: "points")
    for column in columns {
      table.set(column.name, column.values, units: column.units, longName: column.name)
    }
    if let uncertainty = columns.first(where: { $0.name == "uncert" })?.values {
      if !columns.contains(where: { $0.name == "weight" }) {
        let isGravity = hasGravity(context.settings)
        table.set(
          "weight", uncertainty.map { 1 / ($0 * $0) }, units: isGravity ? "mGal-2" : "m-2",
          longName: "weight of the point")
      }
      if hasGravity(context.settings) { table.setAttribute("uncertainty_of", text: "gravity") }
    }
    try table.write(to: context.output("table"))
  }
}

extension ReadTable: ReportedKind {
  var report: StageReport { StageReport([.outputs], landmarks: [.knownPoints("table")]) }
}
