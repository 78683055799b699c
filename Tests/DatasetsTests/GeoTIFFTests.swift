import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Datasets

@Suite struct GeoTIFFTests {
  private func read(_ bytes: [UInt8], _ options: GridReadOptions = GridReadOptions()) throws -> GridVariable {
    let folder = try ScratchFolder("datasets")
    defer { withExtendedLifetime(folder) {} }
    let path = folder.path("a.tif")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try GridFile.readVariable(path, options: options)
  }

  private func fault(_ bytes: [UInt8], _ options: GridReadOptions = GridReadOptions()) -> String {
    do {
      return "no fault: \(try read(bytes, options).grid.geometry)"
    } catch {
      let text = "\(error)"
      return text.range(of: "a.tif: ").map { String(text[$0.upperBound...]) } ?? text
    }
  }

  static let layouts: [(String, [UInt8], String?)] = [
    ("strips of floats", SampleTIFFs.floatStrips, nil),
    ("tiles of doubles, deflate, predictor 3", SampleTIFFs.doubleTiles, nil),
    ("bytes, PackBits", SampleTIFFs.bytePackBits, nil),
    ("BigTIFF, big-endian, LZW, predictor 3", SampleTIFFs.bigEndianBig, nil),
    ("bands apart, deflate, predictor 2", SampleTIFFs.bandsApart, "band2"),
    ("bands together, LZW, predictor 2", SampleTIFFs.bandsTogether, "band2"),
  ]

  @Test(arguments: layouts)
  func everyLayoutGivesTheSameGrid(_ name: String, _ bytes: [UInt8], _ variable: String?) throws {
    let found = try read(bytes, GridReadOptions(variable: variable))
    #expect(found.grid.geometry.eastings == [1000, 1100, 1200, 1300], "\(name)")
    #expect(found.grid.geometry.northings == [-500, -300, -100])
    #expect(
      Dataset.Values.double(found.grid.values) == .double(GridFormatTests.expected), "\(found.grid.values)")
    #expect(found.kind == .projected)
  }

  /// Scale, offset and unit of GDAL, whole numbers and LZW with differences.
  @Test func packedValues() throws {
    let found = try read(SampleTIFFs.shortLZW)
    let expected = GridFormatTests.expected.map { $0 * 0.3048 }
    #expect(largestDifference(found.grid.values.filter(\.isFinite), expected.filter(\.isFinite)) < 1e-12)
    #expect(found.grid.values[6].isNaN && found.units == "m" && found.foundUnits == "ft")
  }

  @Test func keysSayWhereAndWhat() throws {
    let points = try read(SampleTIFFs.points)
    #expect(points.grid.geometry.eastings == [1000, 1100, 1200, 1300])
    #expect(points.grid.geometry.northings == [-500, -300, -100])
    let degrees = try read(SampleTIFFs.degrees)
    #expect(degrees.kind == .geographic && degrees.grid.geometry.isGeographic)
    #expect(
      degrees.grid.geometry.eastings == [10, 11, 12, 13] && degrees.grid.geometry.northings == [-5, -3, -1])
    let feet = try read(SampleTIFFs.surveyFeet)
    #expect(abs(feet.grid.geometry.region.west - 1000.0 * 1200 / 3937) < 1e-9)
  }

  @Test func whatIsNoGridIsRefusedByName() {
    #expect(fault(SampleTIFFs.colours).hasPrefix("holds a picture of colours"))
    var nowhere = SampleTIFFs.floatStrips
    for tag in [[0x0E, 0x83], [0x82, 0x84]] as [[UInt8]] {
      if let place = nowhere.indices.dropLast().first(where: { Array(nowhere[$0...($0 + 1)]) == tag }) {
        nowhere[place] ^= 1
      }
    }
    #expect(fault(nowhere).hasPrefix("holds a TIFF that does not say where it lies"))
    #expect(fault(SampleTIFFs.rotated).hasPrefix("holds a rotated image"))
    #expect(
      fault(SampleTIFFs.bandsApart) == "holds several grids, 'band1', 'band2'; name the variable to read")
    #expect(
      fault(SampleTIFFs.floatStrips, GridReadOptions(variable: "band3"))
        == "no variable 'band3'; found 'band1'")
  }

  @Test(arguments: [
    SampleTIFFs.floatStrips, SampleTIFFs.doubleTiles, SampleTIFFs.bigEndianBig, SampleTIFFs.shortLZW,
  ])
  func truncatedFilesAreRefused(_ whole: [UInt8]) throws {
    let complete = try read(whole).grid
    for length in 0..<whole.count {
      let found = try? read(Array(whole[..<length]), GridReadOptions(format: .geotiff))
      // The texts at the end of a file are not needed for all.
      #expect(
        found == nil || Dataset.Values.double(found?.grid.values ?? []) == .double(complete.values),
        "\(length)")
    }
  }

  /// Codes of all widths, cleared tables and a code that stands for itself: an encoder by the book, on rows that repeat.
  @Test(arguments: [0, 1, 2]) func largeLZW(_ kind: Int) throws {
    let (columns, rows) = (211, 173)
    var state = UInt32(7)
    let raw = (0..<(columns * rows)).map { index -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return kind == 0 ? 0 : kind == 1 ? UInt8(index % columns / 9) : UInt8(state >> 25)
    }
    let found = try read(TIFFWriter.bytes(raw, columns: columns, rows: rows, packed: TIFFWriter.lzw(raw)))
    let expected = (0..<rows).reversed().flatMap {
      raw[($0 * columns)..<(($0 + 1) * columns)].map { Double($0) }
    }
    #expect(found.grid.values == expected)
  }
}

/// TIFF files of one strip of bytes, with pixels of 1 from (0, rows), little-endian.
enum TIFFWriter {
  static func bytes(_ raw: [UInt8], columns: Int, rows: Int, packed: [UInt8]) -> [UInt8] {
    func int(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    func double(_ value: Double) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * $0)) }
    }
    let doubles = [1.0, 1, 0].flatMap(double) + [0.0, 0, 0, 0, Double(rows), 0].flatMap(double)
    let (data, numbers) = (8, 8 + packed.count + packed.count % 2)
    let directory = numbers + doubles.count
    let entries: [(tag: Int, type: Int, count: Int, value: Int)] = [
      (256, 4, 1, columns), (257, 4, 1, rows), (258, 3, 1, 8), (259, 3, 1, 5), (262, 3, 1, 1),
      (273, 4, 1, data),
      (277, 3, 1, 1), (278, 4, 1, rows), (279, 4, 1, packed.count), (33550, 12, 3, numbers),
      (33922, 12, 6, numbers + 24),
    ]
    let head: [UInt8] = [0x49, 0x49, 42, 0] + int(directory, 4)
    let filler = [UInt8](repeating: 0, count: packed.count % 2)
    let list = entries.flatMap { int($0.tag, 2) + int($0.type, 2) + int($0.count, 4) + int($0.value, 4) }
    return head + packed + filler + doubles + int(entries.count, 2) + list + int(0, 4)
  }

  static func lzw(_ raw: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var (buffer, bits, width) = (0, 0, 9)
    func put(_ code: Int) {
      buffer = (buffer << width | code) & 0xFFFFFF
      bits += width
      while bits >= 8 {
        result.append(UInt8(truncatingIfNeeded: buffer >> (bits - 8)))
        bits -= 8
      }
    }
    var table: [[UInt8]: Int] = [:]
    func clear() {
      put(256)
      table = Dictionary(uniqueKeysWithValues: (0..<256).map { ([UInt8($0)], $0) })
      width = 9
    }
    clear()
    var (next, word) = (258, [UInt8]())
    for byte in raw {
      if table[word + [byte]] != nil {
        word.append(byte)
        continue
      }
      put(table[word] ?? 0)
      table[word + [byte]] = next
      next += 1
      if next == 512 { width = 10 } else if next == 1024 { width = 11 } else if next == 2048 { width = 12 }
      if next == 4095 {
        clear()
        next = 258
      }
      word = [byte]
    }
    put(table[word] ?? 0)
    put(257)
    if bits > 0 { result.append(UInt8(truncatingIfNeeded: buffer << (8 - bits))) }
    return result
  }
}
