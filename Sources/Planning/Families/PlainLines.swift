#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The lines of a plan or report that hold nothing but names and numbers, as most do, read from their bytes: a run with nothing
/// to do reads those of every round. Whatever else stands there is left to those who tell what is wrong.
struct PlainLines {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position: Int
  private let end: Int

  /// - Returns: nil unless the text lies between these lines.
  private init?(_ bytes: UnsafeBufferPointer<UInt8>, head: StaticString) {
    let tail: StaticString = "\nend\n"
    func has(_ text: StaticString, at position: Int) -> Bool {
      guard position >= 0, position + text.utf8CodeUnitCount <= bytes.count, let base = bytes.baseAddress
      else { return false }
      return memcmp(base + position, text.utf8Start, text.utf8CodeUnitCount) == 0
    }
    end = bytes.count - 4
    position = head.utf8CodeUnitCount + 1
    self.bytes = bytes
    guard has(head, at: 0), has(tail, at: end - 1), position <= end else { return nil }
  }

  /// The rows of a plan that has nothing else.
  static func rows(of text: String) -> [RoundPlan.Row]? {
    read(text, head: "plan 1") { lines in
      var rows: [RoundPlan.Row] = []
      while !lines.isOver {
        guard lines.name({ $0.elementsEqual("row".utf8) }) == true else { return nil }
        var values: [Double] = []
        repeat {
          guard let value = lines.number() else { return nil }
          values.append(value)
        } while lines.passes(32)
        guard lines.passes(10) else { return nil }
        rows.append(RoundPlan.Row(values))
      }
      return rows
    }
  }

  /// The columns of a report.
  static func columns(of text: String) -> [(name: String, value: Double)]? {
    read(text, head: "report 1") { lines in
      var columns: [(name: String, value: Double)] = []
      while !lines.isOver {
        guard let name = lines.name({ String(decoding: $0, as: UTF8.self) }), let value = lines.number(),
          lines.passes(10)
        else { return nil }
        columns.append((name, value))
      }
      return columns
    }
  }

  private static func read<Result>(
    _ text: String, head: StaticString, _ body: (inout PlainLines) -> Result?
  ) -> Result? {
    var text = text
    return text.withUTF8 { bytes in
      guard var lines = PlainLines(bytes, head: head) else { return nil }
      return body(&lines)
    }
  }

  private var isOver: Bool { position >= end }

  private mutating func passes(_ byte: UInt8) -> Bool {
    guard bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// A name and the blank behind it.
  private mutating func name<Result>(_ body: (Slice<UnsafeBufferPointer<UInt8>>) -> Result) -> Result? {
    let start = position
    while position < end, isOfName(bytes[position], isFirst: position == start) { position += 1 }
    guard position > start, bytes[position] == 32 else { return nil }
    position += 1
    return body(bytes[start..<position - 1])
  }

  private func isOfName(_ byte: UInt8, isFirst: Bool) -> Bool {
    (0x61...0x7A).contains(byte) || (!isFirst && ((0x30...0x39).contains(byte) || byte == 0x5F))
  }

  /// A canonical decimal, which has no point; and `nan`.
  private mutating func number() -> Double? {
    let start = position
    while bytes[position] > 32 { position += 1 }
    let word = bytes[start..<position]
    if word.elementsEqual("nan".utf8) { return .nan }
    guard let first = word.first, first == 0x2D || (0x30...0x39).contains(first),
      word.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x65 }),
      let base = bytes.baseAddress
    else { return nil }
    // It ends at the blank or the end of the line.
    return UnsafeRawPointer(base + start).withMemoryRebound(to: CChar.self, capacity: word.count) { text in
      var stop: UnsafeMutablePointer<CChar>?
      let value = strtod(text, &stop)
      return stop.map { UnsafePointer($0) } == text + word.count ? value : nil
    }
  }
}
