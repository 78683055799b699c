import Artefacts
import Datasets
import Inference
import Planning
import StageSupport

/// Compares the trials of a search and writes the best.
struct SearchOutputs {
  let context: StageContext
  let ports: (scores: Output, best: Output)
  let goals: [ScoreGoal]
  /// Name of the score's quantity, its unit in the table, and how many canonical units that is.
  let scoreName: String
  let isLogarithmic: [Bool]
  let choice: Search.Choice

  private let trials: SearchTrials

  init(
    context: StageContext, ports: (scores: Output, best: Output), goals: [ScoreGoal], scoreName: String,
    choice: Search.Choice = .first, isLogarithmic: (_ values: [Double]) -> Bool
  ) throws {
    (self.context, self.ports, self.goals) = (context, ports, goals)
    (self.scoreName, self.choice) = (scoreName, choice)
    let trials = try SearchTrials(context)
    self.trials = trials
    self.isLogarithmic = context.memberVariables.indices.map { column in
      isLogarithmic(trials.values.map { $0[column] })
    }
  }

  func write() throws {
    let scores = FamilySettings.scorePorts.compactMap(read)
    guard let best = best(scores) else { throw StageError.noScore(trials: trials.count) }
    try writeTable(scores, best: best)
    for (column, variable) in context.memberVariables.enumerated() {
      let (name, value) = (variable.fileName, trials.values[best][column])
      context.log(
        "best \(name): \(variable.inWords(value)), score "
          + scores.map { $0.inWords($0.values[best]) }.joined(separator: ", "))
      for port in [OutputSpec.best, OutputSpec.best(name)] {
        guard let path = context.outputs[port] else { continue }
        try NetCDFFile.writeScalar(
          variable.filed(value), name: port, units: variable.units, longName: "best \(name)", to: path)
      }
    }
    try NetCDFFile.writeScalar(
      scores[0].values[best], name: ports.best.name, units: scores[0].units,
      longName: "score of the best trial",
      to: context[ports.best])
    for warning in tried.limitsReached(best: best, among: trials.values.indices) { context.warn(warning) }
    scores[0].tellFolds(of: best, context.log)
  }

  /// Nil for a second score that the search has not.
  private func read(_ port: String) -> MemberScores? {
    guard trials.has(port) || port == FamilySettings.scorePorts[0] else { return nil }
    return MemberScores(port, of: trials, average: context[FamilySettings.foldAverage])
  }

  private func minimised(_ scores: [MemberScores]) -> [[Double]] {
    trials.values.indices.map { trial in goals.minimised(scores.map { $0.values[trial] }) }
  }

  /// The earliest of equals.
  private func best(_ scores: [MemberScores]) -> Int? {
    let rule: ParetoFront.Choice =
      switch choice {
      case .first: .least(0)
      case .second: .least(1)
      case .compromise: .compromise
      }
    return ParetoFront.best(minimised(scores), by: scores.count == 1 ? .least(0) : rule)
  }

  private var tried: TriedSettings {
    TriedSettings(variables: context.memberVariables, values: trials.values)
  }

  private func writeTable(_ scores: [MemberScores], best: Int) throws {
    var dataset = Dataset(title: "trials of a search")
    try tried.addColumns(to: &dataset)
    for (column, variable) in context.memberVariables.enumerated() {
      dataset.setAttribute("scale_" + variable.fileName, text: isLogarithmic[column] ? "log" : "linear")
    }
    for score in scores {
      try dataset.addColumn(
        score.port, score.values, units: score.units,
        longName: score.port == FamilySettings.scorePorts[0] ? scoreName : "second score",
        dimension: "trial")
    }
    for score in scores { try score.addFolds(to: &dataset) }
    dataset.setAttribute("score_name", text: scoreName)
    dataset.setAttribute("best_trial", Double(best))
    dataset.setAttribute("goal", text: goals[0].rawValue)
    if scores.count > 1 {
      let front = Set(ParetoFront.indices(minimised(scores)))
      try dataset.add(
        TrialVariables.isOnFront, trials.values.indices.map { front.contains($0) ? 1 : 0 }, along: "trial")
      dataset.setAttribute("second_goal", text: goals[min(1, goals.count - 1)].rawValue)
      dataset.setAttribute("choice", text: choice.rawValue)
    }
    try NetCDFFile.write(dataset, to: context[ports.scores])
  }
}
