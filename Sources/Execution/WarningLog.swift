import Synchronization

/// What stages warned of, by the key of their recipe, so that a result which is found says it again.
///
/// A line is written before the result's line in the index: who finds a result finds its warnings. Results without any
/// have no line, so a store from before there were warnings needs none.
final class WarningLog: Sendable {
  private struct State {
    var warnings: [String: [String]] = [:]
    /// How much of the index had been read when this log was read last.
    var seen = 0
  }

  private let log: AppendLog
  private let state = Mutex(State())

  init(path: String) throws(StoreError) {
    log = AppendLog(path)
    try refresh(isFirst: true)
  }

  /// Lines of the file that were no entries.
  var damagedLines: Int { log.damagedLines }

  private func refresh(isFirst: Bool = false) throws(StoreError) {
    try log.readNew(isFirst: isFirst) { payload in
      let words = LogWords(payload)
      guard words.count > 0, Hashing.isHash(words.text(0)) else { return }
      let warnings = (1..<words.count).map { words.unescaped($0) }
      // A key alone: it had warnings and was made again without any.
      state.withLock { $0.warnings[words.text(0)] = warnings.isEmpty ? nil : warnings }
    }
  }

  /// What the stage with this key warned of, in the order in which it did.
  /// - Parameter index: in which the key was found, perhaps in a line that another process has just written.
  func warnings(of key: String, foundIn index: ActionIndex) throws(StoreError) -> [String] {
    let size = index.bytesRead
    if state.withLock({ $0.seen != size }) {
      try refresh()
      state.withLock { $0.seen = size }
    }
    return state.withLock { $0.warnings.isEmpty ? [] : $0.warnings[key] ?? [] }
  }

  /// Keeps the warnings of a result that is about to be made known.
  func record(_ key: String, _ warnings: [String]) throws(StoreError) {
    guard state.withLock({ $0.warnings[key] ?? [] }) != warnings else { return }
    try log.append(([key] + warnings.map { AppendLog.escaped($0) }).joined(separator: " "))
    state.withLock { $0.warnings[key] = warnings.isEmpty ? nil : warnings }
  }

  /// Forgets the warnings of all keys but some, for good.
  func compact(keeping isKept: (String) -> Bool) throws(StoreError) {
    try log.compact { payload in
      let key = String(decoding: payload.prefix(64), as: UTF8.self)
      return isKept(key) ? key : nil
    }
  }

  /// Blanks the lines that are no entries, so that they are reported once.
  func heal() throws(StoreError) { try log.heal() }

  func sync() { log.sync() }
}

/// What one stage warns of while it runs.
final class WarningCollector: Sendable {
  private let warnings = Mutex<[String]>([])

  /// In the order in which they were given, each once.
  var all: [String] { warnings.withLock { $0 } }

  /// - Returns: false if that was said before, or says nothing.
  func add(_ warning: String) -> Bool {
    warnings.withLock { warnings in
      if warning.isEmpty || warnings.contains(warning) { return false }
      warnings.append(warning)
      return true
    }
  }

  /// The stage runs from its beginning again.
  func clear() { warnings.withLock { $0 = [] } }
}
