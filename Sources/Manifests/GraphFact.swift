/// Arrows that don't fit and families that can't do what they are told: codes M110 to M139.
public enum GraphFact: Sendable, Equatable {
  case portMismatch(output: String, type: String, input: String, accepts: [String])
  /// Stages in the order of the arrows, the first one repeated at the end.
  case cycle([String])
  case variationOutsideFamily(stage: String, kind: String)
  case unknownVariationTarget(String, stage: String, kind: String, suggestion: String?)
  /// `barriers` are families in between that are not nested.
  case variationNotUpstream(target: String, repeated: String, barriers: [String] = [])
  /// A list has elements that can be drawn by the name of a pipeline setting.
  case variationNotNumeric(target: String, type: String, isList: Bool = false)
  case outputWithoutNoise(output: String, perturbable: [String])
  /// A draw around a stage's result by the word of other kinds.
  case otherDraw(output: String, found: String, expected: String)
  case duplicateVariation(String)
  case nestedNotFamily(stage: String, kind: String)
  case nestedNotUpstream(stage: String, repeated: String)
  case scoreNotScalar(output: String, type: String)
  case scoreMissing(stage: String, kind: String)
  case repeatsFamily(stage: String, kind: String)
  /// A family that varies one setting of its own accord.
  case ownVariation(kind: String, setting: String)
  case nothingVaried(stage: String, kind: String)
  case repeatedLacks(what: String, name: String, stage: String, kind: String, family: String)
  case expectationNotScalar(output: String, type: String)
  case noiseOfSetting(target: String)
  case distributionOfOutput(output: String, distribution: String)
  /// A sampler that can't do what the family asks; the reason follows its name.
  case samplerUnfit(sampler: String, reason: String)
  /// As many goals as scores, or one for all; nil where the rule for choosing among several scores is given.
  case goalsDiffer(setting: String, scores: Int, goals: Int?)
  /// The reason follows the name of the setting.
  case correlationUnfit(reason: String)
  /// A setting that names stages of which each member has folds or a region of its own; the reason follows its name.
  case memberSettingUnfit(setting: String, reason: String)
  /// Every trial would have the same score.
  case scoreWithoutEffect(score: String)
  /// An ensemble over a stage that has nothing to collect.
  case nothingCollected(repeated: String)

  var number: Int {
    switch self {
    case .portMismatch: 110
    case .cycle: 111
    case .variationOutsideFamily: 112
    case .unknownVariationTarget: 113
    case .variationNotUpstream: 114
    case .variationNotNumeric: 115
    case .outputWithoutNoise, .otherDraw: 116
    case .duplicateVariation: 117
    case .nestedNotFamily: 118
    case .nestedNotUpstream: 119
    case .scoreNotScalar: 120
    case .scoreMissing: 121
    case .repeatsFamily: 122
    case .ownVariation: 123
    case .nothingVaried: 124
    case .repeatedLacks: 125
    case .expectationNotScalar: 126
    case .noiseOfSetting: 127
    case .distributionOfOutput: 128
    case .samplerUnfit: 129
    case .goalsDiffer: 130
    case .correlationUnfit: 131
    case .memberSettingUnfit: 132
    case .scoreWithoutEffect: 133
    case .nothingCollected: 134
    }
  }

  var message: String {
    switch self {
    case .portMismatch(let output, let type, let input, let accepts):
      "\(output) is \(type), but '\(input)' takes \(Prose.alternatives(accepts))"
    case .cycle(let chain): "stages depend on each other in a circle: \(Prose.chain(chain))"
    case .variationOutsideFamily(_, let kind):
      "'~' belongs to a stage that repeats others; a stage of kind \(kind) does not"
    case .unknownVariationTarget(let name, let stage, let kind, let near):
      "stage '\(stage)' of kind \(kind) has no setting or output '\(name)'" + Prose.suggestion(near)
    case .variationNotUpstream(let target, let repeated, let barriers):
      "\(target) does not reach the repeated stage '\(repeated)', so varying it changes nothing"
        + (barriers.isEmpty
          ? ""
          : "; what it feeds through \(Prose.list(barriers)) is computed once, unless nested = "
            + barriers.joined(separator: ", "))
    case .variationNotNumeric(let target, let type, let isList):
      "\(target) is \(type); only numbers can be drawn"
        + (isList ? ": write an element as $name, a setting of [pipeline], and draw pipeline.name" : "")
    case .outputWithoutNoise(let output, let perturbable):
      "\(output) has no uncertainty to draw from"
        + (perturbable.isEmpty
          ? "" : "; the stage's \(Prose.list(perturbable)) " + (perturbable.count == 1 ? "has" : "have"))
    case .otherDraw(let output, let found, let expected):
      "\(output) is drawn by '~ \(expected)', not by '~ \(found)'"
    case .duplicateVariation(let target): "\(target) is varied twice"
    default: familyMessage
    }
  }

  private var familyMessage: String {
    switch self {
    case .nestedNotFamily(let stage, let kind):
      "'\(stage)' of kind \(kind) repeats no other stage, so it can't be nested"
    case .nestedNotUpstream(let stage, let repeated):
      "'\(stage)' does not lie above the repeated stage '\(repeated)', so nesting it changes nothing"
    case .scoreNotScalar(let output, let type): "the score must be a number, but \(output) is \(type)"
    case .scoreMissing(let stage, let kind):
      "stage '\(stage)' of kind \(kind) needs a score to compare its trials: score = stage.output"
    case .repeatsFamily(let stage, let kind):
      "'\(stage)' of kind \(kind) repeats other stages itself; repeat a stage below it and list it in 'nested'"
    case .ownVariation(let kind, let setting):
      "stage kind \(kind) varies '\(setting)' by itself and takes no '~' lines"
    case .nothingVaried(let stage, let kind):
      "stage '\(stage)' of kind \(kind) varies nothing; add a line such as stage.setting ~ uniform(0, 1)"
    case .repeatedLacks(let what, let name, let stage, let kind, let family):
      "stage kind \(family) needs the \(what) '\(name)', which '\(stage)' of kind \(kind) has not"
    case .expectationNotScalar(let output, let type): "only numbers can be expected, but \(output) is \(type)"
    case .noiseOfSetting(let target):
      "normal(uncertainty) draws data by their own standard deviations; \(target) is a setting: "
        + "write normal(mean, deviation)"
    case .distributionOfOutput(let output, let distribution):
      "\(output) is data and is drawn by normal(uncertainty), not by \(distribution)"
    default: samplerMessage
    }
  }

  private var samplerMessage: String {
    switch self {
    case .samplerUnfit(let sampler, let reason): "sampler \(sampler) \(reason)"
    case .goalsDiffer(let setting, let scores, let goals?):
      "'\(setting)' takes one word or one for each score: \(goals) goals, "
        + (scores == 1 ? "1 score" : "\(scores) scores")
    case .goalsDiffer(let setting, _, nil):
      "'\(setting)' picks one of several best trials, which only two scores have"
    case .correlationUnfit(let reason): "'correlation' \(reason)"
    case .memberSettingUnfit(let setting, let reason): "'\(setting)' \(reason)"
    case .scoreWithoutEffect(let score):
      "nothing that is varied changes \(score), so all trials have the same score"
    case .nothingCollected(let repeated):
      "'\(repeated)' has no grid, table, number or other output that is collected of every member"
    default: ""
    }
  }
}
