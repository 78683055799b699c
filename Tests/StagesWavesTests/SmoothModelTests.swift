import Datasets
import Planning
import StageTestSupport
import Testing
import Waves

@testable import StagesWaves

/// Media without short wavelengths.
@Suite struct SmoothModelTests {
  private static let anomaly =
    "anomaly_x = 150 m\nanomaly_z = 120 m\nanomaly_width = 30 m\nanomaly_amplitude = 5 %"

  /// What is smoothed keeps its integral and loses its extremes; the rest stays.
  @Test func integralsStay() throws {
    let rough = try WaveSamples.model(Self.anomaly)
    let smooth = try LoneStage(
      SmoothModel(), "lengths = 30 m, 60 m\nparameters = vp", ["model": .grid]
    ).run(["model": rough]).dataset("model")
    let sums = try [rough, smooth].map { try $0.doubles("vp").reduce(0, +) }
    #expect(abs(sums[0] - sums[1]) <= 1e-9 * sums[0])
    #expect(try rough.doubles("vp").max() ?? 0 > smooth.doubles("vp").max() ?? .infinity)
    #expect(try rough.doubles("rho") == smooth.doubles("rho"))
  }

  /// Lengths of 0 change nothing.
  @Test func nothingIsSmoothed() throws {
    let rough = try WaveSamples.model(Self.anomaly)
    let same = try LoneStage(SmoothModel(), "lengths = 0 m, 0 m", ["model": .grid]).run(["model": rough])
    #expect(try same.dataset("model").doubles("vp") == rough.doubles("vp"))
  }

  @Test(arguments: [
    ("", "M143: one of 'lengths' and 'wavelengths' is needed"),
    (
      "lengths = 1 m, 1 m\nwavelengths = 1, 1\nperiod = 1 s\nspeed = vp",
      "M142: 'lengths' and 'wavelengths' exclude each other; keep one"
    ),
    ("wavelengths = 1, 1\nspeed = vp", "M141: 'period' is needed with 'wavelengths'"),
  ]) func whatCannotWork(section: String, message: String) {
    #expect(LoneStage(SmoothModel(), section, ["model": .grid]).mistakes == [message])
  }
}
