import Foundation
import Datasets
import Planning
import TestSupport
import Testing

@testable import StagesData

/// A row of a table by what stands in a column.
@Suite struct TableRowTests {
  private static func table(_ order: [Int]) -> Dataset {
    let names = ["crete", "iceland", "chile"]
    return Dataset(
      dimensions: [.init(name: "point", size: order.count)],
      variables: [
        .init(name: "easting", dimensions: ["point"], values: .double(order.map { 1000 * Double($0) })),
        .init(name: "number", dimensions: ["point"], values: .double(order.map { Double($0) + 1 })),
        .init(name: "name", dimensions: ["point"], values: .text(order.map { names[$0 % 3] })),
      ])
  }

  private func row(_ table: Dataset, _ key: String, _ value: String) throws -> [UInt8] {
    let folder = try ScratchFolder()
    try NetCDFFile.write(table, to: folder.path("table.nc"))
    let context = StageContext(
      settings: Settings(["key": .text(key), "value": .text(value)]),
      inputs: ["table": folder.path("table.nc")], outputs: ["row": folder.path("row.nc")])
    try TableRow().run(context)
    return try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path("row.nc"))))
  }

  @Test func orderAndOtherRowsChangeNothing() throws {
    let alone = try row(Self.table([1]), "name", "iceland")
    #expect(try row(Self.table([0, 1, 2]), "name", "iceland") == alone)
    #expect(try row(Self.table([2, 1, 0]), "name", "iceland") == alone)
    #expect(try row(Self.table([2, 1, 0]), "number", "2") == alone)
  }

  @Test func whatTellsNoRow() throws {
    func message(_ order: [Int], _ key: String, _ value: String) -> String {
      do { _ = try row(Self.table(order), key, value) } catch { return "\(error)" }
      return ""
    }
    #expect(
      message([0, 1], "name", "chile")
        == "no row has \"chile\" in column 'name'; there are \"crete\", \"iceland\" in 2 rows")
    #expect(
      message([0, 1, 3], "name", "crete")
        == "\"crete\" stands in column 'name' of 2 rows (1, 3): it does not tell one")
    #expect(message([0], "station", "x").contains("its columns are 'easting', 'number', 'name'"))
  }
}
