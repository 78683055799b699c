import Artefacts
import Datasets
import NumericCore

/// The windows of a search by windows, as its stage writes them.
struct WindowTable {
  let regions: [Region]
  /// Settings that were sought.
  let names: [String]
  let states: [String]
  /// Whether edges are degrees.
  let isGeographic: Bool

  private typealias Names = WindowVariables

  /// - Returns: nil where the dataset has no windows.
  init?(_ data: Dataset) {
    let sides = Names.edges.compactMap { data.shown($0)?.values }
    guard sides.count == 4, case .text(let states)? = data[Names.state]?.values, !states.isEmpty,
      sides.allSatisfy({ $0.count == states.count })
    else { return nil }
    self.states = states
    isGeographic = data[Names.west.name]?.units?.hasPrefix("degrees") == true
    regions = states.indices.map {
      Region(west: sides[0][$0], east: sides[1][$0], south: sides[2][$0], north: sides[3][$0])
    }
    names = data.variables.filter { variable in
      !Names.beside.contains { $0.name == variable.name } && variable.dimensions != [variable.name]
        && ShownColumn(variable)?.values.count == states.count
    }.map(\.name)
  }

  /// All windows together, and a little more.
  var region: Region {
    Figures.surroundings(
      of: Points(
        easting: regions.flatMap { [$0.west, $0.east] }, northing: regions.flatMap { [$0.south, $0.north] }))
  }

  /// Outlines with `values`, or with what became of a window that has none.
  func frames(_ values: [Double]) -> [MapFrame] {
    regions.indices.map { index in
      let value = values[index]
      return MapFrame(
        region: regions[index], label: value.isFinite ? NumberText.significant(value) : states[index],
        isUsed: value.isFinite)
    }
  }
}

extension PlotKind {
  static let windows = PlotKind(
    "windows",
    options: PlotOption.ofMaps.subtracting([.region, .innerRegion]).union([.with, .withVariable]),
    precedence: 80
  ) { source, _ in
    WindowTable(source.dataset) != nil
  } draw: {
    try $0.windows()
  }
}

extension Plot {
  /// The windows with their values, over the grid that was made of these where it is given.
  func windows() throws -> Figure {
    guard let table = WindowTable(source.dataset) else {
      throw notDrawable("the edges and states of windows, as a search by windows writes them")
    }
    if request.otherVariable != nil, request.other == nil {
      throw PlotError.missingOption(
        kind: kind.rawValue, text: "--with-variable needs --with: the grid of the best values")
    }
    let names = request.variables.isEmpty ? table.names : request.variables
    guard !names.isEmpty else { throw notDrawable("columns of the settings that were sought") }
    let fields = try names.map { try windowField($0, isOnly: names.count == 1) }
    if let other = request.other, fields.allSatisfy({ $0 == nil }) {
      throw PlotError.unknownVariable(name: names[0], artefact: other.name, found: other.gridNames)
    }
    let panels = try zip(names, fields).map { name, field in
      try windowPanel(table, name, field, panels: names.count)
    }
    return Figures.row(panels, label: request.title ?? source.name)
  }

  private func windowField(_ name: String, isOnly: Bool) throws -> ShownField? {
    guard let other = request.other else { return nil }
    if let variable = request.otherVariable { return try other.grid(variable) }
    if other.gridNames.contains(name) { return try other.grid(name) }
    return isOnly && other.gridNames.count == 1 ? try other.grid(other.gridNames[0]) : nil
  }

  private func windowPanel(
    _ table: WindowTable, _ name: String, _ field: ShownField?, panels: Int
  ) throws -> MapPanel {
    let column = try source.values(name)
    guard column.values.count == table.states.count else {
      throw PlotError.wrongShape(
        variable: name, artefact: source.name, needs: "a column of the windows' values")
    }
    let title = panels == 1 ? request.title ?? source.title(name) : source.title(name)
    var panel: MapPanel
    if let field {
      guard field.unit == column.unit else {
        throw PlotError.unitsDiffer(
          first: column.unit, second: field.unit, hint: "the grid must be that of the windows' values")
      }
      panel = MapPanel(
        field.grid, title: title, unit: field.unit,
        style: style(name, field.unit, field.grid.values, panels: panels),
        overlay: try overlay(field.grid.geometry))
    } else {
      let known = table.states.indices.filter { column.values[$0].isFinite }
      panel = MapPanel(
        [], title: title, unit: column.unit, style: style(name, column.unit, column.values, panels: panels),
        region: table.region)
      panel.isGeographic = table.isGeographic
      panel.cells = known.map { (table.regions[$0], column.values[$0]) }
      // A handful of values has no outliers to leave out.
      panel.style.reach = .full
      panel.overlay = try overlay(table.region, isGeographic: table.isGeographic)
      if let points = request.points { panel.marks.append(.init(points: points)) }
    }
    panel.overlay.frames = table.frames(column.values)
    return panel
  }
}
