import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Smoothing, continuation and derivatives of a field by its spectrum.
struct FilterGrid: StageKind {
  let signature = StageSignature(
    kind: "filter_grid", version: 1,
    summary: "smooths, continues or differentiates a field on a projected grid",
    settings: [
      SettingSpec("type", .word(FilterSettings.types), .required, "what the filter does"),
      SettingSpec(
        "filter_width", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
        "lowpass, highpass: wavelength at which the Gaussian e^(−k²/2k_c²) has fallen to e^(−1/2)"),
      SettingSpec(
        "height_displacement", .number(.length), .optional, "up_continue: how far up; negative: down"),
      SettingSpec(
        "variable", .text, .optional, "the field; default: gravity_anomaly, topography or the only one"),
      SettingSpec(
        "pad_mode", .word(FilterSettings.modes), .defaultsTo("linear_ramp"),
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

  func run(_ context: StageContext) throws {
    var data = try Observations(path: context.input("data"))
    guard let geometry = data.geometry else {
      throw StageError.outOfPlace("a table can't be filtered; grid it first")
    }
    _ = try data.projectedPlaces()
    let name = try context.settings.optionalText("variable") ?? data.mainVariable()
    let values = try data.values(name, hint: "name one of them as 'variable'")
    let filter = try FilterSettings.filter(context.settings, type: context.settings.word("type"))
    let filtered = try filter.apply(
      to: Grid(geometry: geometry, values: values), padding: try FilterSettings.padding(context.settings))
    let units = data.units(name)
    let word = context.settings.word("type")
    data.set(
      name, filtered.values, units: filter.isDerivative ? units.map { "\($0)/m" } ?? "1/m" : units,
      longName: "\(data.longName(name) ?? name), \(word)")
    try data.write(to: context.output("data"))
    context.log(
      "\(word) of '\(name)': RMS \(Statistics.rms(values)) before, \(Statistics.rms(filtered.values)) after")
  }
}
