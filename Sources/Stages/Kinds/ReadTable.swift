import Datasets
import NumericCore
import Planning

/// Brings a table of points into the pipeline.
struct ReadTable: StageKind {
  let signature = StageSignature(
    kind: "read_table", version: 1,
    summary: "reads points from a CSV file with a header: eastings, northings, heights and their uncertainty",
    settings: [
      SettingSpec("file", .file, .required, "CSV file with a header line"),
      SettingSpec("easting", .text, .defaultsTo("\"easting\""), "column of the eastings"),
      SettingSpec("northing", .text, .defaultsTo("\"northing\""), "column of the northings"),
      SettingSpec("upward", .text, .defaultsTo("\"upward\""), "column of the heights"),
      SettingSpec("uncertainty", .text, .optional, "column of the heights' standard deviations"),
      SettingSpec("unit", .word(["m", "km"]), .defaultsTo("m"), "unit of these columns"),
      SettingSpec(
        "region", .list(.number(.length), count: 4...4), .optional,
        "west, east, south, north edge of what is kept"),
    ],
    outputs: [
      OutputSpec(
        "table", .table, "easting, northing, upward, uncert and weight, and the other numeric columns",
        noise: .init(variable: "upward", uncertainty: "uncert"))
    ])

  func run(_ context: StageContext) throws {
    let settings = context.settings
    guard let file = settings.file("file") else { preconditionFailure("the signature requires file") }
    let table = try TableFile.read(file)
    let scale: Double = settings.word("unit") == "km" ? 1000 : 1
    var columns: [(name: String, values: [Double])] = []
    var taken: Set<String> = []
    for (name, setting) in [
      ("easting", "easting"), ("northing", "northing"), ("upward", "upward"), ("uncert", "uncertainty"),
    ] {
      guard let column = settings.optionalText(setting) else { continue }
      taken.insert(column)
      columns.append((name, try table.numbers(column).map { $0 * scale }))
    }
    for name in table.columns.map(\.name)
    where !taken.contains(name) && !columns.contains(where: { $0.name == name }) {
      if let values = try? table.numbers(name) { columns.append((name, values)) }
    }
    try write(Self.rows(columns, context), context)
  }

  /// The rows that are complete, inside the region, and have a usable uncertainty.
  private static func rows(
    _ columns: [(name: String, values: [Double])], _ context: StageContext
  ) throws -> [(name: String, values: [Double])] {
    let count = columns.first?.values.count ?? 0
    let needed = columns.filter { ["easting", "northing", "upward", "uncert"].contains($0.name) }
    let region = context.settings.has("region") ? context.settings.region("region") : nil
    let kept = (0..<count).filter { row in
      needed.allSatisfy { $0.values[row].isFinite }
        && region?.contains(easting: columns[0].values[row], northing: columns[1].values[row]) ?? true
    }
    context.log("\(kept.count) of \(count) rows kept")
    if let uncertainty = columns.first(where: { $0.name == "uncert" })?.values,
      let bad = kept.first(where: { uncertainty[$0] < 0 })
    {
      throw StageError.outOfPlace("row \(bad + 1): the uncertainty \(uncertainty[bad]) is negative")
    }
    guard !kept.isEmpty else { throw StageError.outOfPlace("the table holds no complete row") }
    return columns.map { column in (column.name, kept.map { column.values[$0] }) }
  }

  private func write(_ columns: [(name: String, values: [Double])], _ context: StageContext) throws {
    var dataset = try Dataset.ofPoints(
      Points(easting: columns[0].values, northing: columns[1].values), title: "points")
    for column in columns.dropFirst(2) {
      let isLength = column.name == "upward" || column.name == "uncert"
      try dataset.addColumn(column.name, column.values, units: isLength ? "m" : nil, longName: column.name)
    }
    if let uncertainty = columns.first(where: { $0.name == "uncert" })?.values,
      !columns.contains(where: { $0.name == "weight" })
    {
      try dataset.addColumn(
        "weight", uncertainty.map { 1 / ($0 * $0) }, units: "m-2", longName: "weight of the point")
    }
    try NetCDFFile.write(dataset, to: context.output("table"))
  }
}
