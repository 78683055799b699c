public import Artefacts
public import Datasets
public import NumericCore

/// An artefact to draw: a NetCDF file, or a table as text.
public struct PlotSource: Sendable {
  /// As the user calls it.
  public let name: String
  /// Of its file.
  public let path: String
  let dataset: Dataset
  let isTable: Bool
  /// What is known of variables by their names.
  let views: ViewTable
  /// The grids of an inversion's iterations; `dataset` holds the last.
  let iterations: NetCDFSeriesReader?
  /// What people call what a family has varied, by its name in files.
  public var labels: NameLabels = [:]

  /// - Parameter isOurs: whether this program wrote it; any other file is read in a process of its own first.
  /// - Throws: `DatasetError` where the file is missing, damaged, or neither NetCDF nor a table.
  public init(
    path: String, name: String, views: ViewTable, isOurs: Bool = false
  ) throws(DatasetError) {
    do throws(DatasetError) {
      if !isOurs { try FileProbe.check(path) }
      self = try PlotSource(netCDF: path, name: name, views: views)
    } catch {
      guard case .notNetCDF = error else { throw error }
      self = PlotSource(
        Self.dataset(try TableFile.readAny(path)), name: name, path: path, isTable: true, views: views)
    }
  }

  private init(_ dataset: Dataset, name: String, path: String, isTable: Bool, views: ViewTable) {
    (self.dataset, self.name, self.path, self.isTable) = (dataset, name, path, isTable)
    (self.views, iterations) = (views, nil)
  }

  init(_ dataset: Dataset, name: String, views: ViewTable) {
    self.init(dataset, name: name, path: dataset.path, isTable: false, views: views)
  }

  /// Of a file that this program wrote.
  ///
  /// Grids of every member of an ensemble may be more than the memory holds: its columns alone are read.
  init(netCDF path: String, name: String, views: ViewTable) throws(DatasetError) {
    (self.path, self.name, isTable, self.views) = (path, name, false, views)
    if let members = try Self.series(path, along: EnsembleVariables.dimension) {
      (dataset, iterations) = (try NetCDFFile.read(path, variables: members.columns), nil)
    } else if let found = try Self.series(path, along: IterationVariables.dimension),
      !found.slicedVariables.isEmpty
    {
      (dataset, iterations) = (try found.dataset(at: found.count - 1), found)
    } else {
      (dataset, iterations) = (try NetCDFFile.read(path), nil)
    }
  }

  private static func series(_ path: String, along dimension: String) throws(DatasetError)
    -> NetCDFSeriesReader?
  {
    do throws(DatasetError) {
      return try NetCDFSeriesReader(path, dimension: dimension)
    } catch {
      guard case .wrongDimensions = error else { throw error }
      return nil
    }
  }

  /// Columns whose header means easting, northing, longitude or latitude are called so.
  private static func dataset(_ table: Table) -> Dataset {
    let variables = table.columns.map { column -> Dataset.Variable in
      let values: Dataset.Values =
        switch column.kind {
        case .number(let numbers): .double(numbers)
        case .text(let texts): .text(texts)
        }
      var name = column.name
      if let role = column.role, PointVariables.places.contains(where: { $0.name == role.rawValue }),
        table[role.rawValue] == nil,
        table.columns(of: role).count == 1
      {
        name = role.rawValue
      }
      return Dataset.Variable(name: name, dimensions: ["point"], values: values)
    }
    return Dataset(
      dimensions: [.init(name: "point", size: table.count)], variables: variables, path: table.path)
  }

  // MARK: - What is there

  /// Variables with values to draw: no coordinates, no text.
  var variableNames: [String] {
    dataset.variables.filter { variable in
      if case .text = variable.values { return false }
      return !variable.dimensions.contains(variable.name) && variable.values.count > 1
    }.map(\.name).filter { name in
      !PointVariables.places.contains { $0.name == name }
    }
  }

  var gridNames: [String] {
    variableNames.filter { dataset[$0]?.dimensions.count == 2 }
  }

  var columnNames: [String] {
    variableNames.filter { dataset[$0]?.dimensions.count == 1 }
  }

  func has(_ variables: Artefacts.Variable...) -> Bool { variables.allSatisfy { dataset[$0.name] != nil } }

  private func variable(_ name: String) throws(PlotError) -> Dataset.Variable {
    guard let variable = dataset[name] else {
      throw .unknownVariable(name: name, artefact: self.name, found: variableNames)
    }
    return variable
  }

  /// A grid with its unit for people.
  func grid(_ name: String) throws -> ShownField {
    let variable = try variable(name)
    guard variable.dimensions.count == 2 else {
      throw PlotError.wrongShape(variable: name, artefact: self.name, needs: "a grid of two dimensions")
    }
    let field: ShownField
    do {
      field = try ShownField(dataset, variable)
    } catch {
      // Other programs' order of rows and names of axes.
      let foreign = try GridFile.readVariable(path, options: GridReadOptions(variable: name))
      field = ShownField(foreign.grid, units: foreign.units)
    }
    guard field.grid.values.contains(where: \.isFinite) else {
      throw PlotError.noValues(variable: name, artefact: self.name)
    }
    return field
  }

  /// Variables with a grid, or a column of places, for each of several names, such as the inputs of a sensitivity
  /// analysis.
  var layeredNames: [String] {
    variableNames.filter { name in
      guard let dimensions = dataset[name]?.dimensions, dimensions.count > 1, labels(dimensions[0]) != nil
      else { return false }
      let own = Array(dimensions.dropFirst())
      return Dataset.isGeographic(own) != nil || dataset.isSection(own)
        || (own.count == 1 && points()?.points.count == dataset.size(of: own[0]))
    }
  }

  private func labels(_ dimension: String) -> [String]? {
    guard case .text(let labels)? = dataset[dimension]?.values, !labels.isEmpty else { return nil }
    return labels
  }

  /// One of several maps of a variable.
  struct Layer {
    var label: String
    var values: [Double]
    var unit: String
    /// Nil of values at points.
    var grid: ShownField?
  }

  /// The maps of such a variable with their names.
  func layers(_ name: String) throws -> [Layer] {
    let variable = try variable(name)
    guard layeredNames.contains(name), let labels = labels(variable.dimensions[0]),
      let values = variable.decoded(), values.count % labels.count == 0
    else {
      throw PlotError.wrongShape(variable: name, artefact: self.name, needs: "a map for each input")
    }
    guard values.contains(where: \.isFinite) else {
      throw PlotError.noValues(variable: name, artefact: self.name)
    }
    let size = values.count / labels.count
    let unit = ShownUnit(variable.units)
    return try labels.indices.map { index in
      let own = Array(values[index * size..<(index + 1) * size])
      guard variable.dimensions.count == 3 else {
        return Layer(label: labels[index], values: unit.shown(own), unit: unit.symbol)
      }
      var layer = Dataset(dimensions: dataset.dimensions, path: dataset.path)
      layer.variables = dataset.variables.filter { $0.dimensions == [$0.name] }
      let slice = Dataset.Variable(
        name: name, dimensions: Array(variable.dimensions.dropFirst()), values: .double(own),
        attributes: variable.attributes)
      layer.variables.append(slice)
      let field = try ShownField(layer, slice)
      return Layer(label: labels[index], values: field.grid.values, unit: field.unit, grid: field)
    }
  }

  /// The numbers of any variable.
  func values(_ name: String) throws -> ShownColumn {
    let variable = try variable(name)
    guard let values = variable.decoded() else {
      throw PlotError.wrongShape(variable: name, artefact: self.name, needs: "numeric")
    }
    let unit = ShownUnit(variable.units)
    guard values.contains(where: \.isFinite) else {
      throw PlotError.noValues(variable: name, artefact: self.name)
    }
    return ShownColumn(values: unit.shown(values), unit: unit.symbol)
  }

  /// Places of the rows of a table; nil where it has none.
  func points() -> (points: Points, isGeographic: Bool)? {
    for (east, north, isGeographic) in [
      (PointVariables.easting, PointVariables.northing, false),
      (PointVariables.longitude, PointVariables.latitude, true),
    ] {
      guard let eastings = dataset[east.name], let northings = dataset[north.name],
        eastings.dimensions.count == 1,
        eastings.dimensions == northings.dimensions, let x = eastings.decoded(), let y = northings.decoded()
      else { continue }
      return (Points(easting: isGeographic ? Degrees.together(x) : x, northing: y), isGeographic)
    }
    return sectionPoints().map { ($0, false) }
  }

  /// What the places of rows are.
  var placeAxes: MapStyle.Axes {
    has(PointVariables.easting) || has(PointVariables.longitude) || sectionPoints() == nil
      ? .ground : .section
  }

  /// Places in a vertical section, heights for northings.
  private func sectionPoints() -> Points? {
    guard let x = dataset[SectionVariables.x.name], let z = dataset[SectionVariables.z.name],
      x.dimensions.count == 1, x.dimensions == z.dimensions, x.dimensions != [x.name],
      let distances = x.decoded(), let depths = z.decoded()
    else { return nil }
    return Points(easting: distances, northing: depths.map { -$0 })
  }

  private static let places = PointVariables.places.map(\.name)

  /// The places of a table that must have them.
  public func requiredPoints() throws -> Points {
    guard let found = points() else {
      throw PlotError.notDrawable(
        kind: "points", artefact: name,
        needs: "columns \(Self.places[0]) and \(Self.places[1]), or \(Self.places[2]) and \(Self.places[3])",
        found: dataset.variables.map(\.name))
    }
    return found.points
  }

  /// What a plot calls a variable.
  func title(_ name: String) -> String {
    var words = name.split(separator: "_").joined(separator: " ")
    if let long = dataset[name]?.attribute("long_name")?.text, !long.isEmpty {
      words = long.prefix(1).uppercased() + long.dropFirst()
    }
    guard let iterations, iterations.slicedVariables.contains(name) else { return words }
    return words + ", iteration \(iterations.count - 1)"
  }

  func number(_ attribute: String) -> Double? { dataset.attribute(attribute)?.number }
}
