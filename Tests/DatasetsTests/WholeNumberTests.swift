import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Datasets

/// Counts and flags lie in files as integers, and are the doubles that they were when they are read back.
@Suite struct WholeNumberTests {
  private static func table(_ columns: [(name: String, values: [Double], whole: Dataset.Whole?)]) throws
    -> Dataset
  {
    var table = Dataset()
    for column in columns {
      try table.addColumn(column.name, column.values, units: "1", longName: column.name, dimension: "round")
      table.variables[table.variables.count - 1].whole = column.whole
    }
    return table
  }

  private static func bits(_ dataset: Dataset) -> [[UInt64]] {
    dataset.variables.map { variable in
      guard case .double(let values) = variable.values else { return [] }
      return values.map { $0.isNaN ? 0 : $0.bitPattern }
    }
  }

  private static let flag = Dataset.Whole.flag(no: "rejected", yes: "accepted")

  @Test func integersInFilesAndDoublesInMemory() throws {
    let folder = try ScratchFolder("whole")
    let path = folder.path("history.nc")
    let table = try Self.table([
      ("iteration", [0, 1, 2_147_483_647], .count), ("runs", [.nan, 30, 60], .count),
      ("accepted", [0, 1, .nan], Self.flag), ("value", [3, 2, 1], nil),
      // What has no exact integer stays as it is.
      ("share", [0, 0.5, 1], .count), ("huge", [0, 1e10, 1], .count), ("signed", [-0.0, 1, 2], .count),
      ("lowest", [-2_147_483_648, 1, 2], .count), ("odd", [0, 1, 2], Self.flag),
    ])
    try NetCDFFile.write(table, to: path)
    let raw = try NetCDFFile.read(path, names: nil, withCoordinates: false)
    #expect(raw["iteration"]?.values == .int32([0, 1, 2_147_483_647]))
    #expect(raw["iteration"]?.attribute("_FillValue") == nil)
    #expect(raw["runs"]?.values == .int32([.min, 30, 60]))
    #expect(raw["runs"]?.attribute("_FillValue")?.numbers == [-2_147_483_648])
    #expect(raw["accepted"]?.attribute("flag_values")?.numbers == [0, 1])
    #expect(raw["accepted"]?.attribute("flag_meanings")?.text == "rejected accepted")
    for name in ["value", "share", "huge", "signed", "lowest", "odd"] {
      #expect(raw[name]?.values == table[name]?.values, "\(name)")
    }
    let back = try NetCDFFile.read(path)
    #expect(back == table && Self.bits(back) == Self.bits(table))
    #expect(back["accepted"]?.whole == Self.flag && back["runs"]?.whole == .count)
    #expect(try NetCDFFile.read(path, variables: ["accepted"])["accepted"] == table["accepted"])
    // What was read is written alike.
    let again = folder.path("again.nc")
    try NetCDFFile.write(back, to: again)
    #expect(FileManager.default.contents(atPath: again) == FileManager.default.contents(atPath: path))
    var content: [[UInt8]] = [[], []]
    table.forEachContentPiece { content[0] += $0 }
    back.forEachContentPiece { content[1] += $0 }
    #expect(content[0] == content[1])
  }

  /// With a range, a place and a system, as grids have them.
  @Test(arguments: [nil, CoordinateSystem(code: 32722)]) func flagsOnGrids(_ system: CoordinateSystem?) throws
  {
    let folder = try ScratchFolder("whole")
    let geometry = GridGeometry(
      region: Region(west: 0, east: 3000, south: 0, north: 2000), columns: 4, rows: 3)
    var dataset = Dataset()
    try dataset.addGrid("test", Grid(geometry: geometry, values: (0..<12).map { Double($0 % 2) }), units: "1")
    dataset.variables[dataset.variables.count - 1].whole = .flag(no: "inverted", yes: "held_out")
    dataset.coordinateSystem = system
    let path = folder.path("grid.nc")
    try NetCDFFile.write(dataset, to: path)
    let raw = try NetCDFFile.read(path, names: nil, withCoordinates: false)
    #expect(raw["test"]?.attribute("actual_range") == .integers([0, 1]))
    #expect(try NetCDFFile.read(path) == dataset)
    try PlacedFile.place(path, in: CoordinateSystem(code: 3031))
    dataset.coordinateSystem = CoordinateSystem(code: 3031)
    #expect(try NetCDFFile.read(path) == dataset)
  }

  /// Beside integers of its own, which stay integers, a dataset's counts are doubles.
  @Test func integersOfOthersStay() throws {
    let folder = try ScratchFolder("whole")
    var table = try Self.table([("runs", [1, 2], .count)])
    try table.add(.init(name: "mark", dimensions: ["round"], values: .int8([1, 0])))
    try NetCDFFile.write(table, to: folder.path("t.nc"))
    let raw = try NetCDFFile.read(folder.path("t.nc"), names: nil, withCoordinates: false)
    #expect(raw["runs"]?.values == .double([1, 2]) && raw["mark"]?.values == .int8([1, 0]))
    #expect(try NetCDFFile.read(folder.path("t.nc")) == table)
  }

  /// The bytes of programs of before, for stores that know them.
  @Test func olderForms() throws {
    let folder = try ScratchFolder("whole")
    let table = try Self.table([("runs", [1, 2], .count), ("accepted", [0, 1], Self.flag)])
    let (new, again) = (folder.path("new.nc"), folder.path("again.nc"))
    try NetCDFFile.write(table, to: new)
    let found = try NetCDFFile.olderForms(of: new).map { write in
      try write(again)
      return FileManager.default.contents(atPath: again)
    }
    for form in [FileForm.described, .plain] {
      try NetCDFFile.write(table, to: folder.path("old.nc"), form: form)
      let old = FileManager.default.contents(atPath: folder.path("old.nc"))
      #expect(found.contains(old) && old != FileManager.default.contents(atPath: new))
    }
  }
}
