import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Brings a table of points into the pipeline.
struct ReadTable: StageKind {
  let signature = StageSignature(
    kind: "read_table", version: 3,
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
        "columns", .list(.text, count: 2...1000), .optional,
        "names of all columns of a file without a header, in their order"
      ),
      SettingSpec("easting", .text, .optional, "column of the eastings; default: as the header says"),
      SettingSpec("northing", .text, .optional, "column of the northings; default: as the header says"),
      SettingSpec(
        "longitude", .text, .optional, "column of the longitudes, in place of eastings and northings"),
      SettingSpec("latitude", .text, .optional, "column of the latitudes"),
      SettingSpec(
        "geographic", .boolean, .optional,
        "whether the places are longitude and latitude, where the header does not say"),
      SettingSpec("upward", .text, .defaultsTo("\"upward\""), "column of the heights"),
      SettingSpec("depth", .text, .optional, "column of depths, positive down, in place of heights"),
      SettingSpec(
        "scale", .number(.dimensionless), .optional, "factor of the heights, after their unit; default 1"),
      SettingSpec("gravity", .text, .optional, "column of observed gravity, the ellipsoid's included"),
      SettingSpec("gravity_anomaly", .text, .optional, "column of gravity anomalies or disturbances"),
      SettingSpec(
        "gravity_unit", .text, .defaultsTo("\"mGal\""),
        "unit of gravity and of its standard deviations, where the header does not say"),
      SettingSpec(
        "uncertainty", .text, .optional,
        "column of standard deviations: of gravity where a column of it is named, else of the heights"),
      SettingSpec(
        "uncertainty_unit", .text, .optional,
        "unit of the standard deviations; default: that of what they belong to"),
      SettingSpec(
        "unit", .word(["m", "km"]), .defaultsTo("m"),
        "unit of eastings, northings and heights, where the header does not say"),
      SettingSpec(
        "coordinate_unit", .text, .optional,
        "unit of the places, as \"ft\" or \"degrees\", in place of the header's"),
      SettingSpec(
        "height_unit", .text, .optional, "unit of the heights, as \"ft\", in place of the header's"),
      SettingSpec(
        "below_sea_level", .word(["keep", "surface", "drop"]), .defaultsTo("keep"),
        "heights below 0: as they are; depths of water under an observation at height 0; rows left out"),
    ] + ForeignSettings.numbers + PlaceSettings.region("what is kept")

  func run(_ context: StageContext) throws {
    let settings = context.settings
    guard let file = settings.file("file") else { preconditionFailure("the signature requires file") }
    let table = try Self.read(file, settings)
    for remark in table.remarks { context.log(remark) }
    let meaning = TableMeaning(table: table, context: context)
    var columns = try meaning.columns()
    let taken = Set(columns.map(\.source))
    for column in table.columns
    where !taken.contains(column.name) && !columns.contains(where: { $0.name == column.name }) {
      do throws(DatasetError) {
        columns.append(
          TableMeaning.Column(name: column.name, source: column.name, values: try meaning.numbers(column)))
      } catch {
        context.log("column \(column.name) is left out: \(error)")
      }
    }
    let kept = try Self.rows(columns, context)
    try Self.write(kept, context)
  }

  private static func read(_ file: String, _ settings: Settings) throws -> Table {
    let names = settings.elements("columns").compactMap { if case .text(let text) = $0 { text } else { nil } }
    var options = TableReadOptions(names: names, decimalComma: ForeignSettings.decimalComma(settings))
    switch settings.word("format") {
    case "csv":
      guard names.isEmpty else {
        throw StageError.outOfPlace("a CSV file has its columns' names in its header; leave 'columns' out")
      }
      options.layout = .csv
    case "xyz": options.layout = .plain
    default: options.layout = .auto
    }
    return try TableFile.readAny(file, options: options)
  }

  /// The rows that are complete, inside the region, and have a usable uncertainty.
  private static func rows(_ columns: [TableMeaning.Column], _ context: StageContext) throws -> [TableMeaning
    .Column]
  {
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
    for column in needed {
      let missing = column.values.count { !$0.isFinite }
      if missing > 0 { context.log("\(missing) rows have no \(column.name) and are left out") }
    }
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

  private static func insideRegion(_ columns: [TableMeaning.Column], _ settings: Settings) throws -> (Int) ->
    Bool
  {
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

  private static func write(_ columns: [TableMeaning.Column], _ context: StageContext) throws {
    var table = Observations(rows: columns[0].values.count, title: "points")
    for column in columns {
      table.set(column.name, column.values, units: column.units, longName: column.name)
    }
    if let uncertainty = columns.first(where: { $0.name == "uncert" })?.values {
      if !columns.contains(where: { $0.name == "weight" }) {
        let isGravity = TableMeaning.hasGravity(context.settings)
        table.set(
          "weight", uncertainty.map { 1 / ($0 * $0) }, units: isGravity ? "mGal-2" : "m-2",
          longName: "weight of the point")
      }
      if TableMeaning.hasGravity(context.settings) { table.setAttribute("uncertainty_of", text: "gravity") }
    }
    try table.write(to: context.output("table"))
  }
}

extension ReadTable: ReportedKind {
  var report: StageReport { StageReport([.outputs], landmarks: [.knownPoints("table")]) }
}
