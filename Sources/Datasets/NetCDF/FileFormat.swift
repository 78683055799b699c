#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Checks of a file's first bytes and length, before the library sees it.
enum FileFormat {
  private static let hdf5: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// - Returns: the size of the file in bytes.
  /// - Throws: `.fileMissing`, `.unreadable`, `.notNetCDF`, `.damaged` for a classic file that is
  ///   shorter than its header says: the library would read zeros for what is missing.
  @discardableResult
  static func check(_ path: String) throws(DatasetError) -> Int {
    let (descriptor, size) = try LocalFile.open(path)
    defer { close(descriptor) }
    let start = try LocalFile.bytes(of: descriptor, path: path, from: 0, count: 8)
    if start == hdf5 { return size }
    guard start.count >= 4, start.starts(with: [0x43, 0x44, 0x46]), [1, 2, 5].contains(start[3]) else {
      throw .notNetCDF(path: path, found: summary(start))
    }
    var header = ClassicHeader(descriptor: descriptor, path: path, version: start[3])
    let needed = try header.neededSize()
    guard size >= needed else {
      throw .damaged(path: path, reason: "it has \(size) bytes, its header tells of \(needed)")
    }
    return size
  }

  /// The bytes of a file that hold a variable's values; nil where they are not in one place, in HDF5 and along records.
  /// - Throws: as `check`, `.variableMissing`.
  static func place(of variable: String, in path: String) throws(DatasetError) -> Range<Int>? {
    let size = try check(path)
    let (descriptor, _) = try LocalFile.open(path)
    defer { close(descriptor) }
    let start = try LocalFile.bytes(of: descriptor, path: path, from: 0, count: 8)
    if start == hdf5 { return nil }
    var header = ClassicHeader(descriptor: descriptor, path: path, version: start[3])
    let all = try header.variables(named: true)
    guard let found = all.first(where: { $0.name == variable }) else {
      throw .variableMissing(path: path, variable: variable, found: all.map(\.name))
    }
    guard !found.isRecord else { return nil }
    precondition(found.begin + found.bytes <= size, "a file that was checked holds its variables")
    return found.begin..<found.begin + found.bytes
  }

  /// Whether a file begins like one; whether it is whole is not looked at.
  static func isNetCDF(_ path: String) throws(DatasetError) -> Bool {
    let (descriptor, _) = try LocalFile.open(path)
    defer { close(descriptor) }
    let start = try LocalFile.bytes(of: descriptor, path: path, from: 0, count: 8)
    return start == hdf5
      || (start.count >= 4 && start.starts(with: [0x43, 0x44, 0x46]) && [1, 2, 5].contains(start[3]))
  }

  private static func summary(_ start: [UInt8]) -> String {
    if start.isEmpty { return "it is empty" }
    let isText = start.allSatisfy { (0x20...0x7E).contains($0) || [0x09, 0x0A, 0x0D].contains($0) }
    return isText
      ? "it starts with the text '\(String(decoding: start.prefix { $0 >= 0x20 }, as: UTF8.self))'"
      : "its first bytes are unknown"
  }
}

/// The header of NetCDF-3 (formats CDF-1, CDF-2 and CDF-5), read as far as the file's size needs it.
/// Layout: "NetCDF Classic Format Specification", Unidata.
private struct ClassicHeader {
  let descriptor: Int32
  let path: String
  let version: UInt8
  private var position = 4
  private var window: [UInt8] = []
  private var windowStart = 0

  init(descriptor: Int32, path: String, version: UInt8) {
    (self.descriptor, self.path, self.version) = (descriptor, path, version)
  }

  struct Variable {
    /// Empty unless it was asked for.
    var name = ""
    var begin = 0
    var bytes = 0
    var isRecord = false
  }

  private var records = 0

  /// The size that a complete file has at least, in bytes.
  mutating func neededSize() throws(DatasetError) -> Int {
    let variables = try variables(named: false)
    let isStreaming = records == (version == 5 ? -1 : 0xFFFF_FFFF)
    let recordVariables = variables.filter(\.isRecord)
    let padded = { (bytes: Int) in (bytes + 3) / 4 * 4 }
    // A single record variable is stored without padding.
    let recordBytes =
      recordVariables.count == 1
      ? recordVariables[0].bytes : recordVariables.reduce(0) { $0 + padded($1.bytes) }
    return variables.reduce(position) { size, variable in
      if !variable.isRecord { return max(size, variable.begin + variable.bytes) }
      guard !isStreaming, records > 0 else { return size }
      return max(size, variable.begin + (records - 1) * recordBytes + variable.bytes)
    }
  }

  /// The variables of the header, which is read to its end.
  mutating func variables(named: Bool) throws(DatasetError) -> [Variable] {
    records = try count()
    var lengths: [Int] = []
    for _ in 0..<(try listLength()) {
      try skipName()
      lengths.append(try count())
    }
    try skipAttributes()
    var variables: [Variable] = []
    for _ in 0..<(try listLength()) { variables.append(try variable(lengths, named: named)) }
    return variables
  }

  private mutating func variable(_ lengths: [Int], named: Bool) throws(DatasetError) -> Variable {
    var result = Variable()
    if named { result.name = try name() } else { try skipName() }
    var elements = 1
    for rank in 0..<(try count()) {
      let dimension = try count()
      guard lengths.indices.contains(dimension) else { throw broken() }
      if rank == 0 && lengths[dimension] == 0 {
        result.isRecord = true
      } else {
        elements = try product(elements, lengths[dimension])
      }
    }
    try skipAttributes()
    result.bytes = try product(elements, try typeSize())
    _ = try count()  // The stored size is cut off for large variables, so it is not used.
    result.begin = version == 1 ? try integer(4) : try integer(8)
    return result
  }

  private mutating func skipAttributes() throws(DatasetError) {
    for _ in 0..<(try listLength()) {
      try skipName()
      let size = try typeSize()
      try skip(try product(try count(), size))
    }
  }

  private mutating func listLength() throws(DatasetError) -> Int {
    _ = try integer(4)
    return try count()
  }

  private mutating func skipName() throws(DatasetError) { try skip(try count()) }

  private mutating func name() throws(DatasetError) -> String {
    let length = try count()
    let start = position
    try skip(length)
    guard length < 1 << 16 else { throw broken() }
    let bytes = try LocalFile.bytes(of: descriptor, path: path, from: start, count: length)
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func typeSize() throws(DatasetError) -> Int {
    let sizes = [1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 8, 7: 1, 8: 2, 9: 4, 10: 8, 11: 8]
    guard let size = sizes[try integer(4)] else { throw broken() }
    return size
  }

  private mutating func skip(_ bytes: Int) throws(DatasetError) {
    guard bytes >= 0, bytes < 1 << 48 else { throw broken() }
    position += (bytes + 3) / 4 * 4
  }

  private func product(_ left: Int, _ right: Int) throws(DatasetError) -> Int {
    let (result, overflow) = left.multipliedReportingOverflow(by: right)
    guard !overflow, result >= 0, result < 1 << 56 else { throw broken() }
    return result
  }

  private mutating func count() throws(DatasetError) -> Int { try integer(version == 5 ? 8 : 4) }

  private mutating func integer(_ bytes: Int) throws(DatasetError) -> Int {
    if position < windowStart || position + bytes > windowStart + window.count {
      window = try LocalFile.bytes(of: descriptor, path: path, from: position, count: 65536)
      windowStart = position
    }
    let start = position - windowStart
    guard start + bytes <= window.count else { throw broken() }
    position += bytes
    let value = window[start..<(start + bytes)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(truncatingIfNeeded: value)
  }

  private func broken() -> DatasetError { .damaged(path: path, reason: "its header is incomplete") }
}
