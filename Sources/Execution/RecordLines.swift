#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The lines of a run's record, a node each: what is asked of old runs is answered from their text, for decoding a hundred
/// thousand nodes takes seconds.
struct RecordLines {
  /// With a zero behind them, as the C library's search wants it.
  private let bytes: [UInt8]

  init(_ record: [UInt8]) { bytes = record + [0] }

  /// Calls `body` with each line that holds a text, in order, until it says false.
  func forEach(holding text: String, _ body: (RecordLine) -> Bool) {
    bytes.withUnsafeBytes { all in
      guard let base = all.baseAddress, !text.isEmpty else { return }
      var start = 0
      while let found = strstr((base + start).assumingMemoryBound(to: CChar.self), text) {
        let place = base.distance(to: UnsafeRawPointer(found))
        let end = all[place...].firstIndex(of: 10) ?? all.count - 1
        let first = all[..<place].lastIndex(of: 10).map { $0 + 1 } ?? 0
        start = end
        guard body(RecordLine(bytes: UnsafeRawBufferPointer(rebasing: all[first..<end]))) else { return }
      }
    }
  }
}

/// One of them, while it is looked at.
struct RecordLine {
  /// Part of bytes that end with a zero.
  fileprivate let bytes: UnsafeRawBufferPointer

  /// What stands behind a label, up to a quotation mark: `value(of: "\"stage\":\"")`.
  func value(of label: StaticString) -> String? {
    guard let start = end(of: label) else { return nil }
    let rest = bytes[start...]
    return rest.firstIndex(of: UInt8(ascii: "\"")).map { String(decoding: rest[..<$0], as: UTF8.self) }
  }

  /// The number behind a label.
  func number(of label: StaticString) -> Double? {
    guard let start = end(of: label) else { return nil }
    let digits = bytes[start...].prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
    return Double(String(decoding: digits, as: UTF8.self))
  }

  /// JSON of a `NodeRecord`.
  var text: String {
    String(
      decoding: bytes.last == UInt8(ascii: ",") ? UnsafeRawBufferPointer(rebasing: bytes.dropLast()) : bytes,
      as: UTF8.self)
  }

  private func end(of label: StaticString) -> Int? {
    guard let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return nil }
    // Nearly every line has every label, so that the search hardly ever runs into the next one.
    let found = label.withUTF8Buffer { text in
      text.baseAddress.flatMap { strstr(base, UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self)) }
    }
    guard let found else { return nil }
    let end = base.distance(to: found) + label.utf8CodeUnitCount
    return end <= bytes.count ? end : nil
  }
}
