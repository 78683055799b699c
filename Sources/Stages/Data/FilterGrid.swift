import Datasets
import NumericCore
import Planning
import StageSupport

/// Smoothing, continuation and derivatives of a field by its spectrum.
struct FilterGrid: StageKind {
  private static let grid = Input("data", [.grid], "the grid")
  private static let filtered = Output(
    "data", .grid, "the grid with the filtered field in the place of the field",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"), sameTypeAs: grid)
  private static let variable = Setting(
    "variable", .text, .optional(otherwise: "gravity_anomaly, topography or the only one"), "the field")
  private static let filter = FilterSettings(
    type: Setting("type", .word(FilterSettings.FilterType.self), .required, "what the filter does"),
    padMode: .default(.linearRamp), padWidthFactor: .default(3),
    padValue: Setting(
      "pad_value", .number, .optional(otherwise: "the grid's median"),
      "that value (at the outermost node), in the field's unit"))

  let signature = StageSignature(
    kind: "filter_grid", version: 1,
    summary: "smooths, continues or differentiates a field on a projected grid",
    declares: [grid, filter, variable, filtered])

  func run(_ context: StageContext) throws {
    var data = try Observations(path: context[Self.grid])
    guard let geometry = data.geometry else {
      throw StageError.outOfPlace("a table can't be filtered; grid it first")
    }
    _ = try data.projectedPlaces()
    let name = try context[Self.variable] ?? data.mainVariable()
    let values = try data.values(name, hint: "name one of them as 'variable'")
    let filter = Self.filter.filter(context.settings)
    let filtered = try filter.apply(
      to: Grid(geometry: geometry, values: values), padding: Self.filter.padding(context.settings))
    let units = data.units(name)
    let word = context[Self.filter.type].rawValue
    data.set(
      name, filtered.values, units: filter.isDerivative ? units.map { "\($0)/m" } ?? "1/m" : units,
      longName: "\(data.longName(name) ?? name), \(word)")
    try data.write(to: context[Self.filtered])
    context.log(
      "\(word) of '\(name)': RMS \(Statistics.rms(values)) before, \(Statistics.rms(filtered.values)) after")
  }
}
