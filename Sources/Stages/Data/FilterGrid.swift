import Datasets
import NumericCore
import Planning
import StageSupport

/// Smoothing, continuation and derivatives of a field by its spectrum.
struct FilterGrid: StageKind {
  let signature = StageSignature(
    kind: "filter_grid", version: 2,
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
    let word = context.settings.word("type")
    let units = data.units(name)
    let longName = "\(data.longName(name) ?? name), \(word)"
    for stale in Self.stale(beside: name, after: filter, in: data) {
      data.remove(stale)
      context.log("'\(stale)' does not hold for the filtered field and is left out")
    }
    switch filter {
    case .lowPass, .highPass: data.set(name, filtered.values, units: units, longName: longName)
    case .upwardContinuation(let height):
      data.set(name, filtered.values, units: units, longName: longName)
      try Self.lift(&data, by: height, context)
    case .upwardDerivative, .eastingDerivative, .northingDerivative, .totalGradient:
      // Another quantity has another name, so that nobody takes it for the field.
      data.remove(name)
      data.set(
        "\(name)_\(word)", filtered.values, units: units.map { "\($0) m-1" } ?? "m-1", longName: longName)
    }
    try data.write(to: context.output("data"))
    context.log(
      "\(word) of '\(name)': RMS \(Statistics.rms(values)) before, \(Statistics.rms(filtered.values)) after")
  }

  /// Variables that say something of the field as it was: what was computed at its height, and beside a derivative or
  /// a field further up also its deviations.
  private static func stale(beside name: String, after filter: GridFilter, in data: Observations) -> [String]
  {
    guard name == "gravity_anomaly" || name == "gravity" else { return [] }
    let computed = ["forward_gravity", "misfit", "reg", "res", "starting_res"]
    let isSameQuantity: Bool
    switch filter {
    case .lowPass, .highPass: isSameQuantity = true
    default: isSameQuantity = false
    }
    return (computed + (isSameQuantity ? [] : ["uncert"])).filter(data.has)
  }

  /// The field holds at another height.
  private static func lift(_ data: inout Observations, by height: Double, _ context: StageContext) throws {
    guard data.has("upward") else {
      return context.log("the grid has no heights: that of the field, \(height) m further up, is not written")
    }
    let heights = try data.values("upward", hint: "")
    data.set(
      "upward", heights.map { $0 + height }, units: data.units("upward"), longName: data.longName("upward"))
  }
}
