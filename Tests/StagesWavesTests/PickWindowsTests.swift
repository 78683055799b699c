import Artefacts
import Datasets
import Planning
import StageSupport
import StageTestSupport
import Testing
import Waves

@testable import StagesWaves

/// Windows of traces.
@Suite struct PickWindowsTests {
  private static let ports: [String: PortType] = ["observed": .waveforms, "synthetic": .waveforms]

  private static func picked(_ more: String, observed: Dataset, synthetic: Dataset) throws -> Dataset {
    try LoneStage(PickWindows(), "min_period = 0.1 s\nmax_period = 0.2 s\n" + more, ports)
      .run(["observed": observed, "synthetic": synthetic]).dataset("table")
  }

  /// Data that are late by 30 ms have that lag; those of another shape are flagged.
  @Test func lagsAndFlags() throws {
    let synthetic = try WaveSamples.traces([
      ("A", WaveSamples.pulse(at: 0.8)), ("B", WaveSamples.pulse(at: 0.8)),
    ])
    let noise = (0..<200).map { index in Double(index * 7919 % 101) / 50 - 1 }
    let observed = try WaveSamples.traces([("A", WaveSamples.pulse(at: 0.83)), ("B", noise)])
    let windows = try Self.picked("", observed: observed, synthetic: synthetic)
    #expect(try windows.texts("receiver") == ["A", "B"])
    #expect(try abs(windows.column("lag")[0] - 0.03) < 0.005)
    #expect(try windows.column("flagged") == [0, 1])
    let (start, arrival) = (try windows.column("start")[0], try windows.column("arrival")[0])
    #expect(abs(arrival - start - 0.1) < 1e-9)
  }

  @Test func ofAFile() throws {
    let text = "receiver,component,start,end,weight\nA,p,0.5,1.5,2\nB,z,0,1,1\n"
    let stage = LoneStage(
      PickWindows(), "method = file\nfile = file(\"w.csv\")", files: ["w.csv": text])
    let windows = try WindowArtefact.windows(stage.run().dataset("table"))
    #expect(windows.map(\.weight) == [2, 1] && windows.map(\.component) == [.p, .z])
  }

  @Test(arguments: [
    (
      "receiver,component,start,end\nA,p,0,1\nB,q,0,1\n",
      "row 2 of", "has a component 'q'; there are x, y, z and p"
    ),
    ("receiver,component,start,end\nA,p,2,1\n", "row 1 of", "found 2.0 to 1.0 s"),
  ]) func badRows(text: String, place: String, message: String) {
    let stage = LoneStage(PickWindows(), "method = file\nfile = file(\"w.csv\")", files: ["w.csv": text])
    let error = #expect(throws: StageError.self) { try stage.run() }
    #expect(
      error.map { "\($0)".contains(place) && "\($0)".contains(message) } == true,
      "\(String(describing: error))")
  }

  @Test func otherSampling() throws {
    let (coarse, fine) = (
      try WaveSamples.traces([("A", WaveSamples.pulse(at: 0.8))]),
      try WaveSamples.traces([("A", WaveSamples.pulse(at: 0.8))], step: 0.005)
    )
    #expect(throws: WaveError.self) { try Self.picked("", observed: coarse, synthetic: fine) }
  }

  @Test func settingsOfTheOtherMethod() {
    let stage = LoneStage(
      PickWindows(), "method = file\nfile = file(\"w.csv\")\nlevel = 0.1", files: ["w.csv": ""])
    #expect(
      stage.mistakes == [
        "M140: 'level' has no meaning with method = file; leave it out or use it with method = arrivals"
      ])
  }
}
