import Datasets
import Planning
import StageSupport
import Waves

/// Slownesses of a section, given as such or as speeds.
struct SectionField {
  static let variable = Setting(
    "variable", .wordOrText, .optional(otherwise: "slowness, or the only one that is there"), "of the model")

  let section: Section
  let slowness: [Double]
  /// As the file has it.
  let name, units: String
  private let isSpeed: Bool

  init(_ dataset: Dataset, asked: String?) throws {
    section = try SectionArtefact.section(dataset)
    let fields = dataset.variables.filter { $0.dimensions == ["z", "x"] }
    let chosen =
      asked.map { name in fields.first { $0.name == name } }
      ?? fields.first { $0.name == "slowness" } ?? (fields.count == 1 ? fields[0] : nil)
    guard let chosen, let values = chosen.decoded() else {
      let found = fields.map { "'\($0.name)'" }.joined(separator: ", ")
      throw StageError.missingVariable(
        asked ?? "slowness", artefact: dataset.path,
        hint: "on (z, x) it has \(found.isEmpty ? "nothing" : found)")
    }
    if let cell = values.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw StageError.outOfPlace(
        "'\(chosen.name)' is \(values[cell]) in cell \(cell + 1); slownesses and speeds are above 0")
    }
    switch chosen.units {
    case "s m-1", "s/m": (slowness, isSpeed) = (values, false)
    case "m s-1", "m/s": (slowness, isSpeed) = (values.map { 1 / $0 }, true)
    default:
      throw StageError.outOfPlace(
        "'\(chosen.name)' is in \(chosen.units ?? "no unit"); a model of straight rays is in s m-1 or m s-1")
    }
    (name, units) = (chosen.name, isSpeed ? "s m-1" : "m s-1")
  }

  /// By what the file has: ∂/∂v = −s² ∂/∂s of a speed v = 1/s.
  func derivative(bySlowness values: [Double]) -> [Double] {
    isSpeed ? zip(values, slowness).map { -$1 * $1 * $0 } : values
  }

  func write(gradient: [Double], to path: String) throws {
    var dataset = Dataset(title: "gradient")
    try SectionArtefact.addCoordinates(of: section, to: &dataset)
    try SectionArtefact.add(
      name, gradient, units: units, longName: "derivative of the misfit by \(name)", to: &dataset)
    try NetCDFFile.write(dataset, to: path)
  }
}
