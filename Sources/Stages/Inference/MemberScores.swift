import Datasets
import Inference
import Planning
import StageSupport

/// One score of every trial of a search, averaged over its folds where it has any.
struct MemberScores {
  let port: String
  /// NaN where there is none.
  let values: [Double]
  let units: String?
  /// Trial by trial the score of each fold; empty where there are no folds.
  private(set) var ofFolds: [[Double]] = []
  let average: FoldAverage

  init(_ port: String, of trials: SearchTrials, average: FoldAverage) {
    (self.port, self.average) = (port, average)
    values = trials.averaged(port, by: average)
    units = trials.unit(port)
    if trials.foldCount(port) > 0 { ofFolds = trials.ofFolds(port) }
  }

  /// A score with its unit.
  func inWords(_ score: Double) -> String {
    "\(score)" + (units.map { $0 == "1" ? "" : " \($0)" } ?? "")
  }

  func tellFolds(of best: Int, _ log: (String) -> Void) {
    guard !ofFolds.isEmpty else { return }
    let own = ofFolds[best].map(inWords).joined(separator: ", ")
    log("\(average.rawValue) of \(ofFolds[best].count) folds; of the best trial \(own)")
    tellMissing(log)
  }

  func tellMissing(_ log: (String) -> Void) {
    let missing = ofFolds.count { $0.contains { !$0.isFinite } }
    if missing > 0 { log("\(missing) trials have no score, for one of their folds has none") }
  }

  /// A column of its own in two dimensions, where there are folds.
  func addFolds(to dataset: inout Dataset) throws {
    guard let folds = ofFolds.first?.count else { return }
    if dataset.size(of: "fold") == nil {
      dataset.dimensions.append(Dataset.Dimension(name: "fold", size: folds))
      dataset.setAttribute("fold_average", text: average.rawValue)
    }
    let attributes = [("units", units), ("long_name", "\(port) of each fold")].compactMap {
      name, text in text.map { Dataset.Attribute(name: name, value: .text($0)) }
    }
    try dataset.add(
      Dataset.Variable(
        name: "\(port)_of_fold", dimensions: ["trial", "fold"],
        values: .double(ofFolds.flatMap(\.self)), attributes: attributes))
  }
}
