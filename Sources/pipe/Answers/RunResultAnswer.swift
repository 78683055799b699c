import Planning
import Reporting

/// What came of a run, as `pipe run --json` tells it.
struct RunResultAnswer: Encodable {
  struct Node: Encodable {
    var node, stage: String
    var members: [MemberAnswer]
    var kind: String
    var version: Int
    var outcome: String
    var key: String?
    var seconds: Double
    var outputs: [String: String]
    var message: String?
    var warnings: [String]
  }

  /// Of one node, or of members of a family together.
  struct Warning: Encodable {
    var node, stage: String
    var members: [MemberAnswer]
    var message: String
    var count, total: Int

    init(_ group: MessageGroup) {
      (node, stage, message) = ("\(group.node)", group.node.stage, group.text)
      members = MemberAnswer.all(group.node)
      (count, total) = (group.count, group.total)
    }
  }

  struct ExpectationAnswer: Encodable {
    var text: String
    var place: DiagnosticAnswer.Place
    var found: Double?
    var units: String?
    var holds: Bool

    private enum Key: String, CodingKey { case text, place, found, units, holds }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(text, forKey: .text)
      try container.encode(place, forKey: .place)
      try container.encode(found, forKey: .found)
      try container.encodeIfPresent(units, forKey: .units)
      try container.encode(holds, forKey: .holds)
    }
  }

  struct Lock: Encodable {
    struct Stage: Encodable {
      var stage: String
      var lines: [String]
    }

    var file: String
    var holds: Bool
    var results: Int
    var differences: [Stage]
  }

  private let run: RunAnswer
  private let nodes: [Node]
  private let warnings: [Warning]
  private let expectations: [ExpectationAnswer]
  private let lock: Lock?

  init(_ record: RunRecord, lock: LockFinding?, expectations: [ExpectationFinding]) {
    run = RunAnswer(record, record.counts)
    nodes = record.nodes.map(Node.init)
    warnings = record.warningGroups.map(Warning.init)
    self.expectations = expectations.map { finding in
      ExpectationAnswer(
        text: finding.expectation.text, place: .init(finding.expectation.place),
        found: finding.filed.isFinite ? finding.filed : nil, units: finding.expectation.units,
        holds: finding.holds)
    }
    self.lock = lock.map { finding in
      Lock(
        file: finding.file, holds: finding.holds, results: finding.results,
        differences: finding.differences.map { .init(stage: $0.name, lines: $0.lines) })
    }
  }

  private enum Key: String, CodingKey { case nodes, warnings, expectations, lock }

  func encode(to encoder: any Encoder) throws {
    try run.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(nodes, forKey: .nodes)
    try container.encode(warnings, forKey: .warnings)
    try container.encode(expectations, forKey: .expectations)
    try container.encodeIfPresent(lock, forKey: .lock)
  }
}

extension RunResultAnswer.Node {
  init(_ record: NodeRecord) {
    (node, stage, kind) = (record.name, record.stage, record.kind)
    members = MemberAnswer.all(record.nodeName)
    (version, outcome, seconds) = (record.kindVersion, record.outcome.rawValue, record.seconds)
    key = record.key.isEmpty ? nil : record.key
    (message, warnings) = (record.message, record.warnings)
    outputs = record.outputs.dictionary
  }
}
