import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// Samples of a posterior with what they predict: the table that every inference writes, and that `~ samples(…)` draws from.
struct PosteriorSamples {
  /// Values of the settings in canonical units, a row a sample.
  var parameters: [[Double]] = []
  /// A number for each sample.
  var logLikelihood: [Double] = [], logPrior: [Double] = []
  /// ln of importance weights; empty where all samples count alike.
  var logWeight: [Double] = []
  /// All sets of data behind each other, a row a sample; empty where the likelihood is the members' own number.
  var predictions: [[Double]] = []

  /// Writes them.
  /// - Parameter data: whose observations stand beside the predictions.
  func write(_ context: StageContext, _ data: PosteriorData, to output: Output) throws {
    var dataset = Dataset(title: "samples of a posterior")
    for (column, variable) in context.memberVariables.enumerated() {
      try dataset.addColumn(
        variable.fileName, parameters.map { variable.filed($0[column]) }, units: variable.units,
        longName: variable.name, dimension: PosteriorVariables.row)
    }
    let columns: [(variable: Artefacts.Variable, values: [Double])] = [
      (PosteriorVariables.logLikelihood, logLikelihood), (PosteriorVariables.logPrior, logPrior),
      (PosteriorVariables.logWeight, logWeight),
    ]
    for (variable, values) in columns where !values.isEmpty {
      try dataset.addColumn(
        variable.name, values, units: "1", longName: variable.longName, dimension: PosteriorVariables.row)
    }
    if !predictions.isEmpty { try addPredictions(data, to: &dataset) }
    dataset.setAttribute("parameters", text: context.memberVariables.map(\.fileName).joined(separator: " "))
    try NetCDFFile.write(dataset, to: context[output])
  }

  /// `prediction` (point, datum), `observed` and `deviation` (datum); of a second set with `_2` behind every name.
  private func addPredictions(_ data: PosteriorData, to dataset: inout Dataset) throws {
    var start = 0
    for (number, set) in data.sets.enumerated() {
      let suffix = number == 0 ? "" : "_\(number + 1)"
      let datum = PosteriorVariables.datum + suffix
      let count = set.values.count
      dataset.dimensions.append(Dataset.Dimension(name: datum, size: count))
      let range = start..<start + count
      let attributes = [("units", set.units), ("long_name", PosteriorVariables.prediction.longName)]
        .compactMap {
          name, text in text.map { Dataset.Attribute(name: name, value: .text($0)) }
        }
      try dataset.add(
        Dataset.Variable(
          name: PosteriorVariables.prediction.name + suffix, dimensions: [PosteriorVariables.row, datum],
          values: .double(predictions.flatMap { $0[range] }), attributes: attributes))
      for (variable, values) in [
        (PosteriorVariables.observed, set.values), (PosteriorVariables.deviation, set.deviations),
      ] {
        try dataset.addColumn(
          variable.name + suffix, values, units: set.units, longName: variable.longName, dimension: datum)
      }
      start += count
    }
  }
}
