import Datasets
import Foundation
import NumericCore
import Planning
import TestSupport
import Testing

@testable import StagesData

/// Files that are nearly right: read for what they are meant to be, or named.
@Suite struct NearMissTests {
  private static func grid(_ text: String) throws -> FileReading {
    try FileReading.run(ReadGrid(), "grid", text, ["quantity": .word("topography")])
  }

  @Test func aWordAmongNumbersIsNamed() {
    let text = "easting,northing,height\n500000,7000000,5\n501000,7000000,six\n"
    #expect(
      FileReading.fault { try Self.grid(text) }.contains(
        "line 3: column 'height' should hold numbers, found 'six'"))
  }

  @Test(arguments: [
    "# x (m) y (m) z (ft)\n500000 7000000 100\n501000 7000000 200\n",
    "x (m) y (m) z (ft)\n500000 7000000 100\n501000 7000000 200\n",
    "x,y,z\nm,m,ft\n500000,7000000,100\n501000,7000000,200\n",
  ])
  func unitsInAnyPlace(_ text: String) throws {
    let found = try Self.grid(text)
    #expect(try largestDifference(found.dataset.grid("topography").values, [30.48, 60.96]) < 1e-9, "\(text)")
    #expect(!found.told.contains("has no unit"), "\(found.told)")
  }

  @Test func fortranExponents() throws {
    let text = "easting,northing,height (m)\n5.0D+05,7.0D+06,1.5D+00\n5.01D+05,7.0D+06,2.5D-01\n"
    #expect(try Self.grid(text).dataset.grid("topography").values == [1.5, 0.25])
  }

  @Test func whatIsEndlessIsMissing() throws {
    let text = "easting,northing,height (m)\n500000,7000000,inf\n501000,7000000,5\n"
    let found = try Self.grid(text)
    let values = try found.dataset.grid("topography").values
    #expect(values[0].isNaN && values[1] == 5)
    #expect(
      found.told.contains("1 of 2 values of 'height' are infinite and count as missing"), "\(found.told)")
  }

  @Test(
    arguments: [
      ([0xFF, 0xFE, 0x61, 0x00], "text in UTF-16"), (Array("PK\u{3}\u{4}xlsx".utf8), "a workbook (xlsx)"),
      (Array("<html></html>".utf8), "a web page"),
    ] as [([UInt8], String)])
  func otherFilesAreNamed(_ bytes: [UInt8], _ what: String) throws {
    let folder = try ScratchFolder("reading")
    let path = folder.path("input")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    for (kind, output): (any StageKind, String) in [(ReadTable(), "table"), (ReadGrid(), "grid")] {
      let settings = ["file": SettingValue.file(path), "quantity": .word("topography")]
      let context = StageContext(
        settings: Settings(settings), inputs: [:], outputs: [output: folder.path("out.nc")])
      #expect(
        FileReading.fault {
          try kind.run(context)
          return FileReading(dataset: Dataset(), told: "")
        }.contains(what))
    }
  }

  @Test func aStackOfGridsIsNamed() throws {
    let folder = try ScratchFolder("stack")
    var stack = Dataset()
    stack.dimensions = [("time", 2), ("y", 2), ("x", 2)].map { Dataset.Dimension(name: $0.0, size: $0.1) }
    for name in ["y", "x"] { try stack.addColumn(name, [0, 1000], units: "m", dimension: name) }
    try stack.add(
      Dataset.Variable(
        name: "z", dimensions: ["time", "y", "x"], values: .double(Array(repeating: 1, count: 8)),
        attributes: []))
    try NetCDFFile.write(stack, to: folder.path("in.nc"))
    let context = StageContext(
      settings: Settings(["file": .file(folder.path("in.nc")), "quantity": .word("topography")]), inputs: [:],
      outputs: ["grid": folder.path("out.nc")])
    #expect(
      FileReading.fault {
        try ReadGrid().run(context)
        return FileReading(dataset: Dataset(), told: "")
      }.contains("'z' on time (2) x y (2) x x (2), more than one grid"))
  }
}
