import Artefacts
import Datasets
public import Planning

/// Which of the things that members hold a stage is about.
public enum ChosenVariable {
  /// The setting of the stage.
  public static let setting = Setting(
    "variable", .wordOrText,
    .optional(
      otherwise: "density_contrast of density inversions, topography, reg, forward_gravity, "
        + "gravity_anomaly or whatever is there"), "which grid, column or number of the members")

  private static let usual = [
    SurfaceVariables.contrast, SurfaceVariables.topography, GravityVariables.regional,
    GravityVariables.forward, GravityVariables.anomaly,
  ].map(\.name)

  /// The one that is named, or the one that is meant where none is.
  public static func choice(_ settings: Settings, among names: [String]) throws -> String {
    let asked = settings[setting]
    let chosen =
      asked.map { names.contains($0) ? $0 : nil } ?? usual.first(where: names.contains) ?? names.first
    guard let chosen else {
      let found = names.isEmpty ? "no numbers" : names.map { "'\($0)'" }.joined(separator: ", ")
      throw StageError.missingVariable(
        asked ?? "of numbers", artefact: "the members", hint: "they hold \(found)")
    }
    return chosen
  }
}

extension ChosenVariable {
  /// What a stage about one of the members' variables will read, as far as that is known before anything runs.
  /// - Parameter parts: of what members hold; nil where nothing is known of them.
  public static func part(_ request: ForesightRequest, of parts: [MemberPart]?) -> MemberPart? {
    guard let parts, !request.open.contains(setting.name) else { return nil }
    if let asked = request[setting] ?? nil {
      if let named = parts.first(where: { names(of: $0).contains(asked) }) { return named }
      // A variable whose name is not known lies in what is no number.
      let others = parts.filter { !$0.type.isScalar }
      return others.count == 1 ? others[0] : nil
    }
    return parts.first { $0.type.form == .grid } ?? parts.first { !$0.type.isScalar } ?? parts.first
  }

  /// A mistake where members are known to hold nothing of the name that is asked for.
  /// - Parameter others: names that are there besides.
  public static func refuseUnknown(
    _ request: ForesightRequest, of parts: [MemberPart]?, others: [String] = [], in foresight: inout Foresight
  ) {
    guard let parts, let asked = request[setting] ?? nil,
      parts.allSatisfy({ $0.type.isScalar || !$0.variables.isEmpty })
    else { return }
    // A second variable of a name has that of its port in front.
    let known =
      parts.flatMap { part in names(of: part) + part.variables.map { part.port + "_" + $0 } } + others
    guard !known.contains(asked), EnsembleVariables.parameter.rest(of: asked) == nil else { return }
    let found = parts.flatMap(names).map { "'\($0)'" }.joined(separator: ", ")
    foresight.refuse("members hold no '\(asked)'; they hold \(found)", at: setting.name)
  }

  /// A mistake where members are known to lack what a kind reads of them: a grid (or a table) with this variable.
  /// - Parameter advice: what to repeat instead.
  public static func require(
    _ variable: String, in form: PortType.Form, of input: Input<String>, _ request: ForesightRequest,
    advice: String, in foresight: inout Foresight
  ) {
    guard let parts = request.facts(input).parts else { return }
    let mayBeThere = parts.contains { part in
      (part.type.form == form || part.type.form == .mixed)
        && (part.variables.isEmpty || part.variables.contains(variable))
    }
    if !mayBeThere { foresight.refuse("members hold no '\(variable)': \(advice)", at: input) }
  }

  private static func names(of part: MemberPart) -> [String] {
    part.type.isScalar ? [part.port] : part.variables
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
