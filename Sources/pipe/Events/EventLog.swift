import Execution
import Planning
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `pipe run --events FILE`: what happens in a run, one JSON object a line, written as it happens.
///
/// Every line has `format`, `event`, `time` (UTC) and `elapsed` (seconds since the program began to
/// follow the run). A file that can't be written later does not end a run: that is said once.
final class EventLog: RunObserver {
  private struct State {
    var isBroken = false
    let start = ContinuousClock.now
  }

  private let descriptor: Int32
  private let path: String
  private let manifest: String
  private let state = Mutex(State())

  /// - Parameter path: `-` is standard output.
  init(path: String, manifest: String) throws {
    (self.path, self.manifest) = (path, manifest)
    descriptor = path == "-" ? 1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw Terminal.failure("cannot write \(path): \(String(cString: strerror(errno)))", .cannotCreate)
    }
  }

  deinit { if descriptor > 2 { close(descriptor) } }

  func started(_ summary: PlanSummary) {
    var event = RunEvent("run_started")
    (event.pipeline, event.manifest) = (summary.pipeline, manifest)
    (event.nodes, event.jobs) = (summary.nodes, summary.jobs)
    event.families = summary.families.map { .init(stage: $0.stage, members: $0.members) }
    write(event)
  }

  func nodeStarted(_ node: NodeEvent) { write(RunEvent("node_started", node)) }

  func nodeFinished(_ node: NodeEvent, outcome: NodeRecord.Outcome, seconds: Double, message: String?) {
    let name = outcome == .executed ? "finished" : outcome.rawValue
    var event = RunEvent("node_\(name)", node)
    (event.seconds, event.message) = (seconds, message)
    event.peakMemoryBytes = Execution.Run.peakMemoryBytes
    write(event)
  }

  func nodeWarned(_ node: NodeEvent, warning: String) {
    var event = RunEvent("node_warning", node)
    event.message = warning
    write(event)
  }

  func familyProgress(_ progress: FamilyProgress) {
    var event = RunEvent("member_progress")
    (event.stage, event.done, event.failed) = (progress.stage, progress.done, progress.failed)
    (event.total, event.isComplete) = (progress.total, progress.isComplete)
    write(event)
  }

  func stepTold(_ facts: StepFacts) {
    var event = RunEvent("step_told")
    (event.node, event.stage) = ("\(facts.name)", facts.name.stage)
    event.members = MemberAnswer.all(facts.name)
    // A row that can't be read has ended the family already.
    guard let columns = try? facts.columns else { return }
    event.numbers = Dictionary(
      uniqueKeysWithValues: columns.map { ($0.name, $0.value.isFinite ? $0.value : nil) })
    write(event)
  }

  func notice(_ text: String) {
    var event = RunEvent("notice")
    event.message = text
    write(event)
  }

  func finished(_ record: RunRecord) {
    var event = RunEvent("run_finished")
    (event.run, event.outcome) = (record.id, record.outcome.rawValue)
    (event.seconds, event.peakMemoryBytes) = (record.seconds, record.peakMemoryBytes)
    event.counts = Dictionary(uniqueKeysWithValues: record.counts.map { ($0.key.rawValue, $0.value) })
    write(event)
  }

  private func write(_ event: RunEvent) {
    var event = event
    event.time = Self.time
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    state.withLock { state in
      guard !state.isBroken else { return }
      let elapsed = (ContinuousClock.now - state.start).components
      event.elapsed = Double(elapsed.seconds) + Double(elapsed.attoseconds / 1_000_000_000_000) / 1e6
      do {
        try put(try encoder.encode(event) + Data("\n".utf8))
      } catch {
        state.isBroken = true
        Terminal.say("pipe: events are no longer written to \(path): \(error)")
      }
    }
  }

  private struct WriteFailed: Error, CustomStringConvertible {
    let code: Int32
    var description: String { String(cString: strerror(code)) }
  }

  private func put(_ line: Data) throws {
    var rest = [UInt8](line)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { writeSome($0, to: descriptor) }
      if count < 0 {
        if errno == EINTR { continue }
        throw WriteFailed(code: errno)
      }
      rest = rest.dropFirst(count)
    }
  }

  /// `2026-11-21T10:20:30.123Z`
  private static var time: String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    gmtime_r(&now.tv_sec, &parts)
    func padded(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
      .map { padded($0, 2) }.joined(separator: "-")
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }.joined(separator: ":")
    return "\(date)T\(clock).\(padded(now.tv_nsec / 1_000_000, 3))Z"
  }
}

/// The system's own `write`, which the class has a namesake of.
private func writeSome(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
