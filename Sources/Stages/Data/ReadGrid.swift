import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Brings a grid of somebody else's file into the pipeline.
struct ReadGrid: StageKind {
  let signature = StageSignature(
    kind: "read_grid", version: 2,
    summary: "reads a grid from a file: NetCDF, Surfer, ICGEM, Oasis montaj, or lines of x, y, z",
    settings: Self.specifications,
    outputs: [
      OutputSpec(
        "grid", .grid, "the grid, in metres and mGal, northing and easting ascending",
        noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"))
    ])

  private static let specifications: [SettingSpec] =
    [
      SettingSpec("file", .file, .required, "the file"),
      SettingSpec(
        "format", .word(["auto"] + GridFormat.allCases.map(\.rawValue)), .defaultsTo("auto"),
        "of the file; auto: told by its content"),
      SettingSpec(
        "variable", .text, .optional,
        "name of the variable, or column, in the file; needed where there are several"),
      SettingSpec(
        "quantity", .word(["gravity", "observed_gravity", "topography", "weights"]), .required,
        "what the grid is to be: gravity is an anomaly, observed_gravity includes the ellipsoid's"),
      SettingSpec("value_unit", .text, .optional, "unit of the values, as \"mGal\", in place of the file's"),
      SettingSpec(
        "length_unit", .text, .optional, "unit of the coordinates, as \"km\", in place of the file's"),
      SettingSpec("easting", .text, .optional, "name of the eastings, where the file's can't be told"),
      SettingSpec("northing", .text, .optional, "name of the northings, where the file's can't be told"),
      SettingSpec(
        "height", .number(.length), .optional, "gravity: height of the observations, the same everywhere"),
      SettingSpec("height_variable", .text, .optional, "gravity: variable of the observations' heights"),
      SettingSpec(
        "uncertainty", .number(.acceleration), .optional, minimum: "0 mGal",
        "gravity: standard deviation, the same everywhere"),
      SettingSpec("uncertainty_variable", .text, .optional, "gravity: variable of the standard deviations"),
    ] + PlaceSettings.region("what is kept")

  func run(_ context: StageContext) throws {
    let settings = context.settings
    guard let file = settings.file("file") else { preconditionFailure("the signature requires file") }
    let found = try Self.read(file, settings.optionalText("variable"), settings)
    let (grid, variable) = (found.grid, found.name)
    try Self.checkUnits(found, settings)
    context.log(
      "\(variable): \(grid.geometry.rows) x \(grid.geometry.columns) nodes, \(grid.geometry.region)")
    let missing = grid.values.count { !$0.isFinite }
    if missing > 0 { context.log("\(missing) of \(grid.values.count) values are missing") }
    switch settings.word("quantity") {
    case "gravity", "observed_gravity": try writeGravity(grid, file: file, context)
    case "topography":
      try TopographyArtefact.write(grid, to: context.output("grid"), title: variable)
    default:
      var dataset = Dataset(title: variable)
      try dataset.addGrid("weights", grid, units: "1", longName: variable)
      try NetCDFFile.write(dataset, to: context.output("grid"))
    }
  }

  private func writeGravity(_ grid: Grid, file: String, _ context: StageContext) throws {
    let settings = context.settings
    guard
      let heights = try Self.field("height", file, settings, unit: .metre, like: grid)
    else {
      throw StageError.missingSetting(
        name: "height", because: "gravity is inverted at the height where it was observed")
    }
    let uncertainty = try Self.field("uncertainty", file, settings, unit: .milligal, like: grid)
    guard settings.word("quantity") == "observed_gravity" else {
      var gravity = GravityArtefact(geometry: grid.geometry, anomaly: grid.values, upward: heights)
      gravity.uncertainty = uncertainty
      return try gravity.write(to: context.output("grid"))
    }
    var observed = try Observations(geometry: grid.geometry, title: "observed gravity")
    observed.set("gravity", grid.values, units: "mGal", longName: "observed gravity")
    observed.set("upward", heights, units: "m", longName: "height of the observations")
    if let uncertainty {
      observed.set("uncert", uncertainty, units: "mGal", longName: "standard deviation of gravity")
    }
    try observed.write(to: context.output("grid"))
  }

  /// A grid in units of something else than the quantity is a wrong variable.
  private static func checkUnits(_ found: GridVariable, _ settings: Settings) throws {
    let expected = ["gravity": "mGal", "observed_gravity": "mGal", "topography": "m"][
      settings.word("quantity")]
    guard let expected, let units = found.units, ["m", "mGal", "kg/m3"].contains(units), units != expected
    else { return }
    throw StageError.outOfPlace(
      "variable '\(found.name)' has the unit '\(found.foundUnits ?? units)', expected one of \(expected) for "
        + "quantity = \(settings.word("quantity")); name another variable, or give 'value_unit'")
  }

  /// `name` as one number everywhere, or `name_variable` as a grid of the same file.
  private static func field(
    _ name: String, _ file: String, _ settings: Settings, unit: Unit, like grid: Grid
  ) throws -> [Double]? {
    if let variable = settings.optionalText(name + "_variable") {
      var own = settings
      // The unit that is given is that of the gravity.
      own.values["value_unit"] = nil
      let other = try read(file, variable, own).grid
      guard other.geometry == grid.geometry else { throw StageError.gridsDiffer(variable, "the gravity") }
      return other.values
    }
    return settings.optionalNumber(name, in: unit).map { Array(repeating: $0, count: grid.values.count) }
  }

  private static func read(_ file: String, _ variable: String?, _ settings: Settings) throws -> GridVariable {
    var options = GridReadOptions(
      variable: variable, eastingName: settings.optionalText("easting"),
      northingName: settings.optionalText("northing"), lengthUnits: settings.optionalText("length_unit"),
      valueUnits: settings.optionalText("value_unit"))
    options.format = GridFormat(rawValue: settings.word("format"))
    var found = try GridFile.readVariable(file, options: options)
    let isGeographic = found.grid.geometry.isGeographic
    guard let region = try PlaceSettings.region(settings, isGeographic: isGeographic) else { return found }
    guard let part = found.grid.cut(to: region) else {
      throw StageError.outOfPlace(
        "the region holds no nodes of the grid, or reaches over its edge: the grid covers \(found.grid.geometry.region)"
      )
    }
    found.grid = part
    return found
  }
}
