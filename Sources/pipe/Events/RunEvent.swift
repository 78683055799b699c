import Execution
import Planning

/// One line of `--events`; fields that an event does not have are absent.
struct RunEvent: Encodable {
  struct Family: Encodable {
    var stage: String
    var members: Int
  }

  static let names = [
    "run_started", "node_started", "node_finished", "node_cached", "node_failed", "node_skipped",
    "node_warning", "member_progress", "step_told", "notice", "run_finished",
  ]

  let format = 1
  /// One of `names`.
  var event: String
  var time = ""
  var elapsed = 0.0

  var pipeline, manifest: String?
  var nodes, jobs: Int?
  var families: [Family]?

  var node, stage, kind: String?
  var members: [MemberAnswer]?
  var seconds: Double?
  /// Of the whole program so far.
  var peakMemoryBytes: Int?
  var message: String?

  var done, failed, total: Int?
  var isComplete: Bool?
  /// What a step told, null where it has no such number.
  var numbers: [String: Double?]?

  var run, outcome: String?
  var counts: [String: Int]?

  init(_ event: String) { self.event = event }

  init(_ event: String, _ node: NodeEvent) {
    self.event = event
    (self.node, stage, kind) = ("\(node.name)", node.name.stage, node.kind)
    members = MemberAnswer.all(node.name)
  }
}
