import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct TableFileTests {
  private func parsed(_ text: String) throws -> Table {
    try TableFile.table(Array(text.utf8), path: "t.csv")
  }

  @Test func readsNumbersAndText() throws {
    let table = try parsed("easting,station,uncert\n1.5,AGVB,\n-2e3,12,NaN\n")
    #expect(table.count == 2)
    #expect(try table.numbers("easting") == [1.5, -2000])
    #expect(try table.texts("station") == ["AGVB", "12"])
    #expect(try table.numbers("uncert").allSatisfy(\.isNaN))
  }

  @Test(arguments: [
    "a,b\n1,2\n3,4\n", "a;b\n1;2\n3;4\n", "a\tb\n1\t2\n3\t4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4",
    "\u{FEFF}a,b\n1,2\n3,4", "# made by hand, with; commas\n\na,b\n\n1,2\n # half way\n3,4\n\n",
    "\"a\",\"b\"\n\"1\",2\n 3 , 4 \n",
  ])
  func spellings(_ text: String) throws {
    let expected = Table(columns: [
      .init(name: "a", kind: .number([1, 3])), .init(name: "b", kind: .number([2, 4])),
    ])
    #expect(try parsed(text) == expected)
  }

  @Test func quotedCells() throws {
    let table = try parsed("name,value\n\"a \"\"b\"\", c\",1\n\"two\nlines\",2\n\"\",3\n")
    #expect(try table.texts("name") == ["a \"b\", c", "two\nlines", ""])
    #expect(try table.numbers("value") == [1, 2, 3])
  }

  @Test(arguments: [
    ("", 1, TableProblem.empty), ("# nothing\n\n", 1, .empty),
    ("a,b\n1,2\n\n1\n", 4, .raggedRow(found: 1, expected: 2)),
    ("a,b\n1,2,3\n", 2, .raggedRow(found: 3, expected: 2)),
    ("a\n\"x\ny\"\n\"open\nmore\n", 4, .openQuote), ("a,b\n\"x\" y,1\n", 2, .textAfterQuote),
    ("a,b,a\n", 1, .duplicateColumn("a")),
  ])
  func malformed(_ text: String, _ line: Int, _ problem: TableProblem) {
    #expect(error { _ = try parsed(text) } == .table(path: "t.csv", line: line, problem: problem))
  }

  @Test func messages() throws {
    #expect(
      error { _ = try parsed("a,b\n1\n") }?.description == "t.csv: line 2: 1 cell, the header has 2")
    let table = try parsed("a,b\n1,2\n3,12.3x\n")
    #expect(
      error { _ = try table.numbers("b") }?.description
        == "t.csv: line 3: column 'b' should hold numbers, found '12.3x'")
    #expect(
      error { _ = try table.numbers("c") }?.description == "t.csv: no column 'c'; found 'a', 'b'")
    let folder = try ScratchFolder("datasets")
    let path = folder.path("x.csv")
    try Data([0x61, 0x0A, 0xFF, 0x0A]).write(to: URL(fileURLWithPath: path))
    #expect(error { _ = try TableFile.read(path) } == .table(path: path, line: 2, problem: .notUTF8))
  }

  @Test func onlyDecimalNumbersAreNumbers() throws {
    let table = try parsed("hex,sign,inf\n0x1F,+-1,inf\n")
    #expect(try table.texts("hex") == ["0x1F"])
    #expect(error { _ = try table.numbers("sign") } != nil)
    #expect(try table.numbers("inf") == [.infinity])
  }

  @Test func readsBackWhatWasWritten() throws {
    let folder = try ScratchFolder("datasets")
    let table = Table(columns: [
      .init(name: "easting, m", kind: .number([0.1 + 0.2, -1e300, .nan, .leastNonzeroMagnitude])),
      .init(name: "station", kind: .text(["a,b", "say \"x\"", "", "# no comment"])),
    ])
    try TableFile.write(table, to: folder.path("t.csv"))
    #expect(try TableFile.read(folder.path("t.csv")) == table)
    let single = Table(columns: [.init(name: "a", kind: .number([1, .nan, 3]))])
    try TableFile.write(single, to: folder.path("s.csv"))
    #expect(try TableFile.read(folder.path("s.csv")) == single)
  }
}
