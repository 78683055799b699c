import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Brings a table of points into the pipeline.
struct ReadTable: StageKind {
  enum Format: String, SettingWord {
    case auto, csv, xyz

    var summary: String { self == .auto ? "told by its content" : "" }

    var layout: TableReadOptions.Layout {
      switch self {
      case .auto: .auto
      case .csv: .csv
      case .xyz: .plain
      }
    }
  }

  enum LengthUnit: String, SettingWord {
    case m, km

    var summary: String { "" }
  }

  enum BelowSeaLevel: String, SettingWord {
    case keep, surface, drop

    var summary: String {
      switch self {
      case .keep: "as they are"
      case .surface: "depths of water under an observation at height 0"
      case .drop: "rows left out"
      }
    }
  }

  static let file = Setting("file", .file, .required, "CSV file with a header line, or lines of numbers")
  static let format = Setting("format", .word(Format.self), .default(.auto), "of the file")
  static let columns = Setting(
    "columns", .list(.text, 2...1000), .optional,
    "names of all columns of a file without a header, in their order")
  static let easting = Setting(
    "easting", .text, .optional(otherwise: "as the header says"), "column of the eastings")
  static let northing = Setting(
    "northing", .text, .optional(otherwise: "as the header says"), "column of the northings")
  static let longitude = Setting(
    "longitude", .text, .optional, "column of the longitudes, in place of eastings and northings")
  static let latitude = Setting("latitude", .text, .optional, "column of the latitudes")
  static let geographic = Setting(
    "geographic", .boolean, .optional(otherwise: "as the header says"),
    "whether the places are longitude and latitude, where the header does not say")
  static let usualHeights = "upward"
  static let upward = Setting("upward", .text, .default(usualHeights), "column of the heights")
  static let depth = Setting(
    "depth", .text, .optional, "column of depths, positive down, in place of heights")
  static let scale = Setting(
    "scale", .number, .optional(otherwise: "1"), "factor of the heights, after their unit")
  static let gravity = Setting(
    "gravity", .text, .optional, "column of observed gravity, the ellipsoid's included")
  static let gravityAnomaly = Setting(
    "gravity_anomaly", .text, .optional, "column of gravity anomalies or disturbances")
  static let gravityUnit = Setting(
    "gravity_unit", .text, .default("mGal"),
    "unit of gravity and of its standard deviations, where the header does not say")
  static let uncertainty = Setting(
    "uncertainty", .text, .optional,
    "column of standard deviations: of gravity where a column of it is named, else of the heights")
  static let uncertaintyUnit = Setting(
    "uncertainty_unit", .text, .optional(otherwise: "that of what they belong to"),
    "unit of the standard deviations")
  static let unit = Setting(
    "unit", .word(LengthUnit.self), .default(.m),
    "unit of eastings, northings and heights, where the header does not say")
  static let coordinateUnit = Setting(
    "coordinate_unit", .text, .optional,
    "unit of the places, as \"ft\" or \"degrees\", in place of the header's")
  static let heightUnit = Setting(
    "height_unit", .text, .optional, "unit of the heights, as \"ft\", in place of the header's")
  static let belowSeaLevel = Setting(
    "below_sea_level", .word(BelowSeaLevel.self), .default(.keep), "heights below 0")
  static let texts = Setting(
    "texts", .list(.text, 1...1000), .optional(otherwise: "none"),
    "columns of text that are kept, such as the names of events")
  private static let region = PlaneOrGlobe<Region>.region(of: "what is kept")
  private static let table = Output(
    "table", .table, "places, upward, gravity, uncert and weight, and the other numeric columns",
    noise: .init(variable: "upward", uncertainty: "uncert"))

  let signature = StageSignature(
    kind: "read_table", version: 3,
    summary:
      "reads points from a CSV file or lines of numbers: places, heights, gravity and their uncertainty",
    declares: [
      file, format, columns, easting, northing, longitude, latitude, geographic, upward, depth, scale,
      gravity,
      gravityAnomaly, gravityUnit, uncertainty, uncertaintyUnit, unit, coordinateUnit, heightUnit,
      belowSeaLevel, HeightDatum.setting, RelativeUncertainty.setting,
      ForeignSettings.numbers, region, texts, ForeignSettings.system, table,
    ],
    rules: [
      .only(
        columns, with: format, in: .auto, .xyz, because: "a CSV file has its columns' names in its header"),
      .atMostOne(upward, depth), .needs(uncertainty, with: uncertaintyUnit),
      .check(scale, "is not 0") { $0 == 0 ? "makes every height 0" : nil },
    ])

  func run(_ context: StageContext) throws {
    let table = try Self.read(context)
    for remark in table.remarks { context.log(remark) }
    let meaning = TableMeaning(table: table, context: context)
    var columns = try meaning.columns()
    let texts = try Self.texts(table, context[Self.texts] ?? [])
    let taken = Set(columns.map(\.source) + texts.map(\.name))
    for column in table.columns
    where !taken.contains(column.name) && !columns.contains(where: { $0.name == column.name }) {
      do throws(DatasetError) {
        columns.append(
          TableMeaning.Column(name: column.name, source: column.name, values: try meaning.numbers(column)))
      } catch {
        context.log("column \(column.name) is left out: \(error)")
      }
    }
    let (complete, kept) = try Self.rows(columns, context)
    try Self.write(complete, texts.map { text in (text.name, kept.map { text.values[$0] }) }, context)
  }

  /// Columns by what stands in them.
  private static func texts(
    _ table: Table, _ names: [String]
  ) throws(DatasetError) -> [(name: String, values: [String])] {
    var texts: [(name: String, values: [String])] = []
    for name in names { texts.append((name, try table.texts(name))) }
    return texts
  }

  private static func read(_ context: StageContext) throws(DatasetError) -> Table {
    try TableFile.readAny(
      context[file],
      options: TableReadOptions(
        layout: context[format].layout, names: context[columns] ?? [],
        decimalComma: ForeignSettings.decimalComma(context)))
  }

  /// The rows that are complete, inside the region, and have a usable uncertainty.
  private static func rows(
    _ columns: [TableMeaning.Column], _ context: StageContext
  ) throws -> (columns: [TableMeaning.Column], rows: [Int]) {
    var columns = columns
    let count = columns.first?.values.count ?? 0
    let needed = columns.filter(\.isNeeded)
    let inside = try insideRegion(columns, context)
    let heights = columns.first { $0.name == "upward" }?.values ?? []
    let dropsSea = context[belowSeaLevel] == .drop
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
    if context[belowSeaLevel] == .surface,
      let index = columns.firstIndex(where: { $0.name == "upward" })
    {
      let changed = columns[index].values.count { $0 < 0 }
      columns[index].values = columns[index].values.map { max(0, $0) }
      context.log("\(changed) heights below 0 taken as observations at height 0")
    }
    return (columns, kept)
  }

  private static func insideRegion(
    _ columns: [TableMeaning.Column], _ context: StageContext
  ) throws -> (Int) -> Bool {
    let isGeographic = columns.contains { $0.name == "longitude" }
    guard let region = try region.value(context.settings, isGeographic: isGeographic) else {
      return { _ in true }
    }
    let names = isGeographic ? ["longitude", "latitude"] : ["easting", "northing"]
    let places = names.map { name in columns.first { $0.name == name }?.values ?? [] }
    return { row in
      let easting = isGeographic ? region.turned(longitude: places[0][row]) : places[0][row]
      return region.contains(easting: easting, northing: places[1][row])
    }
  }

  private static func write(
    _ columns: [TableMeaning.Column], _ texts: [(name: String, values: [String])], _ context: StageContext
  ) throws {
    var table = Observations(rows: columns[0].values.count, title: "points")
    for column in columns {
      table.set(column.name, column.values, units: column.units, longName: column.name)
    }
    if let uncertainty = columns.first(where: { $0.name == "uncert" })?.values {
      if !columns.contains(where: { $0.name == "weight" }) {
        let isGravity = TableMeaning.hasGravity(context)
        table.set(
          "weight", uncertainty.map { 1 / ($0 * $0) }, units: isGravity ? "mGal-2" : "m-2",
          longName: "weight of the point")
      }
      if TableMeaning.hasGravity(context) { table.setAttribute("uncertainty_of", text: "gravity") }
    }
    table.heightDatum = context[HeightDatum.setting]
    for column in texts { table.setTexts(column.name, column.values) }
    if let system = try ForeignSettings.coordinateSystem(context) {
      let names = PlaceColumns(isGeographic: system.isGeographic ?? table.has("longitude")).names
      guard table.has(names.east), table.has(names.north) else {
        throw StageError.outOfPlace(
          "\(system.told) is of \(names.east) and \(names.north), which the table has not; correct crs, or the columns "
            + "of places")
      }
      table.coordinateSystem = system
    }
    try table.write(to: context[Self.table])
  }
}

extension ReadTable: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    var facts = OutputFacts()
    facts.frame = ForeignSettings.frame(request)
    if FileForesight.isKnown(request), let path = request[Self.file], FileForesight.isSmall(path) {
      let context = StageContext(settings: request.settings, inputs: [:], outputs: [:])
      do {
        let table = try Self.read(context)
        let columns = try TableMeaning(table: table, context: context).columns()
        facts.has = Set(columns.map(\.name) + table.columns.map(\.name))
        if !facts.has.contains("uncert") {
          facts.lose("uncert", because: Lack.noise(request.stage, Self.uncertainty.name))
        }
      } catch {
        foresight.refuse(file: "\(error)", at: Self.file.name)
      }
    }
    foresight.outputs[Self.table.name] = facts
    return foresight
  }
}

extension ReadTable: ReportedKind {
  var report: StageReport { StageReport([.outputs], landmarks: [.knownPoints("table")]) }
}
