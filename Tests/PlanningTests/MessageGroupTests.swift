import Planning
import Testing

@testable import Planning

@Suite struct MessageGroupTests {
  private func node(_ stage: String, _ families: [(String, Int)], _ warnings: String...) -> NodeRecord {
    var node = NodeRecord(
      stage: stage, members: families.map { .init(family: $0.0, index: $0.1) }, kind: "k", outcome: .executed)
    node.warnings = warnings
    return node
  }

  private func record(_ nodes: [NodeRecord]) -> RunRecord {
    RunRecord(
      id: "", of: .init(pipeline: "p", manifest: "", started: ""),
      on: .init(programVersion: "", host: "", threads: 1), outcome: .succeeded, nodes: nodes)
  }

  private func groups(_ nodes: [NodeRecord]) -> [String] {
    record(nodes).warningGroups.map(\.description)
  }

  @Test func membersThatDifferInNumbersAreToldTogether() {
    let nodes = [
      node("inversion", [("ensemble", 0)]),
      node("inversion", [("ensemble", 1)], "ended at 0.31 mGal, not 0.2 mGal", "left out 3 points"),
      node("inversion", [("ensemble", 2)], "ended at -1.5e-07 mGal, not 2E+3 mGal"),
      node("inversion", [("damping", 0)], "ended at 0.5 mGal, not 0.2 mGal"),
      node("ensemble", [], "ended early"),
      node("inversion", [], "ended at 0.3 mGal, not 0.2 mGal"),
    ]
    #expect(
      groups(nodes) == [
        "inversion[ensemble 1] and 1 more of 3 members: ended at 0.31 mGal, not 0.2 mGal",
        "inversion[ensemble 1], 1 of 3 members: left out 3 points",
        "inversion[damping 0], 1 of 1 members: ended at 0.5 mGal, not 0.2 mGal",
        "ensemble: ended early",
        "inversion: ended at 0.3 mGal, not 0.2 mGal",
      ])
  }

  @Test func nestedMembersCountByTheirFamilies() {
    let nodes = [
      node("regional", [("ensemble", 0), ("damping", 0)], "flat"),
      node("regional", [("ensemble", 0), ("damping", 1)]),
      node("regional", [("ensemble", 1), ("damping", 0)], "flat"),
      node("regional", [("ensemble", 0)], "flat"),
    ]
    #expect(
      groups(nodes) == [
        "regional[ensemble 0][damping 0] and 1 more of 3 members: flat",
        "regional[ensemble 0], 1 of 1 members: flat",
      ])
    #expect(groups([node("a", []), node("b", [("f", 0)])]) == [])
  }

  @Test func failuresAreToldInTheSameWay() {
    var nodes = (0..<3).map { node("inversion", [("ensemble", $0)]) }
    for index in 1..<3 {
      nodes[index].outcome = .failed
      nodes[index].message = "row \(index) is empty"
    }
    let record = record(nodes)
    #expect(
      record.failureGroups.map(\.description) == [
        "inversion[ensemble 1] and 1 more of 3 members: row 1 is empty"
      ])
    #expect(record.warningGroups.isEmpty)
  }

  /// A stage of its own may say the same of two numbers.
  @Test func aStagesOwnWarningsStayApart() {
    #expect(groups([node("a", [], "row 1 is empty", "row 2 is empty")]).count == 2)
  }

  @Test func patternsForgetNumbers() {
    #expect(
      MessageGroup.pattern("3 of 40 at 0.5, 1e3 and -2.5E-07 m/s2 (x-y)") == "# of # at #, # and # m/s# (x-y)"
    )
    #expect(MessageGroup.pattern("1. e 2e m") == "#. e #e m")
  }
}
