import Planning
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The readable copies in `results/PIPELINE/`, and the memory of which of them this program wrote.
///
/// A copy that is as it was left costs one `stat`. One that was edited or deleted is written again; a
/// file that was never written here is left alone and reported. The memory's line is written before the
/// file's rename, so that a crash between the two can't make our own file look foreign.
package final class Results: Sendable {
  private struct Written {
    var hash: String
    var identity: FileIdentity?
    /// Whether the file was as this program left it when the run began; nil if nobody looked.
    var wasAsLeft: Bool?
    /// Whether the run has asked for that.
    var wasAskedFor = false
  }

  private let layout: ProjectLayout
  private let log: AppendLog
  private let state: Mutex<[String: Written]>
  /// Copies that `look` has seen and nobody has asked for yet; nil before.
  private let unasked = Mutex<Int?>(nil)

  package init(layout: ProjectLayout) throws(StoreError) {
    self.layout = layout
    log = AppendLog(layout.exports)
    state = Mutex([:])
    try refresh(isFirst: true)
  }

  private func refresh(isFirst: Bool = false) throws(StoreError) {
    try log.readNew(isFirst: isFirst) { payload in
      let words = LogWords(payload)
      guard words.count > 0 else { return }
      let path = words.unescaped(words.count - 1)
      if words.count == 2, words.text(0) == "removed" {
        state.withLock { $0[path] = nil }
      } else if words.count == 6, let identity = words.identity(from: 1) {
        let written = Written(hash: words.text(0), identity: identity.inode == 0 ? nil : identity)
        state.withLock { $0[path] = written }
      }
    }
  }

  static func name(pipeline: String, stage: String, port: OutputSpec) -> String {
    joined(pipeline, "/", stage, ".", port.name, port.fileEnding)
  }

  /// Whether the copy `name` holds `hash` and was not touched since it was written.
  package func isCurrent(_ name: String, hash: String) -> Bool {
    guard let written = state.withLock({ $0[name] }), written.hash == hash, let identity = written.identity
    else { return false }
    return FileIdentity(path: layout.results + "/" + name) == identity
  }

  /// `isCurrent` as of the beginning of the run, where `look` has been there. That a copy was edited since is
  /// noticed by the next run.
  func wasCurrent(_ name: String, hash: String) -> Bool {
    let seen: Bool? = state.withLock { state in
      guard let index = state.index(forKey: name), let wasAsLeft = state.values[index].wasAsLeft else {
        return nil
      }
      if !state.values[index].wasAskedFor {
        state.values[index].wasAskedFor = true
        unasked.withLock { $0 = $0.map { $0 - 1 } }
      }
      return wasAsLeft && state.values[index].hash == hash
    }
    return seen ?? isCurrent(name, hash: hash)
  }

  /// Looks at every copy of a pipeline, so that the run need not.
  func look(pipeline: String) {
    let folder = Array((pipeline + "/").utf8)
    var count = 0
    state.withLock { state in
      for index in state.indices where state.keys[index].utf8.starts(with: folder) {
        let identity = state.values[index].identity
        let found = identity == nil ? nil : FileIdentity(path: layout.results + "/" + state.keys[index])
        state.values[index].wasAsLeft = found != nil && found == identity
        count += 1
      }
    }
    unasked.withLock { $0 = count }
  }

  /// Writes the copy `name` of an intact object unless its content is right already.
  /// - Throws: `StoreError.foreignResult` if somebody else's file stands there.
  func export(_ hash: String, from object: String, as name: String, temporary: String) throws(StoreError) {
    if isCurrent(name, hash: hash) { return }
    let path = layout.results + "/" + name
    if Posix.exists(path) {
      if let found = try? Hashing.file(path), found.hash == hash {
        return try remember(name, hash, found.identity)
      }
      if state.withLock({ $0[name] }) == nil { try refresh() }
      guard state.withLock({ $0[name] }) != nil else { throw .foreignResult(path: path) }
    }
    try remember(name, hash, nil)
    if let slash = path.lastIndex(of: "/") { try Posix.makeFolder(String(path[..<slash])) }
    let copy = try Self.copy(object, to: temporary)
    // `rename` fails across file systems when results/ is another mount: then the copy is made there.
    if rename(temporary, path) != 0 {
      guard errno == EXDEV else { throw Posix.failure("write", path) }
      unlink(temporary)
      let beside = path + ".\(getpid()).partial"
      let copy = try Self.copy(object, to: beside)
      try Posix.move(beside, to: path)
      return try remember(name, hash, FileIdentity(copy.status))
    }
    try remember(name, hash, FileIdentity(copy.status))
  }

  private func remember(_ name: String, _ hash: String, _ identity: FileIdentity?) throws(StoreError) {
    let numbers = identity.map { "\($0.inode) \($0.size) \($0.modified) \($0.changed)" } ?? "0 0 0 0"
    try log.append("\(hash) \(numbers) \(AppendLog.escaped(name))")
    state.withLock { $0[name] = Written(hash: hash, identity: identity) }
  }

  /// Shares the blocks on file systems that can, else copies through a buffer.
  static func copy(_ source: String, to target: String) throws(StoreError) -> Descriptor {
    let input = try Descriptor(source, O_RDONLY)
    let output = try Descriptor(target, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
    var done = 0
    let size = input.size
    #if canImport(Glibc)
      let clone: UInt = 0x4004_9409  // FICLONE
      if size > 0, ioctl(output.raw, clone, input.raw) == 0 { done = size }
    #endif
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { buffer.deallocate() }
    while done < size {
      let got = try input.read(into: buffer, at: done, path: source)
      if got == 0 { throw .system(operation: "copy", path: source, code: EIO) }
      try output.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<got]), path: target)
      done += got
    }
    return output
  }

  /// Removes copies of stages that the pipeline no longer has, if they are as this program left them.
  /// - Returns: names of files that were removed, and of those that stay as somebody edited them.
  func removeStale(pipeline: String, keeping isKept: (_ stage: String) -> Bool) throws(StoreError)
    -> (removed: [String], edited: [String])
  {
    // Where every copy was asked for, none is left over.
    if unasked.withLock({ $0 == 0 }) { return ([], []) }
    var (removed, edited): ([String], [String]) = ([], [])
    let folder = Array((pipeline + "/").utf8)
    let stale = state.withLock { state in
      state.filter { name, _ in
        guard name.utf8.starts(with: folder) else { return false }
        let stage = name.utf8.dropFirst(folder.count).prefix { $0 != 46 }
        return !isKept(String(Substring(stage)))
      }
    }
    for (name, written) in stale.sorted(by: { $0.key < $1.key }) {
      let path = layout.results + "/" + name
      let identity = FileIdentity(path: path)
      if identity == nil || identity == written.identity || (try? Hashing.file(path).hash) == written.hash {
        unlink(path)
        if identity != nil { removed.append(name) }
      } else {
        edited.append(name)
      }
      try log.append("removed \(AppendLog.escaped(name))")
      state.withLock { $0[name] = nil }
    }
    return (removed, edited)
  }

  func sync() { log.sync() }
}
