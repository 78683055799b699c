import Artefacts
import Datasets
import Planning
import StageSupport
import StageTestSupport
import Testing
import Waves

@testable import StagesWaves

/// Comparisons of traces.
@Suite struct WaveformMisfitStageTests {
  private static let ports: [String: PortType] = ["synthetic": .waveforms, "observed": .waveforms]

  private static func compared(
    _ section: String, _ synthetic: Dataset, _ observed: Dataset, windows: Dataset? = nil
  ) throws -> LoneStage.Outcome {
    var (types, data) = (ports, ["synthetic": synthetic, "observed": observed])
    if let windows { (types["windows"], data["windows"]) = (.table, windows) }
    return try LoneStage(WaveformMisfitStage(), section, types).run(data)
  }

  /// Of traces twice as large as the data, normalised by these, it is a half: ½ Σd²/Σd².
  @Test func normalised() throws {
    let data = WaveSamples.pulse(at: 1)
    let (observed, synthetic) = (
      try WaveSamples.traces([("A", data)]), try WaveSamples.traces([("A", data.map { 2 * $0 })])
    )
    let done = try Self.compared("kind = normalised_l2", synthetic, observed)
    #expect(try abs(done.scalar("misfit") - 0.5) < 1e-12)
    #expect(try Self.compared("kind = normalised_l2", observed, observed).scalar("misfit") == 0)
  }

  /// The adjoint source is the derivative: against a difference along one sample.
  @Test(arguments: [
    "kind = l2", "kind = envelope", "kind = cc_traveltime\nsigma = 10 ms\nlargest_lag = 100 ms",
  ]) func derivative(section: String) throws {
    let (data, model) = (WaveSamples.pulse(at: 1), WaveSamples.pulse(at: 1.02))
    let observed = try WaveSamples.traces([("A", data)])
    func misfit(_ change: Double) throws -> LoneStage.Outcome {
      var moved = model
      moved[97] += change
      return try Self.compared(section, WaveSamples.traces([("A", moved)]), observed)
    }
    let step = 1e-4
    let difference = (try misfit(step).scalar("misfit") - misfit(-step).scalar("misfit")) / (2 * step)
    let source = try misfit(0).dataset("adjoint_source").doubles("adjoint_source_p")[97]
    #expect(abs(difference - source) <= 1e-4 * abs(source) + 1e-12, "\(difference) \(source)")
  }

  /// A record with gaps: the window does not count, which the table and a warning say; the others do.
  @Test func gaps() throws {
    let data = WaveSamples.pulse(at: 1)
    var holes = data
    for index in 90..<95 { holes[index] = .nan }
    let observed = try WaveSamples.traces([("A", holes), ("B", data)])
    let synthetic = try WaveSamples.traces([("A", data.map { 2 * $0 }), ("B", data.map { 2 * $0 })])
    let done = try Self.compared("kind = normalised_l2", synthetic, observed)
    #expect(try abs(done.scalar("misfit") - 0.5) < 1e-12)
    #expect(try done.dataset("table").texts("reason") == ["gap", ""])
    let source = try done.dataset("adjoint_source").doubles("adjoint_source_p")
    #expect(source.prefix(200).allSatisfy { $0 == 0 } && source.suffix(200).contains { $0 != 0 })
    let picked = try LoneStage(
      PickWindows(), "min_period = 100 ms\nmax_period = 200 ms", Self.ports
    ).run(["synthetic": synthetic, "observed": observed]).dataset("table")
    #expect(try picked.column("flagged") == [1, 0])
  }

  @Test func weights() throws {
    let data = WaveSamples.pulse(at: 1)
    let observed = try WaveSamples.traces([("A", data), ("B", data)])
    let synthetic = try WaveSamples.traces([("A", data.map { 2 * $0 }), ("B", data.map { 2 * $0 })])
    let section = "kind = normalised_l2\nreceiver_weights = \"A: 0\", \"B: 3\"\ncomponent_weights = \"p: 2\""
    #expect(try abs(Self.compared(section, synthetic, observed).scalar("misfit") - 3) < 1e-12)
  }

  @Test(arguments: [
    (
      "kind = l2\nreceiver_weights = \"A 1\"",
      "M144: 'receiver_weights' hold \"A 1\", which is no weight"
    ),
    (
      "kind = l2\ncomponent_weights = \"q: 1\"",
      "M144: 'component_weights' name 'q', which is none of x, y, z and p"
    ),
    ("kind = cc_traveltime\nsigma = 1 s", "M141: 'largest_lag' is needed with kind = cc_traveltime"),
    (
      "kind = l2\nroot = yes",
      "M140: 'root' has no meaning with kind = l2; leave it out or use it with kind = tf_phase"
    ),
  ]) func whatCannotWork(section: String, message: String) {
    #expect(LoneStage(WaveformMisfitStage(), section, Self.ports).mistakes == [message])
  }

  @Test func otherSampling() throws {
    let data = WaveSamples.pulse(at: 0.5)
    #expect(
      throws: WaveError.otherSampling(step: 0.01, count: 200, expectedStep: 0.02, expectedCount: 200)
    ) {
      try Self.compared(
        "kind = l2", WaveSamples.traces([("A", data)]), WaveSamples.traces([("A", data)], step: 0.02))
    }
  }

  /// Traces shorter than a window.
  @Test func windowsBeyondTheEnd() throws {
    let data = try WaveSamples.traces([("A", WaveSamples.pulse(at: 1))])
    var windows = Dataset(title: "windows")
    try WindowArtefact.add(
      [Window(receiver: "A", component: .p, start: 0.5, end: 3)], to: &windows)
    #expect(throws: WaveError.windowOutside(receiver: "A", start: 0.5, end: 3, last: 1.99)) {
      try Self.compared("kind = l2", data, data, windows: windows)
    }
  }
}
