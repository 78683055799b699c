import Datasets
public import NumericCore

/// Gravity on a grid as stages pass it on: NetCDF variables under Invert4Geom's names, in mGal.
///
/// `gravity_anomaly` and `upward` are always there; `uncert` (1σ) and `test` (1 = held out) may be;
/// `forward_gravity` and `misfit` come with the forward model, `reg` and `res` with the separation.
public struct GravityArtefact {
  public var geometry: GridGeometry
  public var anomaly: [Double]
  public var upward: [Double]
  public var uncertainty: [Double]?
  /// Held-out nodes; nil where all are for the inversion.
  public var isTest: [Bool]?
  public var forward: [Double]?
  public var misfit: [Double]?
  public var regional: [Double]?
  public var residual: [Double]?
  /// What the forward gravity (or the synthetic truth) was computed with.
  public var zref: Double?
  public var densityContrast: Double?

  public init(geometry: GridGeometry, anomaly: [Double], upward: [Double]) {
    (self.geometry, self.anomaly, self.upward) = (geometry, anomaly, upward)
  }

  public init(path: String) throws {
    let dataset = try NetCDFFile.read(path)
    let anomaly = try dataset.grid("gravity_anomaly")
    self.init(
      geometry: anomaly.geometry, anomaly: anomaly.values, upward: try dataset.grid("upward").values)
    func optional(_ name: String) throws -> [Double]? {
      dataset[name] == nil ? nil : try dataset.grid(name).values
    }
    uncertainty = try optional("uncert")
    isTest = try optional("test")?.map { $0 != 0 }
    forward = try optional("forward_gravity")
    misfit = try optional("misfit")
    regional = try optional("reg")
    residual = try optional("res")
    zref = dataset.number(attribute: "zref")
    densityContrast = dataset.number(attribute: "density_contrast")
  }

  /// A further field of a model at the observations.
  public struct Field {
    public var name: String
    public var values: [Double]
    public var units, longName: String

    public init(name: String, values: [Double], units: String, longName: String) {
      (self.name, self.values, self.units, self.longName) = (name, values, units, longName)
    }
  }

  public func write(to path: String, extra: [Field] = []) throws {
    var dataset = Dataset(title: "gravity on a grid")
    func add(_ name: String, _ values: [Double]?, _ longName: String, units: String = "mGal") throws {
      guard let values else { return }
      try dataset.addGrid(name, Grid(geometry: geometry, values: values), units: units, longName: longName)
    }
    try add("gravity_anomaly", anomaly, "gravity anomaly, positive downwards")
    try add("upward", upward, "height of the observations", units: "m")
    try add("uncert", uncertainty, "standard deviation of the gravity anomaly")
    if let isTest {
      try dataset.addFlags(
        "test", isTest, of: geometry, longName: "1 where the datum is held out of the inversion")
    }
    try add("forward_gravity", forward, "gravity of the model")
    try add("misfit", misfit, "gravity anomaly minus gravity of the model")
    try add("reg", regional, "regional part of the misfit")
    try add("res", residual, "residual part of the misfit")
    for field in extra { try add(field.name, field.values, field.longName, units: field.units) }
    dataset.setAttribute("zref", zref)
    dataset.setAttribute("density_contrast", densityContrast)
    try NetCDFFile.write(dataset, to: path)
  }

  /// The nodes that the inversion may use, as a grid of their own where some are held out.
  ///
  /// Test points lie at half spacing between training nodes: training nodes are every second one.
  public func trainingGrid(of values: [Double]) -> Grid {
    guard isTest != nil else { return Grid(geometry: geometry, values: values) }
    let coarse = GridGeometry(
      region: geometry.region, columns: (geometry.columns + 1) / 2, rows: (geometry.rows + 1) / 2,
      isGeographic: geometry.isGeographic)
    var taken: [Double] = []
    taken.reserveCapacity(coarse.count)
    for row in 0..<coarse.rows {
      for column in 0..<coarse.columns { taken.append(values[2 * row * geometry.columns + 2 * column]) }
    }
    return Grid(geometry: coarse, values: taken)
  }

  /// Whether `test` marks exactly the nodes between those of a grid of twice the spacing.
  public var hasHalfSpacingTests: Bool {
    guard let isTest, geometry.columns % 2 == 1, geometry.rows % 2 == 1 else { return isTest == nil }
    return (0..<geometry.count).allSatisfy { index in
      let (row, column) = (index / geometry.columns, index % geometry.columns)
      return isTest[index] == !(row % 2 == 0 && column % 2 == 0)
    }
  }
}
