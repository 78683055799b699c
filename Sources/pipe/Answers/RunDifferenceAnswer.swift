import Planning
import Reporting

/// What `pipe diff --json` tells.
struct RunDifferenceAnswer: Encodable {
  struct Change: Encodable {
    var subject: String
    var old, new: String?
  }

  struct Result: Encodable {
    var output: String
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
  var equalResults: Int

  init(_ difference: RunDifference) {
    (old, new) = (difference.old.id, difference.new.id)
    (added, removed) = (difference.added, difference.removed)
    changes = difference.changes.map { Change(subject: $0.subject, old: $0.old, new: $0.new) }
    results = difference.results.map { result in
      Result(
        output: result.output, remark: result.remark, variables: result.variables.map(Variable.init))
    }
    equalResults = difference.equalResults
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
