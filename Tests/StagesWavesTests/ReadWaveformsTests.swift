import Datasets
import Planning
import StageSupport
import StageTestSupport
import TestSupport
import Testing
import Waves

@testable import StagesWaves

/// Seismograms of files.
@Suite struct ReadWaveformsTests {
  private static func read(_ text: String) throws -> Seismograms {
    let stage = LoneStage(ReadWaveforms(), "file = file(\"t.csv\")", files: ["t.csv": text])
    return try WaveformArtefact(try stage.run().dataset("waveforms")).seismograms
  }

  @Test func tablesOfCSV() throws {
    let record = try Self.read("time_s,A.vx,A.p,B.vz\n0,1,2,3\n0.5,4,5,6\n1.0,7,8,9\n")
    #expect(record.step == 0.5 && record.count == 3)
    #expect(record.traces.map(\.component) == [.x, .p, .z])
    #expect(record.trace("B", .z)?.values == [3, 6, 9])
  }

  /// A gap stays a gap, and is counted.
  @Test func gapsAreCounted() throws {
    let stage = LoneStage(
      ReadWaveforms(), "file = file(\"t.csv\")",
      files: ["t.csv": "time_s,A.p,B.p\n0,1,1\n0.5,,2\n1.0,3,3\n"])
    let done = try stage.run()
    let record = try WaveformArtefact(try done.dataset("waveforms")).seismograms
    #expect(record.trace("A", .p)?.values[1].isNaN == true)
    #expect(done.said.contains { $0.hasSuffix("1 with gaps") })
  }

  /// A file with several events: those of one alone.
  @Test func recordsOfAnEvent() throws {
    let folder = try ScratchFolder("records")
    let path = try folder.write("time_s,a.R.p,b.R.p,b.S.p\n0,1,2,3\n0.5,4,5,6\n", "events.csv")
    let record = try ReadWaveforms.table(path, .velocity, event: "b").seismograms
    #expect(record.traces.map(\.receiver) == ["R", "S"] && record.trace("R", .p)?.values == [2, 5])
    #expect(throws: StageError.self) { try ReadWaveforms.table(path, .velocity, event: "c") }
    var dataset = Dataset()
    dataset.dimensions = [
      .init(name: "event", size: 2), .init(name: "receiver", size: 1), .init(name: "time", size: 2),
    ]
    try dataset.add(.init(name: "event_name", dimensions: ["event"], values: .text(["a", "b"])))
    try dataset.add(
      .init(name: "pressure", dimensions: ["event", "receiver", "time"], values: .double([1, 2, 3, 4])))
    let own = try dataset.records(of: "b")
    #expect(
      own["pressure"]?.dimensions == ["receiver", "time"] && own["pressure"]?.values == .double([3, 4]))
    #expect(throws: StageError.self) { try dataset.records(of: nil) }
    #expect(throws: StageError.self) { try dataset.records(of: "c") }
  }

  @Test(arguments: [
    ("time_s,A.p\n0,1\n0.5,2\n1.7,3\n", "are not equally spaced from 0 s on"),
    ("time_s,A.q\n0,1\n0.5,2\n", "is no RECEIVER.COMPONENT with x, y, z or p"),
    ("time_s\n0\n0.5\n", "needs a column of times and one or more of traces"),
  ]) func badFiles(text: String, message: String) {
    let error = #expect(throws: (any Error).self) { try Self.read(text) }
    #expect(error.map { "\($0)".contains(message) } == true, "\(String(describing: error))")
  }
}
