import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// What cross-validation chose for a regional field, as outputs: numbers that other stages can take, and the trials.
enum RegionalChoice {
  private static let damping = Output(
    "chosen_damping", .scalar(.dimensionless),
    "damping that cross-validation chose, of splines or sources; NaN where none was chosen")
  private static let depth = Output(
    "chosen_depth", .scalar(.length), "depth of sources that constraints_cv chose; NaN where none was chosen")
  private static let tension = Output(
    "chosen_tension", .scalar(.dimensionless), "tension that constraints_cv chose; NaN where none was chosen")
  private static let trials = Output(
    "trials", .table, "what cross-validation tried, with its scores; without rows where nothing was chosen")

  static let declarations: [any Declaration] = [damping, depth, tension, trials]

  static func write(_ result: RegionalResult, _ context: StageContext) throws {
    let best = result.candidates.map { choice in
      Dictionary(uniqueKeysWithValues: zip(choice.names, choice.best.candidate.values))
    }
    for (output, name, units) in [
      (damping, "damping", "1"), (depth, "depth", "m"), (tension, "tension", "1"),
    ] {
      let value = best?[name] ?? (name == "damping" ? result.chosenDamping : nil)
      try NetCDFFile.writeScalar(
        value ?? .nan, name: output.name, units: units, longName: "\(name) that was chosen",
        to: context[output])
    }
    try NetCDFFile.write(try table(result), to: context[trials])
  }

  private static func table(_ result: RegionalResult) throws -> Dataset {
    var table = Dataset(title: "cross-validation of the regional field")
    func add(_ name: String, _ values: [Double], _ units: String, _ longName: String) throws {
      try table.addColumn(
        name, values, units: units, longName: longName, dimension: TrialVariables.dimension)
    }
    guard let choice = result.candidates else {
      try add("damping", result.scores.map(\.damping), "1", "damping")
      try add("score", result.scores.map(\.score), "1", "mean R² over the folds")
      return table
    }
    for (place, name) in choice.names.enumerated() {
      try add(name, choice.trials.map { $0.candidate.values[place] }, name == "depth" ? "m" : "1", name)
    }
    try add(
      "residual_at_constraints", choice.trials.map(\.residualAtConstraints), "mGal",
      "RMS residual at left-out constraints, mean over the folds")
    try add(
      "residual_amplitude", choice.trials.map(\.residualAmplitude), "mGal",
      "RMS residual of all nodes, mean over the folds")
    let best = choice.trials.firstIndex(of: choice.best)
    table.setAttribute(TrialVariables.bestTrial, best.map(Double.init))
    return table
  }
}
