public import Manifests

/// A pipeline whose every name, type, unit and range has been checked against the catalogue.
public struct ResolvedPipeline: Sendable {
  /// File name of the manifest without its ending; names the folder in `results/`.
  public var name: String
  /// In manifest order.
  public var stages: [ResolvedStage] { didSet { positions = Self.positions(of: stages) } }
  public var expectations: [Expectation]

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

  /// Position in `stages` by name, for a manifest may have ten thousand.
  private(set) var positions: [String: Int]

  private static func positions(of stages: [ResolvedStage]) -> [String: Int] {
    var positions: [String: Int] = [:]
    positions.reserveCapacity(stages.count)
    // The first of stages with one name counts.
    for position in stages.indices.reversed() { positions[stages[position].name] = position }
    return positions
  }

  public subscript(name: String) -> ResolvedStage? { position(of: name).map { stages[$0] } }

  /// Where in `stages` the stage of that name stands.
  public func position(of name: String) -> Int? { positions[name] }
}

public struct ResolvedStage: Sendable {
  public var name: String
  public var signature: StageSignature
  /// Every setting that has a value, defaults included.
  public var settings: NameTable<SettingSource>
  /// Input port → the output that feeds it.
  public var inputs: NameTable<PortReference>
  /// `~` lines of a family, in manifest order. For a family with a `fixedSetting` the planner adds its own.
  public var variations: [Variation]
  /// Where `[name : kind]` stands, and where each setting or input was given (absent for defaults).
  public var place: SourcePlace
  public var settingPlaces: NameTable<SourcePlace>

  public init(
    name: String, signature: StageSignature, settings: NameTable<SettingSource> = [:],
    inputs: NameTable<PortReference> = [:], variations: [Variation] = [], place: SourcePlace,
    settingPlaces: NameTable<SourcePlace> = [:]
  ) {
    (self.name, self.signature, self.settings, self.inputs) = (name, signature, settings, inputs)
    (self.variations, self.place, self.settingPlaces) = (variations, place, settingPlaces)
  }
}

/// A line of `[expect]`: `statistics.rms_error <= 40 m`.
public struct Expectation: Sendable, Equatable {
  public enum Comparison: String, Sendable { case atMost = "<=", atLeast = ">=", below = "<", above = ">" }
  public var output: PortReference
  public var comparison: Comparison
  public var bound: ExactDecimal
  /// The line as written, for messages.
  public var text: String
  public var place: SourcePlace

  public init(
    output: PortReference, comparison: Comparison, bound: ExactDecimal, text: String, place: SourcePlace
  ) {
    (self.output, self.comparison, self.bound) = (output, comparison, bound)
    (self.text, self.place) = (text, place)
  }
}
