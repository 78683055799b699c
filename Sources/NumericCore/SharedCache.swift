import Synchronization

/// Values that are dear to make and cheap to share, kept by what decides them. Bounded by the size of what
/// it holds; the value longest unused goes first. Since a key decides its value, whether a value was found
/// or made changes no result.
public final class SharedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry {
    let value: Value
    let size: Int
    var lastUse: Int
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    var size = 0
    var clock = 0
  }

  private let state = Mutex(State())
  private let limit: Int

  /// - Parameter limit: what the sizes of the values kept add up to at most.
  public init(limit: Int) { self.limit = limit }

  /// Sum of the sizes kept.
  public var size: Int { state.withLock { $0.size } }

  /// The value of a key; `make` is called, outside any lock, if there is none. Threads that miss the same
  /// key at once make it each.
  ///
  /// - Parameter size: of the value, in the unit of the limit; a larger one than the limit is not kept.
  public func value<Failure>(
    for key: Key, size: Int, make: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let found = state.withLock { state -> Value? in
      state.clock += 1
      state.entries[key]?.lastUse = state.clock
      return state.entries[key]?.value
    }
    if let found { return found }
    let made = try make()
    guard size <= limit else { return made }
    state.withLock { state in
      guard state.entries[key] == nil else { return }
      state.clock += 1
      state.entries[key] = Entry(value: made, size: size, lastUse: state.clock)
      state.size += size
      while state.size > limit, let oldest = Self.oldest(state) {
        state.size -= state.entries.removeValue(forKey: oldest)?.size ?? 0
      }
    }
    return made
  }

  private static func oldest(_ state: borrowing State) -> Key? {
    // The clock gives every entry a use of its own: the order of the dictionary decides nothing.
    state.entries.min { $0.value.lastUse < $1.value.lastUse }?.key
  }
}
