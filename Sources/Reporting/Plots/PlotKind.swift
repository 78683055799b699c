/// What `pipe plot` draws of an artefact.
public enum PlotKind: String, CaseIterable, Sendable {
  case map, profile, histogram, convergence, scores, pareto, importances, lhs, compare, relief
  case calibration, sensitivity, windows, iterations

  /// Options that change this plot; others are refused.
  public var options: Set<PlotOption> {
    let ofMaps: Set<PlotOption> = [
      .variable, .points, .coast, .region, .innerRegion, .colours, .limits, .fullLimits,
    ]
    return switch self {
    case .map: ofMaps
    case .compare: ofMaps.union([.with, .withVariable])
    case .relief: ofMaps.union([.through])
    case .profile: [.variable, .with, .withVariable, .region, .through, .sigmas]
    case .histogram: [.variable, .with, .withVariable, .region, .log]
    case .convergence, .pareto, .scores: [.log]
    case .lhs, .importances: [.variable, .log]
    case .calibration: [.with]
    case .sensitivity: ofMaps.subtracting([.region, .innerRegion])
    case .windows: ofMaps.subtracting([.region, .innerRegion]).union([.with, .withVariable])
    case .iterations: ofMaps.subtracting([.colours, .limits]).union([.iterations])
    }
  }
}

/// Options of `pipe plot` that not every plot takes, by their names on the command line.
public enum PlotOption: String, CaseIterable, Sendable {
  case variable, with, points, coast, region, colours, limits, through, sigmas, log, iterations
  case withVariable = "with-variable"
  case innerRegion = "inner-region"
  case fullLimits = "full-limits"
}

/// Axes that can be logarithmic.
public enum PlotAxis: String, CaseIterable, Sendable { case x, y }
