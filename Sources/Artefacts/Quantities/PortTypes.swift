public import Planning

// What flows along the arrows of this program's pipelines.
extension PortType {
  public static let gravity = PortType("gravity", of: .grid, isDeclarable: true)
  public static let topography = PortType("topography", of: .grid, isDeclarable: true)
  public static let weights = PortType("weights", of: .grid, isDeclarable: true)
  /// Points of known height: go wherever tables are taken.
  public static let constraints = PortType("constraints", of: .table, isDeclarable: true)
  /// Moments of an ensemble: not every grid is one.
  public static let statistics = PortType("statistics", of: .grid, isFoundInWider: false)
  public static let history = PortType("history", .mixed)
  public static let ensemble = PortType("ensemble", .mixed)

  /// All of them, in the order that messages list them.
  public static let registered: [PortType] = [
    .file, .grid, .gravity, .topography, .weights, .table, .constraints, .statistics, .history, .ensemble,
  ]
}

extension TypeTable {
  public static let registered = TypeTable(
    PortType.registered, dimensions: [.dimensionless] + PhysicalDimension.registered)
}
