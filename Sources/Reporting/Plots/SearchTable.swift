import Artefacts
import Datasets

/// The trials of a search or cross-validation, as its stage writes them.
struct SearchTable {
  private(set) var parameters: [SampledParameter]
  private(set) var score: SampledParameter
  let second: SampledParameter?
  /// Whether no trial beats this one in both scores; nil for a search by one.
  let front: [Bool]?
  let best: Int?

  private typealias Names = TrialVariables

  /// - Returns: nil where the dataset has no scores of trials.
  init?(_ data: Dataset, _ labels: NameLabels = [:]) {
    guard let column = data.shown(Names.score) else { return nil }
    let name = data.attribute(Names.scoreName)?.text ?? Names.score.name
    var own = SampledParameter(
      name: Self.shown(name), unit: column.unit, values: column.values,
      isLogarithmic: Self.spansDecades(column.values))
    own.isMaximised = data.attribute(Names.goal)?.text == Names.maximised
    score = own
    parameters = data.variables.compactMap { variable in
      let isIndex = variable.name == variable.dimensions.first
      guard !Names.beside.contains(where: { $0.name == variable.name }), !isIndex,
        let column = ShownColumn(variable),
        column.values.count == own.values.count
      else { return nil }
      return SampledParameter(
        name: labels.label(variable.name), unit: column.unit, values: column.values,
        isLogarithmic: Self.isLogarithmic(variable, data))
    }
    second = data.shown(Names.secondScore).map {
      SampledParameter(name: "second score", unit: $0.unit, values: $0.values)
    }
    front = data[Names.isOnFront.name]?.decoded().map { values in values.map { $0 == 1 } }
    let found = data.attribute(Names.bestTrial)?.number.flatMap { Int(exactly: $0) }
    best = found ?? Self.least(own.values, data)
  }

  /// Tables of other stages do not say which is best: it is the least score.
  private static func least(_ scores: [Double], _ data: Dataset) -> Int? {
    guard data.attribute(Names.goal) == nil else { return nil }
    return scores.indices.filter { scores[$0].isFinite }.min { scores[$0] < scores[$1] }
  }

  /// The name of a score without the unit of its file, since the figure shows another.
  private static func shown(_ name: String) -> String {
    for ending in Names.unitsInName where name.hasSuffix(ending) {
      return String(name.dropLast(ending.count))
    }
    return name
  }

  /// Attribute `scale` of the variable, or `scale_<name>` or `<name>_scale` of the file; a guess by spread
  /// else.
  private static func isLogarithmic(_ variable: Dataset.Variable, _ data: Dataset) -> Bool {
    let texts = [
      variable.attribute(Names.ownScale), data.attribute(Names.scale + variable.name),
      data.attribute(variable.name + Names.foreignScale),
    ]
    if let scale = texts.compactMap({ $0?.text }).first { return scale.hasPrefix("log") }
    let values = PlotMath.finite(variable.decoded() ?? [])
    guard let low = values.min(), let high = values.max(), low > 0 else { return false }
    return high / low >= 50
  }

  private static func spansDecades(_ values: [Double]) -> Bool {
    let kept = PlotMath.finite(values)
    guard let low = kept.min(), let high = kept.max(), low > 0 else { return false }
    return high > 5 * low
  }

  /// The same trials on axes of another kind.
  func with(logarithmicSettings: Bool, logarithmicScores: Bool) -> SearchTable {
    var table = self
    for index in table.parameters.indices { table.parameters[index].isLogarithmic = logarithmicSettings }
    table.score.isLogarithmic = logarithmicScores
    return table
  }

  /// The same trials judged by the second score; nil for a search by one.
  var ofSecondScore: SearchTable? {
    guard let second else { return nil }
    var table = self
    table.score = second
    return table
  }

  /// Trials of a search in windows, whose numbers have no order that a surface could follow.
  var isByWindow: Bool { parameters.contains { $0.name == Names.window.name } }

  /// The scores against what was tried: a curve, a map or slices.
  func figure(title: String) -> Figure? {
    switch parameters.count {
    case 0: return nil
    case 1:
      var curve = ScoreCurve(
        title: title, parameters: parameters[0].values, scores: score.values,
        parameterLabel: parameters[0].label, scoreLabel: score.label)
      (curve.isParameterLogarithmic, curve.isScoreLogarithmic) = (
        parameters[0].isLogarithmic, score.isLogarithmic
      )
      curve.best = best
      return Figures.curve(curve)
    case 2 where !isByWindow:
      return Figures.scoreMap(parameters[0], parameters[1], score: score, best: best, title: title)
    default: return Figures.slices(parameters, score: score, best: best, title: title)
    }
  }

  /// Trials by both scores; nil for a search by one.
  func frontFigure(title: String, logarithmic: Set<PlotAxis> = []) -> Figure? {
    guard var second, let front else { return nil }
    var first = score
    if first.name == second.name { first.name = "first score" }
    (first.isLogarithmic, second.isLogarithmic) = (logarithmic.contains(.x), logarithmic.contains(.y))
    return Figures.front(first, second, isOnFront: front, best: best, title: title)
  }
}

/// What was drawn for the members of an ensemble, and how they scored.
struct EnsembleTable {
  let parameters: [SampledParameter]
  /// Those of the parameters that members gave rather than were given.
  let numbers: [SampledParameter]
  let score: SampledParameter?
  let failed: Int

  private typealias Names = EnsembleVariables

  /// Columns that neither were drawn nor judge.
  private static let countNames = Names.counts.map(\.name) + [Names.dimension]
  private static let scoreNames = Names.scores.map(\.name)

  /// - Returns: nil where the dataset has no columns of drawn settings.
  init?(_ columns: Dataset, _ labels: NameLabels = [:]) {
    let isOurs = columns.variables.contains { Names.parameter.rest(of: $0.name) != nil }
    guard isOurs || columns.variables.contains(where: { $0.dimensions.first == Names.dimension }) else {
      return nil
    }
    let all = columns.variables.compactMap { variable -> SampledParameter? in
      guard !Self.countNames.contains(variable.name), let column = ShownColumn(variable) else {
        return nil
      }
      let name = Names.parameter.rest(of: variable.name) ?? variable.name
      return SampledParameter(
        name: labels.label(name), unit: column.unit, values: column.values,
        isLogarithmic: Self.spansDecades(column.values))
    }
    score = Self.scoreNames.compactMap { name in all.first { $0.name == name } }.first
    parameters = all.filter { !Self.scoreNames.contains($0.name) }
    let own = columns.variables.map(\.name).filter { Names.parameter.rest(of: $0) == nil }
    numbers = parameters.filter { own.contains($0.name) }
    failed = columns[Names.failed.name]?.decoded()?.count { $0 != 0 } ?? 0
  }

  private static func spansDecades(_ values: [Double]) -> Bool {
    let kept = PlotMath.finite(values)
    guard let low = kept.min(), let high = kept.max(), low > 0 else { return false }
    return high / low >= 50
  }
}

extension ConvergenceHistory {
  /// The history as an inversion writes it; nil where the dataset has none.
  init?(_ data: Dataset) {
    guard let norm = data.shown(IterationVariables.norm), let change = data.shown(IterationVariables.change)
    else { return nil }
    let numbers =
      data.shown(IterationVariables.iteration)?.values ?? norm.values.indices.map { Double($0 + 1) }
    self.init(
      iterations: numbers, l2Norm: norm.values, deltaL2Norm: change.values,
      l2NormTolerance: data.attribute(IterationVariables.normTolerance)?.number,
      deltaL2NormTolerance: data.attribute(IterationVariables.changeTolerance)?.number,
      returned: data.attribute(IterationVariables.returned)?.number)
  }
}
