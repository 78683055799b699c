public import Planning
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Shows a run on standard error: on a terminal one live line below what was said, elsewhere a plain
/// line for every stage. Nodes that were found in the store are counted, not listed.
public struct ProgressPrinter: RunObserver {
  private let screen: Screen

  /// - Parameters:
  ///   - isLive: nil decides by whether standard error is a terminal that can move its cursor.
  ///   - isQuiet: only failures and notices.
  public init(isLive: Bool? = nil, isQuiet: Bool = false) {
    self.init(descriptor: STDERR_FILENO, isLive: isLive, isQuiet: isQuiet)
  }

  init(descriptor: Int32, isLive: Bool?, isQuiet: Bool) {
    Signals.ignoreBrokenPipe()
    let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
    let isTerminal = isatty(descriptor) == 1
    screen = Screen(
      descriptor: descriptor,
      isLive: (isLive ?? (isTerminal && !terminal.isEmpty && terminal != "dumb")) && !isQuiet,
      hasColor: isTerminal && getenv("NO_COLOR") == nil && terminal != "dumb", isQuiet: isQuiet)
  }

  /// Remembers how much there is to do.
  public func started(_ summary: PlanSummary) { screen.change { $0.summary = summary } }

  /// Shows the node among those that run.
  public func nodeStarted(_ node: NodeEvent) {
    screen.change { $0.running[node.id] = (node.name.description, Posix.seconds()) }
  }

  /// Says a line of a base node; of members only failures.
  public func nodeFinished(
    _ node: NodeEvent, outcome: NodeRecord.Outcome, seconds: Double, message: String?
  ) {
    screen.change { state in
      if outcome != .cached { state.running[node.id] = nil }
      state.done += 1
      state.settle(node.name.stage, seconds: outcome == .executed ? seconds : nil)
      if outcome == .cached { state.cached += 1 }
    }
    let isMember = !node.name.members.isEmpty
    switch outcome {
    case .failed:
      // Of members that fail for one cause the first is told here, and how many there were at the end.
      let message = message ?? ""
      if !isMember || screen.isFirst(MessageGroup.identity(node.name, message)) {
        screen.say("failed", "\(node.name): \(message)", .red)
      }
    case .skipped: if !isMember { screen.say("skipped", "\(node.name): \(message ?? "")", .yellow) }
    case .executed:
      if !isMember { screen.tell("done", "\(node.name)  \(ProgressText.duration(seconds))", .green) }
    case .cached, .stopped: break
    }
  }

  /// Costs of nodes to come, for the time left.
  public func expects(_ work: ExpectedWork) {
    screen.change { state in
      state.costs.merge(work.seconds) { $1 }
      for (stage, count) in work.nodes { state.toCome[stage, default: 0] += count }
      state.firstStart = state.firstStart ?? Posix.seconds()
    }
  }

  /// Shows how far a family is; outside a terminal ten times.
  public func familyProgress(_ progress: FamilyProgress) {
    screen.change { $0.families[progress.stage] = progress }
    // Outside a terminal ten lines a family, so that a log of 1000 members stays readable.
    let step = max(1, progress.total / 10)
    let isLast = progress.isComplete && progress.done == progress.total
    guard !screen.isLive, screen.hasRun, progress.done % step == 0 || isLast else { return }
    let failed = progress.failed > 0 ? ", \(progress.failed) failed" : ""
    let total = progress.isComplete ? "of \(progress.total)" : "so far"
    screen.tell("members", "\(progress.stage): \(progress.done) \(total)\(failed)", .plain)
  }

  /// Members' warnings are told together at the end.
  public func nodeWarned(_ node: NodeEvent, warning: String) {
    if node.name.members.isEmpty { screen.say("warning", "\(node.name): \(warning)", .yellow) }
  }

  /// Says it.
  public func notice(_ text: String) { screen.say("note", text, .yellow) }

  /// Says how the run ended.
  public func finished(_ record: RunRecord) {
    for group in record.failureGroups where group.count > 1 {
      screen.say("failed", group.description, .red)
    }
    for group in record.warningGroups where !group.node.members.isEmpty {
      screen.say("warning", group.description, .yellow)
    }
    screen.finish(record)
  }
}

/// Texts of the progress display.
enum ProgressText {
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "?" }
    if seconds < 9.95 {
      let tenths = Int((seconds * 10).rounded())
      return "\(tenths / 10).\(tenths % 10) s"
    }
    let whole = Int(min(seconds.rounded(), 1e9))
    if whole < 60 { return "\(whole) s" }
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if whole < 3600 { return "\(whole / 60):\(two(whole % 60)) min" }
    return "\(whole / 3600):\(two(whole / 60 % 60)) h"
  }

  /// `━━━━╌╌╌╌`
  static func bar(_ done: Int, of total: Int, width: Int) -> String {
    let filled = total > 0 ? min(width, done * width / total) : 0
    return String(repeating: "━", count: filled) + String(repeating: "╌", count: width - filled)
  }

  /// One line of at most `width` columns.
  static func live(_ state: ScreenState, now: Double, width: Int) -> String {
    let total = state.summary?.nodes ?? 0
    var done = state.done
    var count = total
    var label = ""
    let families = state.families.values.sorted { $0.stage < $1.stage }
    if let family = families.first(where: { $0.done < $0.total }) {
      (done, count, label) = (family.done, family.total, family.stage + " ")
      if !family.isComplete { label += "(more to come) " }
    }
    var line = "\(label)\(bar(done, of: count, width: 20)) \(done)/\(count)"
    if let left = left(state, now: now, total: max(total, state.done)) { line += "  \(duration(left)) left" }
    let running = state.running.sorted { $0.key < $1.key }.map {
      "\($0.value.name) \(duration(now - $0.value.since))"
    }
    if !running.isEmpty { line += "  " + running.joined(separator: ", ") }
    return line.count <= width ? line : String(line.prefix(max(0, width - 1))) + "…"
  }

  /// Time left by what nodes of each stage took before, at the pace of this run; without a run before if the nodes to
  /// come take as long as those that ran.
  static func left(_ state: ScreenState, now: Double, total: Int) -> Double? {
    if let first = state.firstStart, state.spent > 0, state.costs.count > 0 {
      let known = state.costs.values.reduce(0, +) / Double(state.costs.count)
      let rest = state.toCome.reduce(0) { $0 + Double($1.value) * (state.costs[$1.key] ?? known) }
      return rest * (now - first) / state.spent
    }
    let executed = state.done - state.cached
    guard executed >= 3, total > state.done else { return nil }
    return (now - state.start) / Double(executed) * Double(total - state.done)
  }

  static func summary(_ record: RunRecord) -> String {
    var counts = record.counts
    let words: [(NodeRecord.Outcome, String)] = [
      (.executed, "executed"), (.cached, "cached"), (.failed, "failed"), (.skipped, "skipped"),
      (.stopped, "not reached"),
    ]
    counts[.executed, default: 0] += 0  // said even when it is none: that is what the reader looks for
    let parts = words.compactMap { outcome, word in counts[outcome].map { "\($0) \(word)" } }
    let verdict =
      switch record.outcome {
      case .succeeded: "finished"
      case .failed: "failed"
      case .cancelled: "stopped"
      }
    return "\(record.pipeline) \(verdict) in \(duration(record.seconds)): \(parts.joined(separator: ", "))"
  }
}

struct ScreenState {
  var summary: PlanSummary?
  var running: [Int: (name: String, since: Double)] = [:]
  var families: [String: FamilyProgress] = [:]
  var done = 0, cached = 0
  let start = Posix.seconds()
  /// Seconds that a node of each stage took before, and nodes to come.
  var costs: [String: Double] = [:]
  var toCome: [String: Int] = [:]
  /// When the first node was about to run, and what those that have run since were expected to take.
  var firstStart: Double?
  var spent = 0.0

  /// A node is done; nil where it did not run.
  mutating func settle(_ stage: String, seconds: Double?) {
    if let count = toCome[stage] { toCome[stage] = max(0, count - 1) }
    if let seconds { spent += costs[stage] ?? seconds }
  }
  var lastDrawn = 0.0
  var hasLine = false
  var isClosed = false
  /// Causes of members' failures that were told.
  var told: Set<[String]> = []
}

/// What is on standard error.
private final class Screen: Sendable {
  enum Color: String { case plain = "", red = "31", green = "32", yellow = "33" }

  let descriptor: Int32
  let isLive: Bool
  private let hasColor: Bool
  private let isQuiet: Bool
  private let state = Mutex(ScreenState())

  init(descriptor: Int32, isLive: Bool, hasColor: Bool, isQuiet: Bool) {
    (self.descriptor, self.isLive, self.hasColor, self.isQuiet) = (descriptor, isLive, hasColor, isQuiet)
  }

  /// Whether anything was not in the store.
  var hasRun: Bool { state.withLock { $0.done > $0.cached } }

  /// Whether nothing of this kind was said before.
  func isFirst(_ identity: [String]) -> Bool { state.withLock { $0.told.insert(identity).inserted } }

  func change(_ body: (inout ScreenState) -> Void) {
    state.withLock { state in
      body(&state)
      guard isLive else { return }
      let now = Posix.seconds()
      guard now - state.lastDrawn > 0.08, !state.running.isEmpty || state.hasLine else { return }
      state.lastDrawn = now
      draw(&state, now)
    }
  }

  private func draw(_ state: inout ScreenState, _ now: Double) {
    put("\r" + ProgressText.live(state, now: now, width: width) + "\u{1B}[K", &state)
    state.hasLine = true
  }

  /// A line that quiet runs leave out.
  func tell(_ word: String, _ text: String, _ color: Color) { if !isQuiet { say(word, text, color) } }

  func say(_ word: String, _ text: String, _ color: Color) {
    let padded = word + String(repeating: " ", count: max(0, 8 - word.count))
    let shown = hasColor && color != .plain ? "\u{1B}[\(color.rawValue)m\(padded)\u{1B}[0m" : padded
    state.withLock { state in
      put((state.hasLine ? "\r\u{1B}[K" : "") + shown + text + "\n", &state)
      let isRedrawn = state.hasLine
      state.hasLine = false
      if isRedrawn { draw(&state, Posix.seconds()) }
    }
  }

  func finish(_ record: RunRecord) {
    state.withLock { state in
      let clear = state.hasLine ? "\r\u{1B}[K" : ""
      state.hasLine = false
      put(isQuiet ? clear : clear + ProgressText.summary(record) + "\n", &state)
    }
  }

  private var width: Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// A reader that has gone is left alone from then on; the run goes on.
  private func put(_ text: String, _ state: inout ScreenState) {
    guard !state.isClosed, !text.isEmpty else { return }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        state.isClosed = true
        return
      }
      bytes = bytes.dropFirst(written)
    }
  }
}
