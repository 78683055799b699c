import Datasets
import Planning
import StageTestSupport
import Testing
import Waves

@testable import StagesWaves

/// Media of layers, ties and anomalies.
@Suite struct WaveModelStageTests {
  private static let section = "region = 0 m, 40 m, 0 m, 30 m\nspacing = 10 m\n"

  /// A layer begins at its top and grows with depth below it.
  @Test func layersAndGradients() throws {
    let model = try LoneStage(
      WaveModelStage(),
      Self.section
        + "physics = acoustic2d\nlayer_tops = 0 m, 15 m\nvp = 1000 m/s, 2000 m/s\nvp_gradient = 2, 0\nrho = 2000, 2100 kg/m3"
    ).run().dataset("model")
    let speeds = try model.doubles("vp")
    #expect([0, 5, 10, 15].map { speeds[$0] } == [1000, 1020, 2000, 2000])
    #expect(try model.doubles("rho")[5] == 2000 && model.doubles("rho")[10] == 2100)
  }

  @Test func ties() throws {
    #expect(WaveModelStage.parsed("rho: 310 vp^0.25") == .init(.rho, from: .vp, factor: 310, exponent: 0.25))
    #expect(WaveModelStage.parsed("vph: 1.05 vpv") == .init(.vph, from: .vpv, factor: 1.05))
    #expect(WaveModelStage.parsed("vph = vpv") == nil)
    let model = try LoneStage(
      WaveModelStage(), Self.section + "physics = acoustic2d\nvp = 1600 m/s\nties = \"rho: 1.25 vp\""
    ).run().dataset("model")
    #expect(try model.doubles("rho").allSatisfy { $0 == 2000 })
  }

  /// At its centre an anomaly has all of its amplitude, two deviations away e⁻² of it.
  @Test func anomalies() throws {
    let model = try LoneStage(
      WaveModelStage(),
      Self.section
        + "physics = acoustic2d\nvp = 1000 m/s\nrho = 2000 kg/m3\nanomaly_x = 20 m\nanomaly_z = 10 m\n"
        + "anomaly_width = 10 m\nanomaly_amplitude = 10 %"
    ).run().dataset("model")
    let speeds = try model.doubles("vp")
    #expect(abs(speeds[5 + 2] - 1100) < 1e-9)
    #expect(abs(speeds[5] - 1000 * (1 + 0.1 * 0.1353352832366127)) < 1e-9)
    #expect(try model.doubles("rho").allSatisfy { $0 == 2000 })
  }

  @Test(arguments: [
    (
      "physics = acoustic2d\nvp = 1000 m/s\nrho = -1 kg/m3",
      ["M086: 'rho' must be above 0 kg/m3, not -1 kg/m3"]
    ),
    (
      "physics = acoustic2d\nvp = 1000 m/s",
      [
        "M154: acoustic2d needs rho, which the model does not have: give 'rho', a tie or grids"
      ]
    ),
    (
      "physics = acoustic2d\nvp = 1000, 1100 m/s\nrho = 2000 kg/m3",
      ["M144: 'layer_tops' and 'vp' don't fit: 2 values of 'vp' for 1 layer"]
    ),
    (
      "physics = acoustic2d\nvp = 1000 m/s\nrho = 2000 kg/m3\nvsv = 500 m/s",
      [
        "M140: 'vsv' has no meaning with physics = acoustic2d; leave it out or use it with physics = sh2d, or with physics = psv2d, or with physics = vti2d"
      ]
    ),
    (
      "physics = acoustic2d\nvp = 1000 m/s\nrho = 2000 kg/m3\nanomaly_x = 1, 2 m\nanomaly_z = 1 m\nanomaly_width = 1, 2 m\nanomaly_amplitude = 0.1, 0.1",
      ["M144: 'anomaly_x' and 'anomaly_z' don't fit: 1 value of 'anomaly_z' for 2 anomalies"]
    ),
    (
      "physics = acoustic2d\nvp = 1000 m/s\nties = \"rho = vp\"",
      ["M144: 'ties' hold \"rho = vp\", which is no tie"]
    ),
    (
      "physics = acoustic2d\nvp = 1000 m/s\nrho = 2000 kg/m3\nties = \"vph: 1 vpv\"",
      ["M144: 'physics' and 'ties' don't fit: acoustic2d has no parameter vph"]
    ),
  ])
  func whatCannotWork(section: String, messages: [String]) {
    #expect(LoneStage(WaveModelStage(), Self.section + section).mistakes == messages)
  }

  @Test func spacingsDivideTheSection() {
    let stage = LoneStage(
      WaveModelStage(),
      "physics = acoustic2d\nregion = 0, 40, 0, 30 m\nspacing = 7 m\nvp = 1000 m/s\nrho = 2000 kg/m3")
    #expect(
      stage.mistakes == [
        "M144: 'region' and 'spacing' don't fit: the spacing of 7.0 m does not divide the region's extent of 40.0 m; "
          + "choose another spacing or move an edge"
      ])
  }

  /// What only the nodes show: a stiffness that is not positive definite, with its node.
  @Test func stiffnessIsPositive() {
    let stage = LoneStage(
      WaveModelStage(),
      Self.section
        + "physics = psv2d\nvpv = 1000 m/s\nvph = 1000 m/s\nvsv = 1200 m/s\neta = 1\nrho = 2000 kg/m3")
    #expect(throws: WaveError.unstableStiffness(c11: 1e6, c33: 1e6, c13: -1.88e6, row: 0, column: 0)) {
      try stage.run()
    }
  }
}
