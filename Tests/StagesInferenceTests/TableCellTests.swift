import Datasets
import Manifests
import Planning
import StageSupport
import TestSupport
import Testing

@testable import StagesInference

/// What `~ samples(stage.output, column)` gives a family's members.
@Suite struct TableCellTests {
  private static func value(_ member: Int, of table: Dataset) throws -> Double {
    let folder = try ScratchFolder("cell")
    try NetCDFFile.write(table, to: folder.path("table.nc"))
    let settings: [String: SettingValue] = [
      "column": .text("depth"), "factor": .number(ExactDecimal(1000)), "dimension": .word("length"),
      "family": .word("ensemble_loop"), "seed": .number(ExactDecimal(3)),
      "member": .number(ExactDecimal(member)),
    ]
    try TableCell().run(
      StageContext(
        settings: Settings(settings), inputs: ["table": folder.path("table.nc")],
        outputs: ["value": folder.path("value.nc")]))
    return try NetCDFFile.readScalar(folder.path("value.nc"))
  }

  private static func table(_ values: [Double]) -> Dataset {
    var table = Dataset(title: "draws")
    table.dimensions = [Dataset.Dimension(name: "point", size: values.count)]
    table.variables.append(
      Dataset.Variable(name: "depth", dimensions: ["point"], values: .double(values)))
    return table
  }

  /// A permutation: each member has a row of its own, times the unit of the setting.
  @Test func everyRowOnce() throws {
    let values = (0..<7).map { Double($0) + 0.5 }
    let drawn = try (0..<7).map { try Self.value($0, of: Self.table(values)) }
    #expect(drawn.sorted() == values.map { $0 * 1000 })
    #expect(drawn != drawn.sorted(), "rows in order are no draws")
  }

  /// Another seed or family, another order; columns of one table are drawn together because the row follows from
  /// nothing else.
  @Test func theOrderFollowsFromFamilyAndSeed() {
    let rows = TableCell.rows(100, family: "ensemble_loop", seed: 3)
    #expect(rows.sorted() == Array(0..<100))
    #expect(rows == TableCell.rows(100, family: "ensemble_loop", seed: 3))
    #expect(rows != TableCell.rows(100, family: "ensemble_loop", seed: 4))
    #expect(rows != TableCell.rows(100, family: "sensitivity", seed: 3))
  }

  @Test func moreMembersThanRows() {
    let error = #expect(throws: (any Error).self) {
      try Self.value(2, of: Self.table([1, 2]))
    }
    #expect(
      "\(error.map { "\($0)" } ?? "")".contains("the table has 2: there can't be 3 members"))
  }

  @Test func noNumberAndNoColumn() {
    let gap = #expect(throws: (any Error).self) {
      try Self.value(0, of: Self.table([.nan]))
    }
    #expect("\(gap.map { "\($0)" } ?? "")".contains("row 1 of the table has no number in column 'depth'"))
    var other = Self.table([1])
    other.variables[0].name = "height"
    let missing = #expect(throws: (any Error).self) { try Self.value(0, of: other) }
    #expect("\(missing.map { "\($0)" } ?? "")".contains("its columns are 'height'"))
  }
}
