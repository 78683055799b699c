import Artefacts
import Datasets
import NumericCore
import Planning

extension SectionMaker {
  /// Outputs of a kind without a section of its own: grids as maps, tables as dots.
  func addOutputs(to section: inout StageSection) {
    for output in stage.signature.outputs {
      switch output.type.form {
      case .grid:
        if output.sameTypeAs != nil, artefacts.gridNames(name, output.name).isEmpty {
          addTable(output.name, to: &section)
        }
        for variable in news(artefacts.gridNames(name, output.name), of: output.name) {
          addMap(variable, of: output, to: &section)
        }
      case .table: addTable(output.name, to: &section)
      case .scalar, .bytes, .mixed: continue
      }
    }
  }

  private func addMap(_ variable: String, of output: OutputSpec, to section: inout StageSection) {
    guard let field = artefacts.field(name, output.name, variable) else { return }
    let values = PlotMath.finite(field.grid.values)
    let crossesZero = (values.min() ?? 0) < 0 && (values.max() ?? 0) > 0
    let isSigned = artefacts.views.isSigned(variable, unit: field.unit)
    var style = isSigned && crossesZero ? Self.diverging : Self.sequential
    style.axes = field.axes
    // Several outputs may hold fields of one name.
    let isAlone =
      stage.signature.outputs.count { other in
        other.type.form == .grid && artefacts.dataset(name, other.name)?[variable] != nil
      } < 2
    section.add(
      Figures.map(
        field.grid, title: isAlone ? variable : "\(output.name): \(variable)", unit: field.unit,
        style: style.with(statistic: .mean)),
      "Variable '\(variable)' of output '\(output.name)'.")
  }

  private func addTable(_ port: String, to section: inout StageSection) {
    guard let data = artefacts.dataset(name, port), let points = artefacts.points(name, port),
      points.count > 0
    else { return }
    section.fact("rows of '\(port)'", Double(points.count))
    let names = news(data.variables.map(\.name), of: port)
    for variable in data.variables where names.contains(variable.name) {
      guard variable.name != variable.dimensions.first, let column = ShownColumn(variable),
        column.values.count == points.count
      else { continue }
      // One number for all rows is told, not drawn; zeros are what nobody has given.
      let values = PlotMath.finite(column.values)
      if let low = values.min(), low == values.max() {
        if low != 0 { section.fact(variable.name, low, column.unit) }
        continue
      }
      var style = Self.sequential.with(statistic: .mean)
      style.axes = artefacts.axes(name, port)
      section.add(
        Figures.pointMap(
          points, values: column.values, title: variable.name, unit: column.unit, style: style),
        "Column '\(variable.name)' of '\(port)'.")
    }
  }

  /// What an output is a changed form of, where its signature says so by a setting that names outputs.
  private func likes(of port: String) -> [PortReference] {
    guard let setting = stage.signature.outputs.first(where: { $0.name == port })?.sameTypeAs else {
      return []
    }
    let named: [PortReference] =
      switch stage.settings[setting] {
      case .value(.output(let output))?: [output]
      case .value(.list(let elements))?:
        elements.compactMap { if case .output(let output) = $0 { output } else { nil } }
      default: []
      }
    // An arrow is named by the stage that it goes to.
    return named.map { artefacts.inputs.pipeline[$0.stage]?.inputs[$0.port] ?? $0 }
  }

  /// What a stage adds to or changes in data that it passes on: nobody wants the same maps after every stage. Where it
  /// moves them to other places or leaves some out, the one that the data are about.
  private func news(_ names: [String], of port: String) -> [String] {
    var places = PointVariables.places.map(\.name)
    if artefacts.axes(name, port) == .section { places += SectionVariables.all.map(\.name) }
    let names = names.filter { !places.contains($0) }
    guard let data = artefacts.dataset(name, port) else { return names }
    var result = names
    for input in stage.inputs.values.sorted(by: { "\($0)" < "\($1)" }) + likes(of: port) {
      guard let before = artefacts.dataset(input.stage, input.port) else { continue }
      let shared = names.filter {
        before[$0]?.dimensions.count == data[$0]?.dimensions.count && before[$0] != nil
      }
      let hasMoved = shared.contains { before[$0]?.values.count != data[$0]?.values.count }
      if hasMoved, let main = ViewTable.subjects.map(\.name).first(where: shared.contains) {
        result.removeAll { shared.contains($0) && $0 != main }
      } else {
        result.removeAll { shared.contains($0) && before[$0]?.values == data[$0]?.values }
      }
    }
    return result
  }
}
