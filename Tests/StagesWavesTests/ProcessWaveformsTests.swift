import Artefacts
import Datasets
import Planning
import StageTestSupport
import Testing
import Waves

@testable import StagesWaves

/// Traces made ready.
@Suite struct ProcessWaveformsTests {
  private static func processed(_ section: String, _ traces: Dataset) throws -> LoneStage.Outcome {
    try LoneStage(ProcessWaveforms(), section, ["waveforms": .waveforms]).run(["waveforms": traces])
  }

  private static let line = (0..<100).map { 3 + 0.5 * Double($0) }

  @Test func linesGo() throws {
    let done = try Self.processed("detrend = yes", WaveSamples.traces([("A", Self.line)]))
    #expect(try done.dataset("waveforms").doubles("pressure").allSatisfy { abs($0) < 1e-9 })
  }

  /// A gap of a few samples is bridged by a line; a trace with a longer one is left out; both are counted.
  @Test func gaps() throws {
    var short = Self.line
    for index in 40..<43 { short[index] = .nan }
    var long = Self.line
    for index in 40..<60 { long[index] = .nan }
    let record = try WaveSamples.traces([("A", short), ("B", long), ("C", Self.line)])
    let done = try Self.processed("longest_gap = 0.05 s", record)
    let result = try WaveformArtefact(try done.dataset("waveforms")).seismograms
    #expect(result.traces.map(\.receiver) == ["A", "C"])
    let bridged = try #require(result.trace("A", .p)).values
    for (found, expected) in zip(bridged, Self.line) { #expect(abs(found - expected) < 1e-9) }
    #expect(done.said.contains { $0.hasPrefix("1 gaps bridged") })
    #expect(done.said.contains { $0.contains("left out for their gaps: B.p") })
  }

  /// Of a band far below that of the trace nothing is left.
  @Test func bands() throws {
    let record = try WaveSamples.traces([("A", WaveSamples.pulse(at: 1))])
    let done = try Self.processed("min_period = 1 s\nmax_period = 2 s", record)
    let left = try done.dataset("waveforms").doubles("pressure").reduce(0) { max($0, abs($1)) }
    #expect(left < 0.1)
  }

  @Test(arguments: [
    ("min_period = 1 s", "M141: 'max_period' is needed with 'min_period'"),
    (
      "min_period = 2 s\nmax_period = 1 s",
      "M144: 'min_period' and 'max_period' go from the shorter to the longer, but 2.0 s is not below 1.0 s"
    ),
    ("taper = 0.6", "M086: 'taper' must be at most 0.5, not 0.6"),
  ]) func whatCannotWork(section: String, message: String) {
    #expect(LoneStage(ProcessWaveforms(), section, ["waveforms": .waveforms]).mistakes == [message])
  }

  @Test func bandsAboveTheSampling() throws {
    let record = try WaveSamples.traces([("A", Self.line)])
    #expect(throws: WaveError.aboveNyquist(frequency: 62.5, nyquist: 50)) {
      try Self.processed("min_period = 0.02 s\nmax_period = 1 s", record)
    }
  }
}
