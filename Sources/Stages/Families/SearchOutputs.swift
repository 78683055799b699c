import Datasets
import Inference
import Planning

/// Compares the trials of a search and writes the best.
struct SearchOutputs {
  let context: StageContext
  let goals: [ScoreGoal]
  /// Name of the score's quantity, its unit in the table, and how many canonical units that is.
  let scoreName: String
  let isLogarithmic: [Bool]
  /// Of two scores: `first`, `second` or `compromise`.
  var choice = "first"

  /// One score of every trial; NaN where there is none.
  private struct Scores {
    var port: String
    var values: [Double]
    var units: String?
    /// Trial by trial the score of each fold; empty where there are no folds.
    var ofFolds: [[Double]] = []
  }

  func write() throws {
    let scores = try FamilySpec.scorePorts.compactMap { try read($0) }
    guard let best = best(scores) else { throw StageError.noScore(trials: context.members.count) }
    try writeTable(scores, best: best)
    for (column, variable) in context.memberVariables.enumerated() {
      let (name, value) = (variable.name, context.members[best].values[column])
      context.log(
        "best \(name): \(value), score \(scores.map { "\($0.values[best])" }.joined(separator: ", "))")
      for port in ["best", "best_\(name)"] {
        guard let path = context.outputs[port] else { continue }
        try NetCDFFile.writeScalar(
          value, name: port, units: variable.units, longName: "best \(name)", to: path)
      }
    }
    try NetCDFFile.writeScalar(
      scores[0].values[best], name: "best_score", units: scores[0].units, longName: "score of the best trial",
      to: context.output("best_score"))
    warnOfLimits(best)
    tellFolds(scores[0], best)
  }

  private var average: FoldAverage { FamilySettings.foldAverage(context.settings) }

  /// Nil for a second score that the search has not.
  private func read(_ port: String) throws -> Scores? {
    let folds = foldCount(port)
    guard folds == 0 else { return try read(port, folds: folds) }
    var scores = Scores(port: port, values: Array(repeating: .nan, count: context.members.count))
    for (index, member) in context.members.enumerated() {
      guard let path = member.inputs[port] else { continue }
      scores.values[index] = try NetCDFFile.readScalar(path)
      // Every trial writes the same port: one file tells the unit of all.
      if scores.units == nil { scores.units = try NetCDFFile.read(path).variables.first?.units }
    }
    let isThere = context.members.contains { $0.inputs[port] != nil }
    return isThere || port == FamilySpec.scorePorts[0] ? scores : nil
  }

  /// A trial that failed has no inputs.
  private func foldCount(_ port: String) -> Int {
    let count = context.members.lazy.map { member in
      (0...).first { member.inputs[FamilySpec.scorePort(port, fold: $0)] == nil } ?? 0
    }
    return count.max() ?? 0
  }

  private func read(_ port: String, folds: Int) throws -> Scores {
    var scores = Scores(port: port, values: [])
    for member in context.members {
      let own = try (0..<folds).map { fold in
        try member.inputs[FamilySpec.scorePort(port, fold: fold)].map { try NetCDFFile.readScalar($0) }
          ?? .nan
      }
      scores.ofFolds.append(own)
      scores.values.append(average(own))
      if scores.units == nil, let path = member.inputs[FamilySpec.scorePort(port, fold: 0)] {
        scores.units = try NetCDFFile.read(path).variables.first?.units
      }
    }
    return scores
  }

  private func tellFolds(_ scores: Scores, _ best: Int) {
    guard !scores.ofFolds.isEmpty else { return }
    let own = scores.ofFolds[best].map { "\($0)" }.joined(separator: ", ")
    context.log("\(average.rawValue) of \(scores.ofFolds[best].count) folds; of the best trial \(own)")
    let missing = scores.ofFolds.count { $0.contains { !$0.isFinite } }
    if missing > 0 { context.log("\(missing) trials have no score, for one of their folds has none") }
  }

  private func minimised(_ scores: [Scores]) -> [[Double]] {
    context.members.indices.map { trial in goals.minimised(scores.map { $0.values[trial] }) }
  }

  /// The earliest of equals.
  private func best(_ scores: [Scores]) -> Int? {
    let rule: ParetoFront.Choice =
      switch choice {
      case "second": .least(1)
      case "compromise": .compromise
      default: .least(0)
      }
    return ParetoFront.best(minimised(scores), by: scores.count == 1 ? .least(0) : rule)
  }

  private func warnOfLimits(_ best: Int) {
    guard context.members.count > 2 else { return }
    for (column, name) in context.memberVariables.map(\.name).enumerated() {
      let tried = context.members.map { $0.values[column] }
      let value = tried[best]
      guard let least = tried.min(), let most = tried.max(), least < most else { continue }
      guard value == least || value == most else { continue }
      let end = value == least ? "least" : "greatest"
      context.log("warning: the best \(name) is the \(end) tried: the limits may be too narrow")
    }
  }

  private func writeTable(_ scores: [Scores], best: Int) throws {
    var dataset = Dataset(title: "trials of a search")
    for (column, variable) in context.memberVariables.enumerated() {
      let name = variable.name
      try dataset.addColumn(
        name, context.members.map { $0.values[column] }, units: variable.units, longName: "tried \(name)",
        dimension: "trial")
      dataset.setAttribute("scale_" + name, text: isLogarithmic[column] ? "log" : "linear")
    }
    for score in scores {
      try dataset.addColumn(
        score.port, score.values, units: score.units,
        longName: score.port == FamilySpec.scorePorts[0] ? scoreName : "second score, SI units",
        dimension: "trial")
    }
    try addFolds(of: scores, to: &dataset)
    dataset.setAttribute("score_name", text: scoreName)
    dataset.setAttribute("best_trial", Double(best))
    dataset.setAttribute("goal", text: goals[0].rawValue)
    if scores.count > 1 {
      let front = Set(ParetoFront.indices(minimised(scores)))
      try dataset.addColumn(
        "on_front", context.members.indices.map { front.contains($0) ? 1 : 0 }, units: "1",
        longName: "1 where no other trial is better in one score and no worse in the other",
        dimension: "trial")
      dataset.setAttribute("second_goal", text: goals[min(1, goals.count - 1)].rawValue)
      dataset.setAttribute("choice", text: choice)
    }
    try NetCDFFile.write(dataset, to: context.output("scores"))
  }

  /// Columns of their own in two dimensions.
  private func addFolds(of scores: [Scores], to dataset: inout Dataset) throws {
    for score in scores {
      guard let folds = score.ofFolds.first?.count else { continue }
      if dataset.size(of: "fold") == nil {
        dataset.dimensions.append(Dataset.Dimension(name: "fold", size: folds))
        dataset.setAttribute("fold_average", text: average.rawValue)
      }
      let attributes = [("units", score.units), ("long_name", "\(score.port) of each fold")].compactMap {
        name, text in text.map { Dataset.Attribute(name: name, value: .text($0)) }
      }
      try dataset.add(
        Dataset.Variable(
          name: "\(score.port)_of_fold", dimensions: ["trial", "fold"],
          values: .double(score.ofFolds.flatMap(\.self)), attributes: attributes))
    }
  }
}
