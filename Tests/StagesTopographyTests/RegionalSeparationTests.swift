import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesTopography

/// A misfit in two parts.
@Suite struct RegionalSeparationTests {
  private static func separate(_ section: String) throws -> Dataset {
    let plane: (Double, Double) -> Double = { 3 + $0 / 2000 - $1 / 1000 }
    let gravity = try Samples.grid(
      Samples.nodes(9, 7),
      ["gravity_anomaly": plane, "upward": { _, _ in 0 }, "forward_gravity": { _, _ in 0 }, "misfit": plane])
    var named = gravity
    for index in named.variables.indices where named.variables[index].name == "misfit" {
      named.variables[index].attributes = [.init(name: "units", value: .text("mGal"))]
    }
    return try LoneStage(RegionalSeparation(), section, ["gravity": .gravity]).run(["gravity": named])
      .dataset("gravity")
  }

  /// A plane is all regional, whatever its shift; swapped it is all residual.
  @Test func planesAreTrends() throws {
    let trend = try Self.separate("method = trend\ntrend = 1")
    #expect(try trend.grid("res").values.allSatisfy { abs($0) < 1e-9 })
    let shifted = try Self.separate("method = trend\ntrend = 1\nshift = 2 mGal")
    #expect(try shifted.grid("res").values.allSatisfy { abs($0 + 2) < 1e-9 })
    let swapped = try Self.separate("method = trend\ntrend = 1\nreverse = yes")
    #expect(try swapped.grid("reg").values.allSatisfy { abs($0) < 1e-9 })
  }

  @Test func bothPartsAreTheMisfit() throws {
    let parts = try Self.separate("method = filter\nfilter_type = lowpass\nfilter_width = 3 km")
    let (regional, residual) = (try parts.grid("reg").values, try parts.grid("res").values)
    let misfit = try parts.grid("misfit").values
    for index in misfit.indices { #expect(abs(regional[index] + residual[index] - misfit[index]) < 1e-12) }
  }
}
