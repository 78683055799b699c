import Artefacts
import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// A posterior as a file: a row for each setting, covariances between them, and the Gaussian in the coordinates that it was
/// fitted in.
struct PosteriorArtefact {
  private let dataset: Dataset

  init(_ path: String) throws { dataset = try NetCDFFile.read(path) }

  /// Mean and covariance of the settings of another inference, in canonical units.
  /// - Parameter others: positions of settings that it need not know; of these the prior's moments stand there.
  /// - Throws: where one of them is missing, or its mean lies outside of the prior.
  func moments(
    of prior: PosteriorPrior, without others: Set<Int> = []
  ) throws -> (mean: [Double], covariance: Matrix) {
    let names = try dataset.texts(PosteriorVariables.name.name)
    let means = try dataset.doubles("canonical_mean")
    let all = try dataset.doubles("canonical_covariance")
    var rows: [Int?] = []
    for (position, name) in prior.names.enumerated() {
      let row = others.contains(position) ? nil : names.firstIndex(of: name)
      guard row != nil || others.contains(position) else {
        throw StageError.outOfPlace(
          "the posterior to begin with knows no '\(name)'; it has \(names.map { "'\($0)'" }.joined(separator: ", "))"
        )
      }
      if let row { try checkMean(means[row], name, prior.margins[position]) }
      rows.append(row)
    }
    let moments = prior.margins.map(\.moments)
    var covariance = Matrix(rows: rows.count, columns: rows.count)
    for (i, row) in rows.enumerated() {
      for (j, column) in rows.enumerated() {
        if let row, let column { covariance[i, j] = all[row * names.count + column] }
      }
      if row == nil { covariance[i, i] = moments[i].deviation * moments[i].deviation }
    }
    return (zip(rows, moments).map { row, own in row.map { means[$0] } ?? own.mean }, covariance)
  }

  private func checkMean(_ mean: Double, _ name: String, _ margin: PriorMargin) throws {
    guard mean < margin.low || mean > margin.high else { return }
    throw StageError.outOfPlace(
      "the posterior to begin with has \(name) at \(mean), outside of the prior's \(margin.low) to \(margin.high)"
    )
  }

  /// What a Gaussian of coordinates, and samples of it, say of the settings.
  struct Content {
    var variables: [MemberVariable]
    /// Of the settings as the prior calls them.
    var names: [String]
    var coordinates: PriorCoordinates
    var family: GaussianFamily
    /// θ of the samples in canonical units, and ln of their weights.
    var parameters: [[Double]]
    var verdict: PosteriorVerdict

    /// Covariance of the samples without weights.
    private var covariance: Matrix {
      let mean = verdict.mean
      var matrix = Matrix(rows: mean.count, columns: mean.count)
      for i in mean.indices {
        for j in mean.indices {
          matrix[i, j] = Statistics.mean(parameters.map { ($0[i] - mean[i]) * ($0[j] - mean[j]) })
        }
      }
      return matrix
    }

    func write(to path: String) throws {
      typealias V = PosteriorVariables
      var dataset = Dataset(title: "posterior of settings")
      let dimension = V.parameter
      try dataset.addColumn(V.name.name, names, longName: V.name.longName, dimension: dimension)
      try dataset.addColumn(
        V.unit.name, variables.map { $0.units ?? "1" }, longName: V.unit.longName,
        dimension: dimension)
      let moments = coordinates.margins.map(\.moments)
      let columns: [(variable: Artefacts.Variable, values: [Double], isDeviation: Bool)] = [
        (V.priorMean, moments.map(\.mean), false), (V.priorDeviation, moments.map(\.deviation), true),
        (V.mean, verdict.mean, false), (V.stdev, verdict.deviation, true),
        (V.weightedMean, verdict.weightedMean, false), (V.weightedDeviation, verdict.weightedDeviation, true),
      ]
      for (variable, values, _) in columns {
        try dataset.addColumn(
          variable.name, zip(variables, values).map { $0.filed($1) }, units: nil, longName: variable.longName,
          dimension: dimension)
      }
      let covariance = covariance
      try dataset.addColumn(
        "canonical_mean", verdict.mean, units: nil, longName: "mean in canonical units", dimension: dimension)
      dataset.dimensions.append(Dataset.Dimension(name: "other", size: names.count))
      let factor = family.factor
      for (name, values, longName) in [
        ("canonical_covariance", covariance.values, "covariance in canonical units"),
        ("correlation", correlation(covariance).values, "correlation of the settings"),
        ("coordinate_factor", factor.values, "S of x = mean + S z, z normal, in coordinates"),
      ] {
        try dataset.add(
          Dataset.Variable(
            name: name, dimensions: [dimension, "other"], values: .double(values),
            attributes: [Dataset.Attribute(name: "long_name", value: .text(longName))]))
      }
      try addDensities(to: &dataset)
      try dataset.addColumn(
        "coordinate_mean", family.mean, units: "1", longName: "mean in coordinates", dimension: dimension)
      try NetCDFFile.write(dataset, to: path)
    }

    /// The prior and what was fitted at values of every setting.
    private func addDensities(to dataset: inout Dataset) throws {
      typealias V = PosteriorVariables
      let curves = names.indices.map { MarginalCurve(coordinates, family, of: $0) }
      dataset.dimensions.append(Dataset.Dimension(name: V.level, size: MarginalCurve.count))
      // A density is one over the unit.
      let units = variables.map { $0.filed(1) - $0.filed(0) }
      let columns: [(variable: Artefacts.Variable, values: [Double])] = [
        (
          V.densityValue,
          zip(variables, curves).flatMap { variable, curve in curve.values.map(variable.filed) }
        ),
        (V.priorDensity, zip(units, curves).flatMap { unit, curve in curve.prior.map { $0 / unit } }),
        (V.fittedDensity, zip(units, curves).flatMap { unit, curve in curve.fitted.map { $0 / unit } }),
      ]
      for (variable, values) in columns {
        try dataset.add(
          Dataset.Variable(
            name: variable.name, dimensions: [V.parameter, V.level], values: .double(values),
            attributes: [Dataset.Attribute(name: "long_name", value: .text(variable.longName))]))
      }
    }

    private func correlation(_ covariance: Matrix) -> Matrix {
      var matrix = covariance
      for i in 0..<matrix.rows {
        for j in 0..<matrix.columns {
          matrix[i, j] = covariance[i, j] / (covariance[i, i] * covariance[j, j]).squareRoot()
        }
      }
      return matrix
    }
  }
}
