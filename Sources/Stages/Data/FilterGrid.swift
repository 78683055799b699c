import Artefacts
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
    kind: "filter_grid", version: 2,
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
    let word = context[Self.filter.type].rawValue
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
    try data.write(to: context[Self.filtered])
    context.log(
      "\(word) of '\(name)': RMS \(Statistics.rms(values)) before, \(Statistics.rms(filtered.values)) after")
  }

  /// Variables that say something of the field as it was: what was computed at its height, and beside a derivative or
  /// a field further up also its deviations.
  private static func stale(beside name: String, after filter: GridFilter, in data: Observations) -> [String]
  {
    guard name == "gravity_anomaly" || name == "gravity" else { return [] }
    let computed = ["forward_gravity", "misfit", "reg", "res", "starting_res"]
    let isSameQuantity =
      switch filter {
      case .lowPass, .highPass: true
      case .upwardContinuation, .upwardDerivative, .eastingDerivative, .northingDerivative, .totalGradient:
        false
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

extension FilterGrid: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    if let variable = request.settings[Self.variable], !request.open.contains(Self.variable.name) {
      request.require(variable, of: Self.grid, in: &foresight)
    }
    foresight[Self.filtered] = filtered(request)
    return foresight
  }

  /// The field that is filtered, where it is known.
  private func field(_ request: ForesightRequest) -> String? {
    if request.open.contains(Self.variable.name) { return nil }
    let has = request.facts(Self.grid).has
    return request.settings[Self.variable] ?? ["gravity_anomaly", "topography"].first(where: has.contains)
  }

  private func filtered(_ request: ForesightRequest) -> OutputFacts {
    var facts = request.facts(Self.grid)
    guard let type = request[Self.filter.type], let field = field(request) else {
      facts.quantity = nil
      return facts
    }
    let isSame = [.lowpass, .highpass, .upContinue].contains(type)
    if field == "gravity_anomaly" || field == "gravity" {
      for name in ["forward_gravity", "misfit", "reg", "res", "starting_res"] {
        facts.lose(name, because: "stage '\(request.stage)' filters the gravity; compute it behind that")
      }
      if type != .lowpass, type != .highpass {
        facts.lose(
          "uncert", because: "stage '\(request.stage)' makes another field, whose deviations are not known")
      }
    }
    guard !isSame else { return facts }
    let derived = "\(field)_\(type.rawValue)"
    facts.lose(
      field, because: "stage '\(request.stage)' leaves its derivative '\(derived)', which is another quantity"
    )
    facts.gain(derived)
    facts.quantity = facts.quantity.map { "derivatives of \($0)" }
    return facts
  }
}
