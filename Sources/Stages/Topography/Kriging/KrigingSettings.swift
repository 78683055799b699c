import Artefacts
import Geostatistics
import NumericCore
import Planning
import StageSupport
import Topography

/// The covariance of a kriged surface and what is estimated of it.
enum KrigingSettings {
  enum CorrelationWord: String, SettingWord {
    case exponential
    case matern32 = "matern_32"
    case matern52 = "matern_52"
    case squaredExponential = "squared_exponential"

    var summary: String {
      switch self {
      case .exponential: "e^(−h): continuous, without slopes"
      case .matern32: "(1 + a) e^(−a), a = √3 h: with slopes"
      case .matern52: "(1 + a + a²/3) e^(−a), a = √5 h: with slopes and curvatures"
      case .squaredExponential: "e^(−h²/2): mostly too smooth"
      }
    }

    var correlation: Geostatistics.Correlation {
      switch self {
      case .exponential: .exponential
      case .matern32: .matern32
      case .matern52: .matern52
      case .squaredExponential: .squaredExponential
      }
    }
  }

  enum DriftWord: String, SettingWord {
    case none, constant, linear, quadratic

    var summary: String {
      switch self {
      case .none: "the field's mean is 0"
      case .constant: "an unknown mean"
      case .linear, .quadratic: "an unknown polynomial of the place"
      }
    }

    var degree: Int? {
      switch self {
      case .none: nil
      case .constant: 0
      case .linear: 1
      case .quadratic: 2
      }
    }
  }

  enum LikelihoodWord: String, SettingWord {
    case restricted, marginal

    var summary: String {
      switch self {
      case .restricted: "of what the points say beside the drift"
      case .marginal: "of the points with the drift at its best"
      }
    }
  }

  static let covariance = Setting(
    "covariance", .list(.word(CorrelationWord.self), 1...3), .later(default: [.matern32]),
    "how the correlation of the surface falls with distance over length; several are summed")
  static let deviation = Setting(
    "deviation", .list(.number(in: .metre), 1...3), .optional(otherwise: "estimated from the points"),
    .above(0),
    "standard deviation of the surface, for each covariance")
  static let length = Setting(
    "length", .list(.number(in: .metre), 1...3), .optional(otherwise: "estimated from the points"), .above(0),
    "correlation length of the surface, for each covariance")
  static let jitter = Setting(
    "jitter", .number(in: .metre), .optional(otherwise: "estimated from the points"), .atLeast(0),
    "standard deviation of an independent error of every point beside its own")
  static let azimuth = Setting(
    "anisotropy_azimuth", .number(in: .degree), .optional, .atLeast(-360).atMost(360),
    "direction of the greater length, clockwise from north")
  static let ratio = Setting(
    "anisotropy_ratio", .number, .optional, .above(0).atMost(1),
    "length across that direction over the length along it")
  static let drift = Setting(
    "drift", .word(DriftWord.self), .later(default: .constant),
    "what the surface is known to follow but for coefficients")
  static let driftGrid = Input.optional(
    "drift_grid", [.grid, .gravity, .topography, .statistics],
    "a field that the surface follows but for a factor, e.g. gravity")
  static let driftVariable = Setting(
    "drift_variable", .name, .optional(otherwise: "gravity_anomaly, topography, or the only one"),
    "variable of the drift grid")
  static let likelihood = Setting(
    "likelihood", .word(LikelihoodWord.self), .later(default: .restricted), "what is greatest at the estimate"
  )
  static let priors = Setting(
    "priors", .boolean, .later(default: true),
    "whether weak priors (a factor e of the spread of the points and of a quarter of their extent) hold the estimate"
  )

  static let all = Declarations(
    [covariance, deviation, length, jitter, azimuth, ratio, drift, driftVariable, likelihood, priors],
    rules: rules)

  /// Refuses all of them where no surface is kriged.
  static func only(when condition: Condition) -> Rule {
    .only(
      covariance, deviation, length, jitter, azimuth, ratio, drift, driftGrid, likelihood, priors,
      when: condition)
  }

  private static let rules: [Rule] = [
    .needs(deviation, with: length, because: "they are estimated together or not at all"),
    .needs(length, with: deviation, because: "they are estimated together or not at all"),
    .needs(azimuth, with: ratio), .needs(ratio, with: azimuth), .only(driftVariable, with: driftGrid),
    .check(
      covariance, deviation, length, "has a deviation and a length for each covariance, where they are given"
    ) {
      covariance, deviation, length in
      let counts = [deviation?.count, length?.count].compactMap { $0 }
      return counts.allSatisfy { $0 == covariance.count }
        ? nil : "must have one number for each of the \(covariance.count) covariances"
    },
  ]

  static func anisotropy(_ settings: Settings) -> Anisotropy? {
    guard let azimuth = settings[azimuth], let ratio = settings[ratio] else { return nil }
    return Anisotropy(azimuth: azimuth, ratio: ratio)
  }

  /// The numbers that the section gives; nil where some are estimated.
  static func model(_ settings: Settings) -> KrigingModel? {
    guard let deviations = settings[deviation], let lengths = settings[length], let jitter = settings[jitter]
    else {
      return nil
    }
    let structures = settings[covariance].enumerated().map { index, word in
      Covariance.Structure(word.correlation, deviation: deviations[index], length: lengths[index])
    }
    return KrigingModel(Covariance(structures, anisotropy: anisotropy(settings)), jitter: jitter)
  }

  /// The search for those that are not given.
  static func search(_ settings: Settings, for data: KrigingData) -> CovarianceSearch {
    let words = settings[covariance]
    var frame = CovarianceSearch.Frame.surface(
      data, structures: words.count, estimatesJitter: settings[jitter] == nil)
    if !settings[priors] { frame.priorDeviations = frame.priorDeviations.map { _ in .infinity } }
    if let deviations = settings[deviation], let lengths = settings[length] {
      for index in words.indices {
        frame.fix(2 * index, at: deviations[index])
        frame.fix(2 * index + 1, at: lengths[index])
      }
    }
    let kind: CovarianceLikelihood.Kind =
      switch settings[likelihood] {
      case .restricted: .restricted
      case .marginal: .marginal
      }
    return CovarianceSearch(
      correlations: words.map(\.correlation), anisotropy: anisotropy(settings), jitter: settings[jitter],
      kind: kind, frame: frame)
  }
}
