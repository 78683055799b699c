import Planning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The records of all runs of a project, one JSON file each.
public struct RunRecords: Sendable {
  private let layout: ProjectLayout

  /// Of one project.
  public init(layout: ProjectLayout) { self.layout = layout }

  /// Ids, oldest first.
  public var ids: [String] {
    Posix.names(in: layout.runs).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
  }

  /// An id for a run that began at a time. After a clock was set back the newest recorded run seems to come
  /// from the future; the new one is then named a millisecond after it, so that what ran last stays the last.
  func newID(_ clock: RunClock) -> String {
    let random = String(UInt32.random(in: 0...UInt32.max), radix: 16)
    let end = "-" + String(repeating: "0", count: 8 - random.count) + random
    let time = clock.text(compact: true)
    guard let newest = Posix.greatestName(in: layout.runs), newest.hasSuffix(".json"), newest > time else {
      return time + end
    }
    let seconds = Self.time(of: newest)
    let milliseconds = newest.utf8.count > 19 ? Int64(newest.dropFirst(16).prefix(3)) ?? 0 : 0
    let next = RunClock(wall: Int64(seconds) * 1_000_000_000 + (milliseconds + 1) * 1_000_000)
    return next.text(compact: true) + end
  }

  /// The file of a run's record.
  public func path(_ id: String) -> String { "\(layout.runs)/\(id).json" }

  /// The text of a record, to be decoded as `RunRecord`.
  public func data(_ id: String) throws -> [UInt8] { try Posix.readFile(path(id)) }

  func write(_ record: RunRecord) throws(StoreError) {
    try Posix.makeFolder(layout.runs)
    try Posix.writeAtomically(
      JSONText.pieces(of: record), to: path(record.id), temporary: "\(layout.runs)/.\(record.id).partial")
  }

  /// Node → key in the newest run of a pipeline (of any, if that never ran): a scan for two members of
  /// each node's object, since a full decoding of 100 000 nodes takes seconds.
  func lastKeys(pipeline: String) -> [String: String] {
    var fallback: [String: String]?
    for id in ids.reversed().prefix(50) {
      guard let bytes = try? data(id) else { continue }
      let text = String(decoding: bytes, as: UTF8.self)
      guard let keys = Self.keys(text) else { continue }
      var head = JSONText()
      head.append(pipeline)
      if text.prefix(4000).contains("\"pipeline\":" + String(decoding: head.bytes, as: UTF8.self)) {
        return keys
      }
      fallback = fallback ?? keys
    }
    return fallback ?? [:]
  }

  /// Name of the pipeline as it stands in the text of a record, escapes and all; empty if there is none.
  static func pipeline(of bytes: [UInt8]) -> String {
    value(of: "\"pipeline\":\"", in: Substring(decoding: bytes.prefix(4000), as: UTF8.self).utf8) ?? ""
  }

  /// Seconds since 1970 of a run's start, from its id `20261121T101939Z-…`; 0 for another id.
  static func time(of id: String) -> Double {
    let digits = id.utf8.prefix(16).compactMap { (48...57).contains($0) ? Int32($0 - 48) : nil }
    guard digits.count == 14 else { return 0 }
    func number(_ range: Range<Int>) -> Int32 { digits[range].reduce(0) { 10 * $0 + $1 } }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (number(0..<4) - 1900, number(4..<6) - 1, number(6..<8))
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (number(8..<10), number(10..<12), number(12..<14))
    return Double(timegm(&parts))
  }

  /// Reads the lines that `JSONText` writes for nodes; nil for a text that isn't such a record.
  private static func keys(_ text: String) -> [String: String]? {
    guard text.hasPrefix("{\"format\":1,") else { return nil }
    var keys: [String: String] = [:]
    for line in text.utf8.split(separator: 10).dropFirst() {
      guard let name = value(of: "\"name\":\"", in: line), let key = value(of: "\"key\":\"", in: line),
        key.utf8.count == 64
      else { continue }
      keys[name] = key
    }
    return keys
  }

  static func value(of label: String, in line: Substring.UTF8View.SubSequence) -> String? {
    guard let range = Substring(line).firstRange(of: label) else { return nil }
    let rest = Substring(line)[range.upperBound...]
    return rest.firstIndex(of: "\"").map { String(rest[..<$0]) }
  }
}

/// Writes a record as JSON that `JSONDecoder` reads as `RunRecord`: one line a node, keys sorted, about a
/// microsecond a node. (Encoders of the standard library take thirty times that.)
struct JSONText {
  private(set) var bytes: [UInt8] = []

  private mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(_ text: String) {
    bytes.append(34)
    defer { bytes.append(34) }
    var text = text
    let isPlain = text.withUTF8 { utf8 in
      // Without an early end, which would keep the compiler from taking many bytes at once.
      var isSpecial = false
      for byte in utf8 { isSpecial = isSpecial || (byte < 32) || (byte == 34) || (byte == 92) }
      if !isSpecial { bytes.append(contentsOf: utf8) }
      return !isSpecial
    }
    if isPlain { return }
    for byte in text.utf8 {
      switch byte {
      case 34, 92: bytes += [92, byte]
      case 0..<32: bytes += [92, 117, 48, 48, Hashing.digit(byte >> 4), Hashing.digit(byte & 15)]
      default: bytes.append(byte)
      }
    }
  }

  private mutating func number(_ value: some CustomStringConvertible) {
    bytes.append(contentsOf: value.description.utf8)
  }

  private mutating func table(_ values: NameTable<String>) {
    raw("{")
    var isFirst = true
    for (name, value) in values {
      if !isFirst { raw(",") }
      isFirst = false
      append(name)
      raw(":")
      append(value)
    }
    raw("}")
  }

  /// The text of a record in pieces that follow each other.
  static func pieces(of record: RunRecord) -> [[UInt8]] {
    let nodes = record.nodes.withUnsafeBufferPointer { nodes in
      nonisolated(unsafe) let nodes = nodes
      return inHalves(nodes.indices) { range in
        var part = JSONText()
        part.bytes.reserveCapacity(700 * range.count)
        for index in range {
          part.raw(index == 0 ? "\n" : ",\n")
          part.append(nodes[index])
        }
        return part.bytes
      }
    }
    var head = JSONText()
    head.appendHead(record)
    return [head.bytes] + nodes + [Array("\n]}\n".utf8)]
  }

  private mutating func appendHead(_ record: RunRecord) {
    raw("{\"format\":")
    number(record.format)
    let texts: [(StaticString, String)] = [
      (",\"id\":", record.id), (",\"pipeline\":", record.pipeline), (",\"manifest\":", record.manifest),
      (",\"programVersion\":", record.programVersion), (",\"host\":", record.host),
      (",\"started\":", record.started), (",\"outcome\":", record.outcome.rawValue),
    ]
    for (label, text) in texts {
      raw(label)
      append(text)
    }
    raw(",\"threads\":")
    number(record.threads)
    raw(",\"seconds\":")
    number(record.seconds)
    raw(",\"peakMemoryBytes\":")
    number(record.peakMemoryBytes)
    raw(",\"nodes\":[")
  }

  private mutating func append(_ node: NodeRecord) {
    raw("{\"name\":")
    // Not part of `RunRecord`; makes the file readable line by line.
    append(node.name)
    raw(",\"stage\":")
    append(node.stage)
    raw(",\"members\":[")
    for (index, member) in node.members.enumerated() {
      if index > 0 { raw(",") }
      raw("{\"family\":")
      append(member.family)
      if let round = member.round {
        raw(",\"round\":")
        number(round)
      }
      raw(",\"index\":")
      number(member.index)
      if let label = member.label {
        raw(",\"label\":")
        append(label)
      }
      raw("}")
    }
    raw("],\"kind\":")
    append(node.kind)
    raw(",\"kindVersion\":")
    number(node.kindVersion)
    raw(",\"outcome\":")
    append(node.outcome.rawValue)
    raw(",\"key\":")
    append(node.key)
    raw(",\"seconds\":")
    number(node.seconds)
    raw(",\"outputs\":")
    table(node.outputs)
    raw(",\"settings\":")
    table(node.settings)
    raw(",\"inputs\":")
    table(node.inputs)
    if let message = node.message {
      raw(",\"message\":")
      append(message)
    }
    if !node.warnings.isEmpty {
      raw(",\"warnings\":[")
      for (index, warning) in node.warnings.enumerated() {
        if index > 0 { raw(",") }
        append(warning)
      }
      raw("]")
    }
    if let labels = node.labels {
      raw(",\"labels\":")
      table(labels)
    }
    raw("}")
  }
}
