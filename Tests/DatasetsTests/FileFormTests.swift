import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Datasets

/// What a file says beside its content is for users' tools alone.
@Suite struct FileFormTests {
  private func grid() throws -> Dataset {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 3000, south: 0, north: 2000), columns: 4, rows: 3)
    var dataset = Dataset()
    let values = (0..<12).map(Double.init)
    try dataset.addGrid(
      "topography", Grid(geometry: geometry, values: values), units: "m", longName: "height")
    try dataset.add(.init(name: "member", dimensions: [], values: .double([3])))
    return dataset
  }

  private func table() throws -> Dataset {
    var table = Dataset()
    try table.addColumn("easting", [1, 2], units: "m")
    try table.addColumn("northing", [3, 4], units: "m")
    try table.addColumn("upward", [5, 6], units: "m")
    table.attributes = [.init(name: "title", value: .text("points"))]
    return table
  }

  private func raw(_ path: String) throws -> Dataset {
    try NetCDFFile.read(path, names: nil, withCoordinates: false)
  }

  @Test func gridsTellRangesAndNoAxis() throws {
    let folder = try ScratchFolder("form")
    let (path, dataset) = (folder.path("grid.nc"), try grid())
    try NetCDFFile.write(dataset, to: path)
    let file = try raw(path)
    #expect(file["easting"]?.attribute("axis") == nil)
    #expect(file["easting"]?.attribute("actual_range")?.numbers == [0, 3000])
    #expect(file["topography"]?.attribute("actual_range")?.numbers == [0, 11])
    #expect(file["topography"]?.attribute("grid_mapping") == nil)
    #expect(file["member"]?.attribute("long_name")?.text == "variable member")
    #expect(file.attribute("title")?.text == "result: height")
    #expect(file.attribute("history")?.text?.contains("pipe show") == true)
    #expect(try NetCDFFile.read(path) == dataset)
    // A part of the file is a part of the content.
    #expect(try NetCDFFile.read(path, variables: ["easting"])["easting"] == dataset["easting"])
  }

  @Test func tablesTellTheirPlaces() throws {
    let folder = try ScratchFolder("form")
    let (path, dataset) = (folder.path("table.nc"), try table())
    try NetCDFFile.write(dataset, to: path)
    let file = try raw(path)
    #expect(file.attribute("featureType")?.text == "point")
    #expect(file.attribute("title")?.text == "points")
    #expect(file["upward"]?.attribute("coordinates")?.text == "easting northing")
    #expect(try NetCDFFile.read(path) == dataset)
    #expect(try NetCDFFile.read(path, variables: ["upward"])["upward"] == dataset["upward"])
  }

  @Test func historyOfOthersStays() throws {
    let folder = try ScratchFolder("form")
    let path = folder.path("grid.nc")
    var dataset = try grid()
    dataset.attributes = [.init(name: "history", value: .text("measured in 1998"))]
    try NetCDFFile.write(dataset, to: path)
    #expect(try raw(path).attribute("history")?.text?.hasPrefix("measured in 1998\nwritten by pipe") == true)
    #expect(try NetCDFFile.read(path) == dataset)
  }

  /// What says some of it by itself is written as it is.
  @Test func descriptionsOfOthersStay() throws {
    let folder = try ScratchFolder("form")
    let path = folder.path("grid.nc")
    func check(_ change: (inout Dataset) -> Void) throws {
      var dataset = try grid()
      change(&dataset)
      try NetCDFFile.write(dataset, to: path)
      #expect(try NetCDFFile.read(path) == dataset)
      #expect(try raw(path).attribute("history") == nil)
    }
    try check { $0.variables[0].attributes.removeAll { $0.name == "axis" } }
    try check { $0.variables[2].attributes.append(.init(name: "actual_range", value: .numbers([1, 2]))) }
    try check { $0.attributes.append(.init(name: "title", value: .text("result: of mine"))) }
    try check { $0.variables[3].attributes.append(.init(name: "long_name", value: .text("variable member"))) }
    try check { $0.attributes.append(.init(name: "featureType", value: .text("point"))) }
  }

  /// The bytes of a program of before, of files with and without a system, which may have been handed on to them.
  @Test func olderFormsAreThoseOfBefore() throws {
    let folder = try ScratchFolder("form")
    for placed in [nil, CoordinateSystem(code: 32722)] {
      for dataset in [try grid(), try table()] {
        var dataset = dataset
        try compare(dataset, in: folder, system: placed)
        dataset.coordinateSystem = placed
        try compare(dataset, in: folder, system: nil)
      }
    }
  }

  private func compare(_ dataset: Dataset, in folder: ScratchFolder, system: CoordinateSystem?) throws {
    let (old, new, again) = (folder.path("old.nc"), folder.path("new.nc"), folder.path("again.nc"))
    try NetCDFFile.write(dataset, to: old, form: .plain)
    try NetCDFFile.write(dataset, to: new)
    if let system {
      try PlacedFile.place(old, in: system)
      try PlacedFile.place(new, in: system)
    }
    #expect(try NetCDFFile.read(old) == NetCDFFile.read(new))
    let bytes = FileManager.default.contents(atPath: old)
    #expect(bytes != FileManager.default.contents(atPath: new))
    let forms = try NetCDFFile.olderForms(of: new).map { write in
      try write(again)
      return FileManager.default.contents(atPath: again)
    }
    #expect(forms.contains(bytes))
    #expect(try NetCDFFile.olderForms(of: old).isEmpty)
  }
}
