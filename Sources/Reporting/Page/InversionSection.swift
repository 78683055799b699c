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
    guard let data = artefacts.dataset(name, "history"),
      let norm = artefacts.column(name, "history", "l2_norm"),
      let change = artefacts.column(name, "history", "delta_l2_norm")
    else { return }
    let numbers =
      artefacts.column(name, "history", "iteration")?.values ?? norm.values.indices.map { Double($0 + 1) }
    let returned = data.attribute("returned_iteration")?.number
    section.add(
      Figures.convergence(
        ConvergenceHistory(
          iterations: numbers, l2Norm: norm.values, deltaL2Norm: change.values,
          l2NormTolerance: data.attribute("l2_norm_tolerance")?.number,
          deltaL2NormTolerance: data.attribute("delta_l2_norm_tolerance")?.number, returned: returned)),
      "ℓ₂-norm (square root of the RMSE) and its ratio to the one before. Ring: the iteration returned."
    )
    section.fact("iterations", Double(norm.values.count))
    section.fact("iteration returned", returned)
    if let reason = data.attribute("termination_reason")?.text {
      section.facts.append(("stopped because", reason.split(separator: "_").joined(separator: " ")))
    }
  }

  /// Root mean square of `found` − `truth` at the nodes of `truth` where both have values.
  func rootMeanSquareError(_ found: Grid, _ truth: Grid) -> Double {
    PlotMath.rootMeanSquare(Figures.difference(found, truth).values)
  }
}
