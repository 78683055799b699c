import Foundation
import Planning
import Testing

@testable import Execution

/// Stages that are made of nodes of their own.
@Suite(.serialized) struct PartTests {
  private static func kinds(_ world: FoldWorld) -> [any StageKind] {
    let source = LambdaKind(
      signature: StageSignature(
        kind: "source", version: 1, summary: "", settings: [FoldToy.number("level")],
        outputs: [OutputSpec("out", FoldToy.scalar, "")])
    ) { try $0.write([$0.settings.number("level")], to: "out") }
    let part = LambdaKind(
      signature: StageSignature(
        kind: "part", version: 1, summary: "",
        settings: [FoldToy.number("scale"), FoldToy.integer("number")],
        inputs: [InputSpec("level", [FoldToy.scalar], "")], outputs: [OutputSpec("value", .file, "")]
      ).hidden
    ) { context in
      let number = context.settings.integer("number")
      try world.note("part \(number)")
      if context.settings.number("scale") == 13, number == 1 { throw ToyError(message: "no part 1") }
      try context.write(
        [Double(number) * context.settings.number("scale") + (try context.numbers("level")[0])], to: "value")
    }
    let whole = LambdaKind(
      signature: StageSignature(
        kind: "whole", version: 1, summary: "",
        settings: [
          FoldToy.number("scale"), FoldToy.integer("count"), FoldToy.number("own", .defaultsTo("0")),
        ],
        inputs: [InputSpec("level", [FoldToy.scalar], "")],
        outputs: [OutputSpec("sum", FoldToy.scalar, "", collected: true)]
      ).made(of: PartSpec(kind: "part", count: "count", number: "number", output: "value"))
    ) { context in
      let values = try context.parts.map { try StageContext.numbers(at: $0)[0] }
      try context.write([values.reduce(0, +) + context.settings.number("own")], to: "sum")
    }
    return [source, part, whole, Ensemble()]
  }

  private struct Ensemble: FamilyKind {
    let signature = FoldToy.family(
      "many", [FoldToy.integer("runs")], outputs: [OutputSpec("sums", .file, "")])
    func design(_ request: DesignRequest) throws -> RoundPlan {
      RoundPlan((0..<request.settings.integer("runs")).map { [Double(1 + $0)] })
    }
    func run(_ context: StageContext) throws {
      let sums = try context.members.map { try readNumber(try #require($0.inputs["sum"])) }
      try context.write(sums, to: "sums")
    }
  }

  private static func manifest(_ count: Int, scale: Int = 2, _ more: String = "") -> String {
    """
    [source : source]
    level = 1

    [whole : whole]
    level <- source.out
    scale = \(scale)
    count = \(count)
    \(more)
    """
  }

  @Test func morePartsKeepTheFirst() throws {
    let project = try FoldProject(Self.kinds)
    let record = try project.run(Self.manifest(3))
    #expect(record.outcome == .succeeded, "\(record.messages)")
    #expect(try project.result("whole.sum") == [9])
    #expect(
      record.nodes.map(\.name).filter { $0.contains("part") }.sorted() == [
        "whole.part[whole 0]", "whole.part[whole 1]", "whole.part[whole 2]",
      ])
    #expect(project.world.take().count == 3)
    try project.run(Self.manifest(5))
    #expect(project.world.take().sorted() == ["part 3", "part 4"])
    #expect(try project.result("whole.sum") == [25])
    // What parts do not know changes none of them.
    try project.run(Self.manifest(5, "own = 100"))
    #expect(project.world.take().isEmpty)
    #expect(try project.result("whole.sum") == [125])
    #expect(try project.makeRun(Self.manifest(5)).forecast().allSatisfy { $0.state == .cached })
    // Fewer are answered by the store.
    let fewer = try project.run(Self.manifest(3))
    #expect(fewer.count(.executed) == 0)
  }

  @Test func aPartThatFailsFailsTheStage() throws {
    let project = try FoldProject(Self.kinds)
    let record = try project.run(Self.manifest(3, scale: 13))
    #expect(record.outcome == .failed)
    #expect(record.messages.contains { $0.contains("no part 1") }, "\(record.messages)")
  }

  @Test func membersOfAFamilyHavePartsOfTheirOwn() throws {
    let project = try FoldProject(Self.kinds)
    let text =
      Self.manifest(2) + """

        [many : many]
        repeat = whole
        runs = 2
        whole.scale ~ uniform(0, 1)
        """
    let record = try project.run(text)
    #expect(record.outcome == .succeeded, "\(record.messages)")
    // Scales 1 and 2, of which the second is the stage itself.
    #expect(try project.result("many.sums") == [3, 4])
    #expect(project.world.take().count == 4)
  }
}
