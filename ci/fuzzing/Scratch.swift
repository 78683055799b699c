#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whole files, in place of what stood there: a reader that remembers the inode sees another file.
enum Scratch {
  static func write(_ bytes: [UInt8], to path: String) throws {
    unlink(path)
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0 else { throw Finding("cannot write \(path)") }
    defer { close(file) }
    var done = 0
    while done < bytes.count {
      let put = bytes[done...].withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(done)) }
      guard put > 0 else { throw Finding("cannot write \(path)") }
      done += put
    }
  }

  static func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw Finding("cannot read \(path)") }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
    return bytes
  }
}

extension Scratch {
  static func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw Finding("cannot make \(path)") }
  }
}
