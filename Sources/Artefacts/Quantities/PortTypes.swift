public import Planning

// What flows along the arrows of this program's pipelines.
extension PortType {
  /// Gravity on a grid, under the names of `GravityVariables`.
  public static let gravity = PortType("gravity", of: .grid, isDeclarable: true)
  /// A surface on a grid, under the names of `SurfaceVariables`.
  public static let topography = PortType("topography", of: .grid, isDeclarable: true)
  /// Numbers of 0 and above on the nodes of a grid.
  public static let weights = PortType("weights", of: .grid, isDeclarable: true)
  /// Points of known height: go wherever tables are taken.
  public static let constraints = PortType("constraints", of: .table, isDeclarable: true)
  /// Moments of an ensemble: not every grid is one.
  public static let statistics = PortType("statistics", of: .grid, isFoundInWider: false)
  /// Norms of an inversion's iterations, and where they were asked for the grids of each.
  public static let history = PortType("history", .mixed)
  /// All members of an ensemble, one behind the other, with what was drawn for each.
  public static let ensemble = PortType("ensemble", .mixed)

  /// Draws of a prior with the data that were simulated for each.
  public static let samples = PortType("samples", .mixed)
  /// Trained networks with all that it takes to apply them.
  public static let network = PortType("network", .mixed)

  /// Records of receivers over time, under the names of `TraceVariables`.
  public static let waveforms = PortType("waveforms", .mixed, isDeclarable: true)
  /// What the gradient of a simulation needs of it.
  public static let wavefield = PortType("wavefield", .mixed)

  /// A posterior of settings: moments, covariances and the Gaussian that was fitted.
  public static let posterior = PortType("posterior", .mixed)

  /// All of them, in the order that messages list them.
  public static let registered: [PortType] = [
    .file, .grid, .gravity, .topography, .weights, .table, .constraints, .waveforms, .statistics, .history,
    .ensemble, .wavefield, .posterior, .samples, .network,
  ]
}

extension TypeTable {
  /// All of them, with the numbers of every dimension that manifests may use.
  public static let registered = TypeTable(
    PortType.registered, dimensions: [.dimensionless] + PhysicalDimension.registered)
}
