import Artefacts
import Datasets
import Planning

extension SectionMaker {
  /// The way of an inversion: norms of its iterations, some of these as maps where they were kept, and a table.
  func addIterations(_ port: String, to section: inout StageSection) {
    guard let data = artefacts.dataset(name, port), let history = ConvergenceHistory(data) else { return }
    let returned = history.returned
    section.add(
      Figures.convergence(history),
      "ℓ₂-norm (square root of the RMSE) and the ratio of the one before to it. The inversion ends where the norm "
        + "or the change falls to the dashed line of both tolerances. Ring: the iteration returned.")
    addMaps(port, to: &section)
    section.tables += iterationTable(data, returned)
    section.fact("iterations", Double(history.l2Norm.count - 1), note: "beside the start")
    section.fact("iteration returned", returned)
    if let reason = data.attribute(IterationVariables.reason)?.text {
      section.facts.append(("stopped because", reason.split(separator: "_").joined(separator: " "), ""))
    }
  }

  /// Some of the iterations where the history holds their grids.
  private func addMaps(_ port: String, to section: inout StageSection) {
    guard let path = artefacts.inputs.artefact(name, port) else { return }
    var request = PlotRequest(kind: .iterations)
    (request.extent, request.mostCells) = (340, Self.diverging.mostCells)
    do {
      let source = try PlotSource(netCDF: path, name: "\(name).\(port)", views: artefacts.views)
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
    let rows = data[IterationVariables.norm.name]?.dimensions
    let columns = data.variables.filter { $0.dimensions == rows }.compactMap { variable in
      ShownColumn(variable).map { (name: variable.name, column: $0) }
    }.filter { !$0.column.values.isEmpty }
    let count = columns.map(\.column.values.count).max() ?? 0
    let numbers = columns.first { $0.name == IterationVariables.iteration.name }?.column.values
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
}
