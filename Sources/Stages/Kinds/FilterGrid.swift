import Datasets
import NumericCore
import Planning

/// Smoothing, continuation and derivatives of a field by its spectrum.
struct FilterGrid: StageKind {
  let signature = StageSignature(
    kind: "filter_grid", version: 1,
    summary: "smooths, continues or differentiates a field on a projected grid",
    settings: [
      SettingSpec("type", .word(Self.types), .required, "what the filter does"),
      SettingSpec(
        "filter_width", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
        "lowpass, highpass: wavelength at which the Gaussian e^(−k²/2k_c²) has fallen to e^(−1/2)"),
      SettingSpec(
        "height_displacement", .number(.length), .optional, "up_continue: how far up; negative: down"),
      SettingSpec(
        "variable", .text, .optional, "the field; default: gravity_anomaly, topography or the only one"),
      SettingSpec(
        "pad_mode", .word(Self.modes), .defaultsTo("linear_ramp"),
        "what stands around the grid during the transform"),
      SettingSpec(
        "pad_width_factor", .integer, .defaultsTo("3"), minimum: "0",
        "each side gets the number of nodes divided by this; 0: no padding"),
      SettingSpec(
        "pad_value", .number(.dimensionless), .optional,
        "constant, linear_ramp: value (at the outermost node), in the field's unit; default: the grid's median"
      ),
    ],
    inputs: [InputSpec("data", [.grid], "the grid")],
    outputs: [
      OutputSpec(
        "data", .grid, "the grid with the filtered field in the place of the field",
        noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"), sameTypeAs: "data")
    ])

  private static let types = [
    "lowpass", "highpass", "up_continue", "up_deriv", "easting_deriv", "northing_deriv", "total_gradient",
  ]
  private static let modes = [
    "linear_ramp", "constant", "edge", "reflect", "symmetric", "wrap", "maximum", "minimum", "mean", "median",
  ]

  func run(_ context: StageContext) throws {
    var data = try Observations(path: context.input("data"))
    guard let geometry = data.geometry else {
      throw StageError.outOfPlace("a table can't be filtered; grid it first")
    }
    _ = try data.projectedPlaces()
    let name = try context.settings.optionalText("variable") ?? data.mainVariable()
    let values = try data.values(name, hint: "name one of them as 'variable'")
    let filter = try Self.filter(context.settings)
    let filtered = try filter.apply(
      to: Grid(geometry: geometry, values: values), padding: try Self.padding(context.settings))
    let units = data.units(name)
    let word = context.settings.word("type")
    data.set(
      name, filtered.values, units: filter.isDerivative ? units.map { "\($0)/m" } ?? "1/m" : units,
      longName: "\(data.longName(name) ?? name), \(word)")
    try data.write(to: context.output("data"))
    context.log(
      "\(word) of '\(name)': RMS \(Statistics.rms(values)) before, \(Statistics.rms(filtered.values)) after")
  }

  private static func filter(_ settings: Settings) throws -> GridFilter {
    let type = settings.word("type")
    func needed(_ name: String) throws -> Double {
      guard let value = settings.optionalNumber(name) else {
        throw StageError.missingSetting(name: name, because: "type \(type) needs it")
      }
      return value
    }
    for (name, types) in [
      ("filter_width", ["lowpass", "highpass"]), ("height_displacement", ["up_continue"]),
    ] where settings.has(name) && !types.contains(type) {
      throw StageError.outOfPlace("'\(name)' has no meaning for the type \(type); leave it out")
    }
    switch type {
    case "lowpass": return .lowPass(wavelength: try needed("filter_width"))
    case "highpass": return .highPass(wavelength: try needed("filter_width"))
    case "up_continue": return .upwardContinuation(height: try needed("height_displacement"))
    case "up_deriv": return .upwardDerivative
    case "easting_deriv": return .eastingDerivative
    case "northing_deriv": return .northingDerivative
    default: return .totalGradient
    }
  }

  private static func padding(_ settings: Settings) throws -> GridPadding {
    let (word, value) = (settings.word("pad_mode"), settings.optionalNumber("pad_value"))
    guard value == nil || ["linear_ramp", "constant"].contains(word) else {
      throw StageError.outOfPlace("'pad_value' has no meaning for pad_mode = \(word); leave it out")
    }
    let factor = settings.integer("pad_width_factor")
    let mode: GridPadding.Mode =
      switch word {
      case "linear_ramp": .linearRamp(end: value)
      case "constant": .constant(value)
      case "edge": .edge
      case "reflect": .reflect
      case "symmetric": .symmetric
      case "wrap": .wrap
      case "maximum": .maximum
      case "minimum": .minimum
      case "mean": .mean
      default: .median
      }
    return GridPadding(mode: mode, widthFactor: factor == 0 ? nil : factor)
  }
}
