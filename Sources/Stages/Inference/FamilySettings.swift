import Inference
import NumericCore
import Planning
import StageSupport

/// Settings that several families share.
enum FamilySettings {
  static let `repeat` = SettingSpec(
    "repeat", .stage, .required, "the stage to repeat, with all that changes before it")
  static let nested = SettingSpec(
    "nested", .list(.stage, count: 0...100), .optional,
    "families below that are repeated too; others are computed once, from base values")
  static let maximumFailures = SettingSpec(
    "max_failures", .integer, .defaultsTo("0"), minimum: "0", "members that may fail before the family does")
  static let intermediates = SettingSpec(
    FamilySpec.intermediates, .word(["keep", "drop"]), .defaultsTo("keep"),
    "what members make on the way: drop removes it as soon as all that reads it has run; it is made again when needed"
  )
  static let seed = SettingSpec("seed", .integer, .defaultsTo("0"), minimum: "0", "seed of what is drawn")

  static let searchSamplers = SettingSpec(
    "sampler",
    .word(["grid", "halton", "sobol", "random", "golden_section", "gaussian_process", "tpe"]),
    .defaultsTo("grid"),
    "regular; scrambled Halton or Sobol sequence or independent draws, of which more trials keep the first; "
      + "narrowing in on the best of one variable; learning from the scores so far (tpe: of two scores, too)")
  static let startupTrials = SettingSpec(
    "startup_trials", .integer, .optional, minimum: "1",
    "trials before gaussian_process or tpe chooses: lower limits, upper limits, then a Halton sequence; "
      + "four for each setting unless given")
  /// What these words can do.
  static let samplers: [String: SamplerSpec] = [
    "golden_section": SamplerSpec(maximumVariables: 1, maximumScores: 1, takesIntegers: false),
    "gaussian_process": SamplerSpec(maximumScores: 1, learns: true),
    "tpe": SamplerSpec(learns: true),
    "sobol": SamplerSpec(maximumVariables: Sobol.maximumDimensions),
  ]
  static func searchSpec(fixedSetting: String? = nil, fixedScore: String? = nil) -> FamilySpec {
    var spec = FamilySpec(purpose: .search, fixedSetting: fixedSetting, fixedScore: fixedScore)
    spec.samplers = samplers
    return spec
  }
  static let folds = SettingSpec(
    "folds", .list(.stage, count: 1...10), .optional,
    "stages of kind split_table: each trial is computed once for every fold of theirs, and its score is the mean"
  )
  static let foldAverage = SettingSpec(
    "fold_average", .word(FoldAverage.allCases.map(\.rawValue)), .optional,
    "of the scores of the folds; default mean")

  static func foldAverage(_ settings: Settings) -> FoldAverage {
    settings.optionalWord(foldAverage.name).flatMap(FoldAverage.init) ?? .mean
  }

  static let trials = SettingSpec(
    "trials", .integer, .defaultsTo("8"), minimum: "1",
    "number of trials; a grid of several variables rounds up")
}

extension Distribution {
  /// The value whose cumulative probability is `u`, canonical units.
  func value(at u: Double) throws -> Double {
    switch name {
    case "normal": return Quantile.normal(u, mean: numbers[0], deviation: numbers[1])
    case "uniform": return Quantile.uniform(u, low: numbers[0], high: numbers[1])
    case "log_uniform": return Quantile.logUniform(u, low: numbers[0], high: numbers[1])
    case "log_normal": return Quantile.logNormal(u, median: numbers[0], decades: numbers[1])
    case "truncated_normal":
      return Quantile.truncatedNormal(
        u, mean: numbers[0], deviation: numbers[1], low: numbers[2], high: numbers[3])
    case "normal_between":
      return Quantile.normalBetween(u, low: numbers[0], high: numbers[1], share: numbers[2])
    case "log_normal_between":
      return Quantile.logNormalBetween(u, low: numbers[0], high: numbers[1], share: numbers[2])
    case "integers": return Double(Quantile.integers(u, low: Int(numbers[0]), high: Int(numbers[1])))
    case "discrete": return Quantile.discrete(u, numbers)
    default: throw StageError.outOfPlace("distribution \(name) cannot be drawn from")
    }
  }

  /// Whether equal steps of probability are equal steps of the logarithm.
  var isLogarithmic: Bool { ["log_uniform", "log_normal", "log_normal_between"].contains(name) }
}
