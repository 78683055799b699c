import Synchronization

/// The recipes of what ran, with the name the node had and the outputs it gave: what `pipe explain`
/// compares with, and what a lost index is made from.
public final class RecipeLog: Sendable {
  /// One node that ran.
  public struct Entry: Sendable, Equatable {
    /// Of its recipe.
    public var key: String
    /// Name of the node when it ran.
    public var name: String
    /// Port → content hash.
    public var outputs: [String: String]
    /// The recipe.
    public var text: String
  }

  private let log: AppendLog

  /// A log that need not exist yet.
  public init(path: String) { log = AppendLog(path) }

  /// Appends an entry.
  /// - Throws: `StoreError` where it can't be written.
  public func record(key: String, name: String, outputs: [(port: String, hash: String)], text: String) throws
  {
    let list = AppendLog.escaped(ActionIndex.text(outputs))
    try log.append("\(key) \(AppendLog.escaped(name)) \(list) \(PackedText.packed(text))")
  }

  /// All entries in the order they were written. Reads the file: for explanations and repairs only.
  public func entries() throws -> [Entry] {
    var entries: [Entry] = []
    let fresh = AppendLog(log.path)
    try fresh.readNew(isFirst: true) { payload in
      let words = String(decoding: payload, as: UTF8.self).split(separator: " ")
      guard words.count == 4, Hashing.isHash(words[0]),
        let outputs = ActionIndex.outputs(Substring(AppendLog.unescaped(words[2]))),
        let text = PackedText.unpacked(words[3])
      else { return }
      entries.append(
        Entry(
          key: String(words[0]), name: AppendLog.unescaped(words[1]), outputs: outputs,
          text: text))
    }
    return entries
  }

  /// Forgets all recipes but some, for good.
  func compact(keeping isKept: (String) -> Bool) throws(StoreError) {
    try log.compact { payload in
      let key = String(decoding: payload.prefix(64), as: UTF8.self)
      return isKept(key) ? key : nil
    }
  }

  func sync() { log.sync() }
}
