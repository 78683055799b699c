import Planning
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Which outputs a recipe gave: key → port → content hash.
///
/// Kept in memory as the bytes of the file and a table from the first 64 bits of a key to its place, so
/// that 100 000 entries load in a few hundredths of a second; an entry is parsed when it is asked for.
public final class ActionIndex: Sendable {
  private let log: AppendLog
  private let state = Mutex(State())

  private struct State {
    var bytes: [UInt8] = []
    /// Start and length of the newest entry by the first 64 bits of its key.
    var places: [UInt64: (start: Int, length: Int)] = [:]
  }

  /// Reads the index as it is; a missing file is an empty index.
  /// - Throws: `StoreError` where it can't be read.
  public init(path: String) throws {
    log = AppendLog(path)
    try refresh(isFirst: true)
  }

  /// Lines of the file that were no entries: a crash or rot.
  public var damagedLines: Int { log.damagedLines }

  /// Bytes of the file that have been read so far.
  var bytesRead: Int { log.bytesRead }

  /// Number of keys.
  public var count: Int { state.withLock { $0.places.count } }

  private func refresh(isFirst: Bool = false) throws(StoreError) {
    try log.readNew(isFirst: isFirst) { payload in
      guard payload.count > 65, payload[64] == 32,
        let prefix = Hashing.number(UnsafeRawBufferPointer(rebasing: payload[..<16]))
      else { return }
      state.withLock { state in
        state.places[prefix] = (state.bytes.count, payload.count)
        state.bytes.append(contentsOf: payload)
      }
    }
  }

  /// Outputs of the recipe with this key; nil if it is not known. Entries that other processes have
  /// appended meanwhile count.
  public func lookup(_ key: String) throws -> [String: String]? {
    if let found = find(key) { return found }
    try refresh()
    return find(key)
  }

  private func find(_ key: String) -> [String: String]? {
    entry(of: key) { Self.outputs(Substring(decoding: $0, as: UTF8.self)) }
  }

  /// What the newest entry of a key says behind the key; nil if there is none.
  private func entry<Result: Sendable>(
    of key: String, _ body: (UnsafeRawBufferPointer) -> Result?
  ) -> Result? {
    var key = key
    return key.withUTF8 { utf8 in
      let key = UnsafeRawBufferPointer(utf8)
      guard key.count == 64, let prefix = Hashing.number(UnsafeRawBufferPointer(rebasing: key[..<16])) else {
        return nil
      }
      return state.withLock { state in
        guard let (start, length) = state.places[prefix] else { return nil }
        return state.bytes.withUnsafeBytes { bytes in
          let entry = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + length)])
          guard let found = entry.baseAddress, let wanted = key.baseAddress else { return nil }
          guard memcmp(found, wanted, 64) == 0 else { return nil }
          return body(UnsafeRawBufferPointer(rebasing: entry[65...]))
        }
      }
    }
  }

  /// Content hashes of these outputs in their order; nil if the recipe is not known or lacks one. The way
  /// of a run, which asks for every node and wants no table of each.
  func lookup(_ key: String, ports: [OutputSpec]) throws(StoreError) -> [String]? {
    if let found = find(key, ports) { return found }
    try refresh()
    return find(key, ports)
  }

  /// The same where some outputs need not be there: an empty text stands for one that is not.
  /// - Parameter wanted: nil for all.
  func lookup(
    _ key: String, ports: [OutputSpec], wanted: Set<String>?
  ) throws(StoreError) -> [String]? {
    guard let wanted else { return try lookup(key, ports: ports) }
    if let found = find(key, ports, wanted) { return found }
    try refresh()
    return find(key, ports, wanted)
  }

  private func find(_ key: String, _ ports: [OutputSpec], _ wanted: Set<String>) -> [String]? {
    guard let outputs = find(key) else { return nil }
    var hashes: [String] = []
    for port in ports {
      guard let hash = outputs[port.name] ?? (wanted.contains(port.name) ? nil : "") else { return nil }
      hashes.append(hash)
    }
    return hashes
  }

  private func find(_ key: String, _ ports: [OutputSpec]) -> [String]? {
    if let hashes = entry(of: key, { Self.inOrder($0, ports) }) { return hashes }
    guard let outputs = find(key) else { return nil }
    var hashes: [String] = []
    for port in ports {
      guard let hash = outputs[port.name] else { return nil }
      hashes.append(hash)
    }
    return hashes
  }

  /// Whether a text has a name at a position.
  /// - Precondition: the text is long enough.
  private static func holds(_ text: UnsafeRawBufferPointer, _ name: String, at position: Int) -> Bool {
    var name = name
    return name.withUTF8 { (utf8: UnsafeBufferPointer<UInt8>) -> Bool in
      guard let found = utf8.baseAddress, let start = text.baseAddress else { return utf8.isEmpty }
      return memcmp(found, start + position, utf8.count) == 0
    }
  }

  /// Reads `port=hash port=hash` if it names just these ports in just this order, as it mostly does.
  private static func inOrder(_ text: UnsafeRawBufferPointer, _ ports: [OutputSpec]) -> [String]? {
    var hashes: [String] = []
    hashes.reserveCapacity(ports.count)
    var position = 0
    for port in ports {
      let length = port.name.utf8.count
      let end = position + length + 65
      guard end <= text.count, text[position + length] == 61,
        holds(text, port.name, at: position)
      else { return nil }
      hashes.append(String(decoding: text[(end - 64)..<end], as: UTF8.self))
      position = end + 1
    }
    return position == text.count + 1 ? hashes : nil
  }

  /// Every key with the content hashes of its outputs, in no order.
  func entries() -> [(key: String, outputs: [String: String])] {
    state.withLock { state in
      state.places.values.compactMap { start, length in
        let text = String(decoding: state.bytes[start..<(start + length)], as: UTF8.self)
        return Self.outputs(text.dropFirst(65)).map { (String(text.prefix(64)), $0) }
      }
    }
  }

  /// Forgets all keys but some, for good.
  func compact(keeping isKept: (String) -> Bool) throws(StoreError) {
    try log.compact { payload in
      let key = String(decoding: payload.prefix(64), as: UTF8.self)
      return isKept(key) ? key : nil
    }
  }

  /// Makes the outputs of a recipe known. Its objects must be in place.
  public func record(_ key: String, outputs: [(port: String, hash: String)]) throws {
    try log.append(key + " " + Self.text(outputs))
  }

  /// Blanks the lines that are no entries, so that they are reported once.
  package func heal() throws(StoreError) { try log.heal() }

  func sync() { log.sync() }

  static func text(_ outputs: [(port: String, hash: String)]) -> String {
    outputs.isEmpty ? "-" : outputs.map { AppendLog.escaped($0.port) + "=" + $0.hash }.joined(separator: " ")
  }

  /// Parses `port=hash port=hash`; nil if it is anything else.
  static func outputs(_ text: Substring) -> [String: String]? {
    if text == "-" { return [:] }
    var outputs: [String: String] = [:]
    for word in text.utf8.split(separator: 32) {
      guard let equals = word.lastIndex(of: 61) else { return nil }
      let hash = Substring(word[word.index(after: equals)...])
      guard hash.utf8.count == 64 else { return nil }
      outputs[AppendLog.unescaped(Substring(word[..<equals]))] = String(hash)
    }
    return outputs
  }
}
