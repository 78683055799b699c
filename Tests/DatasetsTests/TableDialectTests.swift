import Foundation
import TestSupport
import Testing

@testable import Datasets

/// Texts whose separators, decimals and names have to be told from their content.
@Suite struct TableDialectTests {
  private func table(_ text: String, _ options: TableReadOptions = TableReadOptions()) throws -> Table {
    try TableFile.table(Array(text.utf8), options, path: "t")
  }

  private func fault(_ text: String, _ options: TableReadOptions = TableReadOptions()) -> String {
    do {
      let found = try table(text, options)
      return "no fault: \(found.columns.map(\.name)) \(found.count)"
    } catch { return "\(error)" }
  }

  static let places = [
    "500000,50;7000000,25;-120,50\n501000,50;7000000,25;-119,50\n",
    "500000,50\t7000000,25\t-120,50\n501000,50\t7000000,25\t-119,50\n",
    "500000,50 7000000,25 -120,50\n501000,50  7000000,25 -119,50\n",
    "500000.5,7000000.25,-120.5\n501000.5,7000000.25,-119.5\n",
    "500000.50 7000000.25\t-120.5\r\n501000.5 7000000.25 -119.5\r\n",
    "# made\n500000.5;7000000.25;-120.5\n\n501000.5;7000000.25;-119.5",
    "\"500000,50\",\"7000000,25\",\"-120,50\"\n\"501000,50\",\"7000000,25\",\"-119,50\"\n",
    "\u{FEFF}500000.5, 7000000.25, -120.5\n501000.5, 7000000.25, -119.5\u{1A}",
    "500000,5 7000000,25 -1,205e2\n501000,5 7000000,25 -119,5\n",
    "  500000.5   7000000.25  -120.5 \n  501000.5  7000000.25 -119.5\n",
    "500000.5,7000000.25,-120.5,\n501000.5,7000000.25,-119.5,\n",
  ]

  @Test(arguments: places) func sameThreeColumns(_ text: String) throws {
    let found = try table(text)
    #expect(found.columns.map(\.name) == ["easting", "northing", "upward"] && !found.isNamed, "\(text)")
    #expect(try found.numbers("easting") == [500_000.5, 501_000.5])
    #expect(try found.numbers("northing") == [7_000_000.25, 7_000_000.25])
    #expect(try found.numbers("upward") == [-120.5, -119.5])
    let names = TableReadOptions(names: ["x", "y", "g"])
    #expect(try table(text, names).columns.map(\.name) == ["x", "y", "g"])
    #expect(
      fault(text, TableReadOptions(names: ["x", "y"])).contains(" columns, expected 2, as many as were named")
    )
  }

  @Test(arguments: [
    "northing,easting,g\n1,2,3.5\n4,5,6\n", "northing;easting;g\n1;2;3,5\n4;5;6\n",
    "northing\teasting\tg\n1\t2\t3.5\n4\t5\t6\n",
    "northing easting g\n1 2 3.5\n4 5 6\n", "northing,easting,g\n1 2 3.5\n4 5 6\n",
    "northing easting g\n1,2,3.5\n4,5,6\n",
    "# northing easting g\n1 2 3.5\n4 5 6\n", "# northing, easting, g\n1,2,3.5\n4,5,6\n",
    "\"northing\" \"easting\" \"g\"\n\"1\" 1 2 3.5\n\"2\" 4 5 6\n",
    ",northing,easting,g\n0,1,2,3.5\n1,4,5,6\n", "northing,easting,g\nm,m,mGal\n1,2,3.5\n4,5,6\n",
    "northing,easting,g,\n1,2,3.5,\n4,5,6,\n", "northing;easting;g\n\n# half way\n1;2;3.5\n4;5;6\n",
    "northing easting g\n1 2,0 3,5\n4 5,0 6,0\n",
  ])
  func headerSaysWhichColumnIsWhich(_ text: String) throws {
    let found = try table(text)
    #expect(found.isNamed, "\(text)")
    #expect(
      try found.numbers("northing") == [1, 4] && found.numbers("easting") == [2, 5]
        && found.numbers("g") == [3.5, 6], "\(text)")
    #expect(found.columns.count { !$0.isNameless } == 3)
    #expect(found["northing"]?.role == .northing && found["g"]?.role == nil)
  }

  @Test func unitsOfTheHeader() throws {
    for text in ["easting (km),depth [ft],g_mGal\n1,2,3\n", "easting,depth,g\n(km),(ft),(mGal)\n1,2,3\n"] {
      let found = try table(text)
      #expect(found.columns.map(\.unit) == ["km", "ft", "mGal"], "\(text)")
      #expect(try found.numbers("easting") == [1])
      #expect(found.columns(of: .depth).count == 1)
    }
  }

  @Test func emptyCellsAndWordsAreMissing() throws {
    let found = try table("easting,northing,g\n1,2,\n3,4,NA\n5,6,*\n7,8,-\n9,10,nan\n11,12,13\n")
    #expect(try found.numbers("g").prefix(5).allSatisfy(\.isNaN) && found.numbers("g")[5] == 13)
    #expect(try table("1;2;\n3;4;5\n").numbers("upward")[0].isNaN)
  }

  @Test func geosoftLines() throws {
    let text =
      "/ X Y grav\nLine  L100\n 500000.0 7000000.0 12.5\n 500100.0 7000000.0 *\nTie 9000:2\n 500000.0 7000100.0 13.5\n"
    let found = try table(text)
    #expect(found.columns.map(\.name) == ["X", "Y", "grav"])
    #expect(try found.numbers("grav")[0] == 12.5 && found.numbers("grav")[1].isNaN && found.count == 3)
    let named = try table(text, TableReadOptions(names: ["easting", "northing", "upward"]))
    #expect(try named.numbers("northing") == [7_000_000, 7_000_000, 7_000_100])
    #expect(fault("LINE 10\n1 2 3\nLINE 20\n1 2 3 4\n").contains("found 4 numbers, expected 3"))
  }

  @Test func whatCouldBeTwoThingsIsAsked() throws {
    #expect(
      fault("500000,50,7000000,25,-120,50\n501000,50,7000000,25,-119,50\n").contains(
        "whose commas may separate cells"))
    #expect(fault("x,y,z\n500000,50,7000000,25,-120,50\n").contains("whose commas may separate cells"))
    let point = TableReadOptions(decimalComma: false)
    #expect(
      try table("500000,50,7000000,25,-120,50\n501000,50,7000000,25,-119,50\n", point).columns.count == 6)
    #expect(fault("\"1,234\",\"5,678\"\n\"2,345\",\"6,789\"\n").contains("may set off decimals or thousands"))
    #expect(
      try table("\"1,234\",\"5,678\"\n\"2,345\",\"6,789\"\n", TableReadOptions(decimalComma: true)).numbers(
        "easting") == [1.234, 2.345])
    #expect(fault("1,5;2.5\n3,5;4.5\n").contains("with a comma, '1,5', and with a point, '2.5'"))
    #expect(fault("easting;northing\n1.234,5;2\n").contains("no fault") == true)
    #expect(error { _ = try table("easting;northing\n1.234,5;2\n").numbers("easting") } != nil)
    #expect(
      fault("northing easting g\n1 2 3\n", TableReadOptions(names: ["easting", "northing", "g"])).contains(
        "the columns northing, easting, g, expected the order that was named"))
    #expect(fault("1 2 3\n4 b 5\n") == "t: line 2: found 'b', expected a number")
  }

  @Test func textColumnsKeepTheirWords() throws {
    let found = try table("station northing easting\nAGVB 1 2\nB12 3 4\n")
    #expect(try found.texts("station") == ["AGVB", "B12"] && found.numbers("easting") == [2, 4])
    let csv = try table("name;x\n\"a; b\";1\n12;2\n")
    #expect(try csv.texts("name") == ["a; b", "12"])
    #expect(try table("lines\none two\nthree\n").texts("lines") == ["one two", "three"])
  }

  @Test func otherEncodingsAreRefusedByName() {
    #expect(
      error { _ = try TableFile.table([0xFF, 0xFE, 0x31, 0], path: "t") }?.description.contains("UTF-16")
        == true)
  }
}
