import Foundation
import Planning
import TestSupport
import Testing

@testable import Execution

/// Members that have a row each of a table that another stage makes.
@Suite struct CellTests {
  private static func kinds(_ world: FoldWorld) -> [any StageKind] {
    let rows = LambdaKind(
      signature: StageSignature(
        kind: "rows", version: 1, summary: "", settings: [FoldToy.integer("count")],
        outputs: [OutputSpec("table", .table, "")])
    ) { context in
      try world.note("rows")
      try context.write((0..<context.settings.integer("count")).map { 100 + Double($0) }, to: "table")
    }
    let cell = LambdaKind(
      signature: StageSignature(
        kind: "table_cell", version: 1, summary: "",
        settings: [
          SettingSpec("column", .text, .required, ""), FoldToy.number("factor"),
          SettingSpec("dimension", .name, .required, ""), SettingSpec("family", .name, .required, ""),
          FoldToy.integer("seed"), FoldToy.integer("member"),
        ], inputs: [InputSpec("table", [.table], "")], outputs: [OutputSpec("value", FoldToy.scalar, "")]
      ).hidden
    ) { context in
      let table = try context.numbers("table")
      let member = context.settings.integer("member")
      guard member < table.count else { throw ToyError(message: "only \(table.count) rows") }
      let column = context.settings.optionalText("column") == "second" ? 1000.0 : 0
      try context.write([column + table[(member + 1) % table.count]], to: "value")
    }
    let work = LambdaKind(
      signature: StageSignature(
        kind: "work", version: 1, summary: "", settings: [FoldToy.number("x"), FoldToy.number("y")],
        outputs: [OutputSpec("out", FoldToy.scalar, "", collected: true)])
    ) { context in
      try world.note("work")
      try context.write([context.settings.number("x") + context.settings.number("y")], to: "out")
    }
    return [rows, cell, work, Family()]
  }

  private struct Family: FamilyKind {
    let signature = FoldToy.family(
      "family",
      [FoldToy.integer("runs"), FoldToy.integer("seed"), FoldToy.integer("max_failures", .defaultsTo("0"))],
      outputs: [OutputSpec("values", .file, ""), OutputSpec("results", .file, "")])
    func design(_ request: DesignRequest) throws -> RoundPlan {
      RoundPlan(
        (0..<request.settings.integer("runs")).map { member in request.variables.map { _ in Double(member) } }
      )
    }
    func run(_ context: StageContext) throws {
      let members = context.members.filter { !$0.hasFailed }
      try context.write(members.flatMap(\.values), to: "values")
      try context.write(members.map { try readNumber(try #require($0.inputs["out"])) }, to: "results")
      #expect(members.allSatisfy { $0.inputs.count == 1 })
    }
  }

  private static func manifest(_ count: Int, _ runs: Int, _ more: String = "") -> String {
    """
    [rows : rows]
    count = \(count)

    [work : work]
    x = 1
    y = 2

    [many : family]
    repeat = work
    runs   = \(runs)
    seed   = 3
    work.x ~ samples(rows.table, first)
    \(more)
    """
  }

  @Test func everyMemberHasItsRow() throws {
    let project = try FoldProject(Self.kinds)
    let record = try project.run(Self.manifest(5, 3, "work.y ~ samples(rows.table, second)"))
    #expect(record.outcome == .succeeded, "\(record.messages)")
    #expect(try project.result("many.values") == [101, 1101, 102, 1102, 103, 1103])
    #expect(try project.result("many.results") == [1202, 1204, 1206])
  }

  /// What the design draws goes on beside; and a table in which a member's row stays changes nothing of the member.
  @Test func valuesEnterRecipesRatherThanTheTable() throws {
    let project = try FoldProject(Self.kinds)
    try project.run(Self.manifest(5, 3, "work.y ~ uniform(0, 1)"))
    #expect(try project.result("many.values") == [101, 0, 102, 1, 103, 2])
    _ = project.world.take()
    let record = try project.run(Self.manifest(9, 3, "work.y ~ uniform(0, 1)"))
    #expect(record.outcome == .succeeded && project.world.take() == ["rows"])
    #expect(
      try project.makeRun(Self.manifest(9, 3, "work.y ~ uniform(0, 1)")).forecast().allSatisfy {
        $0.state == .cached
      })
  }

  @Test func moreMembersThanRowsAreTold() throws {
    let project = try FoldProject(Self.kinds)
    let run = try project.makeRun(Self.manifest(3, 4))
    #expect(try run.execute().outcome == .failed)
    #expect(run.failures.contains { "\($0)".contains("only 3 rows") }, "\(run.failures)")
    let tolerant = try project.run(Self.manifest(3, 4, "max_failures = 1"))
    #expect(tolerant.outcome == .succeeded, "\(tolerant.messages)")
    #expect(try project.result("many.values") == [101, 102, 100])
  }
}
