import Planning
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// Outputs that are dropped by intent
//
// A stored wavefield is read by the gradient of an accepted trial and by nothing else; a member's forward grid by the
// next stage of that member. Such an output is an object as any other until all that reads it has run, and its hash
// stays in index and record for ever. Then it may go: at once where its family says `intermediates = drop`, and else,
// oldest first, when the volatile objects of the store take more than the run's limit. Who reads it later finds it
// missing, as if somebody had deleted it, and has it made again; other bytes are an error then.

/// Which objects of the store may be dropped, and which have been.
final class VolatileLog: Sendable {
  struct Object: Sendable {
    var hash: String
    var bytes: Int
  }

  private struct State {
    /// In the order they were made.
    var order: [String] = []
    var bytes: [String: Int] = [:]
    var dropped: Set<String> = []
    var isRead = false
  }

  private let log: AppendLog
  private let state = Mutex(State())

  init(layout: ProjectLayout) { log = AppendLog(layout.volatile) }

  private func read() throws(StoreError) {
    if state.withLock({ $0.isRead }) { return }
    var lines: [(word: String, hash: String, bytes: Int)] = []
    try log.readNew(isFirst: true) { payload in
      let words = String(decoding: payload, as: UTF8.self).split(separator: " ")
      guard words.count >= 2, Hashing.isHash(words[1]) else { return }
      lines.append((String(words[0]), String(words[1]), words.count > 2 ? Int(words[2]) ?? 0 : 0))
    }
    state.withLock { state in
      state.isRead = true
      for line in lines { Self.apply(line, &state) }
    }
  }

  private static func apply(_ line: (word: String, hash: String, bytes: Int), _ state: inout State) {
    if line.word == "made" {
      if state.bytes.updateValue(line.bytes, forKey: line.hash) == nil { state.order.append(line.hash) }
      state.dropped.remove(line.hash)
    } else if line.word == "dropped" {
      state.dropped.insert(line.hash)
      state.bytes[line.hash] = nil
    }
  }

  /// An object that may be dropped is in place.
  func made(_ hash: String, bytes: Int) throws(StoreError) {
    try read()
    if state.withLock({ $0.bytes[hash] != nil }) { return }
    try log.append("made \(hash) \(bytes)")
    state.withLock { Self.apply(("made", hash, bytes), &$0) }
  }

  func dropped(_ hash: String) throws(StoreError) {
    try read()
    try log.append("dropped \(hash)")
    state.withLock { Self.apply(("dropped", hash, 0), &$0) }
  }

  /// Those in the store, oldest first.
  func objects() throws(StoreError) -> [Object] {
    try read()
    return state.withLock { state in
      var seen: Set<String> = []
      return state.order.compactMap { hash in
        state.bytes[hash].flatMap { seen.insert(hash).inserted ? Object(hash: hash, bytes: $0) : nil }
      }
    }
  }

  /// Hashes whose objects are gone by intent.
  func droppedHashes() throws(StoreError) -> Set<String> {
    try read()
    return state.withLock { $0.dropped }
  }

  func totalBytes() throws(StoreError) -> Int {
    try read()
    return state.withLock { $0.bytes.values.reduce(0, +) }
  }
}

extension Scheduler {
  /// Notes who reads what may be dropped.
  func noteReader(_ id: Int, of source: Int) {
    guard !nodes[source].isPlain, !nodes[source].volatile.isEmpty || nodes[source].isIntermediate else {
      return
    }
    volatileReaders[source, default: []].append(id)
  }

  /// A node has settled: what it has read may go.
  func dropAfter(_ id: Int) {
    guard !volatileReaders.isEmpty else { return }
    do throws(StoreError) {
      var sources: Set<Int> = []
      for input in nodes[id].inputs where volatileReaders[input.source.node] != nil {
        sources.insert(input.source.node)
      }
      if volatileReaders[id] != nil { sources.insert(id) }
      for source in sources.sorted() where nodes[source].isIntermediate && isReleased(source) {
        try drop(outputsOf: source)
      }
      try dropOldest()
    } catch {
      broken = broken ?? error
    }
  }

  /// Whether all that reads a node's outputs has settled, and the step that reads those of its siblings has planned.
  private func isReleased(_ id: Int) -> Bool {
    states[id].phase.hasOutputs && !isProtected.contains(id)
      && (volatileReaders[id] ?? []).allSatisfy { states[$0].phase.isSettled }
      && (rerunWaiters[id] ?? []).isEmpty
  }

  private func drop(outputsOf id: Int) throws(StoreError) {
    for (output, hash) in zip(nodes[id].outputs, states[id].outputs)
    where nodes[id].volatile.contains(output.name) && !hash.isEmpty && mayGo(hash) {
      try drop(hash)
    }
    if nodes[id].isIntermediate { try store.logs.pack(states[id].key) }
  }

  /// Equal bytes are one object, whoever made them.
  private func mayGo(_ hash: String) -> Bool { (volatileHolders[hash] ?? []).allSatisfy(isReleased) }

  private func drop(_ hash: String) throws(StoreError) {
    guard store.objects.exists(hash) else { return }
    // Said first: a crash in between leaves an object that is told to be gone, which nobody misses.
    try store.volatile.dropped(hash)
    if unlink(store.objects.path(hash)) != 0, errno != ENOENT {
      throw Posix.failure("drop", store.objects.path(hash))
    }
  }

  /// Until the volatile objects take no more than the limit, the oldest that nobody waits for go.
  private func dropOldest() throws(StoreError) {
    guard try store.volatile.totalBytes() > run.options.scratchLimit else { return }
    for object in try store.volatile.objects() where mayGo(object.hash) {
      try drop(object.hash)
      if try store.volatile.totalBytes() <= run.options.scratchLimit { return }
    }
  }

  /// Volatile outputs of a node that has run, or was found with its objects, count for the limit.
  func noteVolatile(_ id: Int) {
    guard !nodes[id].isPlain, !nodes[id].volatile.isEmpty else { return }
    do throws(StoreError) {
      for (output, hash) in zip(nodes[id].outputs, states[id].outputs)
      where nodes[id].volatile.contains(output.name) && !hash.isEmpty {
        volatileHolders[hash, default: []].insert(id)
        guard let identity = FileIdentity(path: store.objects.path(hash)) else { continue }
        try store.volatile.made(hash, bytes: Int(identity.size))
      }
    } catch {
      broken = broken ?? error
    }
  }
}
