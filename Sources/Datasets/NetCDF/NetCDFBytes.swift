internal import CNetCDF

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A variable of bytes that is too large to be copied: its pieces lie in memory one behind the other as far as the file
/// is concerned.
public struct ByteVariable {
  let name, dimension: String
  let pieces: [UnsafeRawBufferPointer]
  var count: Int { pieces.reduce(0) { $0 + $1.count } }

  /// Pieces that stay where they are until the file is written.
  public init(_ name: String, along dimension: String, pieces: [UnsafeRawBufferPointer]) {
    (self.name, self.dimension, self.pieces) = (name, dimension, pieces)
  }
}

extension NetCDFFile {
  /// Of one call of the library.
  private static let most = 1 << 26

  /// The dataset with a variable of bytes behind its own, whose values are taken from where they are. The file is that of
  /// `write(_:to:)` for a dataset that holds them.
  /// - Throws: as `write(_:to:)`.
  public static func write(
    _ dataset: Dataset, and bytes: ByteVariable, to path: String
  ) throws(DatasetError) {
    let count = bytes.count
    guard count > 0 else {
      var whole = dataset
      whole.dimensions.append(.init(name: bytes.dimension, size: 0))
      try whole.add(.init(name: bytes.name, dimensions: [bytes.dimension], values: .int8([])))
      return try write(whole, to: path)
    }
    let size = dataset.bytesNeeded(count: 1) + count + 4096
    let isHuge = count > 0xFFFF_FFF0
    let layout = isHuge ? .wide : FileLayout(of: dataset)
    if layout == .hdf5 { throw .unwritable(path: path, reason: "bytes stand in a classic file alone") }
    let handle = try NetCDFHandle.create(path, size: size, layout: layout)
    do throws(DatasetError) {
      try write(dataset, and: bytes, to: handle)
      try LocalFile.trim(size, path)
    } catch {
      LocalFile.remove(path)
      throw error
    }
  }

  private static func write(
    _ dataset: Dataset, and bytes: ByteVariable, to handle: NetCDFHandle
  ) throws(DatasetError) {
    let frame = Dataset.Variable(name: bytes.name, dimensions: [bytes.dimension], values: .int8([]))
    var whole = dataset
    whole.variables.append(frame)
    let form = FileForm.fitting(whole)
    var definer = DatasetDefiner(handle: handle, of: dataset, form: form)
    try definer.define(dataset.dimensions)
    let dimension = Dataset.Dimension(name: bytes.dimension, size: bytes.count)
    let along = try handle.define(dimension)
    for variable in dataset.variables { try definer.define(variable) }
    _ = try handle.define(form.filed(frame), dimensions: [along])
    try definer.finish(attributes: form.global(whole))
    for variable in dataset.variables { try definer.write(variable) }
    try handle.close()
    guard let place = try FileFormat.place(of: bytes.name, in: handle.path) else {
      preconditionFailure("a file without records keeps a variable in one place")
    }
    try LocalFile.overwrite(handle.path, from: place.lowerBound, with: bytes.pieces)
  }

  /// Names of the variables of a file that this program wrote, without their values.
  /// - Throws: as `read`.
  public static func ownVariableNames(_ path: String) throws(DatasetError) -> [String] {
    let handle = try NetCDFHandle.open(path)
    let names = try handle.variables().map(\.name)
    try handle.close()
    return names
  }

  /// The bytes of a variable where the file has them, without a copy; nil for a file that has them in no one place.
  /// - Throws: as `readBytes`.
  public static func mapBytes(_ path: String, variable: String) throws(DatasetError) -> MappedBytes? {
    guard let place = try FileFormat.place(of: variable, in: path) else { return nil }
    return try MappedBytes(path, place)
  }

  /// Fills memory with the bytes of a variable, piece behind piece.
  /// - Throws: `.variableMissing`, `.wrongType` for what is no variable of bytes, `.wrongCount` where it has another number.
  public static func readBytes(
    _ path: String, variable: String, into pieces: [UnsafeMutableRawBufferPointer]
  ) throws(DatasetError) {
    let handle = try NetCDFHandle.open(path)
    let (dimensions, all) = (try handle.dimensions(), try handle.variables())
    guard let info = all.first(where: { $0.name == variable }) else {
      throw .variableMissing(path: path, variable: variable, found: all.map(\.name))
    }
    guard info.type == NC_BYTE, info.dimensions.count == 1 else {
      throw .wrongType(path: path, variable: variable, found: "something else", expected: "bytes in a row")
    }
    let expected = pieces.reduce(0) { $0 + $1.count }
    let found = dimensions[Int(info.dimensions[0])].size
    guard found == expected else {
      throw .wrongCount(path: path, variable: variable, found: found, expected: expected)
    }
    var start = 0
    for piece in pieces {
      try forEachBox(of: piece.count) { range throws(DatasetError) in
        let target = piece.bindMemory(to: Int8.self).baseAddress.map { $0 + range.lowerBound }
        try handle.call("read variable '\(variable)'") {
          nc_get_vara_schar($0, info.id, [start + range.lowerBound], [range.count], target)
        }
      }
      start += piece.count
    }
    try handle.close()
  }

  private static func forEachBox(
    of count: Int, _ body: (Range<Int>) throws(DatasetError) -> Void
  ) throws(DatasetError) {
    var start = 0
    while start < count {
      let end = min(count, start + most)
      try body(start..<end)
      start = end
    }
  }
}

/// A part of a file that is read where it is. Whoever writes to the file meanwhile changes it; what the store holds is
/// written once.
public final class MappedBytes: @unchecked Sendable {
  private let pages: UnsafeMutableRawPointer
  private let length, offset: Int

  /// The bytes, for as long as their owner is there.
  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: pages + offset, count: length - offset)
  }

  fileprivate init(_ path: String, _ place: Range<Int>) throws(DatasetError) {
    offset = place.lowerBound % Int(getpagesize())
    length = offset + place.count
    let (descriptor, _) = try LocalFile.open(path)
    defer { close(descriptor) }
    guard
      let mapped = mmap(
        nil, max(1, length), PROT_READ, MAP_PRIVATE, descriptor, off_t(place.lowerBound - offset)),
      mapped != MAP_FAILED
    else { throw .unreadable(path: path, reason: LocalFile.reason(errno)) }
    pages = mapped
  }

  deinit { munmap(pages, max(1, length)) }
}
