import Artefacts
import Datasets
import Planning
import StageSupport
import Waves

/// Travel times along straight rays through the cells of a section: linear in slowness.
struct StraightRayTravelTimes: StageKind {
  private static let model = Input(
    "model", [.grid],
    "speeds (m s-1) or slownesses (s m-1) on dimensions (z, x); a node is the middle of its cell")
  private static let picks = Input("picks", [.table], "rays: source_x, source_z, receiver_x, receiver_z")
  private static let variable = Setting(
    "variable", .wordOrText, .optional(otherwise: "slowness, or the only one that is there"), "of the model")
  private static let times = Output(
    "times", .table, "the rays with travel_time, in the unit of the picks' own or in seconds")

  let signature = StageSignature(
    kind: "straight_ray_travel_times", version: 1,
    summary: "travel times along straight rays through the cells of a section, linear in slowness",
    declares: [variable, model, picks, times])

  func run(_ context: StageContext) throws {
    let dataset = try NetCDFFile.read(context[Self.model])
    let section = try SectionArtefact.section(dataset)
    let slowness = try Self.slowness(dataset, asked: context[Self.variable])
    let picks = try NetCDFFile.read(context[Self.picks])
    let rays = try StraightRays(PickTable.paths(picks), through: section)
    // Picks carry the unit that their times have.
    let times = rays.times(slowness)
    var result = Dataset(title: "travel times along straight rays")
    for name in PickTable.places {
      try result.addColumn(name, picks.column(name), units: "m", longName: name.replacing("_", with: " "))
    }
    try result.addColumn(PickTable.time, times, units: "s", longName: "travel time")
    try NetCDFFile.write(result, to: context[Self.times])
    context.log("\(times.count) rays through \(section.columns) × \(section.rows) cells")
  }

  private static func slowness(_ dataset: Dataset, asked: String?) throws -> [Double] {
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
    case "s m-1", "s/m": return values
    case "m s-1", "m/s": return values.map { 1 / $0 }
    default:
      throw StageError.outOfPlace(
        "'\(chosen.name)' is in \(chosen.units ?? "no unit"); a model of straight rays is in s m-1 or m s-1")
    }
  }
}

/// Rays as a table.
enum PickTable {
  static let places = ["source_x", "source_z", "receiver_x", "receiver_z"]
  static let time = "travel_time"

  static func paths(_ dataset: Dataset) throws -> [StraightRays.Path] {
    let columns = try places.map { try dataset.column($0) }
    return columns[0].indices.map { row in
      StraightRays.Path(
        sourceX: columns[0][row], sourceZ: columns[1][row], receiverX: columns[2][row],
        receiverZ: columns[3][row])
    }
  }
}
