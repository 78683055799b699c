public import Manifests

/// A pipeline whose every name, type, unit and range has been checked against the catalogue.
public struct ResolvedPipeline: Sendable {
  /// File name of the manifest without its ending; names the folder in `results/`.
  public var name: String
  /// In manifest order.
  public var stages: [ResolvedStage] {
    didSet { (positions, families) = (Self.positions(of: stages), nil) }
  }
  /// Lines of `[expect]`, in their order.
  public var expectations: [Expectation]

  /// What `[results]` asks for.
  public var copies = ResultCopies()

  /// - Precondition: no two stages of one name.
  public init(name: String, stages: [ResolvedStage], expectations: [Expectation] = []) {
    (self.name, self.stages, self.expectations) = (name, stages, expectations)
    positions = Self.positions(of: stages)
  }

  /// Name of a manifest's pipeline: that of the file without folder and ending. It names a folder of results, so
  /// a file that has nothing but points before its ending keeps it (`...manifest` would lead out of there).
  public static func name(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    guard let point = file.lastIndex(of: "."), file[..<point].contains(where: { $0 != "." }) else {
      return file
    }
    return String(file[..<point])
  }

  /// What its families repeat, where it has been checked already.
  var families: FamilyShapes?

  /// Position in `stages` by name, for a manifest may have ten thousand.
  private(set) var positions: [String: Int]

  private static func positions(of stages: [ResolvedStage]) -> [String: Int] {
    var positions: [String: Int] = [:]
    positions.reserveCapacity(stages.count)
    // The first of stages with one name counts.
    for position in stages.indices.reversed() { positions[stages[position].name] = position }
    return positions
  }

  /// The stage of a name; nil where there is none.
  public subscript(name: String) -> ResolvedStage? { position(of: name).map { stages[$0] } }

  /// Where in `stages` the stage of that name stands.
  public func position(of name: String) -> Int? { positions[name] }
}

/// A stage with every value typed and checked.
public struct ResolvedStage: Sendable {
  /// As in the manifest.
  public var name: String
  /// Of its kind, with what the stage declares.
  public var signature: StageSignature
  /// Every setting that has a value, defaults included.
  public var settings: NameTable<SettingSource>
  /// Input port → the output that feeds it.
  public var inputs: NameTable<PortReference>
  /// `~` lines of a family, in manifest order. For a family with a `fixedSetting` the planner adds its own.
  public var variations: [Variation]
  /// Where `[name : kind]` stands, and where each setting or input was given (absent for defaults).
  public var place: SourcePlace
  /// Where each setting or input was given.
  public var settingPlaces: NameTable<SourcePlace>

  /// A stage with its values, arrows and variations; where its lines stand is not known.
  public init(
    name: String, signature: StageSignature, settings: NameTable<SettingSource> = [:],
    inputs: NameTable<PortReference> = [:], variations: [Variation] = [], place: SourcePlace
  ) {
    (self.name, self.signature, self.settings, self.inputs) = (name, signature, settings, inputs)
    (self.variations, self.place, settingPlaces) = (variations, place, [:])
  }
}

/// A line of `[expect]`: `statistics.rms_error <= 40 m`.
public struct Expectation: Sendable, Equatable {
  /// How the value found must compare with the bound.
  public enum Comparison: String, Sendable { case atMost = "<=", atLeast = ">=", below = "<", above = ">" }
  /// The scalar that is looked at.
  public var output: PortReference
  /// How it must compare.
  public var comparison: Comparison
  /// In canonical units.
  public var bound: ExactDecimal
  /// What the scalar measures.
  public var dimension: PhysicalDimension
  /// The line as written, for messages.
  public var text: String
  /// Where the line stands.
  public var place: SourcePlace

  /// A bound on a scalar of the results.
  public init(
    output: PortReference, comparison: Comparison, bound: ExactDecimal,
    dimension: PhysicalDimension = .dimensionless, text: String, place: SourcePlace
  ) {
    (self.output, self.comparison, self.bound, self.dimension) = (output, comparison, bound, dimension)
    (self.text, self.place) = (text, place)
  }

  /// Whether a value in canonical units holds the line.
  public func isMet(by value: Double) -> Bool {
    switch comparison {
    case .atMost: value <= bound.double
    case .atLeast: value >= bound.double
    case .below: value < bound.double
    case .above: value > bound.double
    }
  }

  /// Unit in which files and messages give its values; nil for a plain number.
  public var units: String? { dimension == .dimensionless ? nil : dimension.units }
}

extension ResolvedStage {
  /// Paths of the files that its settings name, in the order of these.
  public var files: [String] {
    func files(_ value: SettingValue) -> [String] {
      switch value {
      case .file(let path): [path]
      case .list(let values): values.flatMap(files)
      default: []
      }
    }
    return settings.keys.sorted().flatMap { name -> [String] in
      switch settings[name] {
      case .value(let value)?, .variable(_, let value)?: files(value)
      default: []
      }
    }
  }
}
