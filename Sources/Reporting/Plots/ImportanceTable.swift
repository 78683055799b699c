import Inference
import NumericCore

/// How much each setting of a search matters for its score.
struct ImportanceTable {
  let names: [String]
  let importance: SettingImportance
  private let isOfLogarithm: Bool

  enum Fault: Error, Equatable, CustomStringConvertible {
    case byWindow, noSettings
    case scoreNotPositive
    case notKnown(SettingImportance.Fault, names: [String])

    var description: String {
      switch self {
      case .byWindow: "trials of windows differ by place, so that their scores can't be compared"
      case .noSettings: "the table has no columns of settings that were tried"
      case .scoreNotPositive: "scores that are not positive have no logarithm; leave --log y out"
      case .notKnown(.noLogarithm(let axis), let names):
        "\(names[axis]) has values that are not positive; leave --log x out"
      case .notKnown(let fault, _): fault.description
      }
    }
  }

  init(_ table: SearchTable, ofLogarithm: Bool) throws(Fault) {
    guard !table.isByWindow else { throw .byWindow }
    guard !table.parameters.isEmpty else { throw .noSettings }
    var scores = table.score.values
    if ofLogarithm {
      guard PlotMath.finite(scores).allSatisfy({ $0 > 0 }) else { throw .scoreNotPositive }
      scores = scores.map { $0.isFinite ? Elementary.log10($0) : .nan }
    }
    names = table.parameters.map(\.name)
    isOfLogarithm = ofLogarithm
    do throws(SettingImportance.Fault) {
      importance = try SettingImportance(
        table.parameters.map { .init(values: $0.values, isLogarithmic: $0.isLogarithmic) }, scores: scores)
    } catch {
      throw .notKnown(error, names: table.parameters.map(\.name))
    }
  }

  func chart(title: String) -> BarChart {
    let what = isOfLogarithm ? "the logarithm's" : "the score's"
    let foreseen = NumberText.significant(max(0, (100 * importance.foreseen).rounded()), 3)
    return BarChart(
      title: title, quantity: "part of \(what) variance, \(foreseen) % foreseen", names: names,
      sets: [
        SampledParameter(name: "alone", unit: "", values: importance.alone),
        SampledParameter(name: "with interactions", unit: "", values: importance.total),
      ])
  }
}

extension SearchTable {
  func importance(ofLogarithm: Bool = false) throws(ImportanceTable.Fault) -> ImportanceTable {
    try ImportanceTable(self, ofLogarithm: ofLogarithm)
  }
}
