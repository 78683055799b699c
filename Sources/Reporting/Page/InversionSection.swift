import Datasets
import NumericCore
import Planning

extension SectionMaker {
  func addInversion(to section: inout StageSection) {
    if let contrast = artefacts.field(name, "topography", "density_contrast") {
      addDensities(contrast, to: &section)
    } else {
      addTopographies(to: &section)
      addViews(to: &section)
    }
    addResiduals(to: &section)
    addHeldOut(to: &section)
    addMap(
      "topography", "correction", "Last correction", Self.diverging.with(statistic: .rootMeanSquare),
      "The last step of what is sought.", nil, &section)
    addHistory(to: &section)
  }

  /// A density inversion leaves the surface where it is.
  private func addDensities(_ final: Artefacts.Field, to section: inout StageSection) {
    guard let start = artefacts.field(name, "topography", "starting_density_contrast") else { return }
    addComparison(final, start, ("Inverted", "Inverted − starting", "Starting"), nil, &section)
  }

  private func addTopographies(to section: inout StageSection) {
    let points = artefacts.constraints
    let start = artefacts.field(name, "topography", "starting_topography")
    let final = artefacts.field(name, "topography", "topography")
    if let start, let final {
      addComparison(final, start, ("Inverted", "Inverted − starting", "Starting"), points, &section)
    }
    if let truth = artefacts.truth, let final {
      addComparison(final, truth, ("Inverted", "Inverted − true", "True"), points, &section)
      section.fact("RMS error of the topography", rootMeanSquareError(final.grid, truth.grid), truth.unit)
    }
  }

  /// The surface in relief, and along two lines under the gravity that gave it.
  private func addViews(to section: inout StageSection) {
    guard let surface = artefacts.dataset(name, "topography"),
      let gravity = artefacts.dataset(name, "gravity"),
      let nodes = artefacts.field(name, "topography", "topography")?.grid.geometry, nodes.rows > 2,
      nodes.columns > 2
    else { return }
    let source = PlotSource(surface, name: "\(name).topography")
    var relief = PlotRequest(kind: .relief)
    (relief.extent, relief.mostCells) = (300, SectionMaker.diverging.mostCells)
    var profile = PlotRequest(kind: .profile)
    profile.other = PlotSource(gravity, name: "\(name).gravity")
    for (request, caption) in [
      (relief, "The surface in light from the north-west, steep slopes exaggerated."),
      (profile, "Gravity and the surface through the middle of the region; dotted: where the lines cross."),
    ] {
      do {
        section.add(try Plot(source, request).figure(), caption)
      } catch {
        artefacts.note(name, "no \(request.kind?.rawValue ?? "plot") of the surface: \(error)")
      }
    }
  }

  /// Data that the inversion did not see, and what it predicts there.
  private func addHeldOut(to section: inout StageSection) {
    guard let isTest = artefacts.field(name, "gravity", "test")?.grid.values,
      let residual = artefacts.field(name, "gravity", "res"),
      let forward = artefacts.field(name, "gravity", "forward_gravity")
    else { return }
    let nodes = isTest.indices.filter { isTest[$0] == 1 && residual.grid.values[$0].isFinite }
    guard !nodes.isEmpty else { return }
    let predicted = nodes.map { forward.grid.values[$0] }
    let left = nodes.map { residual.grid.values[$0] }
    let score = NumberText.significant(PlotMath.rootMeanSquare(left))
    section.add(
      Figures.agreement(
        SampledParameter(
          name: "measured − regional", unit: residual.unit, values: zip(predicted, left).map { $0 + $1 }),
        SampledParameter(name: "predicted", unit: forward.unit, values: predicted),
        title: "Held-out gravity, RMS \(score) \(residual.unit)"),
      "At nodes that the inversion did not see; on the line where the prediction is what was measured.")
  }

  /// The region whose residual stops an inversion with a buffer zone.
  private func innerRegion(_ grid: Grid) -> Region? {
    let isGeographic = grid.geometry.isGeographic
    guard
      case .value(let value)? = stage.settings[isGeographic ? "buffer_angle" : "buffer_width"],
      let buffer = Self.number(value), buffer > 0
    else { return nil }
    return grid.geometry.region.shrunk(by: buffer)
  }

  private static func number(_ value: SettingValue) -> Double? {
    guard case .number = value else { return nil }
    return Settings(["buffer": value]).number("buffer")
  }

  private func addResiduals(to section: inout StageSection) {
    let start = artefacts.field(name, "gravity", "starting_res")
    guard let final = artefacts.field(name, "gravity", "res") else { return }
    if let start {
      let style = Self.diverging.with(statistic: .rootMeanSquare)
      section.add(
        Figures.comparison(
          final.grid, start.grid,
          titles: ComparisonTitles(
            first: "Final residual", difference: "Final − initial", second: "Initial residual"),
          unit: final.unit, style: style),
        "Residual gravity before and after the inversion in the same colours.")
    }
    section.add(
      Figures.map(
        final.grid, title: "Final residual", unit: final.unit,
        style: Self.diverging.with(statistic: .rootMeanSquare),
        overlay: MapOverlay(innerRegion: innerRegion(final.grid))),
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
    addIterations(to: &section)
    section.tables += iterationTable(data, returned)
    section.fact("iterations", Double(history.l2Norm.count))
    section.fact("iteration returned", returned)
    if let reason = data.attribute("termination_reason")?.text {
      section.facts.append(("stopped because", reason.split(separator: "_").joined(separator: " ")))
    }
  }

  /// Some of the iterations where the history holds their grids.
  private func addIterations(to section: inout StageSection) {
    guard let path = artefacts.inputs.artefact(name, "history") else { return }
    var request = PlotRequest(kind: .iterations)
    (request.extent, request.mostCells) = (340, Self.diverging.mostCells)
    do {
      let source = try PlotSource(netCDF: path, name: "\(name).history")
      guard source.iterations != nil else { return }
      section.add(
        try Plot(source, request).figure(),
        "Iterations from the start to the last one: what is sought, what the iteration added to it, and the "
          + "residual that it left. Maps of a column have the same colours.")
    } catch {
      artefacts.note(name, "the iterations can't be drawn: \(error)")
    }
  }

  private func iterationTable(_ data: Dataset, _ returned: Double?) -> String {
    let rows = data["l2_norm"]?.dimensions
    let columns = data.variables.filter { $0.dimensions == rows }.compactMap { variable in
      Artefacts.column(variable).map { (name: variable.name, column: $0) }
    }.filter { !$0.column.values.isEmpty }
    let count = columns.map(\.column.values.count).max() ?? 0
    let numbers = columns.first { $0.name == "iteration" }?.column.values
    let cells = (0..<count).map { row -> [String] in
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
      "Table of \(count) iterations", HTML.table(head: heads, rows: cells, numeric: Set(heads.indices)))
  }

  /// Root mean square of `found` − `truth` at the nodes of `truth` where both have values.
  func rootMeanSquareError(_ found: Grid, _ truth: Grid) -> Double {
    PlotMath.rootMeanSquare(Figures.difference(found, truth).values)
  }
}
