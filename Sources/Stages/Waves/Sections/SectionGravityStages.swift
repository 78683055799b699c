import Artefacts
import Datasets
import Gravity
import NumericCore
import Planning
import StageSupport
import Waves

/// What the two stages of gravity of sections share.
enum SectionGravitySettings {
  static let model = Input(
    "model", [.grid], "densities (kg m-3) on dimensions (z, x); a node is the middle of its cell")
  static let reference = Input.optional(
    "reference", [.grid], "densities that are taken off, so that gravity is that of the difference")
  static let variable = Setting(
    "variable", .name, .optional(meaning: "rho"), "the density in the model, and in 'reference'")

  /// The cells of a model, and their density above the reference.
  struct Field {
    let section: Section
    let contrast: [Double]
    let cells: SectionGravity.Cells

    init(_ context: StageContext) throws {
      let name = context[SectionGravitySettings.variable]
      let model = try NetCDFFile.read(context[SectionGravitySettings.model])
      section = try SectionArtefact.section(model)
      let density = try Self.density(name, of: model)
      if let path = context[SectionGravitySettings.reference] {
        let reference = try NetCDFFile.read(path)
        guard try SectionArtefact.section(reference) == section else {
          throw StageError.outOfPlace("the reference has other nodes than the model")
        }
        contrast = zip(density, try Self.density(name, of: reference)).map { $0 - $1 }
      } else {
        contrast = density
      }
      cells = SectionGravity.Cells(
        x0: section.x0, z0: section.z0, spacing: section.spacing, columns: section.columns, rows: section.rows
      )
    }

    private static func density(_ name: String, of model: Dataset) throws -> [Double] {
      let variable = try model.variable(name)
      guard variable.dimensions == ["z", "x"], ["kg m-3", "kg/m3"].contains(variable.units ?? "") else {
        throw StageError.outOfPlace(
          "'\(name)' of \(model.path) lies on (\(variable.dimensions.joined(separator: ", "))) in "
            + "\(variable.units ?? "no unit"); densities of a section are in kg m-3 on (z, x)")
      }
      let values = try model.doubles(name)
      if let cell = values.firstIndex(where: { !$0.isFinite }) {
        throw StageError.outOfPlace("'\(name)' is no number in cell \(cell + 1)")
      }
      return values
    }
  }

  static func places(_ table: Dataset) throws -> [SectionGravity.Place] {
    let places = zip(try table.column("x"), try table.column("z")).map { SectionGravity.Place(x: $0, z: $1) }
    if let row = places.firstIndex(where: { !$0.x.isFinite || !$0.z.isFinite }) {
      throw StageError.outOfPlace("row \(row + 1) of the places has no x or z")
    }
    return places
  }
}

/// Gravity of a section at stations.
struct SectionGravityStage: StageKind {
  private typealias Own = SectionGravitySettings

  private static let stations = Input(
    "stations", [.table], "x and z of stations, as wave_receivers makes them")
  private static let noise = Setting(
    "noise", .number(in: .milligal), .default(0), .atLeast(0),
    "standard deviation of noise that is added, for simulated data, which then have a column uncert")
  private static let seed = Setting("noise_seed", .integer, .default(0), .atLeast(0), "seed of that noise")
  private static let gravity = Output("gravity", .table, "the stations with gravity_anomaly")

  let signature = StageSignature(
    kind: "section_gravity", version: 1,
    summary: "gravity of a vertical section whose cells go on without end across it",
    declares: [Own.variable, noise, seed, Own.model, Own.reference, stations, gravity])

  func run(_ context: StageContext) throws {
    let field = try Own.Field(context)
    var table = try NetCDFFile.read(context[Self.stations])
    let places = try Own.places(table)
    var values = SectionGravity(field.cells, at: places).gz(field.contrast)
    let noise = context[Self.noise]
    SimulatedNoise.add(noise, seed: context[Self.seed], stream: "section gravity", to: &values)
    let dimension = try table.variable("x").dimensions[0]
    table.setAttribute("title", text: "gravity of a section")
    try table.addColumn(
      "gravity_anomaly", values, units: "mGal", longName: "gravity anomaly, positive downwards",
      dimension: dimension)
    if noise > 0 {
      try table.addColumn(
        "uncert", values.map { _ in noise }, units: "mGal", longName: "standard deviation of the anomaly",
        dimension: dimension)
    }
    try NetCDFFile.write(table, to: context[Self.gravity])
    context.log("\(places.count) stations over \(field.section.columns) × \(field.section.rows) cells")
  }
}

/// How badly a section explains gravity as one number, and its exact gradient: what `iterative_inversion` makes small.
struct SectionGravityMisfit: StageKind {
  private typealias Own = SectionGravitySettings

  private static let gravity = Input(
    "gravity", [.table], "x, z, gravity_anomaly (mGal) and uncert of stations")
  private static let deviation = Setting(
    "deviation", .number(in: .milligal), .optional(otherwise: "column uncert of the data"), .above(0),
    "standard deviation of all data")
  private static let line = Setting(
    "line", .text, .optional(otherwise: "all of them"),
    "stations whose column 'line' says so: a survey, or a flight line, as an event")
  private static let misfit = Output(
    "misfit", .scalar(.dimensionless), "half the sum of squared residuals over their deviations")
  private static let gradient = Output(
    "gradient", .grid, "derivative of the misfit by the density of each cell"
  ).volatile
  private static let residuals = Output(
    "residuals", .table, "a row a station: observed, predicted, residual, and what it contributes"
  ).onDemand

  let signature = StageSignature(
    kind: "section_gravity_misfit", version: 1,
    summary: "compares the gravity of a vertical section with data, with the exact gradient by densities",
    declares: [Own.variable, deviation, line, Own.model, Own.reference, gravity, misfit, gradient, residuals])

  func run(_ context: StageContext) throws {
    let field = try Own.Field(context)
    let table = try NetCDFFile.read(context[Self.gravity])
    let rows = try Self.rows(table, context[Self.line])
    let places = try Own.places(table)
    let all = try table.column("gravity_anomaly")
    let deviations = try LinearMisfit.deviations(
      context[Self.deviation], table, count: all.count, setting: Self.deviation.name)
    let gravity = SectionGravity(field.cells, at: rows.map { places[$0] })
    let misfit = try LinearMisfit(
      rows.map { all[$0] }, gravity.gz(field.contrast), deviations: rows.map { deviations[$0] },
      what: "anomaly")
    try NetCDFFile.writeScalar(
      misfit.value, name: Self.misfit.name, units: "1", longName: "misfit of the gravity",
      to: context[Self.misfit])
    if context.wants(Self.gradient.name) {
      var dataset = Dataset(title: "gradient")
      try SectionArtefact.addCoordinates(of: field.section, to: &dataset)
      try SectionArtefact.add(
        context[Own.variable], gravity.transposed(misfit.byPrediction), units: "m3 kg-1",
        longName: "derivative of the misfit by density", to: &dataset)
      try NetCDFFile.write(dataset, to: context[Self.gradient])
    }
    if context.wants(Self.residuals.name) {
      let names = table["name"] == nil ? nil : try table.texts("name")
      try write(misfit, rows.map { places[$0] }, rows.map { names?[$0] }, context)
    }
    context.log("misfit \(misfit.value) of \(rows.count) stations")
  }

  private static func rows(_ table: Dataset, _ line: String?) throws -> [Int] {
    guard let line else { return Array(0..<(try table.column("x").count)) }
    let rows = try table.texts("line").enumerated().filter { $0.element == line }.map(\.offset)
    guard !rows.isEmpty else { throw StageError.outOfPlace("no station is of line \"\(line)\"") }
    return rows
  }

  private func write(
    _ misfit: LinearMisfit, _ places: [SectionGravity.Place], _ names: [String?], _ context: StageContext
  ) throws {
    var table = Dataset(title: "residuals of gravity")
    try table.addColumn("x", places.map(\.x), units: "m", longName: "distance")
    try table.addColumn("z", places.map(\.z), units: "m", longName: "depth")
    try table.addColumn(
      "receiver", zip(places, names).map { $1 ?? PlaceName.text($0.x, $0.z) }, longName: "station")
    try misfit.add("gravity_anomaly", units: "mGal", what: "anomaly", to: &table)
    try NetCDFFile.write(table, to: context[Self.residuals])
  }
}

extension SectionGravityStage: ReportedKind {
  var report: StageReport {
    StageReport([
      .curve(
        ColumnCurve(
          Self.gravity.name, SectionVariables.x, GravityVariables.anomaly, title: "Gravity along the section",
          "Stations in their order."))
    ])
  }
}

extension SectionGravityMisfit: ReportedKind {
  var report: StageReport {
    StageReport(
      [
        .map(
          FieldMap(
            .own(Self.gradient.name, Variable("rho", nil, "")), "Derivative by density", .signed,
            caption: "The misfit falls where the density changes against it.")),
        LinearMisfit.agreement(Self.residuals.name, observed: GravityVariables.anomaly, title: "Gravity"),
      ],
      numbers: [.number(.scalar(Self.misfit.name), "misfit")])
  }
}
