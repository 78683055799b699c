import Foundation
import Inversion
import NumericCore

/// The reference numbers beside the repository; absent on other machines.
enum Reference {
  static let folder: URL? = {
    if let shared = ProcessInfo.processInfo.environment["PIPE_SHARED"] {
      return existing(URL(fileURLWithPath: shared))
    }
    var place = URL(fileURLWithPath: #filePath)
    while place.path != "/" {
      place.deleteLastPathComponent()
      if FileManager.default.fileExists(atPath: place.appending(path: "Package.swift").path) {
        return existing(place.deletingLastPathComponent().appending(path: "shared"))
      }
    }
    return nil
  }()

  static var isPresent: Bool { folder != nil }

  private static func existing(_ shared: URL) -> URL? {
    let gravity = shared.appending(path: "reference/gravity")
    return FileManager.default.fileExists(atPath: gravity.path) ? gravity : nil
  }

  /// A CSV table by column.
  static func table(_ name: String) throws -> [String: [Double]] {
    let text = try String(contentsOf: folder!.appending(path: name), encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
    var result = [String: [Double]]()
    for (column, name) in lines[0].enumerated() {
      result[name] = lines.dropFirst().map { Double($0[column]) ?? .nan }
    }
    return result
  }
}

/// The fixed-size double variables of a NetCDF classic file (the format of the reference files).
struct ClassicFile {
  private let bytes: [UInt8]
  private var place = 4
  private var starts = [String: (offset: Int, count: Int)]()

  init(_ name: String) throws {
    bytes = [UInt8](try Data(contentsOf: Reference.folder!.appending(path: name)))
    precondition(bytes.starts(with: Array("CDF".utf8)))
    let wide = bytes[3] == 2
    _ = word()  // number of records
    _ = word()
    let sizes = (0..<word()).map { _ in
      _ = text()
      return word()
    }
    skipAttributes()
    _ = word()
    for _ in 0..<word() {
      let name = text()
      let count = (0..<word()).map { _ in sizes[word()] }.reduce(1, *)
      skipAttributes()
      let type = word()
      _ = word()  // size
      let offset = wide ? word() << 32 | word() : word()
      if type == 6 { starts[name] = (offset, count) }
    }
  }

  private mutating func word() -> Int {
    defer { place += 4 }
    return bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func text() -> String {
    let count = word()
    defer { place += (count + 3) / 4 * 4 }
    return String(decoding: bytes[place..<(place + count)], as: UTF8.self)
  }

  private mutating func skipAttributes() {
    _ = word()
    for _ in 0..<word() {
      _ = text()
      let size = [0, 1, 1, 2, 4, 4, 8][word()]
      place += (word() * size + 3) / 4 * 4
    }
  }

  func doubles(_ name: String) -> [Double] {
    guard let (offset, count) = starts[name] else { preconditionFailure("no variable \(name)") }
    return (0..<count).map { index in
      let start = offset + 8 * index
      return Double(bitPattern: bytes[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) })
    }
  }

  /// A variable on the grid of 31 × 41 nodes that the reference files share.
  func grid(_ name: String) -> Grid { Grid(geometry: Self.geometry, values: doubles(name)) }

  static let geometry = GridGeometry(
    region: Region(west: 0, east: 40_000, south: 0, north: 30_000), columns: 41, rows: 31)
}

extension ConstraintPoints {
  /// The constraint points of the reference cases.
  static func reference(weighted: Bool = false) throws -> ConstraintPoints {
    let table = try Reference.table("ef_constraints.csv")
    return ConstraintPoints(
      points: Points(easting: table["easting"]!, northing: table["northing"]!),
      upward: table["upward"]!, uncertainty: table["uncert"]!,
      weights: weighted ? table["weight"]! : nil)
  }
}

/// The largest absolute difference; infinite when a value is missing on one side only.
func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).map { $0.isNaN && $1.isNaN ? 0 : $0.isNaN || $1.isNaN ? .infinity : abs($0 - $1) }.max() ?? 0
}
