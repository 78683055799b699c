import Foundation
import TestSupport
import Testing

@testable import Datasets

/// Bytes that are written from where they lie, and read to where they belong.
@Suite struct NetCDFBytesTests {
  private static func dataset() throws -> Dataset {
    var dataset = Dataset()
    try dataset.addColumn("x", [1, 2, 3], units: "m", dimension: "x")
    dataset.attributes.append(.init(name: "title", value: .text("bytes")))
    return dataset
  }

  /// The file is the one that holds the bytes as a variable like others.
  @Test func filesAreEqual() throws {
    let folder = try ScratchFolder("bytes")
    let (first, second) = ([Int8](0..<100), (0..<57).map { Int8(-$0) })
    var whole = try Self.dataset()
    whole.dimensions.append(.init(name: "stored_bytes", size: 157))
    try whole.add(.init(name: "stored", dimensions: ["stored_bytes"], values: .int8(first + second)))
    try NetCDFFile.write(whole, to: folder.path("whole.nc"))
    try first.withUnsafeBytes { one in
      try second.withUnsafeBytes { two in
        try NetCDFFile.write(
          Self.dataset(), and: ByteVariable("stored", along: "stored_bytes", pieces: [one, two]),
          to: folder.path("pieces.nc"))
      }
    }
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: folder.path("whole.nc")))
        == Data(contentsOf: URL(fileURLWithPath: folder.path("pieces.nc"))))
    #expect(try NetCDFFile.ownVariableNames(folder.path("pieces.nc")) == ["x", "stored"])
  }

  @Test func bytesComeBack() throws {
    let folder = try ScratchFolder("bytes")
    let bytes = [Int8](-50..<50)
    try bytes.withUnsafeBytes {
      try NetCDFFile.write(
        Self.dataset(), and: ByteVariable("stored", along: "n", pieces: [$0]), to: folder.path("a.nc"))
    }
    var (head, tail) = ([Int8](repeating: 0, count: 30), [Int8](repeating: 0, count: 70))
    try head.withUnsafeMutableBytes { one in
      try tail.withUnsafeMutableBytes { two in
        try NetCDFFile.readBytes(folder.path("a.nc"), variable: "stored", into: [one, two])
      }
    }
    #expect(head + tail == bytes)
    let mapped = try #require(try NetCDFFile.mapBytes(folder.path("a.nc"), variable: "stored"))
    #expect(mapped.bytes.elementsEqual(bytes.map { UInt8(bitPattern: $0) }))
    #expect(throws: DatasetError.self) { try NetCDFFile.mapBytes(folder.path("a.nc"), variable: "y") }
    #expect(throws: DatasetError.self) {
      try tail.withUnsafeMutableBytes {
        try NetCDFFile.readBytes(folder.path("a.nc"), variable: "stored", into: [$0])
      }
    }
    #expect(throws: DatasetError.self) {
      try tail.withUnsafeMutableBytes {
        try NetCDFFile.readBytes(folder.path("a.nc"), variable: "x", into: [$0])
      }
    }
  }

  /// A part that begins and ends in the middle of pages, longer than what the library takes at once.
  @Test func manyBytesAreReadWhereTheyLie() throws {
    let folder = try ScratchFolder("bytes")
    let bytes = (0..<1_300_001).map { Int8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }
    try bytes.withUnsafeBytes {
      let (one, two) = (
        UnsafeRawBufferPointer(rebasing: $0[..<700_003]), UnsafeRawBufferPointer(rebasing: $0[700_003...])
      )
      try NetCDFFile.write(
        Self.dataset(), and: ByteVariable("stored", along: "n", pieces: [one, two]), to: folder.path("a.nc"))
    }
    let mapped = try #require(try NetCDFFile.mapBytes(folder.path("a.nc"), variable: "stored"))
    #expect(mapped.bytes.elementsEqual(bytes.map { UInt8(bitPattern: $0) }))
    var copy = [Int8](repeating: 0, count: bytes.count)
    try copy.withUnsafeMutableBytes {
      try NetCDFFile.readBytes(folder.path("a.nc"), variable: "stored", into: [$0])
    }
    #expect(copy == bytes)
    #expect(try NetCDFFile.read(folder.path("a.nc"), variables: ["x"]).doubles("x") == [1, 2, 3])
  }
}
