public import Planning

/// What is known of the variables of artefacts, by their names, and what plots and reports show of them.
public struct ViewTable: Sendable {
  /// In the order of preference: the first that an artefact has is what it is about.
  public let maps: [MapView]
  /// Pairs of grids worth setting against each other, in the order of preference.
  public let comparisons: [ComparisonView]
  /// Lines through an artefact, in the order of preference.
  public let profiles: [ProfileView]
  private let variables: [String: Variable]
  private let reports: [String: StageReport]
  /// Of the options that `normal(uncertainty, …)` takes.
  public let optionTypes: [String: SettingType]
  /// Units, as people read them, of what lies about zero.
  private let signedUnits: Set<String>

  /// The views of a program's kinds of stage, and those that artefacts have by themselves.
  public init(_ catalogue: Catalogue) {
    let kinds = catalogue.kinds.values.sorted { $0.signature.kind < $1.signature.kind }
    let reported = kinds.compactMap { $0 as? any ReportedKind }
    self.init(
      views: reported.flatMap(\.views) + Self.standardViews,
      reports: Dictionary(uniqueKeysWithValues: reported.map { ($0.signature.kind, $0.report) }),
      options: catalogue.noiseOptions)
  }

  /// The standard views and no reports of kinds, unless told otherwise.
  public init(
    views: [ArtefactView] = Self.standardViews, reports: [String: StageReport] = [:],
    options: [SettingSpec] = []
  ) {
    optionTypes = Dictionary(options.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    maps = views.compactMap { if case .map(let view) = $0 { view } else { nil } }
    comparisons = views.compactMap { if case .comparison(let view) = $0 { view } else { nil } }
    profiles = views.compactMap { if case .profile(let view) = $0 { view } else { nil } }
    let declared = views.flatMap { view -> [Variable] in
      switch view {
      case .map(let view): view.variables
      case .comparison(let view): [view.first, view.second]
      case .profile(let view): view.needs
      case .variables(let variables): variables
      }
    }
    variables = Dictionary(declared.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    signedUnits = Set(
      variables.values.compactMap(\.quantity).filter(\.isSigned).map { ShownUnit($0.units).symbol })
    self.reports = reports
  }

  /// The section of a stage of this kind: the kind's own, or what its signature says.
  public func report(for signature: StageSignature) -> StageReport {
    reports[signature.kind] ?? .standard(for: signature)
  }

  /// The declared variable of this name in files; nil for those of others.
  public subscript(name: String) -> Variable? { variables[name] }

  /// Names that no artefact of ours has, as other programs' files call the same things.
  private static let foreign: [(matches: @Sendable (String) -> Bool, look: Variable.Look)] = [
    ({ $0.hasSuffix("stdev") || $0.hasPrefix("uncert") }, .deviation), ({ $0 == "error" }, .difference),
  ]

  /// How a variable is coloured, by its name.
  public func look(_ name: String) -> Variable.Look {
    variables[name]?.look ?? Self.foreign.first { $0.matches(name) }?.look ?? .plain
  }

  /// Whether a map shows the signs of its values: by its name, and by the unit that people read it in. What nobody has
  /// declared and has no unit, such as a derivative by a property of a medium, lies about zero if it has both signs.
  public func isSigned(_ name: String, unit: String) -> Bool {
    switch look(name) {
    case .difference, .signed: true
    case .plain: signedUnits.contains(unit) || (unit.isEmpty && variables[name] == nil)
    case .deviation, .part: signedUnits.contains(unit)
    }
  }

  /// Whether maps of it begin at zero.
  public func isDeviation(_ name: String) -> Bool { look(name) == .deviation || name.hasSuffix("_error") }

  /// Outputs whose rows are places where something is known.
  public func knownPoints(of signature: StageSignature) -> [String] {
    let declared = report(for: signature).landmarks.filter { $0.role == .knownPoints }.map(\.port)
    return signature.outputs.filter { $0.type == .constraints || declared.contains($0.name) }.map(\.name)
  }

  /// Whether it places, weighs or marks data.
  public func isBeside(_ name: String) -> Bool { variables[name]?.isBeside == true }

  /// What an artefact that has these variables is about.
  public func main(among names: [String]) -> String? {
    maps.lazy.compactMap { view in view.variables.first { names.contains($0.name) } }.first?.name
  }

  /// Grids to show side by side; nil where no view fits.
  public func together(among names: [String]) -> [String]? {
    for view in maps {
      let found = view.variables.map(\.name).filter(names.contains)
      if !found.isEmpty, view.variables.count == 1 || found.count > 1 { return found }
    }
    return nil
  }

  /// Variables whose colours mean the same as those of this one, itself among them.
  public func alike(_ name: String) -> [String] {
    maps.first { $0.alike.contains { $0.name == name } }?.alike.map(\.name) ?? []
  }

  /// What data are about that pass from stage to stage, the first of these that they hold.
  public static let subjects: [Variable] = [
    GravityVariables.anomaly, GravityVariables.observed, SurfaceVariables.topography,
  ]
}
