import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Datasets

@Suite struct DamagedFileTests {
  @Test func everyKindOfBadFileHasItsError() throws {
    let folder = try ScratchFolder("datasets")
    let missing = folder.path("missing.nc")
    #expect(error { _ = try NetCDFFile.read(missing) } == .fileMissing(path: missing))
    #expect(
      error { _ = try NetCDFFile.read(folder.url.path) }
        == .unreadable(path: folder.url.path, reason: "it is a folder"))
    let text = try folder.write("easting,northing\n1,2\n", "table.nc")
    #expect(
      error { _ = try NetCDFFile.read(text) }
        == .notNetCDF(path: text, found: "it starts with the text 'easting,'"))
    let empty = try folder.write("", "empty.nc")
    #expect(error { _ = try NetCDFFile.read(empty) } == .notNetCDF(path: empty, found: "it is empty"))
    for address in ["https://example.org/a.nc", "file:///a.nc#mode=zarr", "[mode=zarr]a.nc", ""] {
      #expect(error { _ = try NetCDFFile.read(address) } == .remotePath(path: address))
      #expect(error { try NetCDFFile.write(Dataset(), to: address) } == .remotePath(path: address))
    }
    let nowhere = folder.path("none/a.nc")
    #expect(
      error { try NetCDFFile.write(Dataset(), to: nowhere) }
        == .unwritable(path: nowhere, reason: "No such file or directory"))
  }

  /// No disk here is full, but none has room for this either: the library must not even be asked.
  @Test func noRoomOnTheDiskIsAnError() throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("series.nc")
    var template = Dataset()
    let large = GridGeometry(region: smallGeometry.region, columns: 1000, rows: 1000)
    try template.addGrid("topography", Grid(geometry: large, repeating: 0), units: "m")
    let found = error { _ = try NetCDFSeriesWriter(path: path, count: 1 << 24, template: template) }
    guard case .unwritable(path, let reason)? = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    #expect(reason.contains("it needs"))
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(
      error { try NetCDFFile.write(template, to: "/dev/null") }
        == .unwritable(path: "/dev/null", reason: "it exists and is not a regular file"))
  }

  /// Whatever the child does, the parent lives and says so; a true file passes.
  @Test func probeTellsHowItsChildEnded() throws {
    let folder = try ScratchFolder("datasets")
    let path = try folder.write("content", "any")
    func checked(_ command: String...) -> DatasetError? {
      error { try FileProbe.check(path, variable: nil, with: command) }
    }
    func ended(_ script: String) -> DatasetError? { checked("/bin/sh", "-c", script) }
    #expect(ended("exit 0") == nil)
    #expect(
      ended("kill -SEGV $$") == .damaged(path: path, reason: "reading it crashes the library (signal 11)"))
    #expect(
      ended("ulimit -t 1; while :; do :; done") == .damaged(path: path, reason: "reading it finds no end"))
    #expect(ended("exit 3") == .unreadable(path: path, reason: "the process that tried ended with 3"))
    guard case .unreadable? = checked("/no/such/program") else {
      Issue.record("a probe that can't start is no probe")
      return
    }
  }

  /// In the classic layout and, which two dimensions without a value need, as NetCDF-4.
  private static func grid(isClassic: Bool) throws -> Dataset {
    var dataset = Dataset()
    try dataset.addGrid("topography", ramp(smallGeometry), units: "m")
    if !isClassic {
      dataset.dimensions += ["none", "nothing"].map { Dataset.Dimension(name: $0, size: 0) }
    }
    return dataset
  }

  @Test(arguments: [true, false]) func truncatedFilesAtAnyLengthAreNoticed(isClassic: Bool) throws {
    let folder = try ScratchFolder("datasets")
    let dataset = try Self.grid(isClassic: isClassic)
    let whole = folder.path("whole.nc")
    try NetCDFFile.write(dataset, to: whole)
    let content = try bytes(whole)
    let cut = folder.path("cut.nc")
    for length in stride(from: 8, to: content.count, by: 61) {
      try content.prefix(length).write(to: URL(fileURLWithPath: cut))
      guard case .damaged(cut, _)? = error({ _ = try NetCDFFile.read(cut) }) else {
        Issue.record("\(length) of \(content.count) bytes were read")
        continue
      }
    }
  }

  /// Whatever the bytes are, a read ends with a dataset or an error.
  @Test(arguments: [true, false]) func flippedBytesNeverCrash(isClassic: Bool) throws {
    let folder = try ScratchFolder("datasets")
    let dataset = try Self.grid(isClassic: isClassic)
    let path = folder.path("a.nc")
    try NetCDFFile.write(dataset, to: path)
    let content = try bytes(path)
    var failures = 0
    for position in stride(from: 0, to: content.count, by: 97) {
      var broken = content
      broken[position] ^= 0xFF
      try broken.write(to: URL(fileURLWithPath: path))
      if error({ _ = try NetCDFFile.read(path) }) != nil { failures += 1 }
    }
    #expect(failures > 0)
  }

  #if os(Linux)
    @Test func failuresLeaveNoDescriptorOpen() throws {
      let folder = try ScratchFolder("datasets")
      let text = try folder.write("CDF\u{1}", "cut.nc")
      var dataset = Dataset()
      try dataset.addColumn("a", [1, 2])
      let good = folder.path("good.nc")
      try NetCDFFile.write(dataset, to: good)
      let cut = folder.path("cut5.nc")
      try bytes(good).dropLast(9).write(to: URL(fileURLWithPath: cut))
      let open = { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
      let before = try open()
      for _ in 0..<300 {
        #expect(error { _ = try NetCDFFile.read(text) } != nil)
        #expect(error { _ = try NetCDFFile.read(cut) } != nil)
        #expect(error { _ = try NetCDFFile.read(good, variables: ["b"]) } != nil)
        dataset.dimensions = []
        #expect(error { try NetCDFFile.write(dataset, to: folder.path("bad.nc")) } != nil)
      }
      // Other suites run at the same time and hold some files of their own.
      #expect(try open() < before + 60)
    }
  #endif
}
