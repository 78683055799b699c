public import Artefacts
import Datasets
public import NumericCore

/// Gravity on a grid as stages pass it on: NetCDF variables under Invert4Geom's names, in mGal.
///
/// `gravity_anomaly` and `upward` are always there; `uncert` (1σ) and `test` (1 = held out) may be;
/// `forward_gravity` and `misfit` come with the forward model, `reg` and `res` with the separation.
public struct GravityArtefact {
  /// The nodes, where the gravity was observed.
  public var geometry: GridGeometry
  /// mGal, NaN where there is none.
  public var anomaly: [Double]
  /// Heights of the observations, metres.
  public var upward: [Double]
  /// 1σ, mGal; nil where nothing is said of it.
  public var uncertainty: [Double]?
  /// Held-out nodes; nil where all are for the inversion.
  public var isTest: [Bool]?
  /// That of a model, mGal.
  public var forward: [Double]?
  /// Anomaly minus forward, mGal.
  public var misfit: [Double]?
  /// The regional part of the misfit, mGal.
  public var regional: [Double]?
  /// Misfit minus regional, mGal.
  public var residual: [Double]?
  /// What the forward gravity (or the synthetic truth) was computed with.
  public var zref: Double?
  /// Density below the surface minus above, kg/m³.
  public var densityContrast: Double?
  /// What the heights count from; nil where nobody said.
  public var heightDatum: HeightDatum?
  /// Whether noise was added once more to what was measured, as in the member of an ensemble: the attribute
  /// `drawn_anew` of the file.
  public private(set) var isDrawn = false

  /// Gravity at observations, of no model yet.
  public init(geometry: GridGeometry, anomaly: [Double], upward: [Double]) {
    (self.geometry, self.anomaly, self.upward) = (geometry, anomaly, upward)
  }

  /// Reads a grid with `gravity_anomaly` and `upward`.
  public init(path: String) throws {
    let dataset = try NetCDFFile.read(path)
    let anomaly = try dataset.grid(GravityVariables.anomaly)
    self.init(
      geometry: anomaly.geometry, anomaly: anomaly.values,
      upward: try dataset.grid(GravityVariables.height).values)
    func optional(_ variable: Variable) throws -> [Double]? { try dataset.optionalGrid(variable)?.values }
    uncertainty = try optional(GravityVariables.uncertainty)
    isTest = try optional(GravityVariables.isTest)?.map { $0 != 0 }
    forward = try optional(GravityVariables.forward)
    misfit = try optional(GravityVariables.misfit)
    regional = try optional(GravityVariables.regional)
    residual = try optional(GravityVariables.residual)
    isDrawn = dataset.attribute(GravityVariables.drawnAnew) != nil
    heightDatum = dataset.heightDatum
    zref = dataset.number(attribute: SurfaceVariables.referenceLevel)
    densityContrast = dataset.number(attribute: SurfaceVariables.contrastNumber)
  }

  /// - Parameter extra: further fields at the observations.
  public func write(to path: String, extra: [(variable: Variable, values: [Double])] = []) throws {
    var dataset = Dataset(title: "gravity on a grid")
    func add(_ variable: Variable, _ values: [Double]?) throws {
      if let values { try dataset.add(variable, Grid(geometry: geometry, values: values)) }
    }
    try add(GravityVariables.anomaly, anomaly)
    try add(GravityVariables.height, upward)
    try add(GravityVariables.uncertainty, uncertainty)
    if let isTest {
      let variable = GravityVariables.isTest
      try dataset.addFlags(variable.name, isTest, of: geometry, longName: variable.longName)
    }
    try add(GravityVariables.forward, forward)
    try add(GravityVariables.misfit, misfit)
    try add(GravityVariables.regional, regional)
    try add(GravityVariables.residual, residual)
    for (variable, values) in extra { try add(variable, values) }
    if isDrawn { dataset.setAttribute(GravityVariables.drawnAnew, text: GravityVariables.anomaly.name) }
    dataset.heightDatum = heightDatum
    dataset.setAttribute(SurfaceVariables.referenceLevel, zref)
    dataset.setAttribute(SurfaceVariables.contrastNumber, densityContrast)
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
