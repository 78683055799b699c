import Artefacts
import Datasets
import Planning

extension SectionMaker {
  /// Trials of a cross-validation or search: a curve for one setting, a map for two, slices for more.
  func addTrials(_ port: String, to section: inout StageSection) {
    guard let data = artefacts.dataset(name, port), let table = SearchTable(data, artefacts.labels(name))
    else { return }
    if let figure = table.figure(title: "Score of the trials") {
      section.add(figure, Self.caption(table.isByWindow ? 3 : table.parameters.count))
    }
    if table.parameters.count > 2 {
      section.add(
        Figures.scatterMatrix(table.parameters, title: "Trials", score: table.score),
        "Every trial at its settings, coloured by its score.")
    }
    addFront(table, &section)
    addImportances(table, &section)
    addBest(table.parameters, table.score, table.best, &section)
    section.tables += trialTable(table.parameters, table.score, table.best)
  }

  private static func caption(_ settings: Int) -> String {
    switch settings {
    case 1: "Every trial; the ring marks the best."
    case 2:
      "Every trial at its settings, coloured by its score; the ring marks the best. Colours between scattered "
        + "trials are a smooth surface through them."
    default: "The score against each setting; later trials are lighter, the ring marks the best."
    }
  }

  /// Of a search by two scores: every trial by both.
  private func addFront(_ table: SearchTable, _ section: inout StageSection) {
    guard let figure = table.frontFigure(title: "Trials by both scores"), let front = table.front,
      let second = table.second
    else { return }
    section.add(
      figure,
      "No trial beats one of the front in both scores; the ring marks the best by the rule of choice.")
    section.fact("trials on the front", Double(front.count { $0 }))
    if let best = table.best, second.values.indices.contains(best) {
      section.fact("its second score", second.values[best], second.unit)
    }
  }

  /// Of two settings or more.
  private func addImportances(_ table: SearchTable, _ section: inout StageSection) {
    guard table.parameters.count > 1, !table.isByWindow else { return }
    for (table, title) in [
      (table, "Importance of the settings"), (table.ofSecondScore, "Importance for the second score"),
    ] {
      guard let table else { continue }
      do {
        let own = try table.importance()
        section.add(
          Figures.bars(own.chart(title: title)),
          "Parts of the variance of the score between the least and the greatest values tried, by a Gaussian process "
            + "through the trials. Alone: what the setting makes by itself. Foreseen: of the variance of scores by "
            + "the other trials; where that is little, these are guesses.")
      } catch {
        section.facts.append((title.lowercased(), "unknown: \(error)", ""))
      }
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
        ("best \(parameter.name) is at a limit", "the \(end) tried", "the limits may be too narrow"))
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
