import Planning
import Synchronization

/// Plans and reports of steps by content hash: so that a run with nothing to do opens no file.
final class TextCache: Sendable {
  /// A longer text is read where it lies: a round of a thousand members is read once for all of them.
  private static let limit = 4096

  private let log: AppendLog
  private let known = Mutex<[String: String]?>(nil)

  init(layout: ProjectLayout) { log = AppendLog(layout.texts) }

  /// - Returns: nil if the object is missing or damaged, so that somebody must make it again.
  func value(_ hash: String, store: ObjectStore) throws -> String? {
    if let text = try remembered(hash) { return text }
    guard try store.isIntact(hash) else { return nil }
    let text = String(decoding: try Posix.readFile(store.path(hash)), as: UTF8.self)
    guard text.utf8.count <= Self.limit else { return text }
    known.withLock { $0?[hash] = text }
    try log.appendIfWritable("\(hash) \(AppendLog.escaped(text))")
    return text
  }

  private func remembered(_ hash: String) throws(StoreError) -> String? {
    if let found = known.withLock({ $0.map { $0[hash] } }) { return found }
    var table: [String: String] = [:]
    try log.readNew(isFirst: true) { payload in
      guard payload.count > 65, payload[64] == 32 else { return }
      let hash = String(decoding: UnsafeRawBufferPointer(rebasing: payload[..<64]), as: UTF8.self)
      let word = UnsafeRawBufferPointer(rebasing: payload[65...])
      guard Hashing.isHash(hash[...]), !word.contains(32) else { return }
      table[hash] = AppendLog.unescaped(word)
    }
    known.withLock { $0 = table }
    return table[hash]
  }
}
