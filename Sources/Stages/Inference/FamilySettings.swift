public import Inference
import NumericCore
public import Planning
import StageSupport

/// Settings that several families share.
enum FamilySettings {
  static let `repeat` = Setting(
    "repeat", .stage, .required, "the stage to repeat, with all that changes before it")
  static let nested = Setting(
    "nested", .list(.stage, 0...100), .optional(otherwise: "they are computed once, from base values"),
    "families below that are repeated too")
  static let maximumFailures = Setting(
    "max_failures", .integer, .default(0), .atLeast(0), "members that may fail before the family does")
  static let intermediates = Setting(
    FamilySpec.intermediates, .word(Intermediates.self), .default(.keep), "what members make on the way")
  static let members = Setting(
    FamilySpec.members, .word(MemberStorage.self), .later(default: .nodes),
    "chunks compute a thousand members at once and keep of each what the family reads: for cheap ones in large numbers"
  )
  static let seed = Setting("seed", .integer, .default(0), .atLeast(0), "seed of what is drawn")

  static let sampler = Setting(
    "sampler", .word(SearchSampler.self), .default(.grid), "how the values of trials are chosen")
  static let startupTrials = Setting(
    "startup_trials", .integer, .optional(otherwise: "four for each setting"), .atLeast(1),
    "trials before gaussian_process or tpe chooses: lower limits, upper limits, then a Halton sequence")
  static let folds = Setting(
    FamilySpec.folds.setting, .list(.stage, 1...10), .optional,
    "stages of kind split_table: each trial is computed once for every fold of theirs, and its score is the mean"
  )
  static let foldAverage = Setting(
    "fold_average", .word(FoldAverage.self), .optional(meaning: .mean), "of the scores of the folds")
  static let trials = Setting(
    "trials", .integer, .default(8), .atLeast(1),
    "number of trials; a grid of several variables rounds up")

  /// Behind what a search is about.
  static let ofSearches = Declarations(
    [trials, sampler, startupTrials, folds, foldAverage, seed, nested],
    rules: [
      .only(startupTrials, with: sampler, in: .gaussianProcess, .tpe), .only(foldAverage, with: folds),
    ])

  /// Members that wait for each other's scores can't be computed many at once.
  static let chunksAreKnown = Rule.check(
    sampler, members, "fit: chunks take trials that are known beforehand"
  ) { sampler, members in
    members == .chunks && sampler.waits
      ? "don't fit: members = chunks is for trials that are all known beforehand (grid, halton, sobol, random); "
        + "\(sampler.rawValue) chooses one at a time" : nil
  }

  /// Ports by which a search gets the scores of each member, in the order of `score = a.b, c.d`.
  static let scorePorts = ["score", "second_score"]

  /// Of a search.
  /// - Parameters:
  ///   - fixedSetting: what is varied where no line says.
  ///   - standard: the output of the repeated stage that is the score where no line says.
  ///   - choosing: the search's settings of its scores.
  static func searchSpec(
    fixedSetting: String? = nil, standard: String? = nil, choosing: FamilySpec.Choosing = .init()
  ) -> FamilySpec {
    var spec = FamilySpec(
      fixedSetting: fixedSetting, roles: [.scores(scorePorts, standard: standard)], best: .numbers)
    spec.choosing = choosing
    for sampler in SearchSampler.allCases { spec.samplers[sampler.rawValue] = sampler.spec }
    return spec
  }
}

/// What becomes of the outputs of members that the family does not read.
enum Intermediates: String, SettingWord {
  case keep, drop

  var summary: String {
    switch self {
    case .keep: ""
    case .drop:
      "removed as soon as all that reads it has run, what the ensemble has gathered too; made again when needed, as by a "
        + "larger ensemble"
    }
  }
}

/// How a search chooses its trials.
enum SearchSampler: String, SettingWord {
  case grid, halton, sobol, random
  case goldenSection = "golden_section"
  case gaussianProcess = "gaussian_process"
  case tpe

  var summary: String {
    switch self {
    case .grid: "regular"
    case .halton, .sobol: "scrambled sequence, of which more trials keep the first"
    case .random: "independent draws, of which more trials keep the first"
    case .goldenSection: "narrows in on the best of one variable"
    case .gaussianProcess: "learns from the scores so far"
    case .tpe: "learns from the scores so far, of two scores, too"
    }
  }

  /// Nil where it can do everything but learn.
  var spec: SamplerSpec? {
    switch self {
    case .grid, .halton, .random: nil
    case .sobol: SamplerSpec(maximumVariables: Sobol.maximumDimensions)
    case .goldenSection: SamplerSpec(maximumVariables: 1, maximumScores: 1, takesIntegers: false)
    case .gaussianProcess: SamplerSpec(maximumScores: 1, learns: true)
    case .tpe: SamplerSpec(learns: true)
    }
  }

  /// Whether a trial waits for the scores of those before.
  var waits: Bool {
    switch self {
    case .grid, .halton, .sobol, .random: false
    case .goldenSection, .gaussianProcess, .tpe: true
    }
  }
}

extension FoldAverage: SettingWord {
  /// The word says all.
  public var summary: String { "" }
}

/// How members of a family are computed and kept.
enum MemberStorage: String, SettingWord {
  case nodes, chunks

  var summary: String {
    switch self {
    case .nodes: "each by itself"
    case .chunks: "many in one file"
    }
  }
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
