import Datasets
import NumericCore
import Planning

extension SectionMaker {
  func addInversion(to section: inout StageSection) {
    if let contrast = artefacts.field(name, "topography", "density_contrast") {
      addDensities(contrast, to: &section)
    } else {
      addTopographies(to: &section)
    }
    addResiduals(to: &section)
    addMap(
      "topography", "correction", "Last correction", Self.diverging.with(statistic: .rootMeanSquare),
      "The last step of what is sought.", nil, &section)
    addHistory(to: &section)
  }

  /// A density inversion leaves the surface where it is.
  private func addDensities(_ final: Artefacts.Field, to section: inout StageSection) {
    guard let start = artefacts.field(name, "topography", "starting_density_contrast") else { return }
    addComparison(start, final, ("Starting", "Inverted − starting", "Inverted"), nil, &section)
  }

  private func addTopographies(to section: inout StageSection) {
    let points = artefacts.constraints
    let start = artefacts.field(name, "topography", "starting_topography")
    let final = artefacts.field(name, "topography", "topography")
    if let start, let final {
      addComparison(start, final, ("Starting", "Inverted − starting", "Inverted"), points, &section)
    }
    if let truth = artefacts.truth, let final {
      addComparison(truth, final, ("True", "Inverted − true", "Inverted"), points, &section)
      section.fact("RMS error of the topography", rootMeanSquareError(final.grid, truth.grid), truth.unit)
    }
  }

  private func addResiduals(to section: inout StageSection) {
    let start = artefacts.field(name, "gravity", "starting_res")
    guard let final = artefacts.field(name, "gravity", "res") else { return }
    if let start {
      let style = Self.diverging.with(statistic: .rootMeanSquare)
      section.add(
        Figures.comparison(
          start.grid, final.grid,
          titles: ComparisonTitles(
            first: "Initial residual", difference: "Final − initial", second: "Final residual"),
          unit: final.unit, style: style),
        "Residual gravity before and after the inversion in the same colours.")
    }
    section.add(
      Figures.map(
        final.grid, title: "Final residual", unit: final.unit,
        style: Self.diverging.with(statistic: .rootMeanSquare)),
      "What the inversion did not explain, in colours of its own: should look like noise.")
    let sets =
      (start.map { [(label: "initial", values: $0.grid.values)] } ?? [])
      + [(label: "final", values: final.grid.values)]
    section.add(
      Figures.histogram(
        Histogram(title: "Residual gravity", quantity: "residual, \(final.unit)", sets: sets)),
      "Distribution of the residual over the grid.")
  }

  private func addHistory(to section: inout StageSection) {
    guard let data = artefacts.dataset(name, "history"), let history = ConvergenceHistory(data) else {
      return
    }
    let returned = history.returned
    section.add(
      Figures.convergence(history),
      "ℓ₂-norm (square root of the RMSE) and the ratio of the one before to it. The inversion ends where the norm "
        + "or the change falls to the dashed line of both tolerances. Ring: the iteration returned.")
    section.tables += iterationTable(data, returned)
    section.fact("iterations", Double(history.l2Norm.count))
    section.fact("iteration returned", returned)
    if let reason = data.attribute("termination_reason")?.text {
      section.facts.append(("stopped because", reason.split(separator: "_").joined(separator: " ")))
    }
  }

  private func iterationTable(_ data: Dataset, _ returned: Double?) -> String {
    let columns = data.variables.compactMap { variable in
      Artefacts.column(variable).map { (name: variable.name, column: $0) }
    }.filter { !$0.column.values.isEmpty }
    let count = columns.map(\.column.values.count).max() ?? 0
    let numbers = columns.first { $0.name == "iteration" }?.column.values
    let rows = (0..<count).map { row -> [String] in
      let cells = columns.map {
        $0.column.values.indices.contains(row) ? NumberText.significant($0.column.values[row], 5) : ""
      }
      let isReturned = returned != nil && numbers?[row] == returned
      return isReturned ? cells.map { "<b>\($0)</b>" } : cells
    }
    let heads = columns.map { name, column in
      escaped(column.unit.isEmpty ? name : "\(name), \(column.unit)")
    }
    return HTML.details(
      "Table of \(count) iterations", HTML.table(head: heads, rows: rows, numeric: Set(heads.indices)))
  }

  /// Root mean square of `found` − `truth` at the nodes of `truth` where both have values.
  func rootMeanSquareError(_ found: Grid, _ truth: Grid) -> Double {
    PlotMath.rootMeanSquare(Figures.difference(found, truth).values)
  }
}
