public import Artefacts
public import NumericCore

/// What is asked for beside the artefact. Coordinates are metres, or degrees of geographic data.
public struct PlotRequest: Sendable {
  /// Nil: what suits the artefact.
  public var kind: PlotKind?
  /// Empty: what suits the artefact.
  public var variables: [String] = []
  /// The artefact that it is compared with.
  public var other: PlotSource?
  /// Further artefacts that it is compared with, of plots that take several.
  public var more: [PlotSource] = []
  /// Tables of windows, to be shaded.
  public var windows: [PlotSource] = []
  /// The receiver that is drawn; nil: the first.
  public var receiver: String?
  /// What of it; nil: what was recorded.
  public var receiverField: TraceVariables.Field?
  /// Of the other artefact; nil: the same as of the first.
  public var otherVariable: String?
  /// Drawn over the map.
  public var points: Points?
  /// Drawn over the map, such as coasts.
  public var lines: [Points] = []
  /// West, east, south, north in the unit of the axes: km or degrees.
  public var region: Region?
  /// A rectangle drawn on the map, such as that of the data.
  public var innerRegion: Region?
  /// Above the figure; nil: what suits the artefact.
  public var title: String?
  /// Axes with logarithmic scales.
  public var logarithmic: Set<PlotAxis> = []
  /// Nil: those that go with the quantity.
  public var colours: ColourMap?
  /// Of the colours or of the vertical axis; nil: from the values.
  public var limits: ClosedRange<Double>?
  /// Whether the colours reach from the least to the greatest value.
  public var hasFullLimits = false
  /// Easting and northing of a profile in the unit of the axes.
  public var through: (easting: Double, northing: Double)?
  /// Half widths of the bands about a mean, in standard deviations.
  public var sigmas: [Double] = [2, 1]
  /// Of maps of an inversion's iterations.
  public var iterations = IterationChoice.spread
  /// Options that were given, to refuse those without effect.
  public var given: Set<PlotOption> = []
  /// Longest side of a single map, pixels, and most cells on it.
  public var extent = 420.0
  /// Grids with more nodes on a side are drawn at every n-th.
  public var mostCells = 720

  /// What suits the artefact, as a figure of this kind.
  public init(kind: PlotKind? = nil) { self.kind = kind }
}

/// Which iterations of an inversion are drawn.
public enum IterationChoice: Sendable, Equatable {
  /// The start, the last one and some between them.
  case spread
  case all
  /// By their numbers; 0 is the start.
  case these([Int])
}

/// Why a plot can't be drawn.
public enum PlotError: Error, Equatable, Sendable {
  case unknownVariable(name: String, artefact: String, found: [String])
  case notDrawable(kind: String, artefact: String, needs: String, found: [String])
  case wrongShape(variable: String, artefact: String, needs: String)
  case unusedOption(option: String, kind: String, kinds: [String])
  case missingOption(kind: String, text: String)
  case badValue(option: String, found: String, expected: String)
  case unitsDiffer(first: String, second: String, hint: String)
  case outside(what: String, text: String)
  case noValues(variable: String, artefact: String)
}

extension PlotError: CustomStringConvertible {
  /// Whether the command line is at fault rather than the artefact.
  public var isOfUsage: Bool {
    switch self {
    case .unusedOption, .missingOption, .badValue, .outside: true
    case .unknownVariable, .notDrawable, .wrongShape, .unitsDiffer, .noValues: false
    }
  }

  /// What is wrong, as a sentence.
  public var description: String {
    switch self {
    case .unknownVariable(let name, let artefact, let found):
      return "\(artefact) has no variable '\(name)'; there are \(Self.list(found))"
    case .notDrawable(let kind, let artefact, let needs, let found):
      return
        "\(artefact) can't be drawn as \(kind), which needs \(needs); its variables are \(Self.list(found))"
    case .wrongShape(let variable, let artefact, let needs):
      return "variable '\(variable)' of \(artefact) is not \(needs)"
    case .unusedOption(let option, let kind, let kinds):
      return "--\(option) changes nothing in a plot as \(kind); it is for \(kinds.joined(separator: ", "))"
    case .missingOption(_, let text): return text
    case .badValue(let option, let found, let expected):
      return "--\(option) '\(found)': expected \(expected)"
    case .unitsDiffer(let first, let second, let hint):
      return "the units differ: '\(first)' and '\(second)'; \(hint)"
    case .outside(let what, let text): return "\(what) lies outside: \(text)"
    case .noValues(let variable, let artefact):
      return "variable '\(variable)' of \(artefact) has no value: all are missing"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}
