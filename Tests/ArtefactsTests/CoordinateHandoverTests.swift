import Artefacts
import Datasets
import NumericCore
import Planning
import Synchronization
import TestSupport
import Testing

/// What a stage reads says where what it writes lies.
@Suite struct CoordinateHandoverTests {
  /// Writes a grid of what it is told to an output, and nothing of where it lies.
  private struct Toy: StageKind {
    var isGeographic = false
    var signature: StageSignature {
      StageSignature(kind: "toy", version: 1, summary: "", declares: [Output("out", .grid, "")])
    }

    func run(_ context: StageContext) throws {
      try NetCDFFile.write(CoordinateHandoverTests.grid(nil, isGeographic), to: context.outputs["out"] ?? "")
    }
  }

  fileprivate static func grid(_ code: Int?, _ isGeographic: Bool = false) throws -> Dataset {
    var dataset = Dataset()
    let geometry = GridGeometry(
      region: Region(west: 0, east: 3, south: 0, north: 2), spacing: 1, isGeographic: isGeographic)
    try dataset.addGrid("topography", Grid(geometry: geometry, repeating: 5), units: "m")
    dataset.coordinateSystem = code.map { CoordinateSystem(code: $0) }
    return dataset
  }

  private func outcome(
    _ inputs: [(String, Dataset)], isGeographic: Bool = false
  ) throws -> (system: CoordinateSystem?, said: [String]) {
    let folder = try ScratchFolder("handover")
    var paths: [String: String] = [:]
    for (port, dataset) in inputs {
      paths[port] = folder.path(port)
      try NetCDFFile.write(dataset, to: folder.path(port))
    }
    let said = Mutex<[String]>([])
    var context = StageContext(
      settings: Settings([:]), inputs: paths, outputs: ["out": folder.path("out.nc")])
    context.warn = { line in said.withLock { $0.append(line) } }
    try CoordinateHandover.perform(Toy(isGeographic: isGeographic), context)
    return (try NetCDFFile.read(folder.path("out.nc")).coordinateSystem, said.withLock { $0 })
  }

  @Test func itIsHandedOn() throws {
    #expect(try outcome([("a", Self.grid(nil)), ("b", Self.grid(32722))]).system?.code == 32722)
    #expect(try outcome([("a", Self.grid(nil))]).system == nil)
    #expect(try outcome([]).system == nil)
  }

  @Test func onlyCoordinatesOfTheSameSort() throws {
    let both = [("a", try Self.grid(32722)), ("b", try Self.grid(4326, true))]
    #expect(try outcome(both).system?.code == 32722)
    #expect(try outcome(both, isGeographic: true).system?.code == 4326)
    #expect(try outcome([both[0]], isGeographic: true).system == nil)
  }

  @Test func mixturesAreRefused() throws {
    let error = #expect(throws: CoordinateMixture.self) {
      try outcome([("a", Self.grid(32722)), ("b", Self.grid(32723))])
    }
    #expect(
      error?.description
        == "input 'a' is in EPSG:32722 (WGS 84 / UTM zone 22S), 'b' in EPSG:32723 (WGS 84 / UTM zone 23S); bring them "
        + "into one by stages of kind 'project', or correct the crs where they are read")
    let said = try outcome([("a", Self.grid(32722)), ("b", Self.grid(31982))])
    #expect(said.system?.code == 32722)
    #expect(
      said.said == [
        "input 'a' is in EPSG:32722 (WGS 84 / UTM zone 22S), 'b' in EPSG:31982 (SIRGAS 2000 / UTM zone 22S): they are "
          + "taken for the same coordinates"
      ])
  }
}
