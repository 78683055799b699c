import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Datasets

@Suite struct NetCDFFileTests {
  private func sample() throws -> Dataset {
    var dataset = Dataset(attributes: [
      .init(name: "title", value: .text("a basin – größer")),
      .init(name: "region", value: .numbers([0, 4000, -1000, 2000.5])),
      .init(name: "iterations", value: .integers([7])),
      .init(name: "big", value: .integers([1 << 40])),
    ])
    var grid = ramp(smallGeometry)
    grid.values[3] = .nan
    try dataset.addGrid("topography", grid, units: "m", longName: "height")
    try dataset.addColumn("depth", [1, .infinity, .nan, -0.0], units: "m")
    try dataset.addColumn("station", ["AGVB", "", "Ø12", "x"])
    try dataset.addScalar("rms", 0.1 + 0.2, units: "mGal")
    try dataset.add(
      .init(name: "test", dimensions: ["northing", "easting"], values: .int8((0..<20).map { $0 % 2 })))
    try dataset.add(.init(name: "fold", dimensions: ["point"], values: .int32([1, -2, 3, .max])))
    return dataset
  }

  @Test func readsBackWhatWasWritten() throws {
    let folder = try ScratchFolder("datasets")
    let dataset = try sample()
    try NetCDFFile.write(dataset, to: folder.path("a.nc"))
    #expect(try NetCDFFile.read(folder.path("a.nc")) == dataset)
  }

  @Test func sameDatasetGivesSameBytes() throws {
    let folder = try ScratchFolder("datasets")
    try NetCDFFile.write(try sample(), to: folder.path("a.nc"))
    // The second file is written a second later by its clock, and from another thread.
    Thread.sleep(forTimeInterval: 1.1)
    let (dataset, path) = (try sample(), folder.path("b.nc"))
    let thread = Thread { try? NetCDFFile.write(dataset, to: path) }
    thread.start()
    while !thread.isFinished { Thread.sleep(forTimeInterval: 0.01) }
    #expect(try bytes(folder.path("a.nc")) == bytes(folder.path("b.nc")))
    var other = try sample()
    other.attributes[0] = .init(name: "title", value: .text("another"))
    try NetCDFFile.write(other, to: folder.path("c.nc"))
    #expect(try bytes(folder.path("a.nc")) != bytes(folder.path("c.nc")))
  }

  /// Classic wherever that holds the dataset, so that no library's version is in the bytes; each reads back equal.
  @Test func layoutsFollowTheContent() throws {
    let folder = try ScratchFolder("datasets")
    func start(_ dataset: Dataset) throws -> [UInt8] {
      try NetCDFFile.write(dataset, to: folder.path("a.nc"))
      #expect(try NetCDFFile.read(folder.path("a.nc")) == dataset)
      let content = try bytes(folder.path("a.nc"))
      #expect(
        (content.firstRange(of: Data("_NCProperties".utf8)) != nil) == (content[1] == UInt8(ascii: "H")))
      return Array(content.prefix(4))
    }
    var table = Dataset()
    try table.addColumn("depth", [1, 2], units: "m")
    #expect(try start(table) == Array("CDF\u{2}".utf8))
    var empty = Dataset()
    try empty.addColumn("depth", [], units: "m")
    try empty.addColumn("height", [], units: "m")
    #expect(try start(empty) == Array("CDF\u{2}".utf8))
    var large = table
    large.attributes.append(.init(name: "big", value: .integers([1 << 40])))
    #expect(try start(large) == Array("CDF\u{5}".utf8))
    var loose = table
    loose.dimensions += [.init(name: "a", size: 0), .init(name: "b", size: 0)]
    #expect(try start(loose) == Array("\u{89}HDF".unicodeScalars.map { UInt8($0.value) }))
    var behind = Dataset()
    behind.dimensions = [.init(name: "run", size: 2), .init(name: "point", size: 0)]
    try behind.add(.init(name: "height", dimensions: ["run", "point"], values: .double([])))
    #expect(try start(behind)[1] == UInt8(ascii: "H"))
  }

  @Test func readsOnlyTheVariablesAskedFor() throws {
    let folder = try ScratchFolder("datasets")
    try NetCDFFile.write(try sample(), to: folder.path("a.nc"))
    let some = try NetCDFFile.read(folder.path("a.nc"), variables: ["depth", "station"])
    #expect(some.variables.map(\.name) == ["depth", "station"])
    #expect(some.dimensions.map(\.name) == ["point"])
    #expect(
      error { _ = try NetCDFFile.read(folder.path("a.nc"), variables: ["dpeth"]) }
        == .variableMissing(
          path: folder.path("a.nc"), variable: "dpeth",
          found: ["northing", "easting", "topography", "depth", "station", "rms", "test", "fold"]))
  }

  @Test func gridsKeepTheirNodesExactly() throws {
    let folder = try ScratchFolder("datasets")
    let geometry = GridGeometry(
      region: Region(west: 0.1, east: 1000.7, south: -3.3, north: 77.7), columns: 41, rows: 31)
    let grid = ramp(geometry)
    var dataset = Dataset()
    try dataset.addGrid("topography", grid, units: "m")
    try NetCDFFile.write(dataset, to: folder.path("a.nc"))
    #expect(try NetCDFFile.read(folder.path("a.nc")).grid("topography") == grid)
  }

  @Test func emptyColumnsAndEmptyDatasets() throws {
    let folder = try ScratchFolder("datasets")
    var dataset = Dataset()
    try NetCDFFile.write(dataset, to: folder.path("a.nc"))
    #expect(try NetCDFFile.read(folder.path("a.nc")) == dataset)
    try dataset.addColumn("depth", [Double]())
    try dataset.addColumn("station", [String]())
    try NetCDFFile.write(dataset, to: folder.path("b.nc"))
    #expect(try NetCDFFile.read(folder.path("b.nc")) == dataset)
  }

  @Test func scalars() throws {
    let folder = try ScratchFolder("datasets")
    try NetCDFFile.writeScalar(
      0.13895, name: "best", units: "1", longName: "damping", to: folder.path("s.nc"))
    #expect(try NetCDFFile.readScalar(folder.path("s.nc")) == 0.13895)
    try NetCDFFile.writeScalar(.nan, name: "best", to: folder.path("s.nc"))
    #expect(try NetCDFFile.readScalar(folder.path("s.nc")).isNaN)
    try NetCDFFile.write(try sample(), to: folder.path("a.nc"))
    #expect(error { _ = try NetCDFFile.readScalar(folder.path("a.nc")) } != nil)
  }

  @Test func datasetsThatContradictThemselvesAreRefused() throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.nc")
    let column = Dataset.Variable(name: "a", dimensions: ["point"], values: .double([1, 2]))
    var dataset = Dataset(variables: [column])
    #expect(
      error { try NetCDFFile.write(dataset, to: path) }
        == .undeclaredDimension(path: path, variable: "a", dimension: "point"))
    dataset.dimensions = [.init(name: "point", size: 3)]
    #expect(
      error { try NetCDFFile.write(dataset, to: path) }
        == .wrongCount(path: path, variable: "a", found: 2, expected: 3))
    dataset.dimensions = [.init(name: "point", size: 2)]
    dataset.variables.append(column)
    #expect(
      error { try NetCDFFile.write(dataset, to: path) } == .duplicateVariable(path: path, variable: "a"))
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
