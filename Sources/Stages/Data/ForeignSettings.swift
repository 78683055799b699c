import Datasets
import Planning
import StageSupport

/// Settings by which a file of another program is told what it does not say itself.
enum ForeignSettings {
  /// Of the coordinates of a grid.
  static let coordinates = [
    SettingSpec(
      "easting", .text, .optional, "name of the eastings, or longitudes, where the file's can't be told"),
    SettingSpec(
      "northing", .text, .optional, "name of the northings, or latitudes, where the file's can't be told"),
    SettingSpec(
      "coordinate_unit", .text, .optional,
      "unit of the coordinates, as \"km\" or \"degrees\", in place of the file's"),
    SettingSpec("length_unit", .text, .optional, "the same, by the name that it had before"),
    SettingSpec(
      "geographic", .boolean, .optional,
      "whether the coordinates are longitude and latitude, where the file does not say"),
    SettingSpec(
      "regularity_tolerance", .number(.dimensionless), .optional, minimum: "0", maximum: "0.5",
      minimumExcluded: true,
      "how far nodes may lie off equal steps, as a part of a step; default 1 %, and what rounding of coordinates explains"
    ),
  ]

  /// Of the numbers of a grid or table.
  static let numbers = [
    SettingSpec(
      "missing", .list(.number(.dimensionless), count: 1...100), .optional,
      "numbers that mark missing values, in the file's unit, beside those that the file names"),
    SettingSpec(
      "suspected_marks", .word(["refuse", "keep"]), .optional,
      "numbers that look like marks of missing values, such as -9999, which the file does not name; default: refuse"
    ),
    SettingSpec(
      "decimal", .word(["point", "comma"]), .optional,
      "what sets off decimals in text; default: told from the text"),
  ]

  static func gridOptions(_ settings: Settings) throws -> GridReadOptions {
    var options = GridReadOptions()
    options.eastingName = settings.optionalText("easting")
    options.northingName = settings.optionalText("northing")
    options.format = GridFormat(rawValue: settings.word("format"))
    options.coordinateUnit = try coordinateUnit(settings, formerly: "length_unit")
    options.isGeographic = settings.has("geographic") ? settings.flag("geographic") : nil
    options.regularityTolerance =
      settings.optionalNumber("regularity_tolerance") ?? options.regularityTolerance
    options.missing = settings.numbers("missing")
    options.keepsSuspected = settings.optionalWord("suspected_marks") == "keep"
    options.decimalComma = decimalComma(settings)
    options.isStrict = true
    return options
  }

  static func coordinateUnit(_ settings: Settings, formerly old: String) throws -> String? {
    let (new, old) = (settings.optionalText("coordinate_unit"), settings.optionalText(old).map { ($0, old) })
    guard let new else { return old?.0 }
    guard old == nil else {
      throw StageError.outOfPlace("'coordinate_unit' and '\(old?.1 ?? "")' say the same; keep the first")
    }
    return new
  }

  static func decimalComma(_ settings: Settings) -> Bool? {
    settings.optionalWord("decimal").map { $0 == "comma" }
  }
}

extension StageContext {
  /// Tells what was taken for granted, or looks wrong.
  func remark(_ text: String) { log("warning: \(text)") }
}
