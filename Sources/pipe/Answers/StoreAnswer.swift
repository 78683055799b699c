import Execution
import Planning

/// What `pipe gc --json` tells.
struct CleaningAnswer: Encodable {
  struct Run: Encodable { var run, pipeline: String }

  struct Stage: Encodable {
    var stage: String
    var results, bytes: Int
  }

  var isDeleted: Bool
  var runs: [Run]
  var stages: [Stage]
  var objects, bytes, quarantineBytes, keptRuns, keptObjects, keptBytes, livingRuns: Int
  var exceedsMaximum: Bool

  init(_ plan: CleaningPlan, isDeleted: Bool) {
    self.isDeleted = isDeleted
    runs = plan.runs.map { Run(run: $0.id, pipeline: $0.pipeline) }
    stages = plan.stages.map { Stage(stage: $0.name, results: $0.results, bytes: $0.bytes) }
    (objects, bytes, quarantineBytes) = (plan.objects, plan.bytes, plan.quarantineBytes)
    (keptRuns, keptObjects, keptBytes) = (plan.keptRuns, plan.keptObjects, plan.keptBytes)
    (livingRuns, exceedsMaximum) = (plan.livingRuns, plan.exceedsMaximum)
  }
}

/// What `pipe verify --json` tells.
struct VerificationAnswer: Encodable {
  struct Damage: Encodable {
    var sha256: String
    var node, problem: String?
  }

  var objects, bytes: Int
  var damaged: [Damage]
  var damagedIndexLines, missing, dropped: Int
  var isSound, isRepaired: Bool

  init(_ report: VerificationReport, isRepaired: Bool) {
    (objects, bytes) = (report.objects, report.bytes)
    damaged = report.damaged.map {
      Damage(sha256: $0.hash, node: $0.maker.isEmpty ? nil : $0.maker, problem: $0.problem)
    }
    (damagedIndexLines, missing, dropped) = (report.damagedLines, report.missing, report.dropped)
    (isSound, self.isRepaired) = (report.isSound, isRepaired && !report.isSound)
  }
}

/// What `pipe verify --recompute --json` tells.
struct RecomputationAnswer: Encodable {
  struct Node: Encodable {
    var node, stage: String
    var members: [MemberAnswer]
    var kind, outcome: String
    var ports: [String] = []
    var message: String?
  }

  var candidates: Int
  var nodes: [Node]
  var isReproduced: Bool

  init(_ report: RecomputationReport) {
    (candidates, isReproduced) = (report.candidates, report.isReproduced)
    nodes = report.entries.map { entry in
      var node = Node(
        node: "\(entry.name)", stage: entry.name.stage, members: MemberAnswer.all(entry.name),
        kind: entry.kind, outcome: "")
      switch entry.outcome {
      case .same: node.outcome = "same"
      case .different(let ports): (node.outcome, node.ports) = ("different", ports)
      case .notPossible: node.outcome = "not_possible"
      case .failed(let message): (node.outcome, node.message) = ("failed", message)
      }
      return node
    }
  }
}
