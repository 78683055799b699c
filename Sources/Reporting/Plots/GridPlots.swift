import Artefacts
import Datasets
import NumericCore

// Plots of grids and of places.
extension PlotKind {
  static let map = PlotKind("map", options: PlotOption.ofMaps, precedence: 20) { source, _ in
    !source.gridNames.isEmpty || source.points() != nil
  } draw: {
    try $0.map()
  }

  static let compare = PlotKind(
    "compare", options: PlotOption.ofMaps.union([.with, .withVariable]), precedence: 70
  ) { _, request in
    request.other != nil || request.otherVariable != nil
  } draw: {
    try $0.compare()
  }

  static let relief = PlotKind(
    "relief", options: PlotOption.ofMaps.union([.through]), draw: { try $0.relief() })
}

extension Plot {
  func preferredVariable() throws -> String {
    if let sought = source.iterations?.slicedVariables.first { return sought }
    let names = source.variableNames
    if let name = views.main(among: names) { return name }
    guard let first = names.first else { throw notDrawable("a variable of numbers") }
    return first
  }

  private func preferredGrid() throws -> String {
    if let sought = source.iterations?.slicedVariables.first { return sought }
    let names = source.gridNames
    if let name = views.main(among: names) { return name }
    guard let first = names.first else { throw notDrawable("a grid") }
    return first
  }

  // MARK: - Map

  func map() throws -> Figure {
    if source.gridNames.isEmpty, source.points() != nil { return try pointMap() }
    let names = request.variables.isEmpty ? try mapVariables() : request.variables
    let fields = try names.map { name in (name: name, field: try cut(source.grid(name))) }
    let shared = sharedLimits(fields)
    let panels = try fields.map { name, field in
      var style = style(name, field.unit, field.grid.values, panels: fields.count)
      if request.limits == nil, let limits = shared[name] { style.limits = limits }
      style.axes = field.axes
      return MapPanel(
        field.grid, title: fields.count == 1 ? request.title ?? source.title(name) : source.title(name),
        unit: field.unit, style: style, overlay: try overlay(field.grid.geometry))
    }
    return Figures.row(panels, label: request.title ?? source.name)
  }

  private func mapVariables() throws -> [String] {
    let names = source.gridNames
    if let found = views.together(among: names) { return found }
    guard !names.isEmpty else { throw notDrawable("a grid, or a table with the places of its rows") }
    return Array(names.prefix(6))
  }

  /// Colour limits of what is to be compared by eye, such as data and what the model gives.
  private func sharedLimits(_ fields: [(name: String, field: ShownField)]) -> [String: ClosedRange<Double>] {
    for (name, field) in fields {
      let alike = fields.filter { views.alike(name).contains($0.name) }
      guard alike.count > 1, alike.allSatisfy({ $0.field.unit == field.unit }) else { continue }
      let values = alike.flatMap(\.field.grid.values)
      let limits = style(alike[0].name, field.unit, values, panels: 2).colourLimits(of: values)
      return Dictionary(alike.map { ($0.name, limits) }, uniquingKeysWith: { first, _ in first })
    }
    return [:]
  }

  private func pointMap() throws -> Figure {
    guard let found = source.points() else { throw notDrawable("the places of its rows") }
    var names = request.variables
    if names.isEmpty, !source.variableNames.isEmpty { names = [try preferredVariable()] }
    guard !names.isEmpty else {
      return Figures.pointGroups(
        [(label: source.name, points: found.points)], title: request.title ?? source.name,
        extent: request.extent)
    }
    let region = try pointRegion(found)
    let panels = try names.map { name in
      let column = try source.values(name)
      guard column.values.count == found.points.count else {
        throw PlotError.wrongShape(
          variable: name, artefact: source.name, needs: "a column of the rows' values")
      }
      var style = style(name, column.unit, column.values, panels: names.count)
      style.axes = source.placeAxes
      var panel = MapPanel(
        [.init(points: found.points, values: column.values)],
        title: names.count == 1 ? request.title ?? source.title(name) : source.title(name),
        unit: column.unit, style: style, region: region)
      panel.isGeographic = found.isGeographic
      panel.overlay = try overlay(region, isGeographic: found.isGeographic)
      if let points = request.points { panel.marks.append(.init(points: points)) }
      return panel
    }
    return Figures.row(panels, label: request.title ?? source.name)
  }

  private func pointRegion(_ found: (points: Points, isGeographic: Bool)) throws -> Region {
    if let region = request.region { return scaled(region, found.isGeographic) }
    return Figures.surroundings(of: found.points)
  }

  // MARK: - Comparison and relief

  func compare() throws -> Figure {
    if source.gridNames.isEmpty, let first = source.points(), let other = request.other,
      let second = other.points(), request.variables.isEmpty
    {
      return Figures.pointGroups(
        [(label: source.name, points: first.points), (label: other.name, points: second.points)],
        title: request.title ?? "Places", extent: request.extent)
    }
    let (first, second) = try compared()
    let one = try cut(source.grid(first))
    let two = try cut((request.other ?? source).grid(second))
    if one.unit != two.unit {
      throw PlotError.unitsDiffer(
        first: one.unit, second: two.unit, hint: "only grids of one unit can be compared")
    }
    try checkOverlap(two.grid.geometry, one.grid.geometry)
    let ofOther = request.other.map { " (\($0.name))" } ?? ""
    let ofFirst = request.other == nil ? "" : " (\(source.name))"
    let titles = ComparisonTitles(
      first: source.title(first) + ofFirst, difference: request.title ?? "Difference, left − right",
      second: (request.other ?? source).title(second) + ofOther)
    var style = style(first, one.unit, one.grid.values + two.grid.values, panels: 3)
    style.axes = one.axes
    return Figures.comparison(
      one.grid, two.grid, titles: titles, unit: one.unit, style: style,
      overlay: try overlay(one.grid.geometry))
  }

  /// Names of the first and the second grid.
  private func compared() throws -> (String, String) {
    let names = source.gridNames
    let other = request.other ?? source
    if request.other == nil, request.otherVariable == nil, request.variables.count < 2 {
      let pair = views.comparisons.lazy.map { ($0.first.name, $0.second.name) }.first { pair in
        names.contains(pair.0) && names.contains(pair.1)
          && (request.variables.isEmpty || request.variables == [pair.0])
      }
      guard let pair else {
        throw PlotError.missingOption(
          kind: "compare",
          text: "a comparison needs a second grid: --with OTHER, --with-variable NAME, or two --variable")
      }
      return pair
    }
    let first = try request.variables.first ?? preferredGrid()
    if request.variables.count > 1, request.other == nil { return (first, request.variables[1]) }
    if let name = request.otherVariable { return (first, name) }
    if other.dataset[first] != nil { return (first, first) }
    guard other.gridNames.count == 1 else {
      throw PlotError.unknownVariable(name: first, artefact: other.name, found: other.gridNames)
    }
    return (first, other.gridNames[0])
  }

  func relief() throws -> Figure {
    let name = try request.variables.first ?? preferredGrid()
    let field = try cut(source.grid(name))
    guard field.grid.geometry.rows > 2, field.grid.geometry.columns > 2 else {
      throw PlotError.wrongShape(variable: name, artefact: source.name, needs: "at least 3 × 3 nodes large")
    }
    var overlay = try overlay(field.grid.geometry)
    overlay.crossing = try place(in: field.grid.geometry)
    return Figures.relief(
      field.grid, title: request.title ?? source.title(name), unit: field.unit,
      style: style(name, field.unit, field.grid.values, panels: 1), overlay: overlay)
  }

  // MARK: - Pieces

  func style(_ name: String, _ unit: String, _ values: [Double], panels: Int) -> MapStyle {
    let kept = PlotMath.finite(values)
    let crossesZero = (kept.min() ?? 0) < 0 && (kept.max() ?? 0) > 0
    let look = views.look(name)
    let isSigned = views.isSigned(name, unit: unit)
    var style = MapStyle(isSigned && crossesZero ? .diverging : .sequential)
    style.statistic = look == .difference ? .rootMeanSquare : .mean
    style.extent = panels == 1 ? request.extent : request.extent * 0.62
    (style.mostCells, style.mostDots) = (request.mostCells, 8000)
    style.limits = request.limits
    if request.hasFullLimits { style.reach = .full }
    if look == .deviation { style.palette = .warm }
    if let colours = request.colours { style.palette = colours }
    return style
  }

  private func scaled(_ region: Region, _ isGeographic: Bool) -> Region {
    let scale = isGeographic ? 1.0 : 1000
    return Region(
      west: region.west * scale, east: region.east * scale, south: region.south * scale,
      north: region.north * scale)
  }

  func overlay(_ geometry: GridGeometry) throws -> MapOverlay {
    var overlay = try overlay(MapPanel.region(of: geometry), isGeographic: geometry.isGeographic)
    overlay.points = request.points
    return overlay
  }

  func overlay(_ region: Region, isGeographic: Bool) throws -> MapOverlay {
    var overlay = MapOverlay(lines: request.lines)
    if let inner = request.innerRegion { overlay.innerRegion = scaled(inner, isGeographic) }
    if request.given.contains(.coast) {
      let lines = isGeographic ? MapLongitudes.lines(request.lines, in: region) : request.lines
      let isSeen = lines.contains { line in
        zip(line.easting, line.northing).contains { region.contains(easting: $0, northing: $1) }
      }
      guard isSeen else {
        throw PlotError.outside(
          what: "every line of --coast",
          text: "the map shows \(Self.text(region, isGeographic)); "
            + "lines must be in the map's own coordinates, \(isGeographic ? "degrees" : "metres")")
      }
    }
    return overlay
  }

  /// The nodes of a grid inside the region asked for.
  func cut(_ field: ShownField) throws -> ShownField {
    guard let region = request.region else { return field }
    let geometry = field.grid.geometry
    let wanted = scaled(region, geometry.isGeographic)
    guard let part = field.grid.cut(to: wanted) else {
      throw PlotError.outside(
        what: "the region", text: "the grid covers \(Self.text(geometry.region, geometry.isGeographic))")
    }
    var shown = ShownField(grid: part, unit: field.unit)
    shown.axes = field.axes
    return shown
  }

  /// `through` in the grid's own unit; nil for the middle.
  func place(in geometry: GridGeometry) throws -> (easting: Double, northing: Double)? {
    guard let through = request.through else { return nil }
    let scale = geometry.isGeographic ? 1.0 : 1000
    let (given, north) = (through.easting * scale, through.northing * scale)
    let shown = MapPanel.region(of: geometry)
    let east = geometry.isGeographic ? shown.turned(longitude: given) : given
    guard shown.contains(easting: east, northing: north) else {
      throw PlotError.outside(
        what: "--through", text: "the grid covers \(Self.text(geometry.region, geometry.isGeographic))")
    }
    return (east, north)
  }

  private func checkOverlap(_ one: GridGeometry, _ other: GridGeometry) throws {
    let (first, second) = (one.region, other.region)
    let turns: [Double] = one.isGeographic ? [0, 360, -360, 720, -720] : [0]
    let meets =
      one.isGeographic == other.isGeographic && first.south <= second.north && second.south <= first.north
      && turns.contains { first.west <= second.east + $0 && second.west + $0 <= first.east }
    guard meets else {
      throw PlotError.outside(
        what: "the second grid",
        text: "it covers \(Self.text(first, one.isGeographic)), the first "
          + Self.text(second, other.isGeographic))
    }
  }

  private static func text(_ region: Region, _ isGeographic: Bool) -> String {
    let scale = isGeographic ? 1.0 : 1000
    let numbers = [region.west, region.east, region.south, region.north].map {
      NumberText.significant($0 / scale)
    }
    let unit = isGeographic ? "°" : " km"
    return "\(numbers[0]) … \(numbers[1])\(unit) across and \(numbers[2]) … \(numbers[3])\(unit) upwards"
  }
}
