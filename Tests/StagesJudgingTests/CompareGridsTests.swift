import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesJudging

/// Surface minus reference.
@Suite struct CompareGridsTests {
  private static let stage = LoneStage(
    CompareGrids(), "", ["surface": .topography, "reference": .topography])

  @Test func differencesChangeTheirSignWithTheOrder() throws {
    let surface = try Samples.grid(Samples.nodes(4, 3), ["topography": { $0 / 10 + $1 }])
    let reference = try Samples.grid(Samples.nodes(4, 3), ["topography": { $0 / 10 + $1 - 7 }])
    let one = try Self.stage.run(["surface": surface, "reference": reference])
    let other = try Self.stage.run(["surface": reference, "reference": surface])
    let name = SurfaceVariables.difference.name
    let (first, second) = (
      try one.dataset("difference").grid(name).values, try other.dataset("difference").grid(name).values
    )
    #expect(zip(first, second).allSatisfy { $0 == -$1 && abs($0 - 7) < 1e-12 })
    #expect(abs(try one.scalar("rms_error") - 7) < 1e-12)
  }

  @Test func nodesMustBeTheSame() throws {
    let surface = try Samples.grid(Samples.nodes(4, 3), ["topography": { $0 + $1 }])
    let coarse = try Samples.grid(Samples.nodes(2, 2, spacing: 2000), ["topography": { $0 + $1 }])
    #expect(throws: StageError.gridsDiffer("the surface", "its reference")) {
      try Self.stage.run(["surface": surface, "reference": coarse])
    }
  }
}
