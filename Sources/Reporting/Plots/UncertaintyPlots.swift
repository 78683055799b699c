import Artefacts
import Datasets
import NumericCore

// Plots of what an uncertainty is worth and where it comes from.
extension PlotKind {
  static let calibration = PlotKind("calibration", options: [.with], precedence: 90) { source, _ in
    source.has(CoverageVariables.nominal, CoverageVariables.coverage)
  } draw: {
    try $0.calibration()
  }

  static let sensitivity = PlotKind(
    "sensitivity", options: PlotOption.ofMaps.subtracting([.region, .innerRegion]), precedence: 40
  ) { source, _ in
    SensitivityTable(source.dataset) != nil || !source.layeredNames.isEmpty
  } draw: {
    try $0.sensitivity()
  }
}

extension Plot {
  func calibration() throws -> Figure {
    guard var curve = CoverageCurve(source.dataset) else {
      throw notDrawable(
        "columns \(CoverageCurve.names.dropLast().joined(separator: ", ")) and \(CoverageCurve.names.last ?? ""), as in "
          + "the coverage of a calibration")
    }
    if let other = request.other {
      let best = CoverageVariables.bestScale.name
      guard let scale = other.dataset[best]?.decoded(), scale.count == 1 else {
        throw PlotError.notDrawable(
          kind: kind.rawValue, artefact: other.name, needs: "the number \(best) of a calibration",
          found: other.dataset.variables.map(\.name))
      }
      curve.bestScale = scale[0]
    }
    return Figures.calibration(curve, title: request.title ?? "Calibration")
  }

  func sensitivity() throws -> Figure {
    if let table = SensitivityTable(source.dataset, source.labels) {
      if let option = request.given.map(\.rawValue).sorted().first {
        throw PlotError.missingOption(
          kind: kind.rawValue,
          text: "--\(option) changes nothing in the bars of a table; it is for the maps of the analysis")
      }
      return Figures.bars(table.chart(title: request.title))
    }
    let found = source.layeredNames
    let usual = [SensitivityVariables.total, SensitivityVariables.deviation].map(\.name)
    let first = usual.first(where: found.contains) ?? found.first
    guard let name = request.variables.first ?? first else {
      throw notDrawable(
        "a table of indices by input, or maps by input, as an analysis of sensitivity writes them")
    }
    guard request.variables.count < 2 else {
      throw PlotError.missingOption(
        kind: kind.rawValue,
        text: "--variable: the maps of one variable at a time, since they share their colours")
    }
    return try inputMaps(name)
  }

  /// Indices are parts, and deviations begin at zero.
  private func commonLimits(_ name: String, _ values: [Double], _ style: MapStyle) -> ClosedRange<Double> {
    if views.look(name) == .part, !request.hasFullLimits { return 0...1 }
    let limits = style.colourLimits(of: values)
    let isDeviation = views.isDeviation(name) && limits.lowerBound >= 0
    return isDeviation ? 0...limits.upperBound : limits
  }

  /// One map an input; all of them in the same colours, so that they can be compared.
  private func inputMaps(_ name: String) throws -> Figure {
    let layers = try source.layers(name)
    let all = layers.flatMap(\.values)
    var style = style(name, layers[0].unit, all, panels: layers.count)
    style.limits = request.limits ?? commonLimits(name, all, style)
    style.statistic = .mean
    if let axes = layers[0].grid?.axes { style.axes = axes }
    let words = source.title(name)
    let points = source.points()?.points
    let panels = try layers.compactMap { layer -> MapPanel? in
      if let field = layer.grid {
        return MapPanel(
          field.grid, title: source.labels.label(layer.label), unit: layer.unit, style: style,
          overlay: try overlay(field.grid.geometry))
      }
      return points.map { points in
        MapPanel(
          [MapPanel.Marks(points: points, values: layer.values)], title: source.labels.label(layer.label),
          unit: layer.unit,
          style: style, region: Figures.surroundings(of: points))
      }
    }
    return Figures.row(panels, label: request.title ?? words, heading: request.title ?? words)
  }
}

extension CoverageCurve {
  private static let columns = [
    CoverageVariables.nominal, CoverageVariables.coverage, CoverageVariables.bandLow,
    CoverageVariables.bandHigh,
  ]
  static let names = columns.map(\.name)

  /// As a calibration writes it; nil where the dataset has no coverage.
  init?(_ data: Dataset) {
    let columns = Self.columns.compactMap { data.shown($0)?.values }
    guard columns.count == Self.columns.count, !columns[0].isEmpty, Set(columns.map(\.count)).count == 1
    else {
      return nil
    }
    self.init(nominal: columns[0], actual: columns[1], bandLow: columns[2], bandHigh: columns[3])
    let total = data.shown(CoverageVariables.total)?.values
    if let total, total.count == nominal.count, total.contains(where: \.isFinite) { self.total = total }
  }
}

extension EnsembleErrors {
  /// As the statistics of an ensemble give it; nil for other tables.
  init?(_ data: Dataset) {
    guard let members = data.shown(StatisticsVariables.members)?.values,
      let mean = data.shown(StatisticsVariables.meanError),
      let deviation = data.shown(StatisticsVariables.deviationError)
    else { return nil }
    self.init(
      members: members, meanError: mean.values, deviationError: deviation.values, unit: mean.unit)
  }
}

/// What part of the variance comes from which input, as a sensitivity analysis writes it.
struct SensitivityTable {
  let inputs: [String]
  /// Parts of the variance: first-order and total indices, or those of inputs drawn alone.
  let sets: [SampledParameter]
  /// Standard errors of the sets, where the table has them of all.
  let errors: [[Double]]
  /// Whether its sets are parts of inputs drawn alone.
  private let isAlone: Bool
  /// Deviations of inputs drawn alone.
  let deviations: ShownColumn?

  /// - Returns: nil where the dataset has no such table.
  init?(_ data: Dataset, _ labels: NameLabels = [:]) {
    guard case .text(let inputs)? = data[SensitivityVariables.input]?.values, !inputs.isEmpty else {
      return nil
    }
    typealias Names = SensitivityVariables
    sets = [Names.firstOrder, Names.total, Names.part].compactMap { variable in
      let words = variable.name.split(separator: "_").joined(separator: " ")
      return data.shown(variable).map { SampledParameter(name: words, unit: "", values: $0.values) }
    }
    isAlone = data.shown(Names.part) != nil && sets.count == 1
    guard !sets.isEmpty, sets.allSatisfy({ $0.values.count == inputs.count }) else { return nil }
    self.inputs = inputs.map(labels.label)
    let known = [Names.firstOrderError, Names.totalError].compactMap { data.shown($0)?.values }
    errors = known.count == sets.count && known.allSatisfy { $0.count == inputs.count } ? known : []
    deviations = data.shown(Names.normOfDeviation)
  }

  func chart(title: String?) -> BarChart {
    var chart = BarChart(
      title: title ?? (isAlone ? "Each input drawn alone" : "Where the variance comes from"),
      quantity: isAlone ? "part of the sum of the variances" : "Sobol index of the whole map", names: inputs,
      sets: sets)
    if !errors.isEmpty {
      chart.quantity += " ± 2 standard errors"
      chart.errors = errors.map { $0.map { 2 * $0 } }
    }
    if let deviations, deviations.values.count == inputs.count {
      let unit = deviations.unit.isEmpty ? "" : " \(deviations.unit)"
      chart.notes = deviations.values.map { "± \(NumberText.significant($0, 3))\(unit)" }
    }
    return chart
  }
}
