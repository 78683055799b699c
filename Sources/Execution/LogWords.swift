/// The words of a line of a log, cut at blanks without making strings: a store may have a hundred thousand
/// lines, and all are read when it is opened.
struct LogWords {
  private let bytes: UnsafeRawBufferPointer
  private var ranges: [Range<Int>] = []

  /// - Parameter bytes: must outlive the value.
  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    ranges.reserveCapacity(6)
    var start = 0
    for position in 0...bytes.count where position == bytes.count || bytes[position] == 32 {
      if position > start { ranges.append(start..<position) }
      start = position + 1
    }
  }

  var count: Int { ranges.count }

  func text(_ word: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: bytes[ranges[word]]), as: UTF8.self)
  }

  func unescaped(_ word: Int) -> String { AppendLog.unescaped(text(word)) }

  /// A decimal number of 64 bits; nil for anything else.
  func number(_ word: Int) -> Int64? {
    let range = ranges[word]
    let isNegative = bytes[range.lowerBound] == 45
    let digits = bytes[(range.lowerBound + (isNegative ? 1 : 0))..<range.upperBound]
    guard 1...19 ~= digits.count else { return nil }
    var value: Int64 = 0
    for digit in digits {
      guard 48...57 ~= digit else { return nil }
      let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflows) = tens.addingReportingOverflow(Int64(digit) - 48)
      if isTooLarge || overflows { return nil }
      value = sum
    }
    return isNegative ? -value : value
  }

  /// Four words: inode, size, times of modification and change.
  func identity(from word: Int) -> FileIdentity? {
    // An inode above 2^63 is of no file system in use; its file would be hashed again each time.
    guard let inode = number(word), inode >= 0, let size = number(word + 1),
      let modified = number(word + 2), let changed = number(word + 3)
    else { return nil }
    return FileIdentity(inode: UInt64(inode), size: size, modified: modified, changed: changed)
  }
}
