import Artefacts
import Manifests
import Planning
import StageSupport
import TestSupport
import Testing

@testable import StagesNetworks

@Suite struct NoiseSettingTests {
  private let blocks = [
    SamplesArtefact.Block(name: "gravity", units: "mGal", count: 2),
    SamplesArtefact.Block(name: "height", units: "m", count: 1),
  ]

  @Test func `Numbers are turned to the units of the data`() throws {
    let value = SettingValue.list([.number(ExactDecimal(0.000002)), .number(ExactDecimal(3.0))])
    #expect(largestDifference(try NoiseSetting.deviations(value, blocks), [0.2, 0.2, 3]) < 1e-15)
  }

  @Test func `One value stands for all variables, another number of values is refused`() throws {
    #expect(try NoiseSetting.deviations(.list([.number(ExactDecimal(2.0))]), [blocks[1]]) == [2])
    let three = SettingValue.list(Array(repeating: .number(ExactDecimal(1.0)), count: 3))
    #expect(
      throws: StageError.outOfPlace(
        "'noise' has 3 values; the data vector has 2 variables, so give one or 2")
    ) { try NoiseSetting.deviations(three, blocks) }
  }
}
