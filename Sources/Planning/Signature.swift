/// What a kind of stage takes and gives: the only source of checks, of `pipe stages` and of the
/// manual.
public struct StageSignature: Sendable {
  /// Name of the kind in manifests, lower case with underscores.
  public var kind: String
  /// Raised by the author whenever the stage's numbers change; part of every recipe.
  public var version: Int
  /// One line of documentation.
  public var summary: String
  public var settings: [SettingSpec]
  public var inputs: [InputSpec]
  public var outputs: [OutputSpec]
  /// Non-nil for stages that repeat others (cross-validation, search, ensemble).
  public var family: FamilySpec?
  /// False for kinds that only the planner makes (noise added by an ensemble).
  public var isPublic: Bool
  /// Settings that decide whether there is a result but never which (a time limit): no recipe holds them.
  public var unkeyed: Set<String> = []
  /// Further lines of documentation, for kinds whose stages declare ports of their own.
  public var remarks: [String] = []

  public init(
    kind: String, version: Int, summary: String, settings: [SettingSpec] = [],
    inputs: [InputSpec] = [], outputs: [OutputSpec] = [], family: FamilySpec? = nil,
    isPublic: Bool = true
  ) {
    (self.kind, self.version, self.summary) = (kind, version, summary)
    (self.settings, self.inputs, self.outputs) = (settings, inputs, outputs)
    (self.family, self.isPublic) = (family, isPublic)
  }
}

/// Physical dimension of a number in a manifest. The canonical unit is the SI one (degrees for angles).
public enum PhysicalDimension: String, Sendable, CaseIterable {
  case dimensionless, length, acceleration, density, angle, time
}

/// The type of a setting's value.
public indirect enum SettingType: Sendable, Equatable {
  case number(PhysicalDimension)
  case integer
  case boolean
  /// One of these words.
  case word([String])
  case text
  /// `file("path")`; its content enters the recipe, not its name.
  case file
  /// `a, b, c` with a number of elements in the range given.
  case list(SettingType, count: ClosedRange<Int>)
  /// The name of another stage.
  case stage
  /// A scalar output, `stage.port`.
  case output
  /// Any word: the name of a port or setting that the stage declares.
  case name
  /// `name` or `name(type)`: an output that the stage declares, a plain file unless a type is given.
  case port
  /// `file("path")`, or a quoted name that is looked for on PATH; the file found is hashed.
  case program
  /// `"NAME=value"`, or `"NAME"` for the value in the environment of the run, which enters the recipe.
  case environment
  /// A quoted string with `{input.x}`, `{output.x}`, `{setting.x}` or `{member}` in it.
  case template
  /// One of several types, tried in order (`mean` or a length).
  case either([SettingType])
}

public struct SettingSpec: Sendable {
  public enum Presence: Sendable, Equatable {
    case required
    case optional
    /// Manifest text of the default, as a user would write it.
    case defaultsTo(String)
  }

  public var name: String
  public var type: SettingType
  public var presence: Presence
  /// Bounds in manifest text with a unit, such as `0 m`; exclusive where the flag says so.
  public var minimum, maximum: String?
  public var minimumExcluded, maximumExcluded: Bool
  /// One line of documentation.
  public var summary: String
  /// Whether a stage has declared it, rather than its kind.
  public var isDeclared = false

  public init(
    _ name: String, _ type: SettingType, _ presence: Presence = .optional,
    minimum: String? = nil, maximum: String? = nil,
    minimumExcluded: Bool = false, maximumExcluded: Bool = false, _ summary: String
  ) {
    (self.name, self.type, self.presence, self.summary) = (name, type, presence, summary)
    (self.minimum, self.maximum) = (minimum, maximum)
    (self.minimumExcluded, self.maximumExcluded) = (minimumExcluded, maximumExcluded)
  }
}

/// What flows along an arrow of the graph.
public enum PortType: Hashable, Sendable, CustomStringConvertible {
  /// Any gridded data, such as a file that was read: goes wherever a grid is taken and is checked there.
  case grid
  case gravity, topography, weights
  /// A table with a header: constraints go wherever tables are taken.
  case table
  case constraints
  case history, ensemble, statistics
  case scalar(PhysicalDimension)
  /// Bytes that only the stages at both ends understand.
  case file

  public var description: String {
    switch self {
    case .grid: "grid"
    case .gravity: "gravity"
    case .topography: "topography"
    case .weights: "weights"
    case .table: "table"
    case .constraints: "constraints"
    case .history: "history"
    case .ensemble: "ensemble"
    case .statistics: "statistics"
    case .scalar(let dimension): dimension == .dimensionless ? "number" : "number (\(dimension.rawValue))"
    case .file: "file"
    }
  }

  /// Whether an output of this type may feed an input that accepts `accepted`.
  public func feeds(_ accepted: [PortType]) -> Bool {
    if accepted.contains(self) || accepted.contains(.file) { return true }
    switch self {
    case .grid: return accepted.contains { [.gravity, .topography, .weights].contains($0) }
    case .gravity, .topography, .weights, .statistics: return accepted.contains(.grid)
    case .table: return accepted.contains(.constraints)
    case .constraints: return accepted.contains(.table)
    default: return false
    }
  }

  /// What a stage may call the type of an output that it declares, in the order that messages list them.
  public static let declarable: [(word: String, type: PortType)] =
    [PortType.file, .grid, .gravity, .topography, .weights, .table, .constraints].map { ($0.description, $0) }
    + PhysicalDimension.allCases.map { ($0 == .dimensionless ? "number" : $0.rawValue, .scalar($0)) }

  public static func declared(_ word: String) -> PortType? { declarable.first { $0.word == word }?.type }
}

public struct InputSpec: Sendable {
  public var name: String
  public var accepts: [PortType]
  public var isRequired: Bool
  public var summary: String

  public init(_ name: String, _ accepts: [PortType], required: Bool = true, _ summary: String) {
    (self.name, self.accepts, self.isRequired, self.summary) = (name, accepts, required, summary)
  }
}

public struct OutputSpec: Sendable {
  /// Which variable of the artefact a `~ normal(uncertainty)` perturbs, and by which deviations.
  public struct Noise: Sendable, Equatable {
    public var variable, uncertainty: String
    public init(variable: String, uncertainty: String) {
      (self.variable, self.uncertainty) = (variable, uncertainty)
    }
  }

  public var name: String
  public var type: PortType
  public var summary: String
  public var noise: Noise?
  /// Whether an ensemble over the stage collects this output of every member.
  public var isCollected: Bool
  /// The input that it is of the same type as, for stages that take grids and tables alike; `type` then stands for
  /// what feeds that input.
  public var sameTypeAs: String?

  public init(
    _ name: String, _ type: PortType, _ summary: String, noise: Noise? = nil, collected: Bool = false,
    sameTypeAs: String? = nil
  ) {
    self.sameTypeAs = sameTypeAs
    (self.name, self.type, self.summary) = (name, type, summary)
    (self.noise, self.isCollected) = (noise, collected)
  }

  /// Name of the file that the stage writes: NetCDF unless it is a plain file.
  public var fileName: String { type == .file ? name : name + ".nc" }
}

/// How a stage repeats others. Every family has a setting `repeat` of type `.stage`.
public struct FamilySpec: Sendable, Equatable {
  public enum Purpose: Sendable, Equatable {
    /// Trials are compared by a score (setting `score`, or `fixedScore` of the repeated stage).
    /// Outputs `best_<setting>` exist for every varied setting, and `best` when there is one.
    case search
    /// Members are collected: every output of the repeated stage with `isCollected`.
    case ensemble
  }

  public var purpose: Purpose
  /// The setting of the repeated stage that the family varies without being told by a `~` line.
  public var fixedSetting: String?
  /// The scalar output of the repeated stage that is the score without being told.
  public var fixedScore: String?

  public init(purpose: Purpose, fixedSetting: String? = nil, fixedScore: String? = nil) {
    (self.purpose, self.fixedSetting, self.fixedScore) = (purpose, fixedSetting, fixedScore)
  }
}
