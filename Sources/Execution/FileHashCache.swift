import Synchronization

/// Content hashes of input files, remembered with inode, size, modification and change time.
///
/// An edit that keeps size and modification time still changes `ctime`, which no program can set. What
/// remains is an edit within the grain of the clock: a file changed less than two seconds before it was
/// read is therefore never remembered (nor one from the future, after the clock was set back).
public final class FileHashCache: Sendable {
  private struct Known { var identity: FileIdentity, hash: String }

  private let log: AppendLog
  private let isParanoid: Bool
  private let known: Mutex<[String: Known]>
  private let layout: ProjectLayout

  /// - Parameter isParanoid: reads every file again, once a run.
  public init(layout: ProjectLayout, isParanoid: Bool = false) throws {
    (self.layout, self.isParanoid) = (layout, isParanoid)
    log = AppendLog(layout.files)
    var loaded: [String: Known] = [:]
    if !isParanoid {
      try log.readNew(isFirst: true) { payload in
        let words = LogWords(payload)
        guard words.count == 6, Hashing.isHash(words.text(0)), let identity = words.identity(from: 1)
        else { return }
        loaded[words.unescaped(5)] = Known(identity: identity, hash: words.text(0))
      }
    }
    known = Mutex(loaded)
  }

  /// Content hash of a file: remembered, or read.
  /// - Throws: `StoreError` if it can't be read.
  public func hash(_ path: String) throws -> String {
    let name = layout.relative(path)
    let current = FileIdentity(path: path)
    if let current, let entry = known.withLock({ $0[name] }), entry.identity == current { return entry.hash }
    let (hash, identity) = try Hashing.file(path)
    let age = Posix.wallClock() - max(identity.changed, identity.modified)
    guard age > 2_000_000_000 else { return hash }
    known.withLock { $0[name] = Known(identity: identity, hash: hash) }
    let numbers = "\(identity.inode) \(identity.size) \(identity.modified) \(identity.changed)"
    try log.appendIfWritable("\(hash) \(numbers) \(AppendLog.escaped(name))")
    return hash
  }

  func sync() { log.sync() }
}
