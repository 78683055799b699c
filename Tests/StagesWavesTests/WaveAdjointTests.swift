import Artefacts
import Datasets
import Planning
import StageSupport
import StageTestSupport
import Testing
import Waves

@testable import StagesWaves

/// Gradients of stored and of remade wavefields.
@Suite struct WaveAdjointTests {
  private static let ports: [String: PortType] = ["wavefield": .wavefield, "source": .waveforms]

  private static func gradient(_ wavefield: Dataset, _ source: Dataset) throws -> LoneStage.Outcome {
    try LoneStage(WaveAdjoint(), "", ports).run(["wavefield": wavefield, "source": source])
  }

  /// The seismograms as derivatives by themselves, times a factor: those of ½ Σ s².
  private static func source(_ shot: LoneStage.Outcome, times factor: Double) throws -> Dataset {
    var source = try shot.dataset("seismograms")
    source.setAttribute("traces", text: "adjoint_source")
    let values = try source.doubles("pressure").map { factor * $0 }
    source.variables.removeAll { $0.name == "pressure" }
    try source.add(
      .init(name: "adjoint_source_p", dimensions: ["receiver", "time"], values: .double(values)))
    return source
  }

  /// Linear in the derivative by the seismograms; nothing gives nothing. By the amplitude of the source ½ Σ s² has the
  /// derivative Σ s²/amplitude, exactly.
  @Test func gradientsAreLinear() throws {
    let shot = try WaveSamples.simulated("wavefield_interval = 1\n")
    let wavefield = try shot.dataset("wavefield")
    let one = try Self.gradient(wavefield, Self.source(shot, times: 1))
    let two = try Self.gradient(wavefield, Self.source(shot, times: 2))
    let none = try Self.gradient(wavefield, Self.source(shot, times: 0))
    let kernel = try one.dataset("kernel").doubles("vp")
    #expect(kernel.contains { $0 != 0 })
    #expect(try two.dataset("kernel").doubles("vp") == kernel.map { 2 * $0 })
    #expect(try none.dataset("kernel").doubles("vp").allSatisfy { $0 == 0 })
    let pressure = try shot.dataset("seismograms").doubles("pressure")
    let expected = pressure.reduce(0) { $0 + $1 * $1 } / 1000
    let found = try one.dataset("source_gradient").column("derivative")[0]
    #expect(abs(found - expected) <= 1e-10 * expected)
  }

  /// Run again with checkpoints, the same bits.
  @Test func remadeWavefieldsAgree() throws {
    let stored = try WaveSamples.simulated("wavefield_interval = 2\n")
    let remade = try WaveSamples.simulated("")
    var task = try remade.dataset("wavefield")
    task.setAttribute("wavefield_interval", 2)
    let source = try Self.source(stored, times: 1)
    let one = try Self.gradient(stored.dataset("wavefield"), source)
    let other = try Self.gradient(task, source)
    #expect(try one.dataset("kernel").doubles("rho") == other.dataset("kernel").doubles("rho"))
  }

  @Test func seismogramsAreNoSource() throws {
    let shot = try WaveSamples.simulated("wavefield_interval = auto\n")
    let error = #expect(throws: StageError.self) {
      try Self.gradient(shot.dataset("wavefield"), shot.dataset("seismograms"))
    }
    #expect(
      error
        == .outOfPlace("'source' holds velocity; it takes the adjoint source of waveform_misfit"))
  }
}
