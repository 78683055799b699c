import Artefacts
import Datasets
import Planning

extension Dataset {
  /// Adds columns of what steps reported, a row a round; a round that has told nothing of one has NaN there.
  mutating func add(_ reports: [FoldReport], columns names: [String]) throws {
    for name in names {
      try add(HistoryVariables.column(name), reports.map { $0[name] ?? .nan }, along: HistoryVariables.round)
    }
  }
}
