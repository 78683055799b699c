import Artefacts
import Datasets
public import NumericCore
public import Planning

/// Reference level and density contrast of a model: settings, or grids in their place, or those of the gravity that
/// the stage takes.
public enum ContrastSettings {
  /// The same everywhere.
  public static let density = Setting(
    "density_contrast", .number(in: .kilogramPerCubicMetre),
    .optional(otherwise: "that of the gravity input"),
    "density below the surface minus above")
  /// The same everywhere.
  public static let zref = Setting(
    "zref", .number(in: .metre), .optional(otherwise: "that of the gravity input"),
    "reference level of the prisms")
  /// Node by node.
  public static let densityGrid = Input.optional(
    "density_contrast_grid", [.grid], "density contrast of every node, in place of the setting, kg/m3")
  /// Node by node.
  public static let zrefGrid = Input.optional(
    "zref_grid", [.topography], "reference level of every node, in place of the setting")

  /// All of them, of which a model takes one of each pair.
  public static let all = Declarations(
    [density, zref, densityGrid, zrefGrid],
    rules: [.atMostOne(density, densityGrid), .atMostOne(zref, zrefGrid), nonzero(density)])

  /// A density contrast that is none.
  public static func nonzero<Value>(_ density: Setting<Value>) -> Rule {
    .nonzero(density, because: zeroContrast)
  }

  private static let zeroContrast = "a layer without contrast has no gravity"

  /// The contrast that inputs or settings give, or else the one that the gravity was made with.
  public static func contrast(_ context: StageContext, gravity: GravityArtefact) throws -> LayerContrast {
    let density = try field(
      density, densityGrid, context, variable: "density_contrast", gravity.densityContrast)
    let zref = try field(zref, zrefGrid, context, variable: "topography", gravity.zref)
    guard density.number != 0 else {
      throw StageError.outOfPlace("density_contrast is zero: \(zeroContrast)")
    }
    context.log("density contrast \(density.text) kg/m3, reference level \(zref.text) m")
    return LayerContrast(zref: zref, density: density)
  }

  private static func field(
    _ setting: Setting<Double?>, _ input: Input<String?>, _ context: StageContext, variable: String,
    _ given: Double?
  ) throws -> LayerContrast.Field {
    if let path = context[input] {
      let isDensity = variable == "density_contrast"
      return .grid(
        try NetCDFFile.read(path).grid(
          named: variable, of: input.name, quantity: isDensity ? "density contrasts" : "heights",
          units: isDensity ? "kg m-3" : "m"))
    }
    guard let number = context[setting] ?? given else {
      throw StageError.missingSetting(
        name: setting.name,
        because: "the gravity input does not say what model it belongs to, and no grid of it is given")
    }
    return .number(number)
  }
}

/// Reference level and density contrast of a model: a number each, or a grid.
public struct LayerContrast {
  /// The same everywhere, or node by node.
  public enum Field {
    case number(Double)
    case grid(Grid)

    /// Nil for a grid.
    public var number: Double? { if case .number(let value) = self { value } else { nil } }

    /// A value a node of the topography, with which a grid must share its nodes.
    public func values(on geometry: GridGeometry, port: String) throws -> [Double] {
      switch self {
      case .number(let value): return Array(repeating: value, count: geometry.count)
      case .grid(let grid):
        guard grid.geometry.isSame(as: geometry) else {
          throw StageError.gridsDiffer("input '\(port)'", "the topography")
        }
        return grid.values
      }
    }

    fileprivate var text: String { number.map { "\($0)" } ?? "of a grid," }
  }

  public var zref, density: Field

  /// A reference level and a contrast.
  public init(zref: Field, density: Field) { (self.zref, self.density) = (zref, density) }

  /// The reference level of every node, metres.
  public func reference(_ geometry: GridGeometry) throws -> [Double] {
    try zref.values(on: geometry, port: ContrastSettings.zrefGrid.name)
  }

  /// The density contrast of every node, kg/m³.
  public func densities(_ geometry: GridGeometry) throws -> [Double] {
    try density.values(on: geometry, port: ContrastSettings.densityGrid.name)
  }
}
