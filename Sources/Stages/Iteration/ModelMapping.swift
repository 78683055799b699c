import Datasets
import NumericCore
import Optimisation
import Planning
import StageSupport

/// How unknowns make the moved model, and in what metric steps are measured: settings, prior model and places together.
struct ModelMapping {
  let prior: ModelArtefact
  /// Names of the unknowns.
  let unknowns: [String]
  let map: ParameterMap
  /// What a change of the map is told by: another text begins the history anew.
  let text: String
  private let settings: Settings

  private typealias Own = IterationSettings

  /// - Parameter cutouts: circles in which nothing changes.
  init(_ settings: Settings, prior dataset: Dataset, cutouts: [Cutout]) throws {
    self.settings = settings
    let unknowns = settings[Own.parameters]
    self.unknowns = unknowns
    let lines = try Self.lines(settings, unknowns, dataset)
    let prior = try ModelArtefact(dataset, holding: lines.map(\.parameter))
    self.prior = prior
    var driven = try lines.map { line in
      ParameterMap.Driven(
        name: line.parameter, unknown: line.unknown, factor: line.factor,
        prior: try prior.values(line.parameter))
    }
    try Self.addBounds(settings, to: &driven)
    let scaling = settings[Own.scaling]
    if scaling != .absolute {
      for parameter in driven where parameter.prior.contains(0) {
        throw StageError.outOfPlace(
          "'\(parameter.name)' is 0 at some nodes of the prior model, from which scaling = \(scaling.rawValue) can't "
            + "move it; use scaling = absolute")
      }
    }
    map = ParameterMap(
      scaling: scaling, unknowns: unknowns.count, driven: driven,
      weights: try Self.weights(settings, prior, cutouts))
    guard map.weights.contains(where: { $0 > 0 }) else {
      throw StageError.outOfPlace("region of interest and cut-outs leave no node that may change")
    }
    text = Self.text(settings, lines, cutouts)
  }

  private struct Line {
    var parameter: String
    var unknown: Int
    var factor: Double
  }

  /// What each unknown drives: what 'drives' and 'ties' say, and the parameter of its own name.
  private static func lines(
    _ settings: Settings, _ unknowns: [String], _ dataset: Dataset
  ) throws -> [Line] {
    var lines: [Line] = []
    func add(_ parameter: String, _ unknown: String, _ factor: Double) throws {
      guard !lines.contains(where: { $0.parameter == parameter }) else {
        throw StageError.outOfPlace("the parameter '\(parameter)' is driven twice")
      }
      guard let index = unknowns.firstIndex(of: unknown) else {
        throw StageError.outOfPlace("'\(parameter)' follows '\(unknown)', which is none of the unknowns")
      }
      lines.append(Line(parameter: parameter, unknown: index, factor: factor))
    }
    for line in (settings[Own.drives] ?? []).compactMap(ParameterLine.drive) {
      try add(line.parameter, line.unknown, 1)
    }
    for line in (settings[Own.ties] ?? []).compactMap(ParameterLine.tie) {
      try add(line.parameter, line.unknown, line.factor)
    }
    for unknown in unknowns
    where dataset[unknown] != nil && !lines.contains(where: { $0.parameter == unknown }) {
      try add(unknown, unknown, 1)
    }
    for (index, unknown) in unknowns.enumerated() where !lines.contains(where: { $0.unknown == index }) {
      let known = dataset.variables.map(\.name).filter { dataset.size(of: $0) == nil }
      throw StageError.outOfPlace(
        "the unknown '\(unknown)' is no parameter of the model (\(known.joined(separator: ", "))) and drives none"
      )
    }
    return lines.sorted { $0.parameter < $1.parameter }
  }

  private static func addBounds(_ settings: Settings, to driven: inout [ParameterMap.Driven]) throws {
    for line in (settings[Own.bounds] ?? []).compactMap(ParameterLine.bounds) {
      guard let index = driven.firstIndex(where: { $0.name == line.parameter }) else {
        throw StageError.outOfPlace("there are bounds of '\(line.parameter)', which no unknown drives")
      }
      driven[index].bounds = (line.lower, line.upper)
      if let value = driven[index].prior.first(where: { $0 < line.lower || $0 > line.upper }) {
        throw StageError.outOfPlace(
          "the prior model has '\(line.parameter)' = \(value), outside its bounds \(line.lower) and \(line.upper)"
        )
      }
    }
  }

  // MARK: - where it may change

  private static func weights(
    _ settings: Settings, _ prior: ModelArtefact, _ cutouts: [Cutout]
  ) throws -> [Double]? {
    let region = settings[Own.region]
    guard region != nil || !cutouts.isEmpty else { return nil }
    guard !prior.isGeographic, let axes = prior.axes else {
      throw StageError.outOfPlace(
        "region of interest and cut-outs need a model on two axes in metres; it lies on ("
          + prior.dimensions.joined(separator: ", ") + ")")
    }
    var result: [Double] = []
    result.reserveCapacity(prior.count)
    for y in axes.slow {
      for x in axes.fast {
        let isInside = region.map { $0[0] <= x && x <= $0[1] && $0[2] <= y && y <= $0[3] } ?? true
        result.append(isInside ? cutouts.reduce(1) { $0 * $1.weight(x: x, y: y) } : 0)
      }
    }
    return result
  }

  private static func text(_ settings: Settings, _ lines: [Line], _ cutouts: [Cutout]) -> String {
    let driven = lines.map { "\($0.parameter)=\($0.factor)*\($0.unknown)" }
    let region = settings[Own.region].map { $0.map { "\($0)" }.joined(separator: ",") } ?? "-"
    let circles = cutouts.map { "\($0.x),\($0.y),\($0.radius)" }
    return ([settings[Own.scaling].rawValue, region] + driven + (settings[Own.bounds] ?? []) + circles)
      .joined(separator: " ")
  }

  // MARK: - metric

  /// The metric of steps from a model, and what a change of it is told by.
  /// - Parameter model: the iteration's, for smoothing_model = current.
  func metric(at model: Dataset, iteration: Int) throws -> (metric: Metric, text: String) {
    let scale = 1 / prior.measure
    guard let lengths = try deviations(at: model) else { return (Metric(scale: scale), "none") }
    guard let spacing = prior.spacing, let axes = prior.axes else {
      throw StageError.outOfPlace(
        "smoothing needs a model on two regular axes in metres; it lies on ("
          + prior.dimensions.joined(separator: ", ") + ")")
    }
    let smoothers = lengths.map { length in
      DiffusionSmoothing(
        rows: axes.slow.count, columns: axes.fast.count, spacing: (spacing.slow, spacing.fast),
        deviations: length)
    }
    let nodes = map.nodes
    @Sendable func each(_ values: [Double], _ body: (DiffusionSmoothing, [Double]) -> [Double]) -> [Double] {
      smoothers.enumerated().flatMap { index, smoother in
        body(smoother, Array(values[index * nodes..<(index + 1) * nodes]))
      }
    }
    let metric = Metric(
      scale: scale,
      smoothing: ({ each($0) { $0.applied(to: $1) } }, { each($0) { $0.inverse(of: $1) } }))
    return (metric, metricText(iteration))
  }

  private func metricText(_ iteration: Int) -> String {
    var words: [String] = []
    for list in [settings[Own.smoothing], settings[Own.smoothingLengths]] {
      words.append(list.map { $0.map { "\($0)" }.joined(separator: ",") } ?? "-")
    }
    words += [settings[Own.smoothingFrequency], settings[Own.smoothingPeriod]].map {
      $0.map { "\($0)" } ?? "-"
    }
    words.append(settings[Own.smoothingSpeed] ?? "-")
    words.append(settings[Own.smoothingModel] == .current ? "of \(iteration)" : "of prior")
    return words.joined(separator: " ")
  }

  /// Standard deviations of the smoothing of each unknown at each node, along the slow and the fast axis; nil for none.
  private func deviations(at model: Dataset) throws -> [(across: [Double], along: [Double])]? {
    if let lengths = settings[Own.smoothingLengths] {
      guard lengths.contains(where: { $0 > 0 }) else { return nil }
      return unknowns.map { _ in
        (Array(repeating: lengths[0], count: map.nodes), Array(repeating: lengths[1], count: map.nodes))
      }
    }
    guard let wavelengths = settings[Own.smoothing], wavelengths.contains(where: { $0 > 0 }) else {
      return nil
    }
    guard let period = settings[Own.smoothingPeriod] ?? settings[Own.smoothingFrequency].map({ 1 / $0 })
    else {
      preconditionFailure("the rules ask for a frequency or a period")
    }
    let reference = settings[Own.smoothingModel] == .current ? model : prior.dataset
    return try unknowns.indices.map { unknown in
      let speed = try speed(of: unknown, in: reference)
      return (speed.map { wavelengths[0] * $0 * period }, speed.map { wavelengths[1] * $0 * period })
    }
  }

  private func speed(of unknown: Int, in model: Dataset) throws -> [Double] {
    let own = map.driven.first { $0.unknown == unknown && $0.factor == 1 }?.name
    guard let name = settings[Own.smoothingSpeed] ?? own else {
      preconditionFailure("every unknown drives a parameter")
    }
    guard model[name]?.units.map({ ["m s-1", "m/s", "km s-1", "km/s"].contains($0) }) == true,
      let unit = model[name]?.units
    else {
      throw StageError.outOfPlace(
        "smoothing in wavelengths needs a speed, and '\(name)' of the model is none: name one with smoothing_speed, "
          + "or give smoothing_lengths")
    }
    let factor = unit.hasPrefix("km") ? 1000.0 : 1
    // Where there is no medium nothing is smoothed.
    return try model.doubles(name).map { $0.isFinite ? $0 * factor : 0 }
  }
}
