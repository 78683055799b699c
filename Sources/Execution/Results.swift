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
/// file's rename, so that a crash between the two can't make our own file look foreign. Where the memory was
/// deleted with the store, `SHA256SUMS` beside the copies tells which are ours; then one that was edited is left alone
/// too, for nothing could bring the edit back.
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
  /// What `SHA256SUMS` of a pipeline's folder says, once it was read.
  private let sums = Mutex<[String: [String: [String]]]>([:])
  /// Folders whose `SHA256SUMS` is to be put in order.
  private let untidy = Mutex<Set<String>>([])

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
    let written = state.withLock { state in
      state.index(forKey: name).map { index in
        note(index, in: &state)
        return state.values[index]
      }
    }
    guard let written, written.hash == hash, let identity = written.identity else { return false }
    return FileIdentity(path: layout.results + "/" + name) == identity
  }

  /// `isCurrent` as of the beginning of the run, where `look` has been there. That a copy was edited since is
  /// noticed by the next run.
  func wasCurrent(_ name: String, hash: String) -> Bool {
    let seen: Bool? = state.withLock { state in
      guard let index = state.index(forKey: name), let wasAsLeft = state.values[index].wasAsLeft else {
        return nil
      }
      note(index, in: &state)
      return wasAsLeft && state.values[index].hash == hash
    }
    return seen ?? isCurrent(name, hash: hash)
  }

  /// A copy that the run has asked for is not left over.
  private func note(_ index: Dictionary<String, Written>.Index, in state: inout [String: Written]) {
    guard state.values[index].wasAsLeft != nil, !state.values[index].wasAskedFor else { return }
    state.values[index].wasAskedFor = true
    unasked.withLock { $0 = $0.map { $0 - 1 } }
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
    // Without any the memory may be lost, and what is left over must be looked for.
    unasked.withLock { $0 = count == 0 ? nil : count }
  }

  /// Writes the copy `name` of an intact object unless its content is right already.
  /// - Throws: `StoreError.foreignResult` if somebody else's file stands there, `.editedResult` if it is ours, was
  ///   edited, and the memory of it is lost.
  func export(_ hash: String, from object: String, as name: String, temporary: String) throws(StoreError) {
    if isCurrent(name, hash: hash) { return }
    let path = layout.results + "/" + name
    if Posix.exists(path) {
      let found = try? Hashing.file(path)
      if let found, found.hash == hash {
        try list(name, hash)
        return try remember(name, hash, found.identity)
      }
      if state.withLock({ $0[name] }) == nil { try refresh() }
      if state.withLock({ $0[name] }) == nil { try checkOurs(name, found?.hash) }
    }
    try remember(name, hash, nil)
    if let slash = path.lastIndex(of: "/") { try Posix.makeFolder(String(path[..<slash])) }
    try list(name, hash)
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

  /// Writes a file of bytes that are no object of the store, and remembers it as a copy.
  /// - Throws: as `export`.
  package func publish(_ bytes: [UInt8], as name: String) throws(StoreError) {
    let hash = ContentHash.hex(of: bytes)
    if isCurrent(name, hash: hash) { return }
    let source = "\(layout.store)/published.\(getpid())"
    try Posix.writeAtomically(bytes, to: source, temporary: source + ".partial")
    defer { unlink(source) }
    try export(hash, from: source, as: name, temporary: source + ".copy")
  }

  // MARK: - SHA256SUMS

  /// Folder below `results/` and name of the file in it.
  private static func parts(_ name: String) -> (folder: String, file: String) {
    guard let slash = name.lastIndex(of: "/") else { return ("", name) }
    return (String(name[..<slash]), String(name[name.index(after: slash)...]))
  }

  private func listed(_ folder: String) throws(StoreError) -> [String: [String]] {
    if let known = sums.withLock({ $0[folder] }) { return known }
    let read = try ResultSums(folder: layout.results + "/" + folder).read()
    sums.withLock { $0[folder] = read }
    return read
  }

  /// Whether a file that the memory does not know may be overwritten.
  private func checkOurs(_ name: String, _ found: String?) throws(StoreError) {
    let (folder, file) = Self.parts(name)
    let path = layout.results + "/" + name
    guard let hashes = try listed(folder)[file] else { throw .foreignResult(path: path) }
    guard let found, hashes.contains(found) else { throw .editedResult(path: path) }
  }

  private func list(_ name: String, _ hash: String) throws(StoreError) {
    let (folder, file) = Self.parts(name)
    untidy.withLock { _ = $0.insert(folder) }
    let known = sums.withLock { $0[folder] }
    if known?[file]?.contains(hash) == true { return }
    // A line that is there already does no harm: the list is put in order when the run ends.
    try ResultSums(folder: layout.results + "/" + folder).add(file, hash: hash)
    if known != nil { sums.withLock { $0[folder]?[file, default: []].append(hash) } }
  }

  /// Puts the list of a pipeline's copies in order, where copies were written or removed or there is none yet.
  package func tidySums(pipeline: String) throws(StoreError) {
    let file = ResultSums(folder: layout.results + "/" + pipeline)
    let isUntidy = untidy.withLock { $0.contains(pipeline) }
    if !isUntidy, file.exists { return }
    // Another run may have written copies meanwhile.
    try refresh()
    let folder = Array((pipeline + "/").utf8)
    let copies = state.withLock { state in
      state.compactMap { name, written -> (name: String, hash: String)? in
        guard name.utf8.starts(with: folder),
          written.wasAsLeft == true || Posix.exists(layout.results + "/" + name)
        else { return nil }
        return (String(name.dropFirst(pipeline.count + 1)), written.hash)
      }
    }
    if copies.isEmpty, !file.exists { return }
    try file.replace(by: copies)
    untidy.withLock { _ = $0.remove(pipeline) }
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
    func isStale(_ file: some StringProtocol) -> Bool {
      !isKept(String(file.prefix { $0 != "." }))
    }
    let stale = state.withLock { state in
      state.filter { name, _ in
        name.utf8.starts(with: folder) && isStale(Substring(name.utf8.dropFirst(folder.count)))
      }
    }
    for (name, written) in stale.sorted(by: { $0.key < $1.key }) {
      if let isOurs = removeIfOurs(name, written.identity, [written.hash]) {
        if isOurs { removed.append(name) } else { edited.append(name) }
      }
      try log.append("removed \(AppendLog.escaped(name))")
      state.withLock { $0[name] = nil }
      untidy.withLock { _ = $0.insert(pipeline) }
    }
    // Copies of a run before the memory was deleted.
    let others = try listed(pipeline).filter { isStale($0.key) }
    for (file, hashes) in others.sorted(by: { $0.key < $1.key }) {
      let name = pipeline + "/" + file
      guard stale[name] == nil, FileIdentity(path: layout.results + "/" + name) != nil,
        let isOurs = removeIfOurs(name, nil, hashes)
      else { continue }
      if isOurs { removed.append(name) } else { edited.append(name) }
      untidy.withLock { _ = $0.insert(pipeline) }
    }
    return (removed, edited)
  }

  /// Removes a copy that is as it was written.
  /// - Returns: whether it was; nil if there is none.
  private func removeIfOurs(_ name: String, _ left: FileIdentity?, _ hashes: [String]) -> Bool? {
    let path = layout.results + "/" + name
    guard let identity = FileIdentity(path: path) else {
      unlink(path)
      return nil
    }
    guard identity == left || (try? Hashing.file(path).hash).map(hashes.contains) == true else {
      return false
    }
    unlink(path)
    return true
  }

  func sync() { log.sync() }
}
