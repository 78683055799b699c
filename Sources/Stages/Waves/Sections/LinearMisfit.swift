import Artefacts
import Datasets
import NumericCore
import StageSupport

/// Data with deviations beside what a model predicts of them: ½ Σ ((observed − predicted) / σ)² and its derivative by the
/// predictions, which is −(observed − predicted) / σ².
struct LinearMisfit {
  let observed, predicted, deviations: [Double]

  /// - Throws: for data or deviations that are no numbers, or not above 0.
  init(_ observed: [Double], _ predicted: [Double], deviations: [Double], what: String) throws {
    precondition(observed.count == predicted.count && observed.count == deviations.count)
    if let row = observed.firstIndex(where: { !$0.isFinite }) {
      throw StageError.outOfPlace("row \(row + 1): the \(what) is no number")
    }
    if let row = deviations.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw StageError.outOfPlace(
        "row \(row + 1): the deviation of the \(what) is \(deviations[row]) and must be above 0")
    }
    (self.observed, self.predicted, self.deviations) = (observed, predicted, deviations)
  }

  private func scaled(_ row: Int) -> Double { (observed[row] - predicted[row]) / deviations[row] }

  /// What each datum contributes.
  var parts: [Double] { observed.indices.map { 0.5 * scaled($0) * scaled($0) } }

  /// The sum of the parts in their order.
  var value: Double { parts.reduce(0, +) }

  /// Derivative by the predictions.
  var byPrediction: [Double] { observed.indices.map { -scaled($0) / deviations[$0] } }

  /// Deviations of data: those of the setting, or a column of theirs.
  static func deviations(
    _ given: Double?, _ table: Dataset, count: Int, setting: String
  ) throws -> [Double] {
    if let given { return Array(repeating: given, count: count) }
    guard table["uncert"] != nil else {
      throw StageError.missingVariable(
        "uncert", artefact: table.path, hint: "the data's standard deviations, or set '\(setting)'")
    }
    return try table.column("uncert")
  }

  /// Adds observed, predicted, residual, deviation and contribution as columns.
  func add(_ name: String, units: String, what: String, to table: inout Dataset) throws {
    let residuals = zip(observed, predicted).map { $0 - $1 }
    for (column, values, unit, longName) in [
      (name, observed, units, "observed \(what)"), ("predicted", predicted, units, "\(what) of the model"),
      ("residual", residuals, units, "observed minus predicted"),
      ("uncert", deviations, units, "standard deviation of the \(what)"),
      ("misfit", parts, "1", "contribution to the misfit"),
    ] {
      try table.addColumn(column, values, units: unit, longName: longName)
    }
  }
}

extension LinearMisfit {
  /// Observed against predicted, of a table that `add` has written.
  static func agreement(_ table: String, observed: Variable, title: String) -> ReportItem {
    .agreement(
      FieldAgreement(
        ("predicted", .own(table, Variable("predicted", nil, ""))), ("observed", .own(table, observed)),
        title: title, statistic: .own(table, Variable("residual", nil, "")), "Observed against predicted."))
  }
}

/// Where something stands, as a name of it that tables are compared by.
enum PlaceName {
  static func text(_ x: Double, _ z: Double) -> String { "\(x), \(z)" }
}

/// Noise of simulated data: normal draws by row.
enum SimulatedNoise {
  static func add(_ deviation: Double, seed: Int, stream: String, to values: inout [Double]) {
    guard deviation > 0 else { return }
    let draws = CounterRandom(seed: UInt64(seed), stream: stream).normal(values.count, row: 0)
    for row in values.indices { values[row] += deviation * draws[row] }
  }
}
