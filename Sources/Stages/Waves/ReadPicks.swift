import Artefacts
import Datasets
import Planning
import StageSupport
import Waves

/// Travel times picked between sources and receivers, from a table of numbers.
struct ReadPicks: StageKind {
  private enum TimeUnit: String, SettingWord {
    case s, ms, us, ns

    var summary: String {
      switch self {
      case .s: "seconds"
      case .ms: "milliseconds"
      case .us: "microseconds"
      case .ns: "nanoseconds"
      }
    }

    /// Exact, so that a quotient is rounded once.
    var perSecond: Double {
      switch self {
      case .s: 1
      case .ms: 1e3
      case .us: 1e6
      case .ns: 1e9
      }
    }
  }

  private static let file = Setting(
    "file", .file, .required,
    "lines of numbers, or CSV; the head of GSLIB's .eas is passed over by header_lines")
  private static let columns = Setting(
    "columns", .list(.text, 5...6),
    .default(["source_x", "source_z", "receiver_x", "receiver_z", "travel_time", "uncert"]),
    "what the columns are, in the order of the file: source_x, source_z, receiver_x, receiver_z, travel_time and uncert, the "
      + "standard deviation")
  private static let timeUnit = Setting(
    "time_unit", .word(TimeUnit.self), .default(.s), "of times and deviations")
  private static let headerLines = Setting(
    "header_lines", .integer, .optional(meaning: 0), .atLeast(0),
    "lines at the top of the file that are passed over")
  private static let picks = Output(
    "picks", .table, "a row a ray: places in metres, travel_time and uncert in seconds")

  private static let known = PickTable.places + [PickTable.time, "uncert"]

  let signature = StageSignature(
    kind: "read_picks", version: 1, summary: "reads travel times picked between sources and receivers",
    declares: [file, columns, timeUnit, headerLines, picks],
    rules: [
      .check(
        columns, "name source_x, source_z, receiver_x, receiver_z, travel_time, and uncert where there is one"
      ) { names in
        let missing = (PickTable.places + [PickTable.time]).filter { !names.contains($0) }
        let surplus = names.filter { !known.contains($0) }
        if let name = missing.first { return "name \(names.joined(separator: ", ")), and not '\(name)'" }
        return surplus.first.map { "can't be '\($0)'" }
      }
    ])

  func run(_ context: StageContext) throws {
    let names = context[Self.columns]
    let path = context[Self.file]
    var options = TableReadOptions(layout: .plain, names: names)
    options.skippedLines = context[Self.headerLines]
    let table = try TableFile.readAny(path, options: options)
    let scale = context[Self.timeUnit].perSecond
    var dataset = Dataset(title: "picked travel times")
    for name in Self.known {
      guard names.contains(name) else { continue }
      let isTime = name == PickTable.time || name == "uncert"
      let values = try table.numbers(name).map { isTime ? $0 / scale : $0 }
      try dataset.addColumn(
        name, values, units: isTime ? "s" : "m",
        longName: name == "uncert" ? "standard deviation of the travel time" : name.replacing("_", with: " "))
    }
    try NetCDFFile.write(dataset, to: context[Self.picks])
    context.log("\(table.count) picks")
  }
}
