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
  private static let noise = Setting(
    "noise", .number(in: .second), .later(default: 0), .atLeast(0),
    "standard deviation of noise that is added to simulated times, which then have a column uncert")
  private static let seed = Setting(
    "noise_seed", .integer, .later(default: 0), .atLeast(0), "seed of that noise")
  private static let times = Output(
    "times", .table, "the rays with travel_time, in the unit of the picks' own or in seconds")

  let signature = StageSignature(
    kind: "straight_ray_travel_times", version: 1,
    summary: "travel times along straight rays through the cells of a section, linear in slowness",
    declares: [SectionField.variable, noise, seed, model, picks, times])

  func run(_ context: StageContext) throws {
    let field = try SectionField(NetCDFFile.read(context[Self.model]), asked: context[SectionField.variable])
    let picks = try NetCDFFile.read(context[Self.picks])
    let rays = try StraightRays(PickTable.paths(picks), through: field.section)
    // Picks carry the unit that their times have.
    var times = rays.times(field.slowness)
    let noise = context[Self.noise]
    SimulatedNoise.add(noise, seed: context[Self.seed], stream: "travel times", to: &times)
    var result = Dataset(title: "travel times along straight rays")
    for name in PickTable.places {
      try result.addColumn(name, picks.column(name), units: "m", longName: name.replacing("_", with: " "))
    }
    try result.addColumn(PickTable.time, times, units: "s", longName: "travel time")
    if noise > 0 {
      try result.addColumn(
        "uncert", times.map { _ in noise }, units: "s", longName: "standard deviation of the travel time")
    }
    try NetCDFFile.write(result, to: context[Self.times])
    context.log("\(times.count) rays through \(field.section.columns) × \(field.section.rows) cells")
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
