public import Manifests

/// Why a resolved pipeline has no plan. Most mistakes are found before, by the resolution of the manifest;
/// these are the ones that only the graph of a family shows, and broken hand-made pipelines.
public enum PlanError: Error, Equatable, Sendable {
  /// What `check` would tell as well.
  case graph(GraphFact, place: SourcePlace)
  case duplicateStage(String, place: SourcePlace)
  case unknownStage(String, usedBy: String, place: SourcePlace)
  case unknownOutput(PortReference, usedBy: String, place: SourcePlace)
  /// A list may hold `$variables`, not outputs of stages.
  case outputInList(stage: String, setting: String, place: SourcePlace)

  /// The kind is a family by its signature and the program has no design for it.
  case noDesign(family: String, kind: String, place: SourcePlace)
  case missingRepeat(family: String, place: SourcePlace)
  /// The members must be known before anything runs.
  case settingFromOutput(family: String, setting: String, place: SourcePlace)
  case missingSeed(family: String, place: SourcePlace)
  /// The program has no stage kind `perturbation`.
  case noPerturbationKind(family: String, place: SourcePlace)

  case designFailed(family: String, reason: String, place: SourcePlace)
  case noMembers(family: String, place: SourcePlace)
  case wrongMemberSize(family: String, member: Int, found: Int, expected: Int, place: SourcePlace)
  case memberNotFinite(family: String, member: Int, variable: String, place: SourcePlace)

  /// What a step planned, or a fold names, can't be.
  case foldFailed(family: String, reason: String, place: SourcePlace)

  case unknownTarget(String)
}

extension PlanError {
  /// Where in the manifest, except for a target of the command line.
  public var place: SourcePlace? {
    switch self {
    case .graph(_, let place), .duplicateStage(_, let place), .unknownStage(_, _, let place),
      .unknownOutput(_, _, let place), .outputInList(_, _, let place), .noDesign(_, _, let place),
      .missingRepeat(_, let place), .settingFromOutput(_, _, let place), .missingSeed(_, let place),
      .noPerturbationKind(_, let place), .designFailed(_, _, let place), .noMembers(_, let place),
      .wrongMemberSize(_, _, _, _, let place), .memberNotFinite(_, _, _, let place),
      .foldFailed(_, _, let place):
      place
    case .unknownTarget: nil
    }
  }
}

extension PlanError: CustomStringConvertible {
  /// What is wrong with the graph, and where.
  public var description: String {
    guard let place else { return message }
    return "\(place.file):\(place.line):\(place.column): \(message)"
  }

  /// Without the place.
  public var message: String {
    switch self {
    case .graph(let fact, let place): Diagnostic(.graph(fact), at: place).message
    case .duplicateStage(let stage, _): "two stages are called '\(stage)'"
    case .unknownStage(let stage, let user, _): "'\(user)' names a stage '\(stage)' that does not exist"
    case .unknownOutput(let output, let user, _):
      "'\(user)' uses \(output), but '\(output.stage)' has no output '\(output.port)'"
    case .outputInList(let stage, let setting, _):
      "an element of the list '\(stage).\(setting)' comes from a stage; only a whole setting can"
    case .unknownTarget(let stage): "there is no stage '\(stage)' in the pipeline"
    default: familyMessage
    }
  }

  private var familyMessage: String {
    switch self {
    case .noDesign(let family, let kind, _): "'\(family)' is of kind \(kind), which can't decide members"
    case .missingRepeat(let family, _): "'\(family)' does not say which stage it repeats (repeat = …)"
    case .settingFromOutput(let family, let setting, _):
      "'\(family).\(setting)' comes from a stage, but the members of '\(family)' are decided before any runs"
    case .missingSeed(let family, _): "'\(family)' perturbs data and has no seed"
    case .noPerturbationKind(let family, _):
      "'\(family)' perturbs data and this program has no stage kind perturbation"
    default: memberMessage
    }
  }

  private var memberMessage: String {
    switch self {
    case .designFailed(let family, let reason, _): "the members of '\(family)' can't be decided: \(reason)"
    case .foldFailed(let family, let reason, _): "the rounds of '\(family)' can't go on: \(reason)"
    case .noMembers(let family, _): "'\(family)' has no member to compute"
    case .wrongMemberSize(let family, let member, let found, let expected, _):
      "member \(member) of '\(family)' has \(found) values for \(expected) varied settings"
    case .memberNotFinite(let family, let member, let variable, _):
      "member \(member) of '\(family)' has no finite value of \(variable)"
    default: ""
    }
  }
}
