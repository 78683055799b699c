import Datasets
import Planning

/// Compares the trials of a search and writes the best.
struct SearchOutputs {
  let context: StageContext
  let isMaximised: Bool
  /// Name of the score's quantity, its unit in the table, and how many canonical units that is.
  let scoreName: String
  let isLogarithmic: [Bool]

  func write() throws {
    var scores = Array(repeating: Double.nan, count: context.members.count)
    var units: String?
    for (index, member) in context.members.enumerated() {
      guard let path = member.inputs["score"] else { continue }
      scores[index] = try NetCDFFile.readScalar(path)
      // Every trial writes the same port: one file tells the unit of all.
      if units == nil { units = try NetCDFFile.read(path).variables.first?.units }
    }
    let best = scores.indices.filter { scores[$0].isFinite }.min { left, right in
      let isBetter = isMaximised ? scores[left] > scores[right] : scores[left] < scores[right]
      return isBetter || (scores[left] == scores[right] && left < right)
    }
    guard let best else { throw StageError.noScore(trials: scores.count) }
    try writeTable(scores, units: units, best: best)
    for (column, name) in context.memberVariables.enumerated() {
      let value = context.members[best].values[column]
      context.log("best \(name): \(value), score \(scores[best])")
      for port in ["best", "best_\(name)"] {
        guard let path = context.outputs[port] else { continue }
        try NetCDFFile.writeScalar(value, name: port, units: nil, longName: "best \(name)", to: path)
      }
    }
    try NetCDFFile.writeScalar(
      scores[best], name: "best_score", units: units, longName: "score of the best trial",
      to: context.output("best_score"))
    if best == 0 || best == scores.count - 1, context.memberVariables.count == 1, scores.count > 2 {
      context.log("the best trial is the first or last: the limits may be too narrow")
    }
  }

  private func writeTable(_ scores: [Double], units: String?, best: Int) throws {
    var dataset = Dataset(title: "trials of a search")
    for (column, name) in context.memberVariables.enumerated() {
      try dataset.addColumn(
        name, context.members.map { $0.values[column] }, units: nil, longName: "tried \(name)",
        dimension: "trial")
      dataset.setAttribute("scale_" + name, text: isLogarithmic[column] ? "log" : "linear")
    }
    try dataset.addColumn("score", scores, units: units, longName: scoreName, dimension: "trial")
    dataset.setAttribute("score_name", text: scoreName)
    dataset.setAttribute("best_trial", Double(best))
    dataset.setAttribute("goal", text: isMaximised ? "maximise" : "minimise")
    try NetCDFFile.write(dataset, to: context.output("scores"))
  }
}
