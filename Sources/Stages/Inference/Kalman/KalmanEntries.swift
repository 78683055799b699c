import Artefacts
import Inference
import NumericCore
import Planning
import StageSupport

/// Settings of ensemble Kalman methods: those of the algorithm, which steps have too, and what ends it, which they have not.
enum KalmanEntries {
  /// What is done with the ensemble.
  enum Method: String, SettingWord {
    case smoother = "es_mda"
    case inversion = "eki"

    var summary: String {
      switch self {
      case .smoother:
        "ensemble smoother with multiple data assimilation: of a linear problem a sample of the posterior"
      case .inversion:
        "ensemble Kalman inversion with romtools' control of steps: a fit, whose spread is no posterior"
      }
    }
  }

  /// How the spread of a smoother's members follows the data.
  enum Transform: String, SettingWord {
    case squareRoot = "square_root"
    case perturbed

    var summary: String {
      switch self {
      case .squareRoot: "by the square root of the update: no chance enters"
      case .perturbed: "by noise drawn for every member's data, as published"
      }
    }
  }

  /// Where the members begin.
  enum Start: String, SettingWord {
    case balanced, independent

    var summary: String {
      switch self {
      case .balanced:
        "draws whose mean and covariance together are the prior's, as far as their number goes (settings, and grids of up to "
          + "4096 nodes)"
      case .independent: "independent draws, which make up correlations"
      }
    }
  }

  /// What becomes of members that fail.
  enum Failure: String, SettingWord {
    case replace, stop

    var summary: String {
      switch self {
      case .replace:
        "drawn anew from the distribution of the others; counted; more than half end the inference"
      case .stop: "ends the inference"
      }
    }
  }

  static let method = Setting(
    "method", .word(Method.self), .default(.smoother), "what is done with the ensemble")
  static let draws = Setting(
    "draws", .integer, .default(100), .atLeast(4).atMost(100_000), "members of the ensemble")
  static let assimilations = Setting(
    "assimilations", .integer, .optional(meaning: 4), .atLeast(1).atMost(100),
    "times that the data are assimilated, with noise inflated so that all together count once")
  static let ratio = Setting(
    "inflation_ratio", .number, .optional(meaning: 1), .atLeast(1),
    "by which the inflation falls from one assimilation to the next; 1 for equal ones")
  static let transform = Setting(
    "transform", .word(Transform.self), .optional(meaning: .squareRoot),
    "how the members' spread follows the data")
  static let beginning = Setting(
    "start", .word(Start.self), .optional(otherwise: "balanced with es_mda, independent with eki"),
    "where the members begin")
  static let step = Setting(
    "initial_step", .number, .optional(meaning: 0.1), .above(0), "part of the first change that is taken")
  static let growth = Setting(
    "step_growth", .number, .optional(meaning: 1.25), .atLeast(1), "of the part after a change that was taken"
  )
  static let decay = Setting(
    "step_decay", .number, .optional(meaning: 2), .above(1),
    "divisor of the part after a change that was refused")
  static let relaxation = Setting(
    "relaxation", .number, .optional(meaning: 1.05), .above(0),
    "a change is taken that leaves the error below so many times what it was")
  static let regularisation = Setting(
    "regularisation", .number, .optional(meaning: 1e-4), .atLeast(0),
    "part of the noise's covariance that is added to it in the gain")
  static let moves = Setting(
    FamilySpec.moves, .output, .optional,
    "input of a stage, such as shot.model, that gets a grid of its own in every member: the grid is what is unknown"
  )
  static let model = Input.optional(
    "model", [.grid, .topography], "mean of the prior of the grid that moves, on its nodes")
  static let modelVariable = Setting(
    "model_variable", .wordOrText, .optional(otherwise: "topography, or the only one that is there"),
    "variable of the model")
  static let fieldDeviation = Setting(
    "field_deviation", .number, .optional, .above(0),
    "standard deviation of the grid's prior, in the unit of the model's variable")
  static let fieldLength = Setting(
    "field_length", .number(in: .metre), .optional, .above(0),
    "length over which the grid's prior is correlated")
  static let fieldCorrelation = Setting(
    "field_correlation", .word(NoiseCorrelation.self), .optional(meaning: .matern32),
    "how the prior's correlation falls with distance over that length")
  static let localisation = Setting(
    "localisation_length", .number(in: .metre), .optional, .above(0),
    "a datum tells of nodes within twice this distance alone, by the taper of Gaspari and Cohn; without it, of all"
  )
  static let onFailure = Setting(
    "on_failure", .word(Failure.self), .default(.replace), "what becomes of model runs that fail")
  /// Of a member of another family, so that two of them draw apart.
  static let outer = Setting("outer", .text, .optional, "member of another family")

  /// What decides the ensembles: in recipes of steps.
  static let algorithm: [any DeclaredEntry] = [
    method, draws, assimilations, ratio, transform, beginning, step, growth, decay, relaxation,
    regularisation, modelVariable,
    fieldDeviation, fieldLength, fieldCorrelation, localisation, onFailure,
  ]

  static let rules: [Rule] = [
    .only(assimilations, ratio, transform, with: method, in: .smoother),
    .only(step, growth, decay, relaxation, regularisation, with: method, in: .inversion),
    .only(model, modelVariable, fieldDeviation, fieldLength, fieldCorrelation, localisation, with: moves),
    .needs(model, with: moves), .needs(fieldDeviation, with: moves), .needs(fieldLength, with: moves),
    .atMostOne(
      localisation, PosteriorSettings.noiseCovariance, because: "each datum must have a noise of its own"),
    .atMostOne(
      localisation, PosteriorSettings.correlationLength, because: "each datum must have a noise of its own"),
    .needs(
      PosteriorSettings.forward, when: PosteriorSettings.logLikelihood.isGiven,
      because: "Kalman's update needs predictions, not a likelihood"),
  ]

  static func control(_ settings: Settings) -> EnsembleInversion.Control {
    EnsembleInversion.Control(
      step: settings[step], growth: settings[growth], decay: settings[decay],
      relaxation: settings[relaxation],
      regularization: settings[regularisation])
  }

  static func smoother(_ settings: Settings) -> EnsembleSmoother {
    EnsembleSmoother(
      inflations: EnsembleSmoother.falling(settings[assimilations], ratio: settings[ratio]),
      seed: UInt64(settings[FamilySettings.seed]), stream: stream(settings))
  }

  static func stream(_ settings: Settings) -> String {
    "ensemble_kalman" + (settings[outer].map { " " + $0 } ?? "")
  }

  /// Members of a round: of an inversion the ensemble's mean is one more.
  static func rows(_ settings: Settings) -> Int {
    settings[draws] + (settings[method] == .inversion ? 1 : 0)
  }

  /// Whether mean and covariance of the first ensemble are to be the prior's.
  static func isBalanced(_ settings: Settings) -> Bool {
    (settings[beginning] ?? (settings[method] == .smoother ? .balanced : .independent)) == .balanced
  }

  /// Where all that is random of the first ensemble comes from.
  static func startRandom(_ settings: Settings) -> CounterRandom {
    CounterRandom(seed: UInt64(settings[FamilySettings.seed]), stream: "ensemble_kalman start")
  }

  /// Points where members begin: draws of the prior N(0, I).
  static func start(_ settings: Settings, dimensions: Int) -> [[Double]] {
    let (random, count) = (startRandom(settings), settings[draws])
    guard isBalanced(settings), dimensions < count else {
      return (0..<count).map { random.normal(dimensions, row: $0) }
    }
    return ExactMoments.members(
      about: [Double](repeating: 0, count: dimensions), factor: .identity(dimensions), count: count,
      random: random)
  }
}
