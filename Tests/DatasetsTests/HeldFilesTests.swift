import Foundation
import TestSupport
import Testing

@testable import Datasets

/// What stages of members hand on without files.
@Suite struct HeldFilesTests {
  private static let grid = Dataset(
    dimensions: [
      Dataset.Dimension(name: "northing", size: 2), Dataset.Dimension(name: "easting", size: 2),
      Dataset.Dimension(name: "unused", size: 3),
    ],
    variables: [
      Dataset.Variable(name: "northing", dimensions: ["northing"], values: .double([0, 10])),
      Dataset.Variable(name: "easting", dimensions: ["easting"], values: .double([5, 6])),
      Dataset.Variable(
        name: "topography", dimensions: ["northing", "easting"], values: .double([1, -0.0, .nan, 1e-300]),
        attributes: [
          Dataset.Attribute(name: "units", value: .text("m")),
          Dataset.Attribute(name: "level", value: .numbers([1.5])),
        ]),
      Dataset.Variable(name: "mask", dimensions: ["northing", "easting"], values: .int8([1, 0, 1, 0])),
      Dataset.Variable(name: "count", dimensions: [], values: .int32([7])),
    ],
    attributes: [
      Dataset.Attribute(name: "title", value: .text("a member")),
      Dataset.Attribute(name: "run", value: .integers([4])),
    ])

  private static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  @Test func whatIsHeldIsWhatAFileWouldGive() throws {
    let folder = try ScratchFolder()
    let (held, written) = (folder.path("held.nc"), folder.path("written.nc"))
    try NetCDFFile.write(Self.grid, to: written)
    let expected = try NetCDFFile.read(written)
    let files = HeldFiles(shared: [])
    files.hold(in: String(held.dropLast("/held.nc".count)))
    try files.perform {
      try NetCDFFile.write(Self.grid, to: held)
      #expect(files.has(held) && !Self.isThere(held))
      let found = try NetCDFFile.read(held)
      #expect(found == expected && found.path == held)
      for (left, right) in zip(found.variables, expected.variables) {
        #expect(left.storedAs == right.storedAs && left.unwritten == right.unwritten, "\(left.name)")
      }
      let some = try NetCDFFile.read(held, variables: ["topography", "count"])
      #expect(some == (try NetCDFFile.read(written, variables: ["topography", "count"])))
      #expect(throws: DatasetError.self) { try NetCDFFile.read(held, variables: ["none"]) }
    }
    // Nobody beside finds it.
    #expect(throws: DatasetError.fileMissing(path: held)) { try NetCDFFile.read(held) }
  }

  /// A reader of bytes gets the bytes that would have been written.
  @Test func whoeverReadsBytesFindsAFile() throws {
    let folder = try ScratchFolder()
    let (held, written) = (folder.path("held.nc"), folder.path("written.nc"))
    try NetCDFFile.write(Self.grid, to: written)
    let files = HeldFiles(shared: [])
    files.hold(in: String(held.dropLast("/held.nc".count)))
    try files.perform {
      try NetCDFFile.write(Self.grid, to: held)
      #expect(try LocalFile.read(held) == LocalFile.read(written))
      #expect(!files.has(held))
      try NetCDFFile.write(Self.grid, to: held)
      try HeldFiles.settle(held)
      #expect(Self.isThere(held))
    }
  }

  /// What only the library knows how to read back, and what is no dataset at all, goes to the disk or is refused there.
  @Test func whatCantBeHeldIsWritten() throws {
    let folder = try ScratchFolder()
    let files = HeldFiles(shared: [])
    let root = String(folder.path("a.nc").dropLast("/a.nc".count))
    files.hold(in: root)
    var text = Self.grid
    text.variables.append(Dataset.Variable(name: "name", dimensions: [], values: .text(["x"])))
    var marked = Self.grid
    marked.variables[4].attributes = [Dataset.Attribute(name: "_Unsigned", value: .text("true"))]
    try files.perform {
      for (number, dataset) in [text, marked].enumerated() {
        let path = folder.path("\(number).nc")
        try NetCDFFile.write(dataset, to: path)
        #expect(!files.has(path) && Self.isThere(path))
      }
      var wrong = Self.grid
      wrong.variables[0].values = .double([1])
      #expect(throws: DatasetError.self) { try NetCDFFile.write(wrong, to: folder.path("wrong.nc")) }
      try NetCDFFile.write(Self.grid, to: folder.path("gone.nc"))
      files.forget(in: root)
      #expect(!files.has(folder.path("gone.nc")))
    }
  }

  /// Files that all read are read once, whatever becomes of them later.
  @Test func sharedFilesAreReadOnce() throws {
    let folder = try ScratchFolder()
    let path = folder.path("shared.nc")
    try NetCDFFile.write(Self.grid, to: path)
    let files = HeldFiles(shared: [path])
    try files.perform {
      let first = try NetCDFFile.read(path, variables: ["mask"])
      #expect(first == (try Self.grid.only(["mask"])))
      try FileManager.default.removeItem(atPath: path)
      #expect(try NetCDFFile.read(path) == Self.grid)
    }
  }
}
