import Datasets
import Planning
import StageSupport

/// The settings that trials of a search tried, as its outputs tell of them.
struct TriedSettings {
  let variables: [MemberVariable]
  /// Trial by trial.
  let values: [[Double]]

  func addColumns(to dataset: inout Dataset) throws {
    for (column, variable) in variables.enumerated() {
      try dataset.addColumn(
        variable.fileName, values.map { variable.filed($0[column]) }, units: variable.units,
        longName: "tried \(variable.name)", dimension: "trial")
    }
  }

  /// What to warn of where the best trial lies at a limit of what was tried, for each setting.
  /// - Parameter trials: those that the best one was found among.
  func limitsReached(best: Int, among trials: some Collection<Int>) -> [String] {
    guard trials.count > 2 else { return [] }
    return variables.enumerated().compactMap { column, variable in
      let tried = trials.map { values[$0][column] }
      let value = values[best][column]
      guard let least = tried.min(), let most = tried.max(), least < most, value == least || value == most
      else { return nil }
      return "the best \(variable.name) is the \(value == least ? "least" : "greatest") tried: "
        + "the limits may be too narrow"
    }
  }
}
