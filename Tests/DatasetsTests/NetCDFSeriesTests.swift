import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Datasets

@Suite struct NetCDFSeriesTests {
  private func slice(_ index: Int) throws -> Dataset {
    var dataset = Dataset()
    var grid = ramp(smallGeometry)
    for node in grid.values.indices { grid.values[node] += 100 * Double(index) }
    try dataset.addGrid("topography", grid, units: "m", longName: "surface")
    try dataset.addGrid("misfit", Grid(geometry: smallGeometry, repeating: Double(index)), units: "mGal")
    try dataset.addScalar("rms", Double(index) / 7, units: "mGal")
    return dataset
  }

  private func write(_ path: String, order: [Int], count: Int) throws {
    let writer = try NetCDFSeriesWriter(path: path, count: count, template: try slice(0))
    for index in order { try writer.write(try slice(index), at: index) }
    try writer.writeColumn("damping", (0..<count).map { Double($0) / 3 }, units: "1")
    try writer.close()
  }

  @Test func readsBackSliceBySlice() throws {
    let folder = try ScratchFolder("datasets")
    try write(folder.path("a.nc"), order: [0, 1, 2], count: 3)
    let reader = try NetCDFSeriesReader(folder.path("a.nc"))
    #expect(reader.count == 3)
    #expect(reader.geometry == smallGeometry)
    #expect(reader.slicedVariables == ["topography", "misfit"])
    #expect(reader.columns == ["rms", "damping"])
    #expect(try reader.grid(2, variable: "topography") == slice(2).grid("topography"))
    #expect(try reader.slice(1, variable: "misfit") == Array(repeating: 1, count: 20))
    #expect(try reader.column("rms") == [0, 1.0 / 7, 2.0 / 7])
    #expect(try reader.column("damping") == [0, 1.0 / 3, 2.0 / 3])
    let band = try reader.band(1..<3, variable: "topography")
    let expected = try (0..<3).flatMap { try slice($0).grid("topography").values[5..<15] }
    #expect(band == expected)
  }

  /// A process that starts while a file is being written inherits it, open, and may outlive the writing.
  @Test func inheritedFilesKeepNoReaderOut() throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.nc")
    let writer = try NetCDFSeriesWriter(path: path, count: 1, template: try slice(0))
    var sleeper = pid_t()
    let texts: [String] = ["sleep", "30"]
    var words = texts.map { strdup($0) } + [nil]
    #expect(posix_spawn(&sleeper, "/bin/sleep", nil, nil, &words, environ) == 0)
    defer {
      kill(sleeper, SIGKILL)
      waitpid(sleeper, nil, 0)
      for word in words { free(word) }
    }
    try writer.write(try slice(0), at: 0)
    try writer.close()
    #expect(try NetCDFSeriesReader(path).count == 1)
  }

  @Test func orderOfSlicesDoesNotChangeTheBytes() throws {
    let folder = try ScratchFolder("datasets")
    try write(folder.path("a.nc"), order: [0, 1, 2, 3], count: 4)
    try write(folder.path("b.nc"), order: [3, 1, 0, 2], count: 4)
    #expect(try bytes(folder.path("a.nc")) == bytes(folder.path("b.nc")))
  }

  @Test func slicesThatNeverCameAreMissing() throws {
    let folder = try ScratchFolder("datasets")
    try write(folder.path("a.nc"), order: [2], count: 3)
    let reader = try NetCDFSeriesReader(folder.path("a.nc"))
    #expect(try reader.slice(0, variable: "topography").allSatisfy(\.isNaN))
    #expect(try reader.slice(1, variable: "misfit").allSatisfy(\.isNaN))
    #expect(try reader.slice(2, variable: "misfit").allSatisfy { $0 == 2 })
    #expect(try reader.column("rms").map(\.isNaN) == [true, true, false])
  }

  @Test func slicesThatDifferFromTheTemplateAreRefused() throws {
    let folder = try ScratchFolder("datasets")
    let path = folder.path("a.nc")
    let writer = try NetCDFSeriesWriter(path: path, count: 2, template: try slice(0))
    #expect(
      error { try writer.write(try slice(0), at: 2) }
        == .indexOutOfRange(path: path, variable: "run", index: 2, count: 2))
    var other = try slice(1)
    other.variables.removeLast()
    #expect(
      error { try writer.write(other, at: 1) }
        == .variableMissing(
          path: path, variable: "rms", found: ["northing", "easting", "topography", "misfit"]))
    other = try slice(1)
    other.variables[2].values = .double([1])
    #expect(
      error { try writer.write(other, at: 1) }
        == .wrongCount(path: path, variable: "topography", found: 1, expected: 20))
    #expect(
      error { try writer.writeColumn("damping", [1]) }
        == .wrongCount(path: path, variable: "damping", found: 1, expected: 2))
    try writer.close()
    let reader = try NetCDFSeriesReader(path)
    #expect(
      error { _ = try reader.slice(2, variable: "rms") }
        == .indexOutOfRange(path: path, variable: "run", index: 2, count: 2))
    #expect(
      error { _ = try reader.column("topography") }
        == .wrongDimensions(
          path: path, variable: "topography", found: ["run", "2 more"], expected: ["run"]))
  }

  @Test func readersShareAFileAcrossThreads() async throws {
    let folder = try ScratchFolder("datasets")
    try write(folder.path("a.nc"), order: Array(0..<8), count: 8)
    let reader = try NetCDFSeriesReader(folder.path("a.nc"))
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for index in 0..<8 {
        group.addTask {
          try (0..<50).allSatisfy { _ in
            try reader.slice(index, variable: "misfit").allSatisfy { $0 == Double(index) }
          }
        }
      }
      for try await right in group { #expect(right) }
    }
  }
}
