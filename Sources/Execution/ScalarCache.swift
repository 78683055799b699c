import Planning
import Synchronization

/// Numbers that scalar artefacts hold, by content hash: so that a run with nothing to do opens no file.
final class ScalarCache: Sendable {
  private let log: AppendLog
  private let read: @Sendable (String) throws -> Double
  private let known = Mutex<[String: Double]?>(nil)

  init(layout: ProjectLayout, read: @escaping @Sendable (String) throws -> Double) {
    (log, self.read) = (AppendLog(layout.scalars), read)
  }

  /// - Returns: nil if the object is missing or damaged, so that somebody must make it again.
  func value(_ hash: String, store: ObjectStore) throws -> Double? {
    if let value = try remembered(hash) { return value }
    guard try store.isIntact(hash) else { return nil }
    let value = try read(store.path(hash))
    known.withLock { $0?[hash] = value }
    try log.appendIfWritable("\(hash) \(value.bitPattern)")
    return value
  }

  private func remembered(_ hash: String) throws(StoreError) -> Double? {
    if let table = known.withLock({ $0 }) { return table[hash] }
    var table: [String: Double] = [:]
    try log.readNew(isFirst: true) { payload in
      let words = String(decoding: payload, as: UTF8.self).split(separator: " ")
      guard words.count == 2, Hashing.isHash(words[0]), let bits = UInt64(words[1]) else { return }
      table[String(words[0])] = Double(bitPattern: bits)
    }
    known.withLock { $0 = table }
    return table[hash]
  }
}
