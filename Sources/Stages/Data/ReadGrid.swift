import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Brings a grid of somebody else's file into the pipeline.
struct ReadGrid: StageKind {
  private enum Quantity: String, SettingWord {
    case gravity
    case observedGravity = "observed_gravity"
    case topography, density
    case densityContrast = "density_contrast"
    case weights

    var summary: String {
      switch self {
      case .gravity: "an anomaly"
      case .observedGravity: "the ellipsoid's gravity included"
      case .topography: "heights of any surface"
      case .density, .densityContrast, .weights: ""
      }
    }

    /// Nil for weights, whose unit is that of nothing or of one over a variance.
    var measure: Measure? {
      switch self {
      case .gravity, .observedGravity: .acceleration
      case .topography: .length
      case .density, .densityContrast: .density
      case .weights: nil
      }
    }

    /// What other stages take it for.
    var artefact: Artefacts.Quantity {
      switch self {
      case .gravity: .gravity
      case .observedGravity: .observedGravity
      case .topography: .height
      case .density: .density
      case .densityContrast: .densityContrast
      case .weights: .weight
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

  private enum Format: String, SettingWord {
    case auto, netcdf, surfer, icgem
    case oasisMontaj = "oasis_montaj"
    case xyz, geotiff, esri, gxf, gmt

    var summary: String { self == .auto ? "told by its content" : "" }
    var grid: GridFormat? { GridFormat(rawValue: rawValue) }
  }

  private static let file = Setting("file", .file, .required, "the file")
  private static let format = Setting("format", .word(Format.self), .default(.auto), "of the file")
  private static let variable = Setting(
    "variable", .text, .optional,
    "name of the variable, column or band in the file; needed where there are several")
  private static let quantity = Setting("quantity", .word(Quantity.self), .required, "what the grid is to be")
  private static let valueUnit = Setting(
    "value_unit", .text, .optional, "unit of the values, as \"mGal\", in place of the file's")
  private static let scale = Setting(
    "scale", .number, .later(default: 1), "factor of the values, after their unit")
  private static let depth = Setting(
    "depth", .boolean, .optional(otherwise: "as the file says"),
    "whether the values are depths, positive down, which become heights")
  private static let height = Setting(
    "height", .number(in: .metre), .optional, "height of the observations, the same everywhere")
  private static let heightVariable = Setting(
    "height_variable", .text, .optional, "variable of the observations' heights")
  private static let heightUnit = Setting(
    "height_unit", .text, .optional, "unit of 'height_variable', as \"ft\", in place of the file's")
  private static let uncertainty = Setting(
    "uncertainty", .number(in: .milligal), .optional, .atLeast(0), "standard deviation, the same everywhere")
  private static let uncertaintyVariable = Setting(
    "uncertainty_variable", .text, .optional, "variable of the standard deviations")
  private static let uncertaintyUnit = Setting(
    "uncertainty_unit", .text, .optional, "unit of 'uncertainty_variable', in place of the file's")
  private static let region = PlaneOrGlobe<Region>.region(of: "what is kept")
  private static let grid = Output(
    "grid", .grid, "the grid, in metres and mGal, northing and easting ascending",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"))

  let signature = StageSignature(
    kind: "read_grid", version: 4,
    summary:
      "reads a grid from a file: NetCDF, GeoTIFF, ESRI ASCII, GXF, Surfer, GMT, ICGEM, Oasis montaj, or lines of x, y, z",
    declares: [
      file, format, variable, quantity, valueUnit, scale, depth, height, heightVariable, heightUnit,
      HeightDatum.setting, uncertainty,
      uncertaintyVariable, uncertaintyUnit, RelativeUncertainty.setting, ForeignSettings.coordinates,
      ForeignSettings.numbers, region, ForeignSettings.system,
      grid,
    ],
    rules: [
      .only(depth, with: quantity, in: .topography),
      .only(HeightDatum.setting, with: quantity, in: .gravity, .observedGravity, .topography),
      .only(
        RelativeUncertainty.setting, with: quantity, in: .gravity,
        because: "observed gravity is mostly the ellipsoid's, of which a part is no deviation"),
      .only(height, heightVariable, heightUnit, uncertainty, with: quantity, in: .gravity, .observedGravity),
      .only(
        uncertaintyVariable, uncertaintyUnit, with: quantity, in: .gravity, .observedGravity, .topography),
      .atLeastOne(height, heightVariable, when: quantity.is(.gravity, .observedGravity)),
      .atMostOne(height, heightVariable), .atMostOne(uncertainty, uncertaintyVariable),
      .needs(heightVariable, with: heightUnit), .needs(uncertaintyVariable, with: uncertaintyUnit),
      .nonzero(scale, because: "every value would be 0"),
    ])

  func run(_ context: StageContext) throws {
    let (file, quantity) = (context[Self.file], context[Self.quantity])
    let found = try Self.values(file, quantity, context)
    let (grid, variable) = (found.grid, found.name)
    context.log(
      "\(variable): \(grid.geometry.rows) x \(grid.geometry.columns) nodes, \(grid.geometry.region)")
    let missing = grid.values.count { !$0.isFinite }
    if missing > 0 { context.log("\(missing) of \(grid.values.count) values are missing") }
    switch quantity {
    case .gravity, .observedGravity: try writeGravity(found, quantity, file: file, context)
    case .topography:
      try TopographyArtefact.write(
        grid, deviation: try Self.deviations(file, found, context), to: context[Self.grid], title: variable,
        heightDatum: context[HeightDatum.setting])
    case .density, .densityContrast, .weights:
      var dataset = Dataset(title: variable)
      try dataset.addGrid(
        quantity.rawValue, grid, units: quantity.measure?.canonical ?? "1", longName: variable)
      try NetCDFFile.write(dataset, to: context[Self.grid])
    }
    guard let system = found.coordinateSystem else { return }
    context.log("coordinate reference system: \(system.told)")
    try PlacedFile.place(context[Self.grid], in: system)
  }

  private static func options(_ context: StageContext) throws -> GridReadOptions {
    var options = try ForeignSettings.gridOptions(context)
    options.format = context[format].grid
    return options
  }

  private static func values(
    _ file: String, _ quantity: Quantity, _ context: StageContext
  ) throws -> GridVariable {
    var options = try options(context)
    (options.variable, options.measure) = (context[variable], quantity.measure)
    (options.valueUnits, options.scale) = (context[valueUnit], context[scale])
    options.isDepth = context[depth]
    var found = try read(file, options, context)
    let endless = found.grid.values.count(where: \.isInfinite)
    if endless > 0 {
      found.grid.values = found.grid.values.map { $0.isInfinite ? .nan : $0 }
      context.warn(
        "\(endless) of \(found.grid.values.count) values of '\(found.name)' are infinite and count as missing"
      )
    }
    if quantity == .weights, let unit = found.units, let measure = FileUnits.measure(of: unit),
      measure != .plain
    {
      throw DatasetError.wrongMeasure(
        path: file, variable: found.name, found: found.foundUnits ?? unit, measure: measure, expected: .plain)
    }
    if let remark = quantity.plausibility?.remark(on: found.grid.values, of: found.name) {
      context.warn(remark)
    }
    return found
  }

  private func writeGravity(
    _ found: GridVariable, _ quantity: Quantity, file: String, _ context: StageContext
  ) throws {
    let grid = found.grid
    let constant = { (value: Double) in Array(repeating: value, count: grid.values.count) }
    let heights =
      if let variable = context[Self.heightVariable] {
        try Self.field(variable, file, .length, found, unit: context[Self.heightUnit], context)
      } else {
        constant(context[given: Self.height])
      }
    let stated =
      if let variable = context[Self.uncertaintyVariable] {
        try Self.field(variable, file, .acceleration, found, unit: context[Self.uncertaintyUnit], context)
      } else {
        context[Self.uncertainty].map(constant)
      }
    let uncertainty = RelativeUncertainty.added(
      to: stated, values: grid.values, fraction: context[RelativeUncertainty.setting])
    guard quantity == .observedGravity else {
      var gravity = GravityArtefact(geometry: grid.geometry, anomaly: grid.values, upward: heights)
      gravity.uncertainty = uncertainty
      gravity.heightDatum = context[HeightDatum.setting]
      return try gravity.write(to: context[Self.grid])
    }
    var observed = try Observations(geometry: grid.geometry, title: "observed gravity")
    observed.set("gravity", grid.values, units: "mGal", longName: "observed gravity")
    observed.set("upward", heights, units: "m", longName: "height of the observations")
    if let uncertainty {
      observed.set("uncert", uncertainty, units: "mGal", longName: "standard deviation of gravity")
    }
    observed.heightDatum = context[HeightDatum.setting]
    try observed.write(to: context[Self.grid])
  }

  /// Of the heights of a surface.
  private static func deviations(
    _ file: String, _ found: GridVariable, _ context: StageContext
  ) throws -> [Double]? {
    guard let variable = context[uncertaintyVariable] else { return nil }
    let values = try field(variable, file, .length, found, unit: context[uncertaintyUnit], context)
    if let bad = values.first(where: { $0 < 0 }) {
      throw StageError.outOfPlace("variable '\(variable)' holds the negative standard deviation \(bad) m")
    }
    return values
  }

  /// Another grid of the same file, on the same nodes.
  private static func field(
    _ variable: String, _ file: String, _ measure: Measure, _ gravity: GridVariable, unit: String?,
    _ context: StageContext
  ) throws -> [Double] {
    var options = try options(context)
    (options.variable, options.measure, options.valueUnits) = (variable, measure, unit)
    if measure == .acceleration { options.usualUnit = gravity.foundUnits }
    let other = try read(file, options, context)
    guard other.grid.geometry == gravity.grid.geometry else {
      throw StageError.gridsDiffer(variable, "the gravity")
    }
    let values = other.grid.values
    if measure == .acceleration, let bad = values.first(where: { $0 < 0 }) {
      throw StageError.outOfPlace("variable '\(variable)' holds the negative standard deviation \(bad) mGal")
    }
    // Lengths beside heights of a surface are their deviations.
    let plausible: Plausibility? =
      measure == .acceleration
      ? .gravityDeviation : context[quantity] == .topography ? nil : .observationHeight
    if let remark = plausible?.remark(on: values, of: variable) { context.warn(remark) }
    return values
  }

  private static func read(
    _ file: String, _ options: GridReadOptions, _ context: StageContext
  ) throws -> GridVariable {
    var found = try GridFile.readVariable(file, options: options)
    for remark in found.remarks { context.warn(remark) }
    guard let kept = try region.value(context.settings, isGeographic: found.grid.geometry.isGeographic) else {
      return found
    }
    guard let part = found.grid.cut(to: kept) else {
      throw StageError.outOfPlace(
        "the region holds no nodes of the grid, or reaches over its edge: the grid covers \(found.grid.geometry.region)"
      )
    }
    found.grid = part
    return found
  }
}

extension ReadGrid: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    var facts = OutputFacts()
    switch request[Self.quantity] {
    case .gravity?: facts = Self.gravity(request, "gravity_anomaly")
    case .observedGravity?:
      facts = Self.gravity(request, "gravity")
      facts.lose("gravity_anomaly", because: "put a stage of kind gravity_disturbance between")
    case .topography?:
      facts = OutputFacts(has: ["topography"])
      if !request.lacks(Self.uncertaintyVariable.name) { facts.gain("uncert") }
    case .density?, .densityContrast?, .weights?, nil: break
    }
    facts.quantity = request[Self.quantity]?.artefact.inWords
    (facts.mesh, facts.frame) = Self.placed(request, in: &foresight)
    foresight.outputs[Self.grid.name] = facts
    return foresight
  }

  private static func gravity(_ request: ForesightRequest, _ variable: String) -> OutputFacts {
    var facts = OutputFacts(has: [variable, "upward"])
    let settings = [uncertainty.name, uncertaintyVariable.name, RelativeUncertainty.setting.name]
    if settings.allSatisfy(request.lacks) {
      facts.lose("uncert", because: Lack.noise(request.stage, "uncertainty or uncertainty_variable"))
    }
    facts.lose("test", because: Lack.tests)
    facts.lose("misfit", because: Lack.misfit)
    facts.lose("res", because: Lack.regional)
    facts.lose("topographic_effect", because: "put a stage of kind topographic_effect between")
    for name in ["density_contrast", "zref"] { facts.lose(name, because: "a file of data knows of no model") }
    return facts
  }

  /// The nodes that the file has, where it may be looked into, and what its coordinates mean.
  private static func placed(
    _ request: ForesightRequest, in foresight: inout Foresight
  ) -> (mesh: Mesh?, frame: String?) {
    let given = ForeignSettings.frame(request)
    guard FileForesight.isKnown(request), let path = request[file], let quantity = request[quantity] else {
      return (nil, given)
    }
    guard FileForesight.isSmall(path) else {
      for setting in [variable, heightVariable, uncertaintyVariable] {
        FileForesight.checkHeader(path, request.settings[setting], at: setting.name, in: &foresight)
      }
      return (nil, given)
    }
    let context = StageContext(settings: request.settings, inputs: [:], outputs: [:])
    do {
      let found = try values(path, quantity, context)
      if let variable = context[heightVariable] {
        _ = try field(variable, path, .length, found, unit: context[heightUnit], context)
      }
      if let variable = context[uncertaintyVariable] {
        _ = try field(variable, path, .acceleration, found, unit: context[uncertaintyUnit], context)
      }
      return (Mesh(found.grid.geometry), given ?? found.coordinateSystem?.wellKnownText)
    } catch {
      foresight.refuse(file: "\(error)", at: file.name)
      return (nil, given)
    }
  }
}
