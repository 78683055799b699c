import Artefacts
import Datasets
import NumericCore

// Plots of columns.
extension PlotKind {
  static let histogram = PlotKind(
    "histogram", options: [.variable, .with, .withVariable, .region, .log], precedence: 10
  ) { source, _ in
    !source.variableNames.isEmpty
  } draw: {
    try $0.histogram()
  }

  static let convergence = PlotKind("convergence", options: [.log], precedence: 30) { source, _ in
    EnsembleErrors(source.dataset) != nil || source.has(IterationVariables.norm, IterationVariables.change)
  } draw: {
    try $0.convergence()
  }

  static let scores = PlotKind("scores", options: [.log], precedence: 50) { source, _ in
    SearchTable(source.dataset) != nil
  } draw: {
    try $0.scores()
  }

  static let pareto = PlotKind("pareto", options: [.log], precedence: 55) { source, _ in
    SearchTable(source.dataset)?.front != nil
  } draw: {
    try $0.pareto()
  }

  static let importances = PlotKind(
    "importances", options: [.variable, .log], draw: { try $0.importances() })

  static let lhs = PlotKind("lhs", options: [.variable, .log], precedence: 60) { source, _ in
    EnsembleTable(source.dataset) != nil
  } draw: {
    try $0.lhs()
  }
}

extension Plot {
  func histogram() throws -> Figure {
    let names = request.variables.isEmpty ? [try preferredVariable()] : request.variables
    var sets = try names.map { name in
      let column = try regionValues(source, name)
      return (label: source.title(name), values: column.values, unit: column.unit)
    }
    if request.other != nil || request.otherVariable != nil {
      let other = request.other ?? source
      let name = request.otherVariable ?? names[0]
      let column = try regionValues(other, name)
      sets.append((label: "\(other.title(name)) (\(other.name))", values: column.values, unit: column.unit))
    }
    let units = Set(sets.map(\.unit))
    if units.count > 1 {
      throw PlotError.unitsDiffer(
        first: sets[0].unit, second: sets.first { $0.unit != sets[0].unit }?.unit ?? "",
        hint: "one histogram holds variables of one unit")
    }
    let unit = sets[0].unit.isEmpty ? "" : ", \(sets[0].unit)"
    let mean = PlotMath.mean(sets[0].values)
    var histogram = Histogram(
      title: request.title ?? (sets.count == 1 ? sets[0].label : "Distribution"),
      quantity: (sets.count == 1 ? sets[0].label : "value") + unit,
      sets: sets.map { ($0.label, $0.values) },
      marks: sets.count == 1 ? [.init(mean, "mean \(NumberText.significant(mean, 3))")] : [])
    histogram.isCountLogarithmic = request.logarithmic.contains(.y)
    if request.logarithmic.contains(.x) {
      throw PlotError.missingOption(
        kind: "histogram",
        text: "--log x: the counts of a histogram can be logarithmic (--log y), not its values")
    }
    return Figures.histogram(histogram)
  }

  /// The values of a grid inside the region asked for, or all of a column.
  private func regionValues(_ source: PlotSource, _ name: String) throws -> ShownColumn {
    guard request.region != nil else { return try source.values(name) }
    let field = try cut(source.grid(name))
    return ShownColumn(values: field.grid.values, unit: field.unit)
  }

  func convergence() throws -> Figure {
    if let errors = EnsembleErrors(source.dataset) {
      return Figures.ensembleErrors(
        errors, title: request.title ?? "Errors of the ensemble",
        logarithmic: request.given.contains(.log) ? request.logarithmic : [.x, .y])
    }
    guard let history = ConvergenceHistory(source.dataset) else {
      throw notDrawable(
        "columns \(IterationVariables.norm.name) and \(IterationVariables.change.name), as in an inversion's history, "
          + "or \(StatisticsVariables.meanError.name) and \(StatisticsVariables.deviationError.name), as in the "
          + "errors of an ensemble's statistics"
      )
    }
    if request.logarithmic.contains(.x) {
      throw PlotError.missingOption(
        kind: "convergence",
        text: "--log x: iterations are counted on a linear axis; --log y is for both norms")
    }
    return Figures.convergence(
      history, title: request.title ?? "Convergence",
      isLogarithmic: request.given.contains(.log) ? request.logarithmic.contains(.y) : nil)
  }

  private func searchTable() throws -> SearchTable {
    guard let table = SearchTable(source.dataset, source.labels) else {
      throw notDrawable("a column '\(TrialVariables.score.name)' a trial, as a search writes it")
    }
    guard request.given.contains(.log) else { return table }
    return table.with(
      logarithmicSettings: request.logarithmic.contains(.x),
      logarithmicScores: request.logarithmic.contains(.y))
  }

  func scores() throws -> Figure {
    let table = try searchTable()
    guard let figure = table.figure(title: request.title ?? "Score of the trials") else {
      throw notDrawable("columns of the settings that were tried")
    }
    return figure
  }

  func pareto() throws -> Figure {
    let table = try searchTable()
    let title = request.title ?? "Trials by both scores"
    guard let figure = table.frontFigure(title: title, logarithmic: request.logarithmic) else {
      throw notDrawable(
        "columns \(TrialVariables.secondScore.name) and \(TrialVariables.isOnFront.name), which a search by two scores "
          + "writes")
    }
    return figure
  }

  func importances() throws -> Figure {
    var table = try searchTable()
    if let name = request.variables.first {
      let (score, other) = (TrialVariables.score.name, TrialVariables.secondScore.name)
      guard request.variables == [other] || request.variables == [score] else {
        throw PlotError.missingOption(
          kind: kind.rawValue, text: "--variable: \(score) or \(other), one of them")
      }
      if name == other {
        guard let second = table.ofSecondScore else {
          throw PlotError.unknownVariable(name: name, artefact: source.name, found: [score])
        }
        table = second
      }
    }
    do {
      return Figures.bars(
        try table.importance(ofLogarithm: request.logarithmic.contains(.y))
          .chart(title: request.title ?? "Importance of the settings"))
    } catch {
      throw PlotError.outside(what: "the importance of the settings", text: error.description)
    }
  }

  /// The parameters that are asked for, or all, with the axes that are.
  /// - Parameter short: a parameter's name by what the user calls it.
  func chosen(
    of parameters: [SampledParameter], _ short: (String) -> String = { $0 }
  ) throws -> [SampledParameter] {
    var chosen = parameters
    if !request.variables.isEmpty {
      chosen = try request.variables.map { name in
        guard let found = parameters.first(where: { $0.name == short(name) }) else {
          throw PlotError.unknownVariable(
            name: name, artefact: source.name, found: parameters.map(\.name))
        }
        return found
      }
    }
    if request.given.contains(.log) {
      for index in chosen.indices { chosen[index].isLogarithmic = !request.logarithmic.isEmpty }
    }
    return chosen
  }

  func lhs() throws -> Figure {
    guard let table = EnsembleTable(source.dataset, source.labels), !table.parameters.isEmpty else {
      throw notDrawable(
        "columns of drawn settings (\(EnsembleVariables.parameter.name("NAME"))), as an ensemble's members have"
      )
    }
    let chosen = try chosen(of: table.parameters) { EnsembleVariables.parameter.rest(of: $0) ?? $0 }
    return Figures.scatterMatrix(chosen, title: request.title ?? "Settings drawn", score: table.score)
  }
}
