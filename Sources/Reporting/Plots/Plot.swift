import Datasets

/// One figure of one artefact.
public struct Plot {
  public let kind: PlotKind
  let source: PlotSource
  let request: PlotRequest

  /// Decides what to draw and checks that every option given has an effect.
  /// - Throws: `PlotError`.
  public init(_ source: PlotSource, _ request: PlotRequest) throws {
    (self.source, self.request) = (source, request)
    kind = try request.kind ?? Self.kind(of: source, request)
    let unused = request.given.subtracting(kind.options).map(\.rawValue).sorted().first
    if let unused, let option = PlotOption(rawValue: unused) {
      throw PlotError.unusedOption(
        option: unused, kind: kind.rawValue,
        kinds: PlotKind.allCases.filter { $0.options.contains(option) }.map(\.rawValue))
    }
  }

  /// - Throws: `PlotError`, or `DatasetError` for a grid that can't be read.
  public func figure() throws -> Figure {
    switch kind {
    case .map: try map()
    case .compare: try compare()
    case .relief: try relief()
    case .profile: try profile()
    case .histogram: try histogram()
    case .convergence: try convergence()
    case .scores: try scores()
    case .pareto: try pareto()
    case .importances: try importances()
    case .lhs: try lhs()
    case .calibration: try calibration()
    case .sensitivity: try sensitivity()
    case .windows: try windows()
    case .iterations: try iterations()
    }
  }

  /// What suits the content of an artefact.
  private static func kind(of source: PlotSource, _ request: PlotRequest) throws -> PlotKind {
    if source.has("nominal", "coverage") { return .calibration }
    if WindowTable(source.dataset) != nil { return .windows }
    if request.other != nil || request.otherVariable != nil { return .compare }
    if EnsembleTable(source.dataset) != nil { return .lhs }
    if SearchTable(source.dataset)?.front != nil { return .pareto }
    if SearchTable(source.dataset) != nil { return .scores }
    if SensitivityTable(source.dataset) != nil || !source.layeredNames.isEmpty { return .sensitivity }
    if EnsembleErrors(source.dataset) != nil { return .convergence }
    if source.has("l2_norm", "delta_l2_norm") { return .convergence }
    if !source.gridNames.isEmpty || source.points() != nil { return .map }
    if !source.variableNames.isEmpty { return .histogram }
    throw PlotError.notDrawable(
      kind: "any plot", artefact: source.name, needs: "a grid or a column of numbers",
      found: source.dataset.variables.map(\.name))
  }

  func notDrawable(_ needs: String) -> PlotError {
    .notDrawable(
      kind: kind.rawValue, artefact: source.name, needs: needs, found: source.dataset.variables.map(\.name))
  }
}
