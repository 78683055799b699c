public import Datasets

/// Columns of the histories that families write, a row a round, and numbers of the same names: what steps report under them.
public enum HistoryVariables {
  /// The dimension of rows.
  public static let round = "round"

  private static let counts: Set<String> = [
    "iteration", "iterations", "round", "rounds", "runs", "failed", "failed_now", "failed_steps", "trials",
    "rejected", "improved", "events", "draws", "gradient_iteration", "finished", "skipped", "left_out",
  ]
  private static let flags: [String: Dataset.Whole] = [
    "trial": .flag(no: "linearised_round", yes: "trial"),
    "accepted": .flag(no: "rejected", yes: "accepted"),
    "refused": .flag(no: "taken", yes: "refused"),
    "stalled": .flag(no: "goes_on", yes: "stalled"),
    "began": .flag(no: "round", yes: "start"),
    "converged": .flag(no: "not_converged", yes: "converged"),
  ]

  /// What whole numbers a column or number of this name has; nil where it has others.
  public static func whole(_ name: String) -> Dataset.Whole? {
    counts.contains(name) ? .count : flags[name]
  }

  /// A column that steps report.
  /// - Parameter longName: nil for the words of the name.
  public static func column(_ name: String, longName: String? = nil) -> Variable {
    let quantity: Quantity =
      switch whole(name) {
      case .count: .count
      case .flag(let no, let yes): .flag(no: no, yes: yes)
      case nil: .number
      }
    return Variable(name, quantity, longName ?? name.replacing("_", with: " "))
  }
}
