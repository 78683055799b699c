/// Numbers of a binary file, little-endian unless said otherwise, with errors where it ends too early.
struct ByteCursor {
  let bytes: [UInt8]
  let path: String
  let isBigEndian: Bool
  var position = 0

  init(_ bytes: [UInt8], path: String, isBigEndian: Bool = false) {
    (self.bytes, self.path, self.isBigEndian) = (bytes, path, isBigEndian)
  }

  var remaining: Int { bytes.count - position }

  private mutating func word(_ size: Int, _ what: String) throws(DatasetError) -> UInt64 {
    guard position >= 0, remaining >= size else {
      throw .damaged(path: path, reason: "it ends at byte \(bytes.count), inside \(what)")
    }
    var value: UInt64 = 0
    if isBigEndian {
      for index in 0..<size { value = value << 8 | UInt64(bytes[position + index]) }
    } else {
      for index in (0..<size).reversed() { value = value << 8 | UInt64(bytes[position + index]) }
    }
    position += size
    return value
  }

  /// Unsigned.
  mutating func whole(_ size: Int, _ what: String) throws(DatasetError) -> UInt64 { try word(size, what) }

  mutating func int16(_ what: String) throws(DatasetError) -> Int {
    Int(Int16(truncatingIfNeeded: try word(2, what)))
  }

  mutating func int32(_ what: String) throws(DatasetError) -> Int {
    Int(Int32(truncatingIfNeeded: try word(4, what)))
  }

  mutating func int64(_ what: String) throws(DatasetError) -> Int {
    Int(Int64(truncatingIfNeeded: try word(8, what)))
  }

  mutating func double(_ what: String) throws(DatasetError) -> Double {
    Double(bitPattern: try word(8, what))
  }

  /// - Throws: `.damaged` before anything is allocated where the file is too short.
  mutating func doubles(_ count: Int, _ what: String) throws(DatasetError) -> [Double] {
    try numbers(count, size: 8, what) { Double(bitPattern: $0) }
  }

  mutating func floats(_ count: Int, _ what: String) throws(DatasetError) -> [Double] {
    try numbers(count, size: 4, what) { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0))) }
  }

  mutating func numbers(
    _ count: Int, size: Int, _ what: String, _ convert: (UInt64) -> Double
  ) throws(DatasetError) -> [Double] {
    let needed = count.multipliedReportingOverflow(by: size)
    guard count >= 0, !needed.overflow, needed.partialValue <= remaining else {
      throw .damaged(
        path: path,
        reason: "\(what) should have \(count) numbers of \(size) bytes, \(remaining) bytes are left")
    }
    var result: [Double] = []
    result.reserveCapacity(count)
    for _ in 0..<count { result.append(convert(try word(size, what))) }
    return result
  }
}
