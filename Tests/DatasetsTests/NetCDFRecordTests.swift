import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Datasets

/// Files that grow by a record at a time.
@Suite struct NetCDFRecordTests {
  private func record(_ index: Int) throws -> Dataset {
    var dataset = Dataset()
    dataset.attributes = [.init(name: "title", value: .text("records"))]
    try dataset.addScalar("iteration", Double(index), units: "1")
    try dataset.addScalar("rmse", 1 / Double(index + 1), units: "mGal")
    var grid = ramp(smallGeometry)
    for node in grid.values.indices { grid.values[node] += 100 * Double(index) }
    try dataset.addGrid("topography", grid, units: "m", longName: "surface")
    return dataset
  }

  private func write(_ path: String, count: Int, attributes: [Dataset.Attribute]) throws {
    let writer = try NetCDFRecordWriter(path: path, dimension: "iteration", template: try record(0))
    for index in 0..<count { try writer.append(try record(index)) }
    #expect(writer.count == count)
    try writer.close(attributes: attributes)
  }

  private let reason = [
    Dataset.Attribute(name: "reason", value: .text("max iterations")),
    Dataset.Attribute(name: "returned", value: .numbers([2])),
  ]

  @Test func readsBackWholeAndPieceByPiece() throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.nc")
    try write(path, count: 3, attributes: reason)
    let whole = try NetCDFFile.read(path)
    #expect(whole.dimensions.map(\.name) == ["iteration", "northing", "easting"])
    #expect(whole.size(of: "iteration") == 3)
    #expect(whole["topography"]?.dimensions == ["iteration", "northing", "easting"])
    #expect(whole["topography"]?.attribute("long_name")?.text == "surface")
    #expect(try whole.column("iteration") == [0, 1, 2])
    #expect(try whole.column("rmse") == [1, 0.5, 1.0 / 3])
    #expect(whole.attributes.map(\.name) == ["title", "reason", "returned"])
    let reader = try NetCDFSeriesReader(path, dimension: "iteration")
    #expect(reader.slicedVariables == ["topography"] && reader.columns == ["rmse"])
    #expect(try reader.geometry(of: "topography") == smallGeometry)
    #expect(try reader.grid(2, variable: "topography") == record(2).grid("topography"))
    let last = try reader.dataset(at: 1)
    #expect(try last.grid("topography") == record(1).grid("topography"))
    #expect(last["topography"]?.units == "m" && last["rmse"]?.values.count == 3)
    #expect(last.attribute("returned")?.number == 2)
  }

  /// The layout holds the dataset alone, and the room kept free in the header is zero: equal bytes, whatever
  /// memory held before.
  @Test func bytesAreThoseOfTheContent() throws {
    let folder = try ScratchFolder("datasets")
    for name in ["a.nc", "b.nc"] {
      try write(folder.path(name), count: 4, attributes: reason)
      // Memory that is given back full of other values.
      _ = (0..<64).map { _ in [UInt8](repeating: 0xA5, count: 100_000) }
    }
    let found = try bytes(folder.path("a.nc"))
    #expect(try bytes(folder.path("b.nc")) == found)
    #expect(Array(found.prefix(4)) == [0x43, 0x44, 0x46, 2])
    #expect(found.range(of: Data(repeating: 0, count: 3000)) != nil)
  }

  /// Attributes that the header has no room for move the values, and change none.
  @Test func longAttributesKeepTheValues() throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.nc")
    let text = String(repeating: "long ", count: 4000)
    try write(path, count: 3, attributes: [.init(name: "text", value: .text(text))])
    let whole = try NetCDFFile.read(path)
    #expect(whole.attribute("text")?.text == text)
    let values = try (0..<3).flatMap { try record($0).grid("topography").values }
    #expect(try whole.doubles("topography") == values)
  }

  @Test func recordsThatDifferFromTheTemplateAreRefused() throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.nc")
    let writer = try NetCDFRecordWriter(path: path, dimension: "iteration", template: try record(0))
    var other = try record(0)
    other.variables.removeLast()
    #expect(
      throws: DatasetError.variableMissing(
        path: path, variable: "topography", found: other.variables.map(\.name))
    ) { try writer.append(other) }
    other = try record(0)
    other.variables[other.variables.count - 1].values = .double([1])
    #expect(throws: DatasetError.wrongCount(path: path, variable: "topography", found: 1, expected: 20)) {
      try writer.append(other)
    }
    var text = try record(0)
    text.variables.append(.init(name: "note", dimensions: [], values: .text(["a"])))
    #expect(throws: DatasetError.self) {
      try NetCDFRecordWriter(path: path, dimension: "iteration", template: text)
    }
  }
}
