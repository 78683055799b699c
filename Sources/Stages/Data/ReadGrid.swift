import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Brings a grid of somebody else's file into the pipeline.
struct ReadGrid: StageKind {
  let signature = StageSignature(
    kind: "read_grid", version: 3,
    summary:
      "reads a grid from a file: NetCDF, GeoTIFF, ESRI ASCII, GXF, Surfer, GMT, ICGEM, Oasis montaj, or lines of x, "
      + "y, z",
    settings: Self.specifications,
    outputs: [
      OutputSpec(
        "grid", .grid, "the grid, in metres and mGal, northing and easting ascending",
        noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"))
    ])

  private enum Quantity: String, CaseIterable {
    case gravity, observedGravity = "observed_gravity", topography, density, densityContrast =
      "density_contrast", weights

    /// Nil for weights, whose unit is that of nothing or of one over a variance.
    var measure: Measure? {
      switch self {
      case .gravity, .observedGravity: .acceleration
      case .topography: .length
      case .density, .densityContrast: .density
      case .weights: nil
      }
    }

    var plausibility: Plausibility? {
      switch self {
      case .gravity: .anomaly
      case .observedGravity: .observedGravity
      case .topography: .surface
      case .density, .densityContrast: .density
      case .weights: nil
      }
    }
  }

  private static let specifications: [SettingSpec] =
    [
      SettingSpec("file", .file, .required, "the file"),
      SettingSpec(
        "format", .word(["auto"] + GridFormat.allCases.map(\.rawValue)), .defaultsTo("auto"),
        "of the file; auto: told by its content"),
      SettingSpec(
        "variable", .text, .optional,
        "name of the variable, column or band in the file; needed where there are several"),
      SettingSpec(
        "quantity", .word(Quantity.allCases.map(\.rawValue)), .required,
        "what the grid is to be: gravity is an anomaly, observed_gravity includes the ellipsoid's, topography any surface"
      ),
      SettingSpec("value_unit", .text, .optional, "unit of the values, as \"mGal\", in place of the file's"),
      SettingSpec(
        "scale", .number(.dimensionless), .optional, "factor of the values, after their unit; default 1"),
      SettingSpec(
        "depth", .boolean, .optional,
        "topography: whether the values are depths, positive down, which become heights; default: as the file says"
      ),
      SettingSpec(
        "height", .number(.length), .optional, "gravity: height of the observations, the same everywhere"),
      SettingSpec("height_variable", .text, .optional, "gravity: variable of the observations' heights"),
      SettingSpec(
        "height_unit", .text, .optional, "unit of 'height_variable', as \"ft\", in place of the file's"),
      SettingSpec(
        "uncertainty", .number(.acceleration), .optional, minimum: "0 mGal",
        "gravity: standard deviation, the same everywhere"),
      SettingSpec("uncertainty_variable", .text, .optional, "gravity: variable of the standard deviations"),
      SettingSpec(
        "uncertainty_unit", .text, .optional, "unit of 'uncertainty_variable', in place of the file's"),
    ] + ForeignSettings.coordinates + ForeignSettings.numbers + PlaceSettings.region("what is kept")

  func run(_ context: StageContext) throws {
    let settings = context.settings
    guard let file = settings.file("file"), let quantity = Quantity(rawValue: settings.word("quantity"))
    else {
      preconditionFailure("the signature requires file and quantity")
    }
    let found = try Self.values(file, quantity, context)
    let (grid, variable) = (found.grid, found.name)
    context.log(
      "\(variable): \(grid.geometry.rows) x \(grid.geometry.columns) nodes, \(grid.geometry.region)")
    let missing = grid.values.count { !$0.isFinite }
    if missing > 0 { context.log("\(missing) of \(grid.values.count) values are missing") }
    switch quantity {
    case .gravity, .observedGravity: try writeGravity(found, quantity, file: file, context)
    case .topography:
      try TopographyArtefact.write(grid, to: context.output("grid"), title: variable)
    case .density, .densityContrast, .weights:
      var dataset = Dataset(title: variable)
      try dataset.addGrid(
        quantity.rawValue, grid, units: quantity.measure?.canonical ?? "1", longName: variable)
      try NetCDFFile.write(dataset, to: context.output("grid"))
    }
  }

  private static func values(
    _ file: String, _ quantity: Quantity, _ context: StageContext
  ) throws -> GridVariable {
    let settings = context.settings
    var options = try ForeignSettings.gridOptions(settings)
    options.variable = settings.optionalText("variable")
    options.measure = quantity.measure
    options.valueUnits = settings.optionalText("value_unit")
    options.scale = settings.optionalNumber("scale") ?? 1
    if settings.has("depth") {
      guard quantity == .topography else {
        throw StageError.outOfPlace(
          "'depth' is for quantity = topography; of other values 'scale = -1' turns the sign")
      }
      options.isDepth = settings.flag("depth")
    }
    let found = try read(file, options, context)
    if quantity == .weights, let unit = found.units, let measure = FileUnits.measure(of: unit),
      measure != .plain
    {
      throw DatasetError.wrongMeasure(
        path: file, variable: found.name, found: found.foundUnits ?? unit, measure: measure, expected: .plain)
    }
    if let remark = quantity.plausibility?.remark(on: found.grid.values, of: found.name) {
      context.remark(remark)
    }
    return found
  }

  private func writeGravity(
    _ found: GridVariable, _ quantity: Quantity, file: String, _ context: StageContext
  ) throws {
    let grid = found.grid
    guard let heights = try Self.field("height", file, .length, found, context) else {
      throw StageError.missingSetting(
        name: "height", because: "gravity is inverted at the height where it was observed")
    }
    let uncertainty = try Self.field("uncertainty", file, .acceleration, found, context)
    guard quantity == .observedGravity else {
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

  /// `name` as one number everywhere, or `name_variable` as a grid of the same file.
  private static func field(
    _ name: String, _ file: String, _ measure: Measure, _ gravity: GridVariable, _ context: StageContext
  ) throws -> [Double]? {
    let settings = context.settings
    guard let variable = settings.optionalText(name + "_variable") else {
      let unit: Unit = measure == .length ? .metre : .milligal
      return settings.optionalNumber(name, in: unit).map {
        Array(repeating: $0, count: gravity.grid.values.count)
      }
    }
    var options = try ForeignSettings.gridOptions(settings)
    (options.variable, options.measure) = (variable, measure)
    options.valueUnits = settings.optionalText(name + "_unit")
    if measure == .acceleration { options.usualUnit = gravity.foundUnits }
    let other = try read(file, options, context)
    guard other.grid.geometry == gravity.grid.geometry else {
      throw StageError.gridsDiffer(variable, "the gravity")
    }
    let values = other.grid.values
    if measure == .acceleration, let bad = values.first(where: { $0 < 0 }) {
      throw StageError.outOfPlace("variable '\(variable)' holds the negative standard deviation \(bad) mGal")
    }
    let plausible: Plausibility = measure == .length ? .observationHeight : .gravityDeviation
    if let remark = plausible.remark(on: values, of: variable) { context.remark(remark) }
    return values
  }

  private static func read(
    _ file: String, _ options: GridReadOptions, _ context: StageContext
  ) throws -> GridVariable {
    var found = try GridFile.readVariable(file, options: options)
    for remark in found.remarks { context.remark(remark) }
    let isGeographic = found.grid.geometry.isGeographic
    guard let region = try PlaceSettings.region(context.settings, isGeographic: isGeographic) else {
      return found
    }
    guard let part = found.grid.cut(to: region) else {
      throw StageError.outOfPlace(
        "the region holds no nodes of the grid, or reaches over its edge: the grid covers \(found.grid.geometry.region)"
      )
    }
    found.grid = part
    return found
  }
}
