#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What nodes had to say: in a file each, and all in one of steps and of nodes whose outputs were dropped.
public struct NodeLogs: Sendable {
  private let layout: ProjectLayout
  private let packed: AppendLog

  /// - Parameter layout: of the project.
  public init(layout: ProjectLayout) {
    (self.layout, packed) = (layout, AppendLog(layout.packedLogs))
  }

  /// What the node with this key wrote when it ran last; nil if it had nothing to say.
  /// - Throws: `StoreError`.
  public func text(_ key: String) throws -> String? {
    let path = layout.log(key: key)
    if access(path, F_OK) == 0 { return String(decoding: try Posix.readFile(path), as: UTF8.self) }
    var text: String?
    // All of it: who asks again may ask for another node.
    try AppendLog(layout.packedLogs).readNew(isFirst: true) { payload in
      let words = LogWords(payload)
      if words.count == 2, words.text(0) == key { text = PackedText.unpacked(words.text(1)) ?? text }
    }
    return text
  }

  /// Puts a node's log to those of others: a file each is too much for what nobody may ever read.
  func pack(_ key: String) throws(StoreError) {
    let path = layout.log(key: key)
    guard access(path, F_OK) == 0 else { return }
    try put(key, String(decoding: try Posix.readFile(path), as: UTF8.self))
  }

  /// Puts what a node has said to the logs of others, in the place of an older log of its own.
  func put(_ key: String, _ text: String) throws(StoreError) {
    let path = layout.log(key: key)
    if access(layout.packedLogs, F_OK) != 0 { try Posix.makeFolder(layout.logs) }
    try packed.append("\(key) \(PackedText.packed(text))")
    guard access(path, F_OK) == 0 else { return }
    if unlink(path) != 0, errno != ENOENT { throw Posix.failure("remove", path) }
    if let slash = path.lastIndex(of: "/") { rmdir(String(path[..<slash])) }
  }

  /// Forgets the logs of all keys but some, for good.
  func removeAll(but keys: Set<String>) throws(StoreError) {
    for folder in Posix.names(in: layout.logs) {
      let path = layout.logs + "/" + folder
      for name in Posix.names(in: path)
      where name.hasSuffix(".log") && !keys.contains(String(name.dropLast(4))) {
        if unlink(path + "/" + name) != 0, errno != ENOENT {
          throw Posix.failure("remove", path + "/" + name)
        }
      }
    }
    try packed.compact { payload in
      let key = String(decoding: payload.prefix(64), as: UTF8.self)
      return keys.contains(key) ? key : nil
    }
  }
}
