import Datasets
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesData

/// One row of a table.
@Suite struct TableRowTests {
  private static func table(_ order: [Int]) throws -> Dataset {
    var table = try Samples.table([
      "easting": order.map { 10 * Double($0) }, "number": order.map(Double.init),
    ])
    try table.addColumn("name", order.map { ["crete", "iceland", "gibraltar"][$0] }, longName: "event")
    return table
  }

  private static func row(_ section: String, _ table: Dataset) throws -> Dataset {
    try LoneStage(TableRow(), section, ["table": .table]).run(["table": table]).dataset("row")
  }

  /// Whatever the order of the rows, and whatever the others are: the same bytes.
  @Test func orderDoesNotMatter() throws {
    let one = try Self.row("key = name\nvalue = \"iceland\"", Self.table([0, 1, 2]))
    let other = try Self.row("key = name\nvalue = \"iceland\"", Self.table([1, 0]))
    #expect(one == other)
    #expect(try one.column("easting") == [10] && one.texts("name") == ["iceland"])
    #expect(try Self.row("key = number\nvalue = 2", Self.table([0, 1, 2])).texts("name") == ["gibraltar"])
  }

  @Test(arguments: [
    ("key = name\nvalue = \"tonga\"", "0 rows of", "there are \"crete\", \"iceland\", \"gibraltar\""),
    ("key = number\nvalue = 7", "0 rows of", "have 7.0 in 'number'"),
  ]) func rowsThatAreNotThere(section: String, place: String, message: String) {
    let error = #expect(throws: StageError.self) { try Self.row(section, Self.table([0, 1, 2])) }
    #expect(
      error.map { "\($0)".contains(place) && "\($0)".contains(message) } == true,
      "\(String(describing: error))")
  }

  @Test func oneRowIsMeant() {
    let error = #expect(throws: StageError.self) {
      try Self.row("key = name\nvalue = \"crete\"", Self.table([0, 0]))
    }
    #expect(error.map { "\($0)".contains("2 rows of") && "\($0)".contains("one is needed") } == true)
  }

  @Test func columnsThatAreNotThere() {
    #expect(throws: DatasetError.self) { try Self.row("key = place\nvalue = 1", Self.table([0])) }
  }

  @Test func aKeyIsNeeded() {
    #expect(
      LoneStage(TableRow(), "value = 1", ["table": .table]).mistakes == [
        "M060: stage 'lone' of kind table_row needs the setting 'key'"
      ])
  }
}
