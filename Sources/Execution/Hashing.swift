import Planning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// SHA-256 of files as 64 hexadecimal digits, and check sums of lines.
enum Hashing {
  /// Hash of a file's content together with the identity the file had before and after it was read;
  /// if they differ, somebody was writing it and it is read again (a few times).
  static func file(_ path: String) throws(StoreError) -> (hash: String, identity: FileIdentity) {
    let file = try Descriptor(path, O_RDONLY)
    for _ in 0..<3 {
      let before = FileIdentity(file.status)
      let hash = try content(of: file, path: path)
      if FileIdentity(file.status) == before { return (hash, before) }
    }
    throw .system(operation: "read, as it is being written,", path: path, code: EBUSY)
  }

  static func content(of file: Descriptor, path: String) throws(StoreError) -> String {
    var hasher = ContentHash.Hasher()
    let capacity = min(1 << 20, max(4096, file.size + 1))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
    defer { buffer.deallocate() }
    var offset = 0
    while true {
      let got = try file.read(into: buffer, at: offset, path: path)
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
      offset += got
      if got < capacity { break }
    }
    return hasher.finish()
  }

  @inline(__always) static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

  /// The number that 16 hexadecimal digits write; nil for anything else.
  static func number(_ digits: UnsafeRawBufferPointer) -> UInt64? {
    guard digits.count == 16 else { return nil }
    var value: UInt64 = 0
    for byte in digits {
      switch byte {
      case 48...57: value = value << 4 | UInt64(byte - 48)
      case 97...102: value = value << 4 | UInt64(byte - 87)
      default: return nil
      }
    }
    return value
  }

  /// Whether a text can be a content hash.
  static func isHash(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  /// 64-bit check sum of a line: guards against torn writes and rot, not against malice.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var sum = 0x2545_F491_4F6C_DD1D ^ UInt64(bytes.count)
    var position = 0
    while position + 8 <= bytes.count {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
      sum ^= sum >> 29
      position += 8
    }
    while position < bytes.count {
      sum = (sum ^ UInt64(bytes[position])) &* 0x9E37_79B9_7F4A_7C15
      sum ^= sum >> 29
      position += 1
    }
    sum = (sum ^ sum >> 32) &* 0xD6E8_FEB8_6659_FD93
    return sum ^ sum >> 32
  }
}
