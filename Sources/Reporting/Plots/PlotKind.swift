/// What `pipe plot` draws of an artefact: an open value. A plot stands in a file of its own, and in `allCases`.
public struct PlotKind: Sendable {
  /// As after `--as`.
  public let rawValue: String
  /// Options that change this plot; others are refused.
  public let options: Set<PlotOption>
  /// Which of the plots that suit an artefact is drawn where none is named: that of the greatest.
  let precedence: Int
  let suits: @Sendable (PlotSource, PlotRequest) -> Bool
  let draw: @Sendable (Plot) throws -> Figure

  /// - Parameters:
  ///   - precedence: see there; 10 is any column of numbers, 20 any grid, 90 what only one plot can draw.
  ///   - suits: whether it is what an artefact asks for.
  init(
    _ rawValue: String, options: Set<PlotOption>, precedence: Int = 0,
    suits: @escaping @Sendable (PlotSource, PlotRequest) -> Bool = { _, _ in false },
    draw: @escaping @Sendable (Plot) throws -> Figure
  ) {
    (self.rawValue, self.options, self.precedence) = (rawValue, options, precedence)
    (self.suits, self.draw) = (suits, draw)
  }

  /// Every plot, in the order of the help.
  public static let allCases: [PlotKind] = [
    .map, .profile, .histogram, .convergence, .scores, .pareto, .importances, .lhs, .compare, .relief,
    .receiver, .calibration, .sensitivity, .windows, .iterations, .traces, .spectra, .receivers, .misfits,
    .misfitsByComponent, .corner, .predictions, .marginals, .bound, .chains, .ranks, .autocorrelation,
  ]

  /// The kind of that word; nil for an unknown one.
  public init?(rawValue: String) {
    guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = kind
  }

  /// What suits the content of an artefact.
  static func suiting(_ source: PlotSource, _ request: PlotRequest) -> PlotKind? {
    allCases.sorted { $0.precedence > $1.precedence }.first { $0.suits(source, request) }
  }
}

extension PlotKind: Hashable {
  /// By their words.
  public static func == (left: PlotKind, right: PlotKind) -> Bool { left.rawValue == right.rawValue }

  /// By the word.
  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

/// Options of `pipe plot` that not every plot takes, by their names on the command line.
public enum PlotOption: String, CaseIterable, Sendable {
  case variable, with, points, coast, region, colours, limits, through, sigmas, log, iterations
  case receiver, windows
  case receiverField = "receiver-field"
  case withVariable = "with-variable"
  case innerRegion = "inner-region"
  case fullLimits = "full-limits"

  /// Those of every map.
  static let ofMaps: Set<PlotOption> = [
    .variable, .points, .coast, .region, .innerRegion, .colours, .limits, .fullLimits,
  ]
}

/// Axes that can be logarithmic.
public enum PlotAxis: String, CaseIterable, Sendable { case x, y }
