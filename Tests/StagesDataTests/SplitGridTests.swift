import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesData

/// Nodes held out.
@Suite struct SplitGridTests {
  private static func split(_ section: String, _ columns: Int, _ rows: Int) throws -> (kept: Int, held: Int) {
    let gravity = try Samples.gravity(Samples.nodes(columns, rows)) { $0 + $1 }
    let test = try LoneStage(SplitGrid(), section, ["gravity": .gravity]).run(["gravity": gravity])
      .dataset("gravity").grid("test").values
    return (test.count { $0 == 0 }, test.count { $0 == 1 })
  }

  /// Of both ways the kept nodes are a grid of twice the spacing from edge to edge.
  @Test func keptNodesAreAGrid() throws {
    #expect(try Self.split("", 7, 5) == (kept: 12, held: 23))
    #expect(try Self.split("method = interpolated", 4, 3) == (kept: 12, held: 23))
  }

  @Test func evenNumbersOfNodesReachNoEdge() {
    #expect(
      throws: StageError.outOfPlace(
        "every second node is kept, from edge to edge, which needs an odd number of columns, at least 3; there are 6: "
          + "cut the grid by one along easting")
    ) { try Self.split("", 6, 5) }
  }
}
