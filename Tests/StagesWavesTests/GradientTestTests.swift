import Artefacts
import Datasets
import Planning
import StageTestSupport
import Testing
import Waves

@testable import StagesWaves

/// A gradient held against differences.
@Suite struct GradientTestTests {
  private static let ports: [String: PortType] = ["wavefield": .wavefield, "observed": .waveforms]

  @Test func errorsFallWithTheSquareOfTheStep() throws {
    let shot = try WaveSamples.simulated("gradient_parameters = vp\n")
    let data = try WaveSamples.simulated(
      model: WaveSamples.model(
        "anomaly_x = 200 m\nanomaly_z = 120 m\nanomaly_width = 40 m\nanomaly_amplitude = 5 %"))
    let done = try LoneStage(
      GradientTest(), "steps = 0.01, 0.001\nparameters = vp", Self.ports
    ).run(["wavefield": shot.dataset("wavefield"), "observed": data.dataset("seismograms")])
    #expect(try done.scalar("error") < 1e-3)
    #expect(try abs(done.scalar("slope") - 2) < 0.2)
    #expect(try done.dataset("table").texts("parameter") == ["vp", "vp"])
  }

  @Test(arguments: [
    ("steps = 0.01", "M087: 'steps' takes 2 to 10 elements, not 1"),
    ("smoothing = -1 m", "M086: 'smoothing' must be at least 0 m, not -1 m"),
  ]) func whatCannotWork(section: String, message: String) {
    #expect(LoneStage(GradientTest(), section, Self.ports).mistakes == [message])
  }
}
