import Datasets
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesWaves

/// Misfits of receivers beside each other.
@Suite struct CompareMisfitsTests {
  private static let ports: [String: PortType] = ["reference": .table, "other": .table, "receivers": .table]

  private static func windows(_ rows: [(String, Double, Double, String)]) throws -> Dataset {
    var table = Dataset()
    try table.addColumn("receiver", rows.map(\.0))
    try table.addColumn("value", rows.map(\.1), units: "1")
    try table.addColumn("total_weight", rows.map(\.2), units: "1")
    try table.addColumn("reason", rows.map(\.3))
    return table
  }

  private static func places() throws -> Dataset {
    var table = Dataset()
    try table.addColumn("name", ["C", "B", "A"])
    try table.addColumn("x", [30.0, 20, 10], units: "m")
    try table.addColumn("z", [3.0, 2, 1], units: "m")
    return table
  }

  /// Rows of a receiver add up with their weights, those that do not count are 0; all of them together are the misfit.
  @Test func sums() throws {
    let reference = try Self.windows([
      ("A", 1, 2, ""), ("B", 5, 1, "flagged"), ("A", 0.25, 4, ""), ("B", 7, 0.5, ""),
    ])
    var other = Dataset()
    try other.addColumn("receiver", ["B", "C", "B"])
    try other.addColumn("misfit", [1.0, 0.5, 0.25], units: "1")
    let done = try LoneStage(CompareMisfits(), "", Self.ports).run([
      "reference": reference, "other": other, "receivers": try Self.places(),
    ])
    let table = try done.dataset("table")
    #expect(try table.texts("receiver") == ["A", "B", "C"])
    #expect(try table.column("reference") == [3, 3.5, 0])
    #expect(try table.column("other") == [0, 1.25, 0.5])
    #expect(try table.column("reduction") == [3, 2.25, -0.5])
    #expect(try table.column("x") == [10, 20, 30])
    #expect(try done.scalar("reduction") == 4.75)
    #expect(try table.column("reduction").reduce(0, +) == 4.75)
  }

  @Test func numbersHaveFiveDigits() {
    #expect(
      [0.0012345678, -43.5, 99999.6, 0, 1e-12].map(CompareMisfits.text) == [
        "1.2346e-03", "-4.3500e+01", "1.0000e+05", "0.0000e+00", "1.0000e-12",
      ])
  }

  @Test func tablesWithoutMisfits() throws {
    var table = Dataset()
    try table.addColumn("receiver", ["A"])
    #expect(throws: StageError.self) {
      try LoneStage(CompareMisfits(), "", Self.ports).run(["reference": table, "other": table])
    }
  }
}
