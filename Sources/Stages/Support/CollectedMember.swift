import Artefacts
public import Datasets
import NumericCore
public import Planning

/// What an ensemble keeps of a member, read from what its repeated stage wrote, in the order of that stage's outputs.
///
/// Grids and columns of tables as one slice of the ensemble's file; numbers beside them. What is kept of an output is
/// said by it (`Collected`): without a list all grids but those that place or weigh the data, and all columns of numbers
/// but those that say where the rows are.
public struct CollectedMember {
  private static let beside: Set = ["upward", "uncert", "test", "weight"]

  /// The grids and columns of the member, as one run of the ensemble's file, with what tells places apart.
  public private(set) var slice = Dataset()
  /// Variables of the slice that say what its rows are, such as places and names: no results.
  public private(set) var marks: [String] = []
  /// Numbers that the stage wrote beside them, by the names that an ensemble has for them; gravity in mGal.
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
        add(try source.scalar(only.name), only.units, of: port.name)
      } else {
        try add(source, port, prefix: isAlone ? "" : prefix(port))
      }
    }
    tellApart()
  }

  /// Of dimensions: alone in the file, or the first of several, they need no other names.
  private func prefix(_ port: MemberPort) -> String {
    let own = port.collected.prefix
    return own.isEmpty && !slice.variables.isEmpty ? port.name + "_" : own
  }

  private mutating func add(_ source: Dataset, _ port: MemberPort, prefix: String) throws {
    let listed = port.collected.variables.filter { source[$0] != nil }
    let names = listed.isEmpty ? Self.results(source) : listed
    try slice.adopt(names, from: source, prefix: prefix, taken: port.name + "_")
    let found = Self.marks(source, of: names)
    let before = slice.variables.count
    try slice.adopt(found, from: source, prefix: prefix, taken: port.name + "_")
    marks += slice.variables[before...].map(\.name)
  }

  /// Files give gravity in mGal; programs of others may not.
  private mutating func add(_ value: Double, _ units: String?, of port: String) {
    let isGravity = units == "m s-2"
    scalars.append((port, isGravity ? value * 1e5 : value, isGravity ? "mGal" : units))
  }

  /// Numbers of a name that the ensemble's file has for something else are called by what they are.
  private mutating func tellApart() {
    var taken = Set(slice.variables.map(\.name) + EnsembleVariables.counts.map(\.name))
    taken.insert(EnsembleVariables.dimension)
    if slice[GravityVariables.residual.name] != nil { taken.insert(EnsembleVariables.rmse.name) }
    for index in scalars.indices {
      while taken.contains(scalars[index].name) { scalars[index].name += "_number" }
      taken.insert(scalars[index].name)
    }
  }

  // MARK: what is kept

  /// Grids of the ground where there are any, else everything of numbers that has dimensions.
  private static func results(_ source: Dataset) -> [String] {
    let numbers = source.variables.filter { variable in
      guard case .double = variable.values else { return false }
      return !variable.dimensions.isEmpty && !variable.dimensions.contains(variable.name)
    }
    let grids = numbers.filter { Dataset.isGeographic($0.dimensions) != nil }
    if !grids.isEmpty {
      return numbers.filter { variable in
        Dataset.isGeographic(variable.dimensions) != nil
          ? !beside.contains(variable.name)
          : variable.dimensions == ["point"] && !isPlace(variable, in: source)
      }.map(\.name)
    }
    return numbers.filter { !isPlace($0, in: source) }.map(\.name)
  }

  /// What says where rows are and what they are called, of rows that are kept.
  private static func marks(_ source: Dataset, of kept: [String]) -> [String] {
    let shapes = kept.compactMap { source[$0]?.dimensions }.filter { Dataset.isGeographic($0) == nil }
    let dimensions = Set(shapes.flatMap { $0 })
    return source.variables.filter { variable in
      guard variable.dimensions.count == 1, dimensions.contains(variable.dimensions[0]),
        !kept.contains(variable.name), variable.dimensions != [variable.name]
      else { return false }
      if case .double = variable.values { return isPlace(variable, in: source) }
      return true
    }.map(\.name)
  }

  /// Places of a table's rows are those of the stage's input, not a result: across, and northwards or down.
  private static func isPlace(_ variable: Dataset.Variable, in source: Dataset) -> Bool {
    guard variable.dimensions.count == 1 else { return false }
    if PointVariables.places.contains(where: { $0.name == variable.name }) { return true }
    return [(SectionVariables.x, SectionVariables.z), (TraceVariables.x, TraceVariables.z)].contains { x, z in
      (x.name == variable.name || z.name == variable.name)
        && [x, z].allSatisfy { source[$0.name]?.dimensions == variable.dimensions }
    }
  }

  // MARK: by name

  /// Names of what a stage may be about: grids, other variables, numbers.
  public var names: [String] {
    let kept = slice.variables.filter { variable in
      !marks.contains(variable.name) && variable.dimensions != [variable.name]
    }
    let isGrid = { (variable: Dataset.Variable) in variable.dimensions.count == 2 }
    return (kept.filter(isGrid) + kept.filter { !isGrid($0) }).map(\.name) + scalars.map(\.name)
  }

  /// Where the values of one of them lie.
  public func shape(of name: String) throws -> MemberShape {
    guard slice[name] != nil else { return .number }
    return try MemberShape(of: name, in: slice, marks: marks)
  }

  /// The values of one of them, the last dimension changing fastest.
  public func values(_ name: String) throws -> [Double] {
    if slice[name] == nil, let scalar = scalars.first(where: { $0.name == name }) { return [scalar.value] }
    return try slice.doubles(name)
  }

  /// Its unit, as files give it.
  public func units(_ name: String) -> String? {
    slice[name]?.units ?? scalars.first { $0.name == name }?.units
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
