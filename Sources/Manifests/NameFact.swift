/// Names that don't exist, exist twice, or are missing: codes M050 to M079.
public enum NameFact: Sendable, Equatable {
  case unknownKind(String, suggestion: String?)
  case duplicateStage(String)
  case unknownSetting(String, kind: String, suggestion: String?)
  case duplicateSetting(String)
  case duplicateVariable(String)
  /// The header as written: `[pipeline]`.
  case duplicateSection(String)
  case unknownStage(String, suggestion: String?)
  case unknownOutput(String, stage: String, kind: String, suggestion: String?)
  case unknownInput(String, kind: String, suggestion: String?)
  case inputWithoutArrow(String)
  case missingSetting(String, stage: String, kind: String)
  case missingInput(String, stage: String, kind: String, accepts: [String])
  case unknownVariable(String, suggestion: String?)
  case unusedVariable(String)
  case malformedOverride(String)
  case unknownOverride(String, suggestion: String?)
  case unknownProfile(String, suggestion: String?)
  case noStage
  case reservedName(String)
  case variableUsesVariable(String)
  /// A stage's line has two names joined by a dot where one is due.
  case dottedSetting(String)
  /// `-> setting`: a setting that can't take an output.
  case settingWithArrow(String, type: String)
  /// A line of a profile or an expectation without a stage or `pipeline` in front.
  case undottedPath(String)
  /// A port that a stage declares twice, or that has the name of a setting of its kind.
  case declaredTwice(String)
  /// With its braces.
  case unknownPlaceholder(String, suggestion: String?)
  /// A line of `[results]`.
  case unknownResultSetting(String, suggestion: String?)

  var number: Int {
    switch self {
    case .unknownKind: 50
    case .duplicateStage: 51
    case .unknownSetting: 52
    case .duplicateSetting: 53
    case .duplicateVariable: 54
    case .duplicateSection: 55
    case .unknownStage: 56
    case .unknownOutput: 57
    case .unknownInput: 58
    case .inputWithoutArrow: 59
    case .missingSetting: 60
    case .missingInput: 61
    case .unknownVariable: 62
    case .unusedVariable: 63
    case .malformedOverride: 64
    case .unknownOverride: 65
    case .unknownProfile: 66
    case .noStage: 67
    case .reservedName: 68
    case .variableUsesVariable: 69
    case .dottedSetting: 70
    case .settingWithArrow: 71
    case .undottedPath: 72
    case .declaredTwice: 73
    case .unknownPlaceholder: 74
    case .unknownResultSetting: 75
    }
  }

  var message: String {
    switch self {
    case .unknownKind(let kind, let near): "unknown kind of stage '\(kind)'" + Prose.suggestion(near)
    case .duplicateStage(let name): "stage '\(name)' is declared twice"
    case .unknownSetting(let name, let kind, let near):
      "unknown setting '\(name)' of stage kind \(kind)" + Prose.suggestion(near)
    case .duplicateSetting(let name): "'\(name)' is given twice"
    case .duplicateVariable(let name): "pipeline setting '\(name)' is given twice"
    case .duplicateSection(let header): "section \(header) is given twice"
    case .unknownStage(let name, let near): "unknown stage '\(name)'" + Prose.suggestion(near)
    case .unknownOutput(let name, let stage, let kind, let near):
      "stage '\(stage)' of kind \(kind) has no output '\(name)'" + Prose.suggestion(near)
    case .unknownInput(let name, let kind, let near):
      "unknown input '\(name)' of stage kind \(kind)" + Prose.suggestion(near)
    case .inputWithoutArrow(let name):
      "'\(name)' is an input and takes the output of a stage; write \(name) <- stage.output"
    case .missingSetting(let name, let stage, let kind):
      "stage '\(stage)' of kind \(kind) needs the setting '\(name)'"
    case .missingInput(let name, let stage, let kind, let accepts):
      "stage '\(stage)' of kind \(kind) needs the input '\(name)' (\(Prose.alternatives(accepts)))"
    default: pipelineMessage
    }
  }

  private var pipelineMessage: String {
    switch self {
    case .unknownVariable(let name, let near):
      "unknown pipeline setting '$\(name)'" + Prose.suggestion(near, "$")
    case .unusedVariable(let name): "pipeline setting '\(name)' is not used"
    case .malformedOverride(let text):
      "malformed override '\(text)'; expected name=value or stage.setting=value"
    case .unknownOverride(let name, let near):
      "nothing is called '\(name)' that could be overridden" + Prose.suggestion(near)
    case .unknownProfile(let name, let near): "unknown profile '\(name)'" + Prose.suggestion(near)
    case .noStage: "the manifest declares no stage"
    case .reservedName(let name): "a stage can't be called '\(name)', a word of the language"
    case .variableUsesVariable(let name): "a pipeline setting can't use another ('$\(name)')"
    case .dottedSetting(let name): "'\(name)' sets another stage; a stage's own settings have no dot"
    case .settingWithArrow(let name, let type):
      "setting '\(name)' takes \(type) and can't come from a stage; write \(name) = value"
    case .undottedPath(let name): "'\(name)' does not say whose; write pipeline.\(name) or stage.\(name)"
    case .declaredTwice(let name): "'\(name)' is declared twice, or is a setting already"
    case .unknownPlaceholder(let text, let near):
      "'\(text)' stands for nothing that the stage declares" + Prose.suggestion(near)
    case .unknownResultSetting(let name, let near):
      "[results] has no setting '\(name)'" + Prose.suggestion(near)
    default: ""
    }
  }
}
