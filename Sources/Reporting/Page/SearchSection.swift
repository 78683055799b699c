import Datasets
import Planning

extension SectionMaker {
  /// Columns of the table that hold no setting.
  private static let notTried: Set = ["score", "second_score", "on_front", "failed"]

  /// Trials of a cross-validation or search: a curve for one setting, coloured dots for more.
  func addSearch(to section: inout StageSection) {
    guard let data = artefacts.dataset(name, "scores"), let score = artefacts.column(name, "scores", "score")
    else { return }
    let scoreName = data.attribute("score_name")?.text ?? "score"
    let measured = SampledParameter(name: scoreName, unit: score.unit, values: score.values)
    let parameters = data.variables.compactMap { variable -> SampledParameter? in
      let isIndex = variable.name == variable.dimensions.first
      guard !Self.notTried.contains(variable.name), !isIndex, let column = Artefacts.column(variable),
        column.values.count == score.values.count
      else { return nil }
      return SampledParameter(
        name: variable.name, unit: column.unit, values: column.values,
        isLogarithmic: isLogarithmic(variable, data))
    }
    let best = data.attribute("best_trial")?.number.flatMap { Int(exactly: $0) }
    addDrawing(parameters, measured, best, &section)
    addFront(measured, best, &section)
    addBest(parameters, measured, best, &section)
    section.tables += trialTable(parameters, measured, best)
  }

  /// Attribute `scale` of the variable, or `scale_<name>` or `<name>_scale` of the file; a guess by spread
  /// else.
  private func isLogarithmic(_ variable: Dataset.Variable, _ data: Dataset) -> Bool {
    let texts = [
      variable.attribute("scale"), data.attribute("scale_\(variable.name)"),
      data.attribute("\(variable.name)_scale"),
    ]
    if let scale = texts.compactMap({ $0?.text }).first { return scale.hasPrefix("log") }
    let values = PlotMath.finite(variable.decoded() ?? [])
    guard let low = values.min(), let high = values.max(), low > 0 else { return false }
    return high / low >= 50
  }

  private func addDrawing(
    _ parameters: [SampledParameter], _ score: SampledParameter, _ best: Int?, _ section: inout StageSection
  ) {
    switch parameters.count {
    case 0: return
    case 1:
      var curve = ScoreCurve(
        title: "Score of the trials", parameters: parameters[0].values, scores: score.values,
        parameterLabel: parameters[0].label, scoreLabel: score.label)
      curve.isParameterLogarithmic = parameters[0].isLogarithmic
      let positive = PlotMath.finite(score.values)
      curve.isScoreLogarithmic =
        (positive.min() ?? 0) > 0 && (positive.max() ?? 0) > 5 * (positive.min() ?? 1)
      curve.best = best
      section.add(Figures.curve(curve), "Every trial; the ring marks the best.")
    case 2:
      section.add(
        Figures.scoreScatter(
          parameters[0], parameters[1], score: score, best: best, title: "Score of the trials"),
        "Every trial at its settings, coloured by its score; the ring marks the best.")
    default:
      section.add(
        Figures.scatterMatrix(parameters, title: "Trials", score: score),
        "Every trial at its settings, coloured by its score.")
    }
  }

  /// Of a search by two scores: every trial by both.
  private func addFront(_ score: SampledParameter, _ best: Int?, _ section: inout StageSection) {
    guard let second = artefacts.column(name, "scores", "second_score"),
      let front = artefacts.column(name, "scores", "on_front")
    else { return }
    section.add(
      Figures.scoreScatter(
        SampledParameter(name: "first score", unit: score.unit, values: score.values),
        SampledParameter(name: "second score", unit: second.unit, values: second.values),
        score: SampledParameter(name: "on the front", unit: "1", values: front.values), best: best,
        title: "Trials by both scores"),
      "No trial beats one of the front (1) in both scores; the ring marks the best by the rule of choice.")
    section.fact("trials on the front", Double(front.values.count { $0 == 1 }))
    if let best, second.values.indices.contains(best) {
      section.fact("its second score", second.values[best], second.unit)
    }
  }

  private func addBest(
    _ parameters: [SampledParameter], _ score: SampledParameter, _ best: Int?, _ section: inout StageSection
  ) {
    section.fact("trials", Double(score.values.count))
    let failed = score.values.count { !$0.isFinite }
    if failed > 0 { section.fact("trials without a score", Double(failed)) }
    guard let best, score.values.indices.contains(best) else { return }
    for parameter in parameters {
      section.fact(
        "best \(parameter.name)", parameter.values[best], parameter.unit == "1" ? "" : parameter.unit)
    }
    section.fact("its \(score.name)", score.values[best], score.unit)
    for parameter in parameters {
      let tried = PlotMath.finite(parameter.values)
      guard tried.count > 2, let least = tried.min(), let most = tried.max(), least < most else { continue }
      let value = parameter.values[best]
      guard value == least || value == most else { continue }
      let end = value == least ? "least" : "greatest"
      section.facts.append(
        ("best \(parameter.name) is at a limit", "the \(end) tried: the limits may be too narrow"))
    }
  }

  private func trialTable(_ parameters: [SampledParameter], _ score: SampledParameter, _ best: Int?) -> String
  {
    let shown = min(score.values.count, 40)
    let rows = (0..<shown).map { trial -> [String] in
      let cells =
        parameters.map { NumberText.significant($0.values[trial], 5) }
        + [NumberText.significant(score.values[trial], 7)]
      let marked = trial == best ? cells.map { "<b>\($0)</b>" } : cells
      return ["\(trial)"] + marked
    }
    let heads = ["trial"] + parameters.map { escaped($0.label) } + [escaped(score.label)]
    let numeric = Set(heads.indices)
    let title = "Table of \(shown) trials" + (shown < score.values.count ? " of \(score.values.count)" : "")
    return HTML.details(title, HTML.table(head: heads, rows: rows, numeric: numeric))
  }
}
