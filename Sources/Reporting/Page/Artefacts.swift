import Datasets
import NumericCore
import Planning

/// Reads what stages wrote, each file once, and remembers what was missing or unreadable.
final class Artefacts {
  /// Values with a unit for people.
  struct Field {
    var grid: Grid
    var unit: String
  }
  struct Column {
    var values: [Double]
    var unit: String
  }

  let inputs: ReportInputs
  private var datasets: [String: Dataset] = [:]
  /// Messages by stage.
  private(set) var problems: [String: [String]] = [:]

  init(_ inputs: ReportInputs) { self.inputs = inputs }

  /// The file of a port; nil and a problem where it is missing or can't be read.
  func dataset(_ stage: String, _ port: String) -> Dataset? {
    guard let path = path(stage, port) else { return nil }
    if let known = datasets[path] { return known }
    do {
      // A history may hold the grids of every iteration: those of the last are read.
      let dataset =
        port == "history" ? try PlotSource(netCDF: path, name: "").dataset : try NetCDFFile.read(path)
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

  func note(_ stage: String, _ message: String) {
    if problems[stage]?.contains(message) != true { problems[stage, default: []].append(message) }
  }

  /// A grid of a port; nil where the file has no such variable.
  func field(_ stage: String, _ port: String, _ name: String) -> Field? {
    guard let dataset = dataset(stage, port), let variable = dataset[name] else { return nil }
    do {
      return Self.shown(try dataset.grid(name), variable.units)
    } catch {
      note(stage, "variable '\(name)' of output '\(port)' can't be drawn: \(error)")
      return nil
    }
  }

  /// Names of the variables of a port that are grids.
  func gridNames(_ stage: String, _ port: String) -> [String] {
    (dataset(stage, port)?.variables ?? []).filter { variable in
      Dataset.isGeographic(variable.dimensions) != nil
    }.map(\.name)
  }

  func column(_ stage: String, _ port: String, _ name: String) -> Column? {
    guard let variable = dataset(stage, port)?[name] else { return nil }
    return Self.column(variable)
  }

  static func column(_ variable: Dataset.Variable) -> Column? {
    guard variable.dimensions.count == 1, let values = variable.decoded() else { return nil }
    let (unit, factor) = unit(variable.units)
    return Column(values: factor == 1 ? values : values.map { $0 * factor }, unit: unit)
  }

  /// The number of a scalar port.
  func scalar(_ stage: String, _ port: String) -> (value: Double, unit: String)? {
    guard inputs.pipeline[stage]?.signature.outputs.contains(where: { $0.name == port }) != false,
      inputs.artefact(stage, port) != nil, let dataset = dataset(stage, port),
      let variable = dataset.variables.first(where: { $0.values.count == 1 }),
      let value = variable.decoded()?.first
    else { return nil }
    let (unit, factor) = Self.unit(variable.units)
    return (value * factor, unit)
  }

  /// The number of a scalar port as its file has it, in the canonical unit of its dimension.
  func canonicalScalar(_ port: PortReference) -> Double? {
    guard inputs.artefact(port.stage, port.port) != nil else { return nil }
    return dataset(port.stage, port.port)?.variables.first { $0.values.count == 1 }?.decoded()?.first
  }

  /// Easting and northing of the rows of a table.
  func points(_ stage: String, _ port: String) -> Points? {
    guard inputs.artefact(stage, port) != nil, let easting = column(stage, port, "easting"),
      let northing = column(stage, port, "northing"), easting.values.count == northing.values.count
    else { return nil }
    return Points(easting: easting.values, northing: northing.values)
  }

  /// Symbol for people and the factor from the file's unit to it.
  static func unit(_ text: String?) -> (symbol: String, factor: Double) {
    switch text {
    case nil, "1"?, ""?: ("", 1)
    case "m s-2"?, "m/s2"?, "m s**-2"?, "m/s**2"?, "m s^-2"?: ("mGal", 1e5)
    case "kg m-3"?, "kg/m3"?, "kg m**-3"?, "kg/m**3"?, "kg m^-3"?: ("kg/m³", 1)
    case let other?: (other, 1)
    }
  }

  static func shown(_ grid: Grid, _ units: String?) -> Field {
    let (unit, factor) = unit(units)
    guard factor != 1 else { return Field(grid: grid, unit: unit) }
    return Field(grid: Grid(geometry: grid.geometry, values: grid.values.map { $0 * factor }), unit: unit)
  }
}

extension Artefacts {
  /// The topography that a synthetic model was made with: what an inversion should find.
  var truth: Field? {
    guard
      let model = inputs.pipeline.stages.first(where: {
        ["synthetic_model", "synthetic_moho"].contains($0.signature.kind)
      }),
      inputs.artefact(model.name, "topography") != nil
    else { return nil }
    return field(model.name, "topography", "topography")
  }

  /// Points at which the topography is known: the first constraints that any stage gives.
  var constraints: Points? {
    for stage in inputs.pipeline.stages {
      for output in stage.signature.outputs where output.type == .constraints || output.type == .table {
        if stage.signature.kind != "score_at_points", let points = points(stage.name, output.name) {
          return points
        }
      }
    }
    return nil
  }
}
