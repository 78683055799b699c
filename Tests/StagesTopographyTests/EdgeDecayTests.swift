import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesTopography

/// What a layer loses towards its edges.
@Suite struct EdgeDecayTests {
  private static let layer = "top = 0 m\nzref = -500 m\ndensity = 300 kg/m3\n"
  private static let grid = "spacing = 1 km\nregion = 0, 20, 0, 15 km\n"

  /// A wider zone loses less.
  @Test func widerBuffersLoseLess() throws {
    let found = try [0, 2, 5, 10].map { buffer in
      try LoneStage(EdgeDecay(), Self.layer + Self.grid + "buffer = \(buffer)").run()
    }
    let decays = try found.map { try $0.scalar("decay") }
    #expect(decays == decays.sorted(by: >) && decays[0] > 0.3 && decays[3] > 0)
    #expect(abs(try found[3].scalar("distance_to_target") - abs(0.05 - decays[3])) < 1e-15)
  }

  @Test(arguments: [
    (grid + "amplitude = 10 m", ["M141: 'wavelength' is needed with 'amplitude'"]),
    (grid + "wavelength = 1 km", ["M141: 'amplitude' is needed with 'wavelength'"]),
    (
      "", ["M141: 'spacing' is needed without input 'like'", "M141: 'region' is needed without input 'like'"]
    ),
  ])
  func settingsThatBelongTogether(section: String, messages: [String]) {
    #expect(LoneStage(EdgeDecay(), Self.layer + "buffer = 1\n" + section).mistakes == messages)
  }
}
