import Datasets
import NumericCore
import Planning

extension SectionMaker {
  /// Predictions at points that were held out.
  func addPointScores(to section: inout StageSection) {
    let port = stage.signature.outputs.first { $0.type == .table }?.name ?? "table"
    guard let points = artefacts.points(name, port), let residual = artefacts.column(name, port, "residual")
    else {
      _ = artefacts.dataset(name, port)
      return
    }
    section.fact("points", Double(points.count))
    section.add(
      Figures.pointMap(
        points, values: residual.values, title: "Residual at the points", unit: residual.unit,
        style: Self.diverging.with(statistic: .rootMeanSquare)),
      "Measured − predicted.")
    section.add(
      Figures.histogram(
        Histogram(
          title: "Residual at the points", quantity: "residual, \(residual.unit)",
          sets: [(label: "points", values: residual.values)],
          marks: [
            .init(
              PlotMath.mean(residual.values),
              "mean \(NumberText.significant(PlotMath.mean(residual.values), 3))")
          ])),
      "Measured − predicted.")
    addPredictions(port, &section)
    guard let deviation = artefacts.column(name, port, "deviation") else { return }
    let ratios = zip(residual.values, deviation.values).map { $0 / $1 }.filter(\.isFinite)
    section.add(
      Figures.histogram(
        Histogram(
          title: "Residual over standard deviation", quantity: "residual / standard deviation",
          sets: [(label: "points", values: ratios)], marks: [.init(-2, "−2"), .init(2, "2")])),
      "Within ±2 at about 95 % of the points if the ensemble knows its errors.")
  }

  private func addPredictions(_ port: String, _ section: inout StageSection) {
    guard let known = artefacts.column(name, port, "upward"),
      let predicted = artefacts.column(name, port, "predicted")
    else { return }
    section.add(
      Figures.agreement(
        SampledParameter(name: "measured", unit: known.unit, values: known.values),
        SampledParameter(name: "predicted", unit: predicted.unit, values: predicted.values),
        title: "Predictions at the points"),
      "On the line where the prediction is what was measured.")
  }

  /// Without a fold held out both tables have every row.
  static func splitGroups(training: Points?, testing: Points?) -> [(label: String, points: Points)] {
    if let training, training == testing { return [("to use and to test by", training)] }
    return [("to use", training), ("held out", testing)].compactMap { label, points in
      points.map { (label, $0) }
    }
  }

  /// Where the rows to use and those held out lie.
  func addSplit(to section: inout StageSection) {
    let groups = Self.splitGroups(
      training: artefacts.points(name, "training"), testing: artefacts.points(name, "testing"))
    guard groups.contains(where: { $0.points.count > 0 }) else {
      addByPortType(to: &section)
      return
    }
    for group in groups { section.fact("rows \(group.label)", Double(group.points.count)) }
    section.add(
      Figures.pointGroups(groups, title: "Rows to use and held out", extent: Self.extent),
      "Held-out rows should lie among the others.")
  }

  /// A stage of a kind without a section of its own: grids as maps, tables as dots, histories as curves.
  func addByPortType(to section: inout StageSection) {
    for output in stage.signature.outputs {
      switch output.type {
      case .grid, .gravity, .topography, .weights, .statistics:
        if output.sameTypeAs != nil, artefacts.gridNames(name, output.name).isEmpty {
          addTable(output.name, to: &section)
        }
        for variable in news(artefacts.gridNames(name, output.name), of: output.name) {
          guard let field = artefacts.field(name, output.name, variable) else { continue }
          let values = PlotMath.finite(field.grid.values)
          let crossesZero = (values.min() ?? 0) < 0 && (values.max() ?? 0) > 0
          let isSigned = output.type == .gravity || field.unit == "mGal" || variable == "difference"
          let style = isSigned && crossesZero ? Self.diverging : Self.sequential
          section.add(
            Figures.map(
              field.grid, title: variable, unit: field.unit, style: style.with(statistic: .mean)),
            "Variable '\(variable)' of output '\(output.name)'.")
        }
      case .table, .constraints: addTable(output.name, to: &section)
      case .history, .ensemble, .scalar, .file: continue
      }
    }
  }

  private func addTable(_ port: String, to section: inout StageSection) {
    guard let data = artefacts.dataset(name, port), let points = artefacts.points(name, port),
      points.count > 0
    else { return }
    section.fact("rows of '\(port)'", Double(points.count))
    let names = news(data.variables.map(\.name), of: port)
    for variable in data.variables where names.contains(variable.name) {
      guard !["easting", "northing", variable.dimensions.first].contains(variable.name),
        let column = Artefacts.column(variable), column.values.count == points.count
      else { continue }
      section.add(
        Figures.pointMap(
          points, values: column.values, title: variable.name, unit: column.unit,
          style: Self.sequential.with(statistic: .mean)),
        "Column '\(variable.name)' of '\(port)'.")
    }
  }

  /// What a stage adds to or changes in data that it passes on: nobody wants the same maps after every stage. Where it
  /// moves them to other places or leaves some out, the one that the data are about.
  private func news(_ names: [String], of port: String) -> [String] {
    let names = names.filter { $0 != "longitude" && $0 != "latitude" }
    guard let data = artefacts.dataset(name, port) else { return names }
    var result = names
    for input in stage.inputs.values.sorted(by: { "\($0)" < "\($1)" }) {
      guard let before = artefacts.dataset(input.stage, input.port) else { continue }
      let shared = names.filter {
        before[$0]?.dimensions.count == data[$0]?.dimensions.count && before[$0] != nil
      }
      let hasMoved = shared.contains { before[$0]?.values.count != data[$0]?.values.count }
      if hasMoved, let main = ["gravity_anomaly", "gravity", "topography"].first(where: shared.contains) {
        result.removeAll { shared.contains($0) && $0 != main }
      } else {
        result.removeAll { shared.contains($0) && before[$0]?.values == data[$0]?.values }
      }
    }
    return result
  }
}
