import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// How a store survives a crash without a sync per result
//
// A result is committed in two steps: its objects are renamed into place, then one line is appended to
// the index. What may a crash leave?
//
// * The process dies (kill -9). The kernel keeps what was written. Before the line: an object nobody
//   refers to. In the line: a tail without a newline or with a wrong check sum, which a reader ignores
//   and the next writer closes with a newline. After it: a committed result.
// * The power fails. The kernel may have written any subset of the data to the disk, in any order: a
//   line whose object is missing, empty or torn; an object without its line; a log with a hole of
//   zeros. A line's check sum and an object's name (the hash of its bytes) tell: a bad line is no entry,
//   and an object is compared with its hash before a stage reads it or it is copied out. Either is a
//   miss; a miss is computed again.
//
// So nothing partial is ever an answer, whatever is synced when, and syncing only decides how much work
// a power cut costs. The store syncs every ten seconds and at the end of a run that took more than five.
// The rejected way, fsync before every rename, costs 1 to 20 ms a stage.
//
// Writers take `flock` for the one write of a line, so lines of two processes never mix; the lock dies
// with its holder. A write that the disk has no room for is cut off again under the same lock.

/// An append-only text file of checked lines, `payload sum`, shared by processes.
package final class AppendLog: Sendable {
  let path: String
  private let state: Mutex<State>

  private struct State {
    var writer: Descriptor?
    var reader: Descriptor?
    var consumed = 0
    var damagedLines = 0
  }

  init(_ path: String) {
    self.path = path
    state = Mutex(State())
  }

  /// Bytes of the file that have been read so far.
  var bytesRead: Int { state.withLock { $0.consumed } }

  /// Lines that were no entries, so far.
  var damagedLines: Int { state.withLock { $0.damagedLines } }

  /// Reads what was appended since the last call, by anybody; `body` gets the payload of each good line.
  /// A file that isn't there is empty.
  /// - Parameter isFirst: takes the lock so that nobody is in the middle of a line: a tail without an
  ///   end is then damage.
  func readNew(isFirst: Bool = false, _ body: (UnsafeRawBufferPointer) -> Void) throws(StoreError) {
    // The closure gives a Result since a Mutex's closure has no typed error of ours.
    let result: Result<Void, StoreError> = state.withLock { state in
      do throws(StoreError) {
        try Self.readNew(&state, path: path, isFirst: isFirst, body)
        return .success(())
      } catch { return .failure(error) }
    }
    try result.get()
  }

  private static func readNew(
    _ state: inout State, path: String, isFirst: Bool, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(StoreError) {
    if let reader = state.reader, !isStill(reader, at: path) {
      // Compacted by another process: everything is read again.
      (state.reader, state.consumed) = (nil, 0)
    }
    if state.reader == nil {
      guard access(path, F_OK) == 0 else { return }
      state.reader = try Descriptor(path, O_RDONLY)
    }
    guard let reader = state.reader else { return }
    if isFirst { flock(reader.raw, LOCK_SH) }
    defer { if isFirst { flock(reader.raw, LOCK_UN) } }
    let size = reader.size
    guard size > state.consumed else { return }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size - state.consumed, alignment: 16)
    defer { buffer.deallocate() }
    let got = try reader.read(into: buffer, at: state.consumed, path: path)
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<got])
    var start = 0
    while start < got, let base = bytes.baseAddress, let end = memchr(base + start, 10, got - start) {
      let length = end - UnsafeMutableRawPointer(mutating: base + start)
      if let payload = payload(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + length)])) {
        body(payload)
      } else if length > 0 {
        state.damagedLines += 1
      }
      start += length + 1
    }
    if isFirst, start < got { state.damagedLines += 1 }
    state.consumed += start
  }

  private static func payload(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard line.count > 17, line[line.count - 17] == 32 else { return nil }
    let payload = UnsafeRawBufferPointer(rebasing: line[..<(line.count - 17)])
    let sum = Hashing.number(UnsafeRawBufferPointer(rebasing: line[(line.count - 16)...]))
    return sum == Hashing.checksum(payload) ? payload : nil
  }

  /// Appends one line.
  /// - Precondition: `payload` holds no newline (see `escaped`).
  func append(_ payload: String) throws(StoreError) {
    let line = Self.line(payload)
    let result: Result<Void, StoreError> = state.withLock { state in
      do throws(StoreError) {
        while true {
          if state.writer == nil { state.writer = try Descriptor(path, O_RDWR | O_CREAT | O_APPEND) }
          if let writer = state.writer, try Self.add(line, to: writer, path: path) { return .success(()) }
          state.writer = nil
        }
      } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Appends a line of a memory that only saves time: a store that can't be written does without.
  func appendIfWritable(_ payload: String) throws(StoreError) {
    do throws(StoreError) {
      try append(payload)
    } catch {
      guard error.isReadOnly else { throw error }
    }
  }

  private static func line(_ payload: String) -> [UInt8] { line(Array(payload.utf8)) }

  /// A payload with its check sum and the end of the line.
  package static func line(_ payload: [UInt8]) -> [UInt8] {
    var line = payload
    let sum = line.withUnsafeBytes { Hashing.checksum($0) }
    line.append(32)
    for shift in stride(from: 60, through: 0, by: -4) {
      line.append(Hashing.digit(UInt8(sum >> UInt64(shift) & 15)))
    }
    line.append(10)
    return line
  }

  /// Whether the open file is the one that now stands under the name.
  private static func isStill(_ file: Descriptor, at path: String) -> Bool {
    FileIdentity(path: path).map { $0.inode == FileIdentity(file.status).inode } ?? false
  }

  /// - Returns: false if another file has taken the name meanwhile: what would be added is lost with it.
  private static func add(_ line: [UInt8], to file: Descriptor, path: String) throws(StoreError) -> Bool {
    try lock(file, path)
    defer { flock(file.raw, LOCK_UN) }
    guard isStill(file, at: path) else { return false }
    let size = file.size
    var last: UInt8 = 10
    if size > 0 {
      let got = try withUnsafeMutableBytes(of: &last) { buffer throws(StoreError) in
        try file.read(into: buffer, at: size - 1, path: path)
      }
      if got != 1 { last = 0 }
    }
    // A writer that died within its line left no newline.
    let whole = last == 10 ? line : [10] + line
    let put = whole.withUnsafeBytes { write(file.raw, $0.baseAddress, $0.count) }
    if put == whole.count { return true }
    let error = put < 0 ? Posix.failure("write", path) : StoreError.diskFull(path: path)
    ftruncate(file.raw, off_t(size))
    throw error
  }

  /// Overwrites damaged lines with newlines. In place: other processes have the file open, and a new file
  /// under its name would lose what they append.
  func heal() throws(StoreError) {
    // Not the writer's descriptor: one that appends ignores the offset of a write.
    let file = try Descriptor(path, O_RDWR)
    try Self.lock(file, path)
    defer { flock(file.raw, LOCK_UN) }
    let bytes = try Posix.readFile(path)
    var damaged: [Range<Int>] = []
    bytes.withUnsafeBytes { buffer in
      var start = 0
      while start < buffer.count {
        var end = start
        while end < buffer.count, buffer[end] != 10 { end += 1 }
        if end > start, Self.payload(UnsafeRawBufferPointer(rebasing: buffer[start..<end])) == nil {
          damaged.append(start..<end)
        }
        start = end + 1
      }
    }
    // A last line that lacks nothing but its end is an entry once it has one.
    if let last = bytes.last, last != 10 { damaged.append(bytes.count..<bytes.count + 1) }
    for range in damaged {
      let blank = [UInt8](repeating: 10, count: range.count)
      if pwrite(file.raw, blank, blank.count, off_t(range.lowerBound)) != blank.count {
        throw Posix.failure("repair", path)
      }
    }
  }

  private static func lock(_ file: Descriptor, _ path: String) throws(StoreError) {
    while flock(file.raw, LOCK_EX) != 0 {
      if errno != EINTR { throw Posix.failure("lock", path) }
    }
  }

  /// Leaves of all lines with the same identity only the newest, and drops those without one. The new file
  /// takes the old one's name in one step and under the old one's lock: a crash leaves either, and a
  /// process that waits for the lock finds that the name has moved on and follows it.
  /// - Parameter identity: of a payload; nil drops it.
  /// - Returns: bytes saved.
  @discardableResult
  func compact(_ identity: (UnsafeRawBufferPointer) -> String?) throws(StoreError) -> Int {
    guard access(path, F_OK) == 0 else { return 0 }
    while true {
      let file = try Descriptor(path, O_RDWR)
      try Self.lock(file, path)
      defer { flock(file.raw, LOCK_UN) }
      guard Self.isStill(file, at: path) else { continue }
      let old = try Posix.readFile(path)
      let new = Self.compacted(old, identity)
      if new.count == old.count { return 0 }
      try Posix.writeAtomically(new, to: path, temporary: "\(path).\(getpid()).partial", isSynced: true)
      return old.count - new.count
    }
  }

  private static func compacted(
    _ bytes: [UInt8], _ identity: (UnsafeRawBufferPointer) -> String?
  ) -> [UInt8] {
    var newest: [String: Range<Int>] = [:]
    bytes.withUnsafeBytes { buffer in
      var start = 0
      while start < buffer.count, let base = buffer.baseAddress,
        let end = memchr(base + start, 10, buffer.count - start)
      {
        let stop = end - UnsafeMutableRawPointer(mutating: base)
        if let payload = payload(UnsafeRawBufferPointer(rebasing: buffer[start..<stop])),
          let name = identity(payload)
        {
          newest[name] = start..<stop + 1
        }
        start = stop + 1
      }
    }
    var kept: [UInt8] = []
    for range in newest.values.sorted(by: { $0.lowerBound < $1.lowerBound }) { kept += bytes[range] }
    return kept
  }

  /// Forces what was appended to the disk.
  func sync() {
    state.withLock { if let writer = $0.writer { fsync(writer.raw) } }
  }

  /// A text as one word of a line: space, newline, `%` and control bytes as `%XX`.
  static func escaped(_ text: some StringProtocol) -> String {
    guard text.utf8.contains(where: { $0 <= 32 || $0 == 37 || $0 == 127 }) else { return String(text) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 16)
    for byte in text.utf8 {
      if byte <= 32 || byte == 37 || byte == 127 {
        bytes += [37, Hashing.digit(byte >> 4), Hashing.digit(byte & 15)]
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func unescaped(_ word: some StringProtocol) -> String {
    guard word.utf8.contains(37) else { return String(word) }
    return Array(word.utf8).withUnsafeBytes { unescaped($0) }
  }

  static func unescaped(_ escaped: UnsafeRawBufferPointer) -> String {
    String(unsafeUninitializedCapacity: escaped.count) { bytes in
      var (index, count) = (0, 0)
      while index < escaped.count {
        if escaped[index] == 37, index + 2 < escaped.count, let high = digit(escaped[index + 1]),
          let low = digit(escaped[index + 2])
        {
          bytes[count] = high << 4 | low
          index += 3
        } else {
          bytes[count] = escaped[index]
          index += 1
        }
        count += 1
      }
      return count
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
