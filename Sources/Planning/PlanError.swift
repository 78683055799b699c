public import Manifests

/// Why a resolved pipeline has no plan. Most mistakes are found before, by the resolution of the manifest;
/// these are the ones that only the graph of a family shows, and broken hand-made pipelines.
public enum PlanError: Error, Equatable, Sendable {
  /// Stages that need each other, in the order of use, the first one again at the end.
  case cycle([String], place: SourcePlace)
  case duplicateStage(String, place: SourcePlace)
  case unknownStage(String, usedBy: String, place: SourcePlace)
  case unknownOutput(PortReference, usedBy: String, place: SourcePlace)
  /// A list may hold `$variables`, not outputs of stages.
  case outputInList(stage: String, setting: String, place: SourcePlace)

  /// The kind is a family by its signature and the program has no design for it.
  case noDesign(family: String, kind: String, place: SourcePlace)
  case missingRepeat(family: String, place: SourcePlace)
  case missingScore(family: String, repeated: String, place: SourcePlace)
  case nothingCollected(family: String, repeated: String, place: SourcePlace)
  /// The members must be known before anything runs.
  case settingFromOutput(family: String, setting: String, place: SourcePlace)
  case nestedIsNoFamily(family: String, nested: String, place: SourcePlace)
  /// Families that are nested in each other, the first one again at the end.
  case nestedInCircle([String], place: SourcePlace)
  case nestedSequential(family: String, inside: String, place: SourcePlace)
  case variedTwice(family: String, target: String, place: SourcePlace)
  /// The change doesn't reach the repeated stage; `barriers` are families in between that aren't nested.
  case variationWithoutEffect(
    family: String, target: String, repeated: String, barriers: [String], place: SourcePlace)
  /// Every trial would have the same score.
  case scoreWithoutEffect(family: String, score: PortReference, place: SourcePlace)
  /// How many folds a stage has is not known, or not the same for all that a family goes through.
  case unknownFolds(family: String, stage: String, place: SourcePlace)
  /// Events are named by no text, or two alike.
  case casesUnfit(family: String, place: SourcePlace)
  /// `moves` names an input that no arrow feeds.
  case movesNoArrow(family: String, input: PortReference, place: SourcePlace)
  case noConditional(family: String, output: PortReference, place: SourcePlace)
  /// The setting that names what a family reads of its members is not given.
  case roleMissing(family: String, setting: String, place: SourcePlace)
  case noUncertainty(family: String, output: PortReference, place: SourcePlace)
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
    case .cycle(_, let place), .duplicateStage(_, let place), .unknownStage(_, _, let place),
      .unknownOutput(_, _, let place), .outputInList(_, _, let place), .noDesign(_, _, let place),
      .missingRepeat(_, let place), .missingScore(_, _, let place), .nothingCollected(_, _, let place),
      .settingFromOutput(_, _, let place), .nestedIsNoFamily(_, _, let place),
      .nestedInCircle(_, let place), .nestedSequential(_, _, let place), .variedTwice(_, _, let place),
      .variationWithoutEffect(_, _, _, _, let place), .noUncertainty(_, _, let place),
      .scoreWithoutEffect(_, _, let place), .unknownFolds(_, _, let place),
      .missingSeed(_, let place), .noPerturbationKind(_, let place), .designFailed(_, _, let place),
      .noMembers(_, let place), .wrongMemberSize(_, _, _, _, let place),
      .memberNotFinite(_, _, _, let place), .foldFailed(_, _, let place), .casesUnfit(_, let place),
      .movesNoArrow(_, _, let place), .noConditional(_, _, let place), .roleMissing(_, _, let place):
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
    case .cycle(let stages, _): "these stages need each other: \(stages.joined(separator: " → "))"
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
    case .missingScore(let family, let repeated, _):
      "'\(family)' has no score to compare trials of '\(repeated)' by (score = stage.output)"
    case .nothingCollected(let family, let repeated, _):
      "'\(family)' repeats '\(repeated)', which has no output that an ensemble collects"
    case .settingFromOutput(let family, let setting, _):
      "'\(family).\(setting)' comes from a stage, but the members of '\(family)' are decided before any runs"
    case .nestedIsNoFamily(let family, let nested, _):
      "'\(family)' nests '\(nested)', which repeats no stage"
    case .nestedInCircle(let families, _):
      "these families are nested in each other: \(families.joined(separator: " → "))"
    case .nestedSequential(let family, let outer, _):
      "'\(family)' decides its trials one after the other and can't be nested in '\(outer)'"
    case .variedTwice(let family, let target, _): "'\(family)' varies \(target) twice"
    case .variationWithoutEffect(let family, let target, let repeated, let barriers, _):
      "'\(family)' varies \(target), which changes nothing that '\(repeated)' uses" + Self.hint(barriers)
    case .scoreWithoutEffect(let family, let score, _):
      "'\(family)' compares trials by \(score), which nothing that it varies changes"
    case .unknownFolds(let family, let stage, _):
      "'\(family)' goes through the folds of '\(stage)', which needs a number of them, at least 2 and the same "
        + "for all stages that 'folds' names (folds = 5)"
    case .noUncertainty(let family, let output, _):
      "'\(family)' perturbs \(output), which carries no uncertainty of its data"
    case .casesUnfit(let family, _):
      "'\(family)' goes through the values of a pipeline setting, which '\(FamilySpec.each.values)' must list, "
        + "quoted and each once"
    case .movesNoArrow(let family, let input, _):
      "'\(family)' moves \(input), which is no input that an arrow feeds"
    case .noConditional(let family, let output, _):
      "'\(family)' draws around \(output), which its kind of stage can't be drawn around"
    case .roleMissing(let family, let setting, _):
      "'\(family)' does not say which output of its members it reads (\(setting) = stage.output)"
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

  private static func hint(_ barriers: [String]) -> String {
    guard !barriers.isEmpty else { return "" }
    let names = barriers.joined(separator: ", ")
    return "; what it feeds through \(names) is computed once, unless nested = \(names)"
  }
}
