import Datasets
import Planning
import StageSupport
import Waves

/// Media and their gradients as files: parameters on dimensions (z, x), z down.
enum SectionArtefact {
  static func units(_ parameter: Parameter) -> String {
    switch parameter {
    case .rho: "kg m-3"
    case .eta: "1"
    case .vp, .vsh, .vsv, .vpv, .vph: "m s-1"
    }
  }

  static func longName(_ parameter: Parameter) -> String {
    switch parameter {
    case .vp: "speed of P waves"
    case .rho: "density"
    case .vsh: "speed of horizontally travelling SH waves"
    case .vsv: "speed of vertically travelling S waves"
    case .vpv: "speed of vertically travelling P waves"
    case .vph: "speed of horizontally travelling P waves"
    case .eta: "c13 / (c11 - 2 c44)"
    }
  }

  static func addCoordinates(of section: Section, to dataset: inout Dataset) throws {
    dataset.dimensions += [.init(name: "z", size: section.rows), .init(name: "x", size: section.columns)]
    try dataset.add(
      .init(
        name: "z", dimensions: ["z"], values: .double((0..<section.rows).map(section.z)),
        attributes: [
          .init(name: "units", value: .text("m")), .init(name: "positive", value: .text("down")),
          .init(name: "long_name", value: .text("depth")),
        ]))
    try dataset.add(
      .init(
        name: "x", dimensions: ["x"], values: .double((0..<section.columns).map(section.x)),
        attributes: [
          .init(name: "units", value: .text("m")), .init(name: "long_name", value: .text("distance")),
        ]))
  }

  static func add(
    _ name: String, _ values: [Double], units: String, longName: String, to dataset: inout Dataset
  ) throws {
    try dataset.add(
      .init(
        name: name, dimensions: ["z", "x"], values: .double(values),
        attributes: [
          .init(name: "units", value: .text(units)), .init(name: "long_name", value: .text(longName)),
        ]))
  }

  static func add(_ model: WaveModel, to dataset: inout Dataset) throws {
    dataset.setAttribute("physics", text: model.physics.rawValue)
    try addCoordinates(of: model.section, to: &dataset)
    for parameter in model.physics.parameters {
      try add(
        parameter.rawValue, model[parameter], units: units(parameter), longName: longName(parameter),
        to: &dataset)
    }
  }

  static func write(_ model: WaveModel, to path: String) throws {
    var dataset = Dataset(title: "medium")
    try add(model, to: &dataset)
    try NetCDFFile.write(dataset, to: path)
  }

  /// The section that a file's coordinates span.
  static func section(_ dataset: Dataset) throws -> Section {
    let (x, z) = (try dataset.column("x"), try dataset.column("z"))
    guard x.count >= 2, z.count >= 2 else {
      throw StageError.outOfPlace(
        "\(dataset.path) has \(x.count) × \(z.count) nodes; a section needs two along each axis")
    }
    let spacing = (x[x.count - 1] - x[0]) / Double(x.count - 1)
    func isRegular(_ values: [Double]) -> Bool {
      values.indices.allSatisfy { abs(values[$0] - values[0] - Double($0) * spacing) <= 1e-6 * spacing }
    }
    guard spacing > 0, isRegular(x), isRegular(z) else {
      throw StageError.outOfPlace(
        "the nodes of \(dataset.path) are not equally spaced, with one spacing along x and z")
    }
    return Section(x0: x[0], z0: z[0], spacing: spacing, columns: x.count, rows: z.count)
  }

  static func physics(_ dataset: Dataset) throws -> Physics {
    guard let word = dataset.attribute("physics")?.text, let physics = Physics(rawValue: word) else {
      throw StageError.missingVariable(
        "physics", artefact: dataset.path,
        hint: "its attribute 'physics' must be one of "
          + Physics.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return physics
  }

  static func model(_ dataset: Dataset) throws -> WaveModel {
    let physics = try physics(dataset)
    var fields: [Parameter: [Double]] = [:]
    for parameter in physics.parameters { fields[parameter] = try dataset.doubles(parameter.rawValue) }
    return try WaveModel(physics: physics, section: section(dataset), fields: fields)
  }
}

// What is known of media before anything runs.
extension SectionArtefact {
  /// Of the medium that a stage of this name makes.
  static func facts(of physics: Physics, by stage: String) -> OutputFacts {
    var facts = OutputFacts(has: Set(physics.parameters.map(\.rawValue)))
    for parameter in Parameter.allCases where !physics.parameters.contains(parameter) {
      facts.lose(parameter.rawValue, because: "stage '\(stage)' makes a medium for \(physics.rawValue)")
    }
    return facts
  }

  /// What a medium with these facts is for; nil where that is not known.
  static func physics(_ facts: OutputFacts) -> Physics? {
    Physics.allCases.first { facts.has == Set($0.parameters.map(\.rawValue)) }
  }
}
