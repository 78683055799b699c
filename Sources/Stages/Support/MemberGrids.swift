import Artefacts
public import Datasets
public import NumericCore
public import Planning

/// The grids that an ensemble keeps of a member, read from what its repeated stage wrote.
///
/// Of an inversion those of the surface, and those of the gravity with a prefix for their nodes, which may be finer; of
/// any other stage all grids but those that place or weigh the data.
public struct MemberGrids {
  /// What is kept of the file of a surface.
  public static let surfaceVariables = ["topography", "starting_topography", "density_contrast"]
  /// What is kept of the file of gravity.
  public static let gravityVariables = ["res", "reg"]
  private static let beside: Set = ["upward", "uncert", "test", "weight"]

  /// The grids of the member, as one run of the ensemble's file.
  public private(set) var slice = Dataset()
  /// Numbers that the stage wrote beside its grids, by port.
  public private(set) var scalars: [(name: String, value: Double, units: String?)] = []

  /// Reads the collected outputs of a member that did not fail.
  public init(_ member: StageContext.Member) throws {
    var files: [Dataset] = []
    // The surface first: its coordinates are those of the file.
    for (port, path) in member.inputs.sorted(by: { $0.key > $1.key }) {
      let source = try NetCDFFile.read(path)
      if let only = source.variables.first, source.variables.count == 1, only.dimensions.isEmpty {
        scalars.append((port, try source.scalar(only.name), only.units))
      } else {
        files.append(source)
      }
    }
    for source in files {
      if files.count == 1 {
        try slice.adopt(Self.allGrids(source), from: source, prefix: "")
      } else {
        let isGravity = source["gravity_anomaly"] != nil
        let names = (isGravity ? Self.gravityVariables : Self.surfaceVariables).filter { source[$0] != nil }
        try slice.adopt(names, from: source, prefix: isGravity ? "data_" : "")
      }
    }
  }

  private static func allGrids(_ source: Dataset) -> [String] {
    let surface = surfaceVariables.filter { source[$0] != nil }
    if !surface.isEmpty { return surface }
    return source.variables.filter { variable in
      guard case .double = variable.values, Dataset.isGeographic(variable.dimensions) != nil else {
        return false
      }
      return !beside.contains(variable.name)
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
