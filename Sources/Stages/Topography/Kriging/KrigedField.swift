import Artefacts
import Datasets
import Geostatistics
import NumericCore
import StageSupport

/// What a kriged field in a file stands on: data with their errors, drift and covariance, so that a member of an ensemble
/// draws with the numbers of the base result, and a regional field knows what the surface's errors are.
///
/// Variables `kriging_…` beside the field: `kriging_easting`, `kriging_northing`, `kriging_value`, `kriging_deviation` (σ) and
/// covariates of the drift a datum, `kriging_given` (E, row by row), covariates on the field's nodes, the structures of the
/// covariance; attributes for the rest.
struct KrigedField {
  let data: KrigingData
  let model: KrigingModel
  private let drift: DriftTerms

  /// What a drift is made of, with its covariates at the data and on the nodes.
  private struct DriftTerms {
    var degree: Int?
    var centre = (easting: 0.0, northing: 0.0)
    var halfExtent = (easting: 1.0, northing: 1.0)
    var atPoints: [[Double]] = []
    var onNodes: [Grid] = []
  }

  /// - Parameter geometry: the nodes of the field.
  init(_ kriging: Kriging, on geometry: GridGeometry) {
    (data, model) = (kriging.data, kriging.model)
    let given = kriging.drift
    var drift = DriftTerms(degree: given.degree, centre: given.centre, halfExtent: given.halfExtent)
    let first = given.columns - given.covariates.count
    func covariates(at places: Points) -> [[Double]] {
      guard !given.covariates.isEmpty else { return [] }
      let matrix = given.matrix(at: places)
      return given.covariates.indices.map { index in
        (0..<places.count).map { matrix[$0, first + index] }
      }
    }
    drift.atPoints = covariates(at: kriging.data.points)
    drift.onNodes = covariates(at: geometry.nodes).map { Grid(geometry: geometry, values: $0) }
    self.drift = drift
  }

  /// The kriging again; covariates are known at its data and on the nodes.
  func kriging(workers: Workers) throws -> Kriging {
    try Kriging(data, drift: reconstructedDrift, model: model, workers: workers)
  }

  static let missing = StageError.outOfPlace(
    "there is no covariance to draw from: the field is not kriged, or a stage between has left it out; take the output of "
      + "the stage that kriges it")

  private var reconstructedDrift: Drift {
    let covariates = zip(drift.atPoints, drift.onNodes).map { values, nodes -> Drift.Covariate in
      var known: [SIMD2<Double>: Double] = [:]
      for (index, value) in values.enumerated() {
        known[SIMD2(data.points.easting[index], data.points.northing[index])] = value
      }
      let (lookup, sampler) = (known, BilinearSampler(nodes, rules: .ofMaps))
      return Drift.Covariate { easting, northing in
        lookup[SIMD2(easting, northing)] ?? sampler.value(easting: easting, northing: northing)
      }
    }
    return Drift(
      degree: drift.degree, centre: drift.centre, halfExtent: drift.halfExtent, covariates: covariates)
  }
}

// MARK: files

extension KrigedField {
  private static let noDegree = -1.0
  private static let (point, structure, pair) = ("kriging_point", "kriging_structure", "kriging_pair")

  /// Nil where the field of the file was made in another way.
  init?(_ dataset: Dataset) throws {
    guard dataset["kriging_value"] != nil else { return nil }
    data = try Self.data(dataset)
    model = try Self.model(dataset)
    drift = try Self.drift(dataset)
  }

  private static func data(_ dataset: Dataset) throws -> KrigingData {
    let points = Points(
      easting: try dataset.column("kriging_easting"), northing: try dataset.column("kriging_northing"))
    var given: Matrix?
    if dataset["kriging_given"] != nil {
      given = Matrix(rows: points.count, columns: points.count, values: try dataset.column("kriging_given"))
    }
    return KrigingData(
      points: points, values: try dataset.column("kriging_value"),
      deviations: try dataset.column("kriging_deviation"), given: given)
  }

  private static func model(_ dataset: Dataset) throws -> KrigingModel {
    let names = try dataset.texts("kriging_correlation")
    let deviations = try dataset.column("kriging_structure_deviation")
    let lengths = try dataset.column("kriging_structure_length")
    let structures = try names.indices.map { index -> Covariance.Structure in
      guard let correlation = Geostatistics.Correlation(rawValue: names[index]) else {
        throw StageError.outOfPlace(
          "\(dataset.path) names the correlation '\(names[index])', which is not known")
      }
      return Covariance.Structure(correlation, deviation: deviations[index], length: lengths[index])
    }
    var anisotropy: Anisotropy?
    if let azimuth = dataset.number(attribute: "kriging_azimuth"),
      let ratio = dataset.number(attribute: "kriging_ratio")
    {
      anisotropy = Anisotropy(azimuth: azimuth, ratio: ratio)
    }
    return KrigingModel(
      Covariance(structures, anisotropy: anisotropy), jitter: dataset.number(attribute: "kriging_jitter") ?? 0
    )
  }

  private static func drift(_ dataset: Dataset) throws -> DriftTerms {
    let numbers = dataset.attribute("kriging_drift")?.numbers ?? []
    guard numbers.count == 5 else {
      throw StageError.missingVariable("kriging_drift", artefact: dataset.path, hint: "the file is damaged")
    }
    var terms = DriftTerms(
      degree: numbers[0] == noDegree ? nil : Int(numbers[0]), centre: (numbers[1], numbers[2]),
      halfExtent: (numbers[3], numbers[4]))
    var index = 1
    while dataset["kriging_covariate_\(index)"] != nil {
      terms.atPoints.append(try dataset.column("kriging_covariate_\(index)"))
      terms.onNodes.append(try dataset.grid("kriging_covariate_\(index)_grid"))
      index += 1
    }
    return terms
  }

  /// - Parameters:
  ///   - unit: of the field.
  ///   - estimate: how the covariance was found, if it was estimated.
  func add(to dataset: inout Dataset, unit: String, estimate: CovarianceSearch.Estimate? = nil) throws {
    func add(_ name: String, _ values: [Double], _ units: String?, _ longName: String) throws {
      try dataset.addColumn(
        "kriging_" + name, values, units: units, longName: longName, dimension: Self.point)
    }
    try add("easting", data.points.easting, "m", "easting of the kriged value")
    try add("northing", data.points.northing, "m", "northing of the kriged value")
    try add("value", data.values, unit, "kriged value")
    try add("deviation", data.deviations, unit, "standard deviation of the kriged value")
    if let given = data.given {
      try dataset.addColumn(
        "kriging_given", given.values, units: unit + "2",
        longName: "covariance of further errors, row by row",
        dimension: Self.pair)
    }
    for (index, values) in drift.atPoints.enumerated() {
      try add("covariate_\(index + 1)", values, nil, "term of the drift")
      try dataset.addGrid(
        "kriging_covariate_\(index + 1)_grid", drift.onNodes[index], longName: "term of the drift")
    }
    try addModel(to: &dataset, unit)
    dataset.setAttribute("kriging_log_likelihood", estimate?.likelihood)
    if let limits = estimate?.atLimits, !limits.isEmpty {
      dataset.setAttribute("kriging_at_limits", text: limits.joined(separator: ", "))
    }
  }

  private func addModel(to dataset: inout Dataset, _ unit: String) throws {
    let structures = model.covariance.structures
    try dataset.addColumn(
      "kriging_correlation", structures.map(\.correlation.rawValue), longName: "correlation of the structure",
      dimension: Self.structure)
    try dataset.addColumn(
      "kriging_structure_deviation", structures.map(\.deviation), units: unit,
      longName: "standard deviation of the structure", dimension: Self.structure)
    try dataset.addColumn(
      "kriging_structure_length", structures.map(\.length), units: "m", longName: "length of the structure",
      dimension: Self.structure)
    dataset.setAttribute("kriging_jitter", model.jitter)
    dataset.setAttribute("kriging_azimuth", model.covariance.anisotropy?.azimuth)
    dataset.setAttribute("kriging_ratio", model.covariance.anisotropy?.ratio)
    dataset.setAttribute(
      "kriging_drift",
      numbers: [
        drift.degree.map(Double.init) ?? Self.noDegree, drift.centre.easting, drift.centre.northing,
        drift.halfExtent.easting, drift.halfExtent.northing,
      ])
  }
}
