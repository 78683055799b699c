import Planning
import Reporting

/// A run as `--json` tells it.
struct RunAnswer: Encodable {
  var run, pipeline, manifest, programVersion, host, started, outcome: String
  var threads: Int
  var seconds: Double
  var peakMemoryBytes: Int
  /// Nodes by outcome.
  var executed, cached, failed, skipped, stopped: Int

  init(_ head: RunHistory.Head) { self.init(head.record, head.counts) }

  init(_ record: RunRecord, _ counts: [NodeRecord.Outcome: Int]) {
    (run, pipeline, manifest) = (record.id, record.pipeline, record.manifest)
    (programVersion, host, started) = (record.programVersion, record.host, record.started)
    (outcome, threads, seconds) = (record.outcome.rawValue, record.threads, record.seconds)
    peakMemoryBytes = record.peakMemoryBytes
    executed = counts[.executed, default: 0]
    cached = counts[.cached, default: 0]
    failed = counts[.failed, default: 0]
    skipped = counts[.skipped, default: 0]
    stopped = counts[.stopped, default: 0]
  }

  static func seconds(_ seconds: Double) -> String { NumberText.duration(seconds) }
}

struct HistoryAnswer: Encodable {
  /// Oldest first.
  var runs: [RunAnswer]
}
