import Crypto

/// SHA-256 as 64 hexadecimal digits: names the objects of the store and the keys of recipes.
public enum ContentHash {
  /// Hash of some bytes.
  public static func hex(of bytes: UnsafeRawBufferPointer) -> String {
    var hasher = Hasher()
    hasher.update(bytes)
    return hasher.finish()
  }

  /// Hash of some bytes.
  public static func hex(of bytes: [UInt8]) -> String { bytes.withUnsafeBytes { hex(of: $0) } }

  /// Hash of the UTF-8 bytes of a text.
  public static func hex(of text: String) -> String {
    var text = text
    return text.withUTF8 { hex(of: UnsafeRawBufferPointer($0)) }
  }

  /// Takes content piece by piece, so that a file need never be in memory as a whole.
  public struct Hasher: Sendable {
    private var state = SHA256()

    /// Of no bytes yet.
    public init() {}

    /// Appends bytes to what has been given so far.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) { state.update(bufferPointer: bytes) }

    /// Appends bytes to what has been given so far.
    public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// Hash of everything given so far; more may follow.
    public func finish() -> String { ContentHash.digits(of: state.finalize()) }
  }

  private static func digits(of digest: SHA256.Digest) -> String {
    let alphabet: StaticString = "0123456789abcdef"
    return String(unsafeUninitializedCapacity: 2 * SHA256.byteCount) { buffer in
      var position = 0
      digest.withUnsafeBytes { bytes in
        for byte in bytes {
          buffer[position] = alphabet.utf8Start[Int(byte >> 4)]
          buffer[position + 1] = alphabet.utf8Start[Int(byte & 15)]
          position += 2
        }
      }
      return position
    }
  }
}
