import Datasets
public import Geostatistics
public import NumericCore

/// A kriging as stages pass it on: data with their errors, drift, covariance, and the field that it made, so that a
/// member of an ensemble draws with the numbers of the base result and a regional field knows what the surface's errors
/// are.
///
/// On dimension `point`: `point_easting`, `point_northing`, `value`, `deviation` (σ) and `covariate_1` …; `given` (E) on `point` and `other_point`;
/// on the nodes `mean` and `covariate_1_grid` …; attributes for the rest. Without a covariance (another method made the
/// field) it has no structures.
public struct KrigingArtefact {
  public var data: KrigingData
  /// Nil where the field was made by another method.
  public var model: KrigingModel?
  public var mean: Grid
  private var drift: DriftTerms

  /// What a drift is made of, with its covariates at the data and on the nodes.
  private struct DriftTerms {
    var degree: Int?
    var centre = (easting: 0.0, northing: 0.0)
    var halfExtent = (easting: 1.0, northing: 1.0)
    var atPoints: [[Double]] = []
    var onNodes: [[Double]] = []
  }

  public init(_ kriging: Kriging, mean: Grid) {
    (data, model, self.mean) = (kriging.data, kriging.model, mean)
    let given = kriging.drift
    drift = DriftTerms(degree: given.degree, centre: given.centre, halfExtent: given.halfExtent)
    let first = given.columns - given.covariates.count
    func covariates(at places: Points) -> [[Double]] {
      guard !given.covariates.isEmpty else { return [] }
      let matrix = given.matrix(at: places)
      return given.covariates.indices.map { index in
        (0..<places.count).map { matrix[$0, first + index] }
      }
    }
    drift.atPoints = covariates(at: data.points)
    drift.onNodes = covariates(at: mean.geometry.nodes)
  }

  /// A field without a covariance.
  public init(mean: Grid) {
    data = KrigingData(points: Points(easting: [], northing: []), values: [], deviations: [])
    (model, self.mean, drift) = (nil, mean, DriftTerms())
  }

  /// The kriging again; covariates are known at its data and on the nodes.
  /// - Throws: `KrigingError`; where there is no covariance, what to do.
  public func kriging(workers: Workers) throws -> Kriging {
    guard let model else { throw Self.noCovariance }
    return try Kriging(data, drift: reconstructedDrift, model: model, workers: workers)
  }

  public static let noCovariance = StageError.outOfPlace(
    "the surface has no covariance to draw from: make it with method = kriging, or draw its points only")

  private var reconstructedDrift: Drift {
    let covariates = zip(drift.atPoints, drift.onNodes).map { values, nodes -> Drift.Covariate in
      var known: [SIMD2<Double>: Double] = [:]
      for (index, value) in values.enumerated() {
        known[SIMD2(data.points.easting[index], data.points.northing[index])] = value
      }
      let (lookup, sampler) = (known, BilinearSampler(Grid(geometry: mean.geometry, values: nodes), rules: .ofMaps))
      return Drift.Covariate { easting, northing in
        lookup[SIMD2(easting, northing)] ?? sampler.value(easting: easting, northing: northing)
      }
    }
    return Drift(
      degree: drift.degree, centre: drift.centre, halfExtent: drift.halfExtent, covariates: covariates)
  }
}

// MARK: files

extension KrigingArtefact {
  private static let noDegree = -1.0

  public init(path: String) throws {
    let dataset = try NetCDFFile.read(path)
    let mean = try dataset.grid("mean")
    guard dataset["value"] != nil else {
      self.init(mean: mean)
      return
    }
    self.init(try Self.data(dataset), try Self.model(dataset), try Self.drift(dataset), mean)
  }

  private init(_ data: KrigingData, _ model: KrigingModel, _ drift: DriftTerms, _ mean: Grid) {
    (self.data, self.model, self.drift, self.mean) = (data, model, drift, mean)
  }

  private static func data(_ dataset: Dataset) throws -> KrigingData {
    let points = Points(
      easting: try dataset.column("point_easting"), northing: try dataset.column("point_northing"))
    var given: Matrix?
    if dataset["given"] != nil {
      given = Matrix(rows: points.count, columns: points.count, values: try dataset.doubles("given"))
    }
    return KrigingData(
      points: points, values: try dataset.column("value"), deviations: try dataset.column("deviation"),
      given: given)
  }

  private static func model(_ dataset: Dataset) throws -> KrigingModel {
    let names = try dataset.texts("correlation")
    let (deviations, lengths) = (try dataset.doubles("structure_deviation"), try dataset.doubles("length"))
    let structures = try names.indices.map { index -> Covariance.Structure in
      guard let correlation = CorrelationFamily(rawValue: names[index]) else {
        throw StageError.outOfPlace("\(dataset.path) names the correlation '\(names[index])', which is not known")
      }
      return Covariance.Structure(correlation, deviation: deviations[index], length: lengths[index])
    }
    var anisotropy: Anisotropy?
    if let azimuth = dataset.number(attribute: "anisotropy_azimuth"),
      let ratio = dataset.number(attribute: "anisotropy_ratio")
    {
      anisotropy = Anisotropy(azimuth: azimuth, ratio: ratio)
    }
    return KrigingModel(
      Covariance(structures, anisotropy: anisotropy), jitter: dataset.number(attribute: "jitter") ?? 0)
  }

  private static func drift(_ dataset: Dataset) throws -> DriftTerms {
    let numbers = dataset.attribute("drift")?.numbers ?? []
    guard numbers.count == 5 else {
      throw StageError.missingVariable("drift", artefact: dataset.path, hint: "it is no kriging")
    }
    var terms = DriftTerms(
      degree: numbers[0] == noDegree ? nil : Int(numbers[0]), centre: (numbers[1], numbers[2]),
      halfExtent: (numbers[3], numbers[4]))
    var index = 1
    while dataset["covariate_\(index)"] != nil {
      terms.atPoints.append(try dataset.column("covariate_\(index)"))
      terms.onNodes.append(try dataset.grid("covariate_\(index)_grid").values)
      index += 1
    }
    return terms
  }

  /// - Parameters:
  ///   - unit: of the field.
  ///   - estimate: how the covariance was found, if it was estimated.
  public func write(to path: String, unit: String, estimate: CovarianceSearch.Estimate? = nil) throws {
    var dataset = Dataset(title: model == nil ? "a field without covariance" : "kriging")
    try dataset.addGrid("mean", mean, units: unit, longName: "mean of the field")
    guard let model else { return try NetCDFFile.write(dataset, to: path) }
    try dataset.addColumn("point_easting", data.points.easting, units: "m", longName: "easting of the value")
    try dataset.addColumn("point_northing", data.points.northing, units: "m", longName: "northing of the value")
    try dataset.addColumn("value", data.values, units: unit, longName: "value of the field")
    try dataset.addColumn("deviation", data.deviations, units: unit, longName: "standard deviation of the value")
    if let given = data.given {
      dataset.dimensions.append(Dataset.Dimension(name: "other_point", size: data.count))
      try dataset.add(
        Dataset.Variable(
          name: "given", dimensions: ["point", "other_point"], values: .double(given.values),
          attributes: describing("\(unit)2", "covariance of further errors of the values")))
    }
    for (index, values) in drift.atPoints.enumerated() {
      let name = "covariate_\(index + 1)"
      try dataset.addColumn(name, values, units: nil, longName: "term of the drift")
      try dataset.addGrid(
        name + "_grid", Grid(geometry: mean.geometry, values: drift.onNodes[index]), longName: "term of the drift")
    }
    try addModel(model, unit: unit, to: &dataset)
    dataset.setAttribute("log_likelihood", estimate?.likelihood)
    if let gradient = estimate?.gradient { dataset.setAttribute("log_likelihood_gradient", numbers: gradient) }
    if let limits = estimate?.atLimits, !limits.isEmpty {
      dataset.setAttribute("at_limits", text: limits.joined(separator: ", "))
    }
    try NetCDFFile.write(dataset, to: path)
  }

  private func addModel(_ model: KrigingModel, unit: String, to dataset: inout Dataset) throws {
    let structures = model.covariance.structures
    dataset.dimensions.append(Dataset.Dimension(name: "structure", size: structures.count))
    func add(_ name: String, _ values: Dataset.Values, _ units: String?, _ longName: String) throws {
      try dataset.add(
        Dataset.Variable(
          name: name, dimensions: ["structure"], values: values, attributes: describing(units, longName)))
    }
    try add("correlation", .text(structures.map(\.correlation.rawValue)), nil, "correlation of the structure")
    try add("structure_deviation", .double(structures.map(\.deviation)), unit, "standard deviation of the structure")
    try add("length", .double(structures.map(\.length)), "m", "length of the structure")
    dataset.setAttribute("jitter", model.jitter)
    dataset.setAttribute("anisotropy_azimuth", model.covariance.anisotropy?.azimuth)
    dataset.setAttribute("anisotropy_ratio", model.covariance.anisotropy?.ratio)
    dataset.setAttribute(
      "drift",
      numbers: [
        drift.degree.map(Double.init) ?? Self.noDegree, drift.centre.easting, drift.centre.northing,
        drift.halfExtent.easting, drift.halfExtent.northing,
      ])
  }

  private func describing(_ units: String?, _ longName: String) -> [Dataset.Attribute] {
    [("units", units), ("long_name", longName)].compactMap { name, text in
      text.map { Dataset.Attribute(name: name, value: .text($0)) }
    }
  }
}
