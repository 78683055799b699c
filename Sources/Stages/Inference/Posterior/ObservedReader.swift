import Artefacts
import Datasets
import Geostatistics
import Inference
import NumericCore
import Planning
import StageSupport

/// Reads observations and makes their likelihood of what the section says of noise.
struct ObservedReader {
  private let context: StageContext
  /// To the variances of noise, in the unit of the observations.
  private let addedVariance: Double

  init(_ context: StageContext, addedVariance: Double = 0) {
    (self.context, self.addedVariance) = (context, addedVariance)
  }

  func read(
    _ path: String, number: Int, of count: Int
  ) throws -> (PosteriorData.Observed, GaussianLikelihood) {
    let dataset = try NetCDFFile.read(path)
    let asked = PosteriorData.name(context[PosteriorSettings.observedVariable], number)
    let field = try DataField(dataset, asked: asked, of: "the observations", PosteriorNames.observed)
    do {
      if let file = context[PosteriorSettings.noiseCovariance] {
        return try matrix(file, field)
      }
      let deviations = try deviations(field, dataset)
      var observed = PosteriorData.Observed(
        variable: field.name, units: field.units, values: field.values, deviations: deviations)
      if context[PosteriorSettings.correlationLength] != nil {
        let covariance = try correlated(field, deviations, dataset)
        let likelihood = try GaussianLikelihood(
          field.values, covariance: covariance, regularisation: context[PosteriorSettings.regularisation],
          workers: context.workers)
        return (observed, likelihood)
      }
      // A part of its own on the diagonal is a factor on the deviation.
      let factor = (1 + context[PosteriorSettings.regularisation]).squareRoot()
      observed.deviations = deviations.map { $0 * factor }
      let widened = deviations.map { ($0 * $0 + addedVariance).squareRoot() * factor }
      return (observed, try GaussianLikelihood(field.values, deviations: widened))
    } catch let error as PosteriorError {
      throw StageError.outOfPlace("the observations '\(field.name)': \(error)")
    }
  }

  // MARK: - deviations

  private func deviations(_ field: DataField, _ dataset: Dataset) throws -> [Double] {
    if let given = try stated(field) { return [Double](repeating: given, count: field.values.count) }
    for name in PosteriorNames.deviations {
      if let variable = dataset[name], variable.dimensions == field.dimensions, variable.decoded() != nil {
        let beside = try DataField(dataset, asked: name, of: "the observations", [])
        return try beside.values(in: field.units, like: field.name)
      }
    }
    let wanted = dimension(of: field).map { setting(of: $0).name } ?? "plain_deviation"
    throw StageError.missingSetting(
      name: wanted,
      because:
        "the observations '\(field.name)' come without the variable 'uncert' of their standard deviations")
  }

  /// The deviation that a setting gives for what the observations measure, in their unit.
  private func stated(_ field: DataField) throws -> Double? {
    let dimension = dimension(of: field)
    guard let given = context[setting(of: dimension ?? .dimensionless)] else { return nil }
    guard let dimension, let units = field.units else { return given }
    return dimension == .dimensionless ? given : given / PhysicalDimension.canonical(1, in: units)
  }

  private func setting(of dimension: PhysicalDimension) -> Setting<Double?> {
    PosteriorSettings.deviations.first { $0.dimension == dimension }?.setting
      ?? PosteriorSettings.deviations[0].setting
  }

  /// Nil of data without a unit, or with one that manifests do not know.
  private func dimension(of field: DataField) -> PhysicalDimension? {
    guard let units = field.units, let measure = FileUnits.measure(of: units), measure != .plain else {
      return nil
    }
    return PhysicalDimension.registered.first { FileUnits.measure(of: $0.units) == measure }
  }

  // MARK: - covariances

  private func correlated(
    _ field: DataField, _ deviations: [Double], _ dataset: Dataset
  ) throws -> Matrix {
    guard let length = context[PosteriorSettings.correlationLength] else { return .identity(0) }
    let word = context[PosteriorSettings.noiseCorrelation]
    let points = try places(field, dataset)
    guard points.easting.count == deviations.count else {
      throw StageError.outOfPlace(
        "there are \(points.easting.count) places for \(deviations.count) data, and correlation_length needs one for each"
      )
    }
    var matrix = Covariance(word.correlation, deviation: 1, length: length).matrix(
      points, workers: context.workers)
    for row in 0..<matrix.rows {
      for column in 0..<matrix.columns { matrix[row, column] *= deviations[row] * deviations[column] }
    }
    for index in 0..<matrix.rows { matrix[index, index] += addedVariance }
    return matrix
  }

  private func places(_ field: DataField, _ dataset: Dataset) throws -> Points {
    let metres = StageError.outOfPlace(
      "correlation_length needs observations with places in metres: a grid, or a table with easting and northing; put a stage "
        + "of kind 'project' before longitudes and latitudes")
    if let isGeographic = Dataset.isGeographic(field.dimensions) {
      guard !isGeographic else { throw metres }
      return try dataset.geometry(of: field.name).nodes
    }
    guard dataset.has(PointVariables.easting) else { throw metres }
    return Points(
      easting: try dataset.column(PointVariables.easting),
      northing: try dataset.column(PointVariables.northing))
  }

  private func matrix(
    _ path: String, _ field: DataField
  ) throws -> (PosteriorData.Observed, GaussianLikelihood) {
    var covariance = try Self.matrix(path, rows: field.values.count, of: field.name)
    for index in 0..<covariance.rows { covariance[index, index] += addedVariance }
    let likelihood = try GaussianLikelihood(
      field.values, covariance: covariance, regularisation: context[PosteriorSettings.regularisation],
      workers: context.workers)
    let deviations = (0..<covariance.rows).map { max(0, covariance[$0, $0]).squareRoot() }
    let observed = PosteriorData.Observed(
      variable: field.name, units: field.units, values: field.values, deviations: deviations)
    return (observed, likelihood)
  }

  private static func matrix(_ path: String, rows: Int, of name: String) throws -> Matrix {
    let table = try TableFile.readAny(path, options: TableReadOptions(layout: .plain))
    guard table.count == rows, table.columns.count == rows else {
      throw StageError.outOfPlace(
        "\(path) has \(table.count) rows and \(table.columns.count) columns for \(rows) observations '\(name)'"
      )
    }
    var matrix = Matrix(rows: rows, columns: rows)
    for (column, cells) in table.columns.enumerated() {
      for (row, value) in try table.numbers(cells.name).enumerated() { matrix[row, column] = value }
    }
    return matrix
  }
}
