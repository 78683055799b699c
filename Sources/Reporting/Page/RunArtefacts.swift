import Artefacts
import Datasets
import NumericCore
import Planning

/// A grid in the unit that people read.
struct ShownField {
  var grid: Grid
  var unit: String
  /// What its easting and northing are.
  var axes = MapStyle.Axes.ground

  init(grid: Grid, unit: String) { (self.grid, self.unit) = (grid, unit) }

  /// - Parameter units: of the grid, as a file gives them.
  init(_ grid: Grid, units: String?) {
    let unit = ShownUnit(units)
    self.unit = unit.symbol
    self.grid = unit.factor == 1 ? grid : Grid(geometry: grid.geometry, values: unit.shown(grid.values))
  }

  /// A grid of the ground, or a vertical section.
  init(_ dataset: Dataset, _ variable: Dataset.Variable) throws {
    if let section = try dataset.section(variable.name) {
      self.init(section, units: variable.units)
      axes = .section
    } else {
      self.init(try dataset.grid(variable.name), units: variable.units)
    }
  }
}

/// A column in the unit that people read.
struct ShownColumn {
  var values: [Double]
  var unit: String

  init(values: [Double], unit: String) { (self.values, self.unit) = (values, unit) }

  /// Nil unless the variable holds numbers along one dimension.
  init?(_ variable: Dataset.Variable) {
    guard variable.dimensions.count == 1, let values = variable.decoded() else { return nil }
    let unit = ShownUnit(variable.units)
    self.init(values: unit.shown(values), unit: unit.symbol)
  }
}

extension Dataset {
  /// The column of that variable; nil where there is none.
  func shown(_ variable: Artefacts.Variable) -> ShownColumn? { self[variable.name].flatMap(ShownColumn.init) }
}

/// Reads what stages wrote, each file once, and remembers what was missing or unreadable.
final class RunArtefacts {
  let inputs: ReportInputs
  private var datasets: [String: Dataset] = [:]
  /// Messages by stage.
  private(set) var problems: [String: [String]] = [:]

  init(_ inputs: ReportInputs) { self.inputs = inputs }

  var views: ViewTable { inputs.views }

  /// Of what a family has varied.
  func labels(_ stage: String) -> NameLabels {
    let node = inputs.record.nodes.first { $0.stage == stage && $0.members.isEmpty }
    return (node?.labels).map {
      Dictionary($0.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    } ?? [:]
  }

  /// The file of a port; nil and a problem where it is missing or can't be read.
  func dataset(_ stage: String, _ port: String) -> Dataset? {
    guard let path = path(stage, port) else { return nil }
    if let known = datasets[path] { return known }
    do {
      // A history may hold the grids of every iteration: those of the last are read.
      let isHistory = inputs.pipeline[stage]?.signature.outputs.contains {
        $0.name == port && $0.type == .history
      }
      let dataset =
        isHistory == true
        ? try PlotSource(netCDF: path, name: "", views: views).dataset : try NetCDFFile.read(path)
      datasets[path] = dataset
      return dataset
    } catch {
      note(stage, "output '\(port)' can't be read: \(error)")
      return nil
    }
  }

  func path(_ stage: String, _ port: String) -> String? {
    if let path = inputs.artefact(stage, port) { return path }
    let node = inputs.record.nodes.first { $0.stage == stage && $0.members.isEmpty }
    // A stage that did not come to its end says so once; one that did may have had no reason to write a port.
    let isExpected = node.map { $0.outputs[port] != nil } ?? true
    if isExpected { note(stage, "output '\(port)' is missing") }
    return nil
  }

  /// The output that feeds an input; nil where nothing is there.
  func feed(of input: String, _ stage: String) -> PortReference? {
    guard let source = inputs.pipeline[stage]?.inputs[input], has(source.stage, source.port) else {
      return nil
    }
    return source
  }

  func has(_ stage: String, _ port: String) -> Bool { inputs.artefact(stage, port) != nil }

  func note(_ stage: String, _ message: String) {
    if problems[stage]?.contains(message) != true { problems[stage, default: []].append(message) }
  }

  /// A grid of a port; nil where the file has no such variable.
  func field(_ stage: String, _ port: String, _ name: String) -> ShownField? {
    guard let dataset = dataset(stage, port), let variable = dataset[name] else { return nil }
    do {
      return try ShownField(dataset, variable)
    } catch {
      note(stage, "variable '\(name)' of output '\(port)' can't be drawn: \(error)")
      return nil
    }
  }

  /// Names of the variables of a port that are grids.
  func gridNames(_ stage: String, _ port: String) -> [String] {
    guard let dataset = dataset(stage, port) else { return [] }
    return dataset.variables.filter { variable in
      Dataset.isGeographic(variable.dimensions) != nil || dataset.isSection(variable.dimensions)
    }.map(\.name)
  }

  func column(_ stage: String, _ port: String, _ variable: Artefacts.Variable) -> ShownColumn? {
    dataset(stage, port)?.shown(variable)
  }

  /// The number of a scalar port.
  func scalar(_ stage: String, _ port: String) -> (value: Double, unit: String)? {
    guard inputs.pipeline[stage]?.signature.outputs.contains(where: { $0.name == port }) != false,
      has(stage, port), let dataset = dataset(stage, port),
      let variable = dataset.variables.first(where: { $0.values.count == 1 }),
      let value = variable.decoded()?.first
    else { return nil }
    let unit = ShownUnit(variable.units)
    return (value * unit.factor, unit.symbol)
  }

  /// The number of a scalar port in the canonical unit of its dimension.
  func canonicalScalar(_ port: PortReference) -> Double? {
    guard has(port.stage, port.port),
      let variable = dataset(port.stage, port.port)?.variables.first(where: { $0.values.count == 1 }),
      let value = variable.decoded()?.first
    else { return nil }
    return PhysicalDimension.canonical(value, in: variable.units)
  }

  /// Easting and northing of the rows of a table.
  func points(_ stage: String, _ port: String) -> Points? {
    guard has(stage, port) else { return nil }
    if let easting = column(stage, port, PointVariables.easting),
      let northing = column(stage, port, PointVariables.northing),
      easting.values.count == northing.values.count
    {
      return Points(easting: easting.values, northing: northing.values)
    }
    // In a vertical section, heights for northings.
    for (x, z) in [(SectionVariables.x, SectionVariables.z), (TraceVariables.x, TraceVariables.z)] {
      guard let distances = column(stage, port, x), let depths = column(stage, port, z),
        dataset(stage, port)?[x.name]?.dimensions == dataset(stage, port)?[z.name]?.dimensions
      else { continue }
      return Points(easting: distances.values, northing: depths.values.map { -$0 })
    }
    return nil
  }
}

extension RunArtefacts {
  /// What the places of a table's rows are: those of a vertical section have no northings.
  func axes(_ stage: String, _ port: String) -> MapStyle.Axes {
    guard let data = dataset(stage, port), data[PointVariables.easting.name] == nil,
      data[PointVariables.longitude.name] == nil
    else { return .ground }
    return points(stage, port) == nil ? .ground : .section
  }

  /// What the first stage that has such a landmark has given there.
  func landmark(_ role: Landmark.Role, _ variable: Artefacts.Variable) -> ShownField? {
    for stage in inputs.pipeline.stages {
      let landmarks = views.report(for: stage.signature).landmarks
      for landmark in landmarks where landmark.role == role && landmark.variable?.name == variable.name {
        guard has(stage.name, landmark.port) else { continue }
        if let field = field(stage.name, landmark.port, variable.name) { return field }
      }
    }
    return nil
  }

  /// The first places at which something is known.
  var knownPoints: Points? {
    for stage in inputs.pipeline.stages {
      for port in views.knownPoints(of: stage.signature) {
        if let points = points(stage.name, port) { return points }
      }
    }
    return nil
  }
}
