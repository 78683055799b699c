import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

// How cleaning and runs get along
//
// A run never asks for permission to use a result; it says what it uses. Whatever it finds in the index or
// commits is pinned: the key is appended to a file of the run's own in `.pipe/live`, locked while the run
// lives. Finding and pinning happen while the gate (`flock` on `.pipe/gate`) is held shared; cleaning holds it
// exclusively while it reads all pins and removes what neither a kept run nor a pin needs. So there is no
// moment at which a result is found but not yet pinned when it is removed. A run that still remembers an
// entry which was cleaned away before it asked finds the object missing when it needs it, as if somebody had
// deleted the file, and makes it again.
//
// An object is put in place and entered in the index within one hold of the gate, so cleaning never meets
// one that only looks unused.

/// The gate of cleaning as a run holds it, and the pins of the run.
final class Lease: Sendable {
  private struct State {
    /// Threads of this run that hold the gate; a lock belongs to the open file, not to a thread.
    var holders = 0
    var gate: Descriptor?
    var file: Descriptor?
    var path = ""
    var isUseless = false
    var pins: [UInt8] = []
  }

  private let layout: ProjectLayout
  private let state = Mutex(State())

  init(layout: ProjectLayout) { self.layout = layout }

  deinit { end() }

  /// Lets go of everything that was pinned.
  func end() {
    state.withLock { state in
      if !state.path.isEmpty { unlink(state.path) }
      (state.path, state.file) = ("", nil)
    }
  }

  /// Does something that no cleaning may cut in half.
  func hold<Result>(_ body: () throws -> Result) rethrows -> Result {
    enter()
    defer { leave() }
    return try body()
  }

  /// A result of this key is used by the run from now on.
  /// - Precondition: called within `hold`.
  func pin(_ key: String) {
    state.withLock { state in
      guard !state.isUseless else { return }
      state.pins.append(contentsOf: key.utf8)
      state.pins.append(10)
    }
  }

  private func enter() {
    state.withLock { state in
      state.holders += 1
      guard state.holders == 1, !state.isUseless else { return }
      do throws(StoreError) {
        if state.gate == nil {
          try Posix.makeFolder(layout.live)
          state.gate = try Descriptor(layout.gate, O_RDWR | O_CREAT)
        }
        if let gate = state.gate { while flock(gate.raw, LOCK_SH) != 0, errno == EINTR {} }
        if state.file == nil { try open(&state) }
      } catch {
        // A store that can't be written can't be cleaned either: the run then does without.
        state.isUseless = true
      }
    }
  }

  private func leave() {
    state.withLock { state in
      state.holders -= 1
      guard state.holders == 0, let gate = state.gate else { return }
      flush(&state)
      flock(gate.raw, LOCK_UN)
    }
  }

  /// Under the gate, so that nobody takes the file for a dead run's before it is locked.
  private func open(_ state: inout State) throws(StoreError) {
    var generator = SystemRandomNumberGenerator()
    let path = "\(layout.live)/\(String(generator.next(), radix: 36))"
    let file = try Descriptor(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND)
    flock(file.raw, LOCK_EX)
    (state.file, state.path) = (file, path)
  }

  private func flush(_ state: inout State) {
    guard let file = state.file, !state.pins.isEmpty else { return }
    // On a full disk what follows fails by itself; a pin that is lost costs a computation.
    state.pins.withUnsafeBytes { _ = write(file.raw, $0.baseAddress, $0.count) }
    state.pins.removeAll(keepingCapacity: true)
  }
}

/// What living runs use, read by who holds the gate exclusively.
struct LivingRuns {
  private(set) var count = 0
  private(set) var keys: Set<String> = []

  init(layout: ProjectLayout) throws(StoreError) {
    for name in Posix.names(in: layout.live) {
      let path = layout.live + "/" + name
      let raw = open(path, O_RDWR | O_CLOEXEC)
      guard raw >= 0 else { continue }
      defer { close(raw) }
      // Who can lock it is alone with it: its run is dead.
      if flock(raw, LOCK_EX | LOCK_NB) == 0 {
        unlink(path)
        continue
      }
      count += 1
      let pins = try Posix.readFile(path)
      for key in pins.split(separator: 10) { keys.insert(String(decoding: key, as: UTF8.self)) }
    }
  }
}
