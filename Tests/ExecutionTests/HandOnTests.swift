import Planning
import Synchronization
import Testing

@testable import Execution

/// Outputs that are an input's bytes: the store has them once, nobody writes or copies anything.
@Suite struct HandOnTests {
  private func project() throws -> ToyProject {
    let project = try ToyProject()
    let scalar = PortType.scalar(.dimensionless)
    let pass = ToyKind(
      signature: StageSignature(
        kind: "pass", version: 1, summary: "hands on",
        inputs: [InputSpec("in0", [scalar], "")], outputs: [OutputSpec("out", scalar, "")])
    ) { context in
      guard let handOn = context.handOn else { throw ToyError(message: "nobody hands on") }
      handOn("in0", "out")
    }
    project.world.extra.withLock { $0 = [pass] }
    return project
  }

  private let stages = [
    ToyStage(name: "a", add: 3), ToyStage(name: "b", kind: "pass", uses: ["a"]),
    ToyStage(name: "c", add: 1, uses: ["b"]),
  ]

  @Test func theOutputIsTheInput() throws {
    let project = try project()
    let record = try project.run(stages)
    #expect(record.count(.executed) == 3)
    let hash = try #require(record.node("a")?.outputs["out"])
    #expect(record.node("b")?.outputs["out"] == hash)
    let path = try #require(record.node("c")?.outputs["out"].map(ObjectStore(layout: project.layout).path))
    #expect(try readNumber(path) == 4)
    #expect(try project.run(stages).count(.cached) == 3)
  }

  /// Lost bytes are made again by whoever made them first.
  @Test func lostBytesAreMadeAgain() throws {
    let project = try project()
    let hash = try #require(try project.run(stages).node("b")?.outputs["out"])
    Posix.removeTree(ObjectStore(layout: project.layout).path(hash))
    let again = try project.run(stages)
    #expect(again.node("b")?.outputs["out"] == hash)
    #expect(again.count(.failed) == 0)
  }
}
