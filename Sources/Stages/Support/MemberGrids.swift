import Artefacts
public import Datasets
public import NumericCore
public import Planning

/// What an ensemble keeps of a member, read from what its repeated stage wrote, in the order of that stage's outputs.
///
/// Grids and columns of tables as one slice of the ensemble's file; numbers beside them. What is kept of an output is
/// said by it (`Collected`): without a list all grids but those that place or weigh the data, and all columns of numbers.
public struct MemberGrids {
  private static let beside: Set = ["upward", "uncert", "test", "weight"]
  private static let places: Set = ["easting", "northing", "longitude", "latitude"]

  /// The grids and columns of the member, as one run of the ensemble's file.
  public private(set) var slice = Dataset()
  /// Numbers that the stage wrote beside them, by port.
  public private(set) var scalars: [(name: String, value: Double, units: String?)] = []

  /// Whether what it wrote says that its data are not explained (`UncertaintyVerdict`).
  public private(set) var isUnfit = false

  /// Reads the collected outputs of a member that did not fail.
  /// - Parameters:
  ///   - ports: of the members, in their order.
  ///   - reader: of files that hold many of them.
  public init(
    _ member: StageContext.Member, _ ports: [MemberPort], _ reader: MemberFiles = MemberFiles()
  ) throws {
    let given = ports.filter { member.inputs[$0.name] != nil }
    let isAlone = given.count { !$0.type.isScalar } == 1
    for port in given {
      guard let path = member.inputs[port.name] else { continue }
      let source = try reader.dataset(member, path, port: port.name)
      if source.attribute(UncertaintyVerdict.attribute)?.text == UncertaintyVerdict.invalid { isUnfit = true }
      if port.type.isScalar, let only = source.variables.first {
        scalars.append((port.name, try source.scalar(only.name), only.units))
      } else {
        let listed = port.collected.variables.filter { source[$0] != nil }
        let names = listed.isEmpty ? Self.all(source) : listed
        try slice.adopt(
          names, from: source, prefix: isAlone ? "" : prefix(port), taken: port.name + "_")
      }
    }
  }

  /// Of dimensions: alone in the file, or the first of several, they need no other names.
  private func prefix(_ port: MemberPort) -> String {
    let own = port.collected.prefix
    return own.isEmpty && !slice.variables.isEmpty ? port.name + "_" : own
  }

  private static func all(_ source: Dataset) -> [String] {
    source.variables.filter { variable in
      guard case .double = variable.values else { return false }
      if Dataset.isGeographic(variable.dimensions) != nil { return !beside.contains(variable.name) }
      // Places of a table's rows are those of the stage's input, not a result.
      return variable.dimensions == ["point"] && !places.contains(variable.name)
    }.map(\.name)
  }

  /// Names of the grids.
  public var names: [String] { slice.variables.filter { $0.dimensions.count == 2 }.map(\.name) }

  /// One of them, by its name.
  public func grid(_ name: String) throws -> Grid { try slice.grid(name) }

  // MARK: which one

  /// Which of the members' grids a stage is about.
  public static let named = Setting(
    "variable", .wordOrText,
    .optional(
      otherwise: "density_contrast of density inversions, topography, reg, forward_gravity, "
        + "gravity_anomaly or whatever is there"), "which grid of the members")

  private static let usual = ["density_contrast", "topography", "reg", "forward_gravity", "gravity_anomaly"]

  /// The grid that is named, or the one that is meant where none is.
  public static func choice(_ settings: Settings, among names: [String]) throws -> String {
    let asked = settings[named]
    let chosen =
      asked.map { names.contains($0) ? $0 : nil } ?? usual.first(where: names.contains) ?? names.first
    guard let chosen else {
      let found = names.isEmpty ? "no grid" : names.map { "'\($0)'" }.joined(separator: ", ")
      throw StageError.missingVariable(
        asked ?? "grid", artefact: "the members", hint: "they hold \(found)")
    }
    return chosen
  }
}

extension ValueForm where Value == String {
  /// A word, or a quoted text that is none: `reg`, `"reg 2"`.
  public static var wordOrText: Self {
    ValueForm<Either<String, String>>.either(.name, .text).map { name in
      switch name {
      case .first(let word): word
      case .second(let text): text
      }
    } back: {
      .second($0)
    }
  }
}

extension Collected {
  /// Of a model's surface: where it began and ended, and of what density it is.
  public static let surface = variables([
    SurfaceVariables.topography.name, SurfaceVariables.starting.name, SurfaceVariables.contrast.name,
  ])
  /// Of the data beside a surface, whose nodes may be finer.
  public static let data = variables(
    [GravityVariables.residual.name, GravityVariables.regional.name], prefix: "data_")
}
