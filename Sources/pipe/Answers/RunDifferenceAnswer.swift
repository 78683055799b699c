import Planning
import Reporting

/// What `pipe diff --json` tells.
struct RunDifferenceAnswer: Encodable {
  struct Change: Encodable {
    var node: String
    /// Absent where the kind of stage or the outcome differs.
    var setting: String?
    var subject: String
    var old, new: String?
  }

  struct Result: Encodable {
    /// `inversion.topography`, `inversion[ensemble 3].topography`.
    var output: String
    var stage: String
    /// Of a family's member; empty for a stage's own result.
    var members: [MemberAnswer]
    var port: String
    var remark: String?
    var variables: [Variable]
  }

  struct Variable: Encodable {
    var name: String
    var units: String?
    /// `added`, `removed`, `shape`, `attributes`, `entries`, `values`.
    var change: String
    var text: String
    /// Of values, in the file's units.
    var rms, largest: Double?
  }

  var old, new: String
  /// Nodes that only one run has.
  var added, removed: [String]
  var changes: [Change]
  var results: [Result]
  /// Outputs of stages, and of members, that both runs have and that are the same.
  var equalResults, equalMemberResults: Int

  init(_ difference: RunDifference) {
    (old, new) = (difference.old.id, difference.new.id)
    (added, removed) = (difference.added, difference.removed)
    changes = difference.changes.map {
      Change(node: "\($0.node)", setting: $0.setting, subject: $0.subject, old: $0.old, new: $0.new)
    }
    results = difference.results.map { result in
      Result(
        output: result.output, stage: result.node.stage,
        members: MemberAnswer.all(result.node),
        port: result.port, remark: result.remark, variables: result.variables.map(Variable.init))
    }
    (equalResults, equalMemberResults) = (difference.ofStages.equal, difference.ofMembers.equal)
  }
}

extension RunDifferenceAnswer.Variable {
  init(_ difference: VariableDifference) {
    (name, units, text) = (difference.variable, difference.units, difference.text)
    switch difference.change {
    case .added: change = "added"
    case .removed: change = "removed"
    case .shape: change = "shape"
    case .attributes: change = "attributes"
    case .entries: change = "entries"
    case .values(let rms, let largest, _):
      change = "values"
      // JSON has no infinity.
      self.rms = rms.isFinite ? rms : nil
      self.largest = largest.isFinite ? largest : nil
    }
  }
}
