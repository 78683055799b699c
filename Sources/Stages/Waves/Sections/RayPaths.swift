import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Rays between all sources and all receivers, as picks without times: where a survey is simulated.
struct RayPaths: StageKind {
  private static let sources = Input("sources", [.table], "x and z of sources, as wave_receivers makes them")
  private static let receivers = Input("receivers", [.table], "x and z of receivers")
  private static let steepest = Setting(
    "steepest", .number(in: .degree), .optional(otherwise: "all rays"), .above(0).atMost(90),
    "rays that leave the horizontal by more are left out: they run along the boreholes")
  private static let rays = Output("rays", .table, "a row a ray: source_x, source_z, receiver_x, receiver_z")

  let signature = StageSignature(
    kind: "ray_paths", version: 1, summary: "rays between all sources and all receivers of a survey",
    declares: [steepest, sources, receivers, rays])

  func run(_ context: StageContext) throws {
    let (sources, receivers) = (
      try Self.places(context[Self.sources]), try Self.places(context[Self.receivers])
    )
    let steepest = context[Self.steepest].map { $0 * .pi / 180 }
    var columns = [[Double]](repeating: [], count: 4)
    for source in sources {
      for receiver in receivers {
        let (x, z) = (abs(receiver.x - source.x), abs(receiver.z - source.z))
        guard x > 0 || z > 0, steepest.map({ Elementary.atan2(z, x) <= $0 }) ?? true else { continue }
        for (index, value) in [source.x, source.z, receiver.x, receiver.z].enumerated() {
          columns[index].append(value)
        }
      }
    }
    guard !columns[0].isEmpty else {
      throw StageError.outOfPlace("no ray between a source and a receiver is as flat as 'steepest' asks")
    }
    var dataset = Dataset(title: "rays")
    for (name, values) in zip(PickTable.places, columns) {
      try dataset.addColumn(name, values, units: "m", longName: name.replacing("_", with: " "))
    }
    try NetCDFFile.write(dataset, to: context[Self.rays])
    context.log("\(columns[0].count) rays")
  }

  private static func places(_ path: String) throws -> [(x: Double, z: Double)] {
    let table = try NetCDFFile.read(path)
    return Array(zip(try table.column("x"), try table.column("z")))
  }
}
