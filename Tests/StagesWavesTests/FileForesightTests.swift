import Foundation
import Manifests
import Planning
import TestSupport
import Testing
import Waves

@testable import StagesWaves

/// What the files of a manifest tell before anything runs.
@Suite struct FileForesightTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder("foresight") }

  private func file(_ name: String, _ text: String) throws -> SettingValue {
    try text.write(toFile: folder.path(name), atomically: true, encoding: .utf8)
    return .file(folder.path(name))
  }

  private func facts(_ kind: any ForeseeingKind, _ settings: [String: SettingValue]) -> Foresight {
    kind.foresee(ForesightRequest(stage: "s", settings: Settings(settings), readsFiles: true))
  }

  private static func feed(_ facts: OutputFacts) -> ForesightRequest.Feed {
    .init(source: PortReference(stage: "x", port: "y"), facts: facts)
  }

  @Test func twoReceiversOfOneName() throws {
    let table = try file("r.csv", "name,x,z\nA,1,2\nB,2,2\nA,3,2\n")
    let told = facts(
      WaveReceivers(), ["layout": .word("file"), "file": table, "components": .list([.word("p")])])
    #expect(told.mistakes.map(\.fact) == [.unfit(reason: "two receivers are called A")])
    #expect(told.mistakes.map(\.subject) == ["file"])
    let events = facts(
      WaveEvents(), ["file": table, "wavelet": .word("ricker"), "period": .number(ExactDecimal(1))])
    #expect(events.mistakes.map(\.fact) == [.unfit(reason: "two events are called A")])
  }

  @Test func recordsAndWindows() throws {
    let rows = (0..<10).map { "\(Double($0) / 100),0.5" }.joined(separator: "\n")
    let record = facts(
      ReadWaveforms(),
      ["file": try file("w.csv", "time_s,R1.p\n" + rows), "receiver_field": .word("velocity")]
    ).outputs["waveforms"]
    #expect(record?.numbers[WaveFacts.count] == 10)
    let windows = facts(
      PickWindows(),
      [
        "method": .word("file"),
        "file": try file("p.csv", "receiver,component,start,end\nR1,p,0,0.05\nR1,p,0.05,0.2\n"),
      ]
    ).outputs["table"]
    func told(_ synthetic: [String: Double]) -> [StageFact] {
      var facts = OutputFacts()
      facts.numbers = synthetic
      return WaveformMisfitStage().foresee(
        ForesightRequest(
          stage: "misfit", settings: Settings([:]),
          inputs: [
            "synthetic": Self.feed(facts), "observed": Self.feed(record ?? OutputFacts()),
            "windows": Self.feed(windows ?? OutputFacts()),
          ])
      ).mistakes.map(\.fact)
    }
    #expect(told([:]) == [])
    #expect(
      told(WaveFacts.samples(duration: 0.09, step: 0.01)) == [
        .unfit(reason: "a window ends at 0.2 s and the traces at 0.09 s")
      ])
    #expect(
      told(WaveFacts.samples(duration: 0.5, step: 0.005)) == [
        .unfit(
          reason:
            "101 samples 0.005 s apart can't be compared with 10 samples 0.01 s apart; process_waveforms resamples and cuts"
        )
      ])
  }
}
