import Datasets
import NumericCore
import Planning
import StageTestSupport
import Testing

@testable import StagesData

/// A field by its spectrum.
@Suite struct FilterGridTests {
  private static func filter(_ section: String) throws -> [Double] {
    let data = try Samples.grid(
      Samples.nodes(12, 9), ["topography": { ($0 / 1000 - 3) * $1 / 700 + $1 * $1 / 1e6 }])
    return try LoneStage(FilterGrid(), section, ["data": .grid]).run(["data": data])
      .dataset("data").grid("topography").values
  }

  /// What is longer than a wavelength and what is shorter are the field.
  @Test func passesAreComplementary() throws {
    let whole = try Self.filter("type = up_continue\nheight_displacement = 0 m")
    let low = try Self.filter("type = lowpass\nfilter_width = 4 km")
    let high = try Self.filter("type = highpass\nfilter_width = 4 km")
    let greatest = whole.map(abs).max() ?? 0
    for index in whole.indices { #expect(abs(low[index] + high[index] - whole[index]) < 1e-9 * greatest) }
  }

  @Test func heightsBelongToContinuation() {
    let stage = LoneStage(
      FilterGrid(), "type = lowpass\nfilter_width = 1 km\nheight_displacement = 1 km", ["data": .grid])
    #expect(
      stage.mistakes == [
        "M140: 'height_displacement' has no meaning with type = lowpass; leave it out or use it with type = up_continue"
      ])
  }
}
