#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What tells that a file is still the one that was read: an edit changes at least one of these, since
/// nothing but the kernel can set `ctime`.
struct FileIdentity: Hashable, Sendable {
  var inode: UInt64
  var size: Int64
  var modified: Int64
  var changed: Int64

  init(_ status: stat) {
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    #if canImport(Glibc)
      let (modification, change) = (status.st_mtim, status.st_ctim)
    #else
      let (modification, change) = (status.st_mtimespec, status.st_ctimespec)
    #endif
    modified = Int64(modification.tv_sec) &* 1_000_000_000 &+ Int64(modification.tv_nsec)
    changed = Int64(change.tv_sec) &* 1_000_000_000 &+ Int64(change.tv_nsec)
  }

  init(inode: UInt64, size: Int64, modified: Int64, changed: Int64) {
    (self.inode, self.size, self.modified, self.changed) = (inode, size, modified, changed)
  }

  /// Nil if there is no such file.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}

/// An open file, closed with its last reference.
final class Descriptor: Sendable {
  let raw: Int32

  init(_ path: String, _ flags: Int32, mode: mode_t = 0o666) throws(StoreError) {
    raw = open(path, flags | O_CLOEXEC, mode)
    if raw < 0 { throw Posix.failure("open", path) }
  }

  deinit { close(raw) }

  var status: stat {
    var status = stat()
    // A descriptor that is open can always be asked, except on a failing disk: zeros match no file.
    _ = fstat(raw, &status)
    return status
  }

  var size: Int { Int(status.st_size) }

  /// Fills `buffer` from `offset` until it is full or the file ends; answers how many bytes it got.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int, path: String) throws(StoreError)
    -> Int
  {
    var done = 0
    while done < buffer.count, let start = buffer.baseAddress {
      let got = pread(raw, start + done, buffer.count - done, off_t(offset + done))
      if got < 0 {
        if errno == EINTR { continue }
        throw Posix.failure("read", path)
      }
      if got == 0 { break }
      done += got
    }
    return done
  }

  func writeAll(_ bytes: UnsafeRawBufferPointer, path: String) throws(StoreError) {
    var done = 0
    while done < bytes.count, let start = bytes.baseAddress {
      let put = write(raw, start + done, bytes.count - done)
      if put < 0 {
        if errno == EINTR { continue }
        throw Posix.failure("write", path)
      }
      done += put
    }
  }
}

/// Thin layer over the operating system: every failure becomes a `StoreError` that names the path.
package enum Posix {
  static func failure(_ operation: String, _ path: String) -> StoreError {
    switch errno {
    case ENOSPC, EDQUOT: .diskFull(path: path)
    case EROFS: .readOnly(path: path)
    case let code: .system(operation: operation, path: path, code: code)
    }
  }

  /// Makes a folder and those above it that are missing.
  static func makeFolder(_ path: String) throws(StoreError) {
    if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw failure("make the folder", path)
    }
    try makeFolder(String(path[..<slash]))
    if mkdir(path, 0o777) != 0, errno != EEXIST { throw failure("make the folder", path) }
  }

  static func move(_ source: String, to target: String) throws(StoreError) {
    if rename(source, target) != 0 { throw failure("move a file to", target) }
  }

  static func readFile(_ path: String) throws(StoreError) -> [UInt8] {
    let file = try Descriptor(path, O_RDONLY)
    let size = file.size
    var problem: StoreError?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      do throws(StoreError) {
        count = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0, path: path)
      } catch { problem = error }
    }
    if let problem { throw problem }
    return bytes
  }

  /// Writes a file whole or not at all: `temporary` is on the same file system as `path`.
  /// - Parameter isSynced: a power cut leaves the old file or the new one, never neither.
  static func writeAtomically(
    _ bytes: [UInt8], to path: String, temporary: String, isSynced: Bool = false
  ) throws(StoreError) {
    try writeAtomically([bytes], to: path, temporary: temporary, isSynced: isSynced)
  }

  /// The same, of a file that stands in several pieces.
  static func writeAtomically(
    _ pieces: [[UInt8]], to path: String, temporary: String, isSynced: Bool = false
  ) throws(StoreError) {
    do throws(StoreError) {
      let file = try Descriptor(temporary, O_WRONLY | O_CREAT | O_TRUNC)
      var problem: StoreError?
      for bytes in pieces where problem == nil {
        bytes.withUnsafeBytes { buffer in
          do throws(StoreError) { try file.writeAll(buffer, path: path) } catch { problem = error }
        }
      }
      if let problem { throw problem }
      if isSynced, fsync(file.raw) != 0 { throw failure("write", path) }
      try move(temporary, to: path)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Whether anything stands there, be it a link that leads nowhere.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Names in a folder except `.` and `..`, sorted: file systems list in any order.
  package static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The name that sorts last by its bytes; nil where there is none but those that begin with a point. Of
  /// 20 000 names it costs a millisecond, a sorted list of them ten.
  static func greatestName(in folder: String) -> String? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var greatest = [CChar](repeating: 0, count: 256)
    while let entry = readdir(stream) {
      withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          if name[0] != 46, strcmp(name, greatest) > 0 { strcpy(&greatest, name) }
        }
      }
    }
    return greatest[0] == 0
      ? nil : String(decoding: greatest.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Removes a file or a folder with all that is in it; links are removed, not followed.
  package static func removeTree(_ path: String) {
    if unlink(path) == 0 || errno == ENOENT { return }
    // A program may have left a folder that forbids its owner to empty it.
    chmod(path, 0o700)
    for name in names(in: path) { removeTree(path + "/" + name) }
    rmdir(path)
  }

  /// Monotonic time in seconds, for durations.
  static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Nanoseconds since 1970, for comparison with times of files.
  static func wallClock() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension Posix {
  static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
