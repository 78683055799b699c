import Artefacts
import Datasets
import NumericCore

extension PlotKind {
  static let iterations = PlotKind(
    "iterations", options: PlotOption.ofMaps.subtracting([.colours, .limits]).union([.iterations]),
    draw: { try $0.iterations() })
}

/// The iterations of an inversion as small maps.
extension Plot {
  /// Most rows unless iterations are named.
  private static let mostRows = 5

  /// A row an iteration: what is sought, what the iteration added to it, and the residual that it left. The colours
  /// of a column are those of all its maps together.
  func iterations() throws -> Figure {
    guard let reader = source.iterations else {
      throw notDrawable(
        "grids along the dimension \(IterationVariables.dimension), as an inversion leaves them in its history with "
          + "keep_iterations = yes")
    }
    let chosen = try chosenIterations(reader.count)
    let names = request.variables.isEmpty ? reader.slicedVariables : request.variables
    let columns = try names.map { try column($0, chosen, reader) }
    let rows = chosen.indices.map { row in columns.map { $0[row] } }
    return Figures.table(rows, label: request.title ?? source.name, heading: request.title ?? "")
  }

  private func chosenIterations(_ count: Int) throws -> [Int] {
    switch request.iterations {
    case .all: return Array(0..<count)
    case .these(let numbers):
      for number in numbers where number >= count {
        throw PlotError.outside(
          what: "iteration \(number)", text: "\(source.name) holds 0 (the start) to \(count - 1)")
      }
      return numbers
    case .spread:
      let rows = min(count, Self.mostRows)
      return (0..<rows).map { rows == 1 ? 0 : $0 * (count - 1) / (rows - 1) }
    }
  }

  /// One panel an iteration; none where there is nothing to see: the start has no correction.
  private func column(_ name: String, _ chosen: [Int], _ reader: NetCDFSeriesReader) throws -> [MapPanel?] {
    guard reader.slicedVariables.contains(name) else {
      throw PlotError.unknownVariable(name: name, artefact: source.name, found: reader.slicedVariables)
    }
    let geometry = try reader.geometry(of: name)
    let isAddition = IterationVariables.additions.contains { $0.name == name }
    let fields = try chosen.map { iteration -> ShownField? in
      if isAddition, iteration == 0 { return nil }
      let grid = Grid(geometry: geometry, values: try reader.slice(iteration, variable: name))
      return try cut(ShownField(grid, units: reader.units(of: name)))
    }
    let all = fields.compactMap { $0?.grid.values }.flatMap { $0 }
    var style = style(name, fields.compactMap { $0?.unit }.first ?? "", all, panels: 3)
    style.extent = request.extent * 0.5
    style.limits = style.colourLimits(of: all)
    let norms = try norms(of: name, reader)
    let overlay = try overlay(geometry)
    return zip(chosen, fields).map { iteration, field in
      guard let field else { return nil }
      let title = (iteration == 0 ? "Start" : "Iteration \(iteration)") + ": " + Self.words(name)
      var panel = MapPanel(field.grid, title: title, unit: field.unit, style: style, overlay: overlay)
      // The norm that stops an inversion: of the inner region, and before any part was cut out.
      if norms.values.indices.contains(iteration) {
        panel.note = "RMSE \(NumberText.significant(norms.values[iteration], 4)) \(norms.unit)"
      }
      return panel
    }
  }

  /// The root mean square that the history has of a residual.
  private func norms(of name: String, _ reader: NetCDFSeriesReader) throws -> ShownColumn {
    guard let norm = IterationVariables.normOfResidual[name], reader.columns.contains(norm.name) else {
      return ShownColumn(values: [], unit: "")
    }
    let unit = ShownUnit(reader.units(of: norm.name))
    return ShownColumn(values: unit.shown(try reader.column(norm.name)), unit: unit.symbol)
  }

  private static func words(_ name: String) -> String {
    IterationVariables.words[name] ?? name.split(separator: "_").joined(separator: " ")
  }
}
