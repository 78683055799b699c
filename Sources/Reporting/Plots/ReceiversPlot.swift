import Artefacts
import Datasets
import NumericCore

extension Plot {
  /// What each receiver contributes, of one table or of several beside each other.
  func receivers() throws -> Figure {
    let tables = try ([source] + others).map { table in
      guard let misfits = table.receiverMisfits else {
        throw PlotError.notDrawable(
          kind: kind.rawValue, artefact: table.name, needs: "columns of receivers and of their misfits",
          found: table.dataset.variables.map(\.name))
      }
      return (name: table.name, misfits: misfits)
    }
    var order: [String] = []
    for table in tables { order += table.misfits.receivers.filter { !order.contains($0) } }
    guard !order.isEmpty else {
      throw PlotError.noValues(variable: TraceVariables.Windows.value.name, artefact: source.name)
    }
    let isOne = tables.count == 1
    var chart = BarChart(
      title: request.title ?? "Misfit by receiver", quantity: "χ", names: order,
      sets: tables.map { table in
        SampledParameter(
          name: isOne ? "χ" : "\(table.name): χ \(NumberText.significant(table.misfits.total, 4))", unit: "",
          values: order.map { table.misfits.values[$0] ?? (isOne ? 0 : .nan) })
      })
    let values = PlotMath.finite(chart.sets.flatMap(\.values))
    chart.reach = 0...(values.allSatisfy { $0 == 0 } ? 1 : 0)
    return Figures.bars(chart)
  }
}
