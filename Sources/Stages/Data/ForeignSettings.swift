import Datasets
import Planning
import StageSupport

/// Settings by which a file of another program is told what it does not say itself.
enum ForeignSettings {
  /// What to do with numbers that look like marks of missing values.
  enum SuspectedMarks: String, SettingWord {
    case refuse, keep

    var summary: String {
      switch self {
      case .refuse: "the file is refused"
      case .keep: "they are values"
      }
    }
  }

  enum DecimalMark: String, SettingWord {
    case point, comma

    var summary: String { "" }
  }

  // MARK: Coordinates of a grid

  static let easting = Setting(
    "easting", .text, .optional, "name of the eastings, or longitudes, where the file's can't be told")
  static let northing = Setting(
    "northing", .text, .optional, "name of the northings, or latitudes, where the file's can't be told")
  static let coordinateUnit = Setting(
    "coordinate_unit", .text, .optional,
    "unit of the coordinates, as \"km\" or \"degrees\", in place of the file's")
  static let lengthUnit = Setting("length_unit", .text, .optional, "the same, by the name that it had before")
  static let geographic = Setting(
    "geographic", .boolean, .optional(otherwise: "as the file says"),
    "whether the coordinates are longitude and latitude, where the file does not say")
  static let regularityTolerance = Setting(
    "regularity_tolerance", .number, .later(default: GridReadOptions.usualTolerance), .above(0).atMost(0.5),
    "how far nodes may lie off equal steps, as a part of a step, beside what rounding of coordinates explains"
  )

  // MARK: What coordinates mean

  /// What is given, as `OutputFacts` has it.
  static func frame(_ request: ForesightRequest) -> String? {
    guard let given = request[crs], let text = given else { return nil }
    return try? CoordinateSystem(text: text).wellKnownText
  }

  static let crs = Setting(
    "crs", .text, .optional(otherwise: "as the file says"),
    "coordinate reference system: EPSG:32722, or quoted well-known text or PROJ's words")

  static let system = Declarations(
    [crs],
    rules: [
      .check(crs, "names a coordinate reference system") { text in
        guard let text else { return nil }
        do throws(CoordinateSystemError) {
          _ = try CoordinateSystem(text: text)
          return nil
        } catch { return error.complaint }
      }
    ])

  /// What is given in place of the file's.
  static func coordinateSystem(_ context: StageContext) throws(CoordinateSystemError) -> CoordinateSystem? {
    guard let text = context[crs] else { return nil }
    return try CoordinateSystem(text: text)
  }

  static let coordinates = Declarations(
    [easting, northing, coordinateUnit, lengthUnit, geographic, regularityTolerance],
    rules: [.atMostOne(coordinateUnit, lengthUnit)])

  // MARK: Numbers of a grid or table

  static let missing = Setting(
    "missing", .list(.number, 1...100), .optional,
    "numbers that mark missing values, in the file's unit, beside those that the file names")
  static let suspectedMarks = Setting(
    "suspected_marks", .word(SuspectedMarks.self), .later(default: .refuse),
    "numbers that look like marks of missing values, such as -9999, which the file does not name")
  static let decimal = Setting(
    "decimal", .word(DecimalMark.self), .optional(otherwise: "told from the text"),
    "what sets off decimals in text")

  static let numbers = Declarations([missing, suspectedMarks, decimal])

  // MARK: Reading

  static func gridOptions(_ context: StageContext) throws(CoordinateSystemError) -> GridReadOptions {
    var options = GridReadOptions()
    options.coordinateSystem = try coordinateSystem(context)
    (options.eastingName, options.northingName) = (context[easting], context[northing])
    options.coordinateUnit = context[coordinateUnit] ?? context[lengthUnit]
    options.isGeographic = context[geographic]
    options.regularityTolerance = context[regularityTolerance]
    options.missing = context[missing] ?? []
    options.keepsSuspected = context[suspectedMarks] == .keep
    options.decimalComma = decimalComma(context)
    options.isStrict = true
    return options
  }

  static func decimalComma(_ context: StageContext) -> Bool? { context[decimal].map { $0 == .comma } }
}
