import Artefacts
import NumericCore
import Planning
import Topography

/// What `constraints_cv` chooses from, and by what.
enum RegionalSearchSettings {
  private typealias Methods = RegionalMethodSettings
  private typealias Sources = RegionalSourceSettings

  enum Score: String, SettingWord {
    case residual, ratio

    var summary: String {
      switch self {
      case .residual: "least residual at left-out constraints"
      case .ratio: "that divided by the whole residual"
      }
    }
  }

  static let dampingLimits = Setting(
    "damping_limits", .list(.number, 2), .optional, .above(0),
    "least and greatest damping of splines or sources")
  private static let depthLimits = Setting(
    "depth_limits", .list(.number(in: .metre), 2), .optional, .above(0), "least and greatest depth of sources"
  )
  private static let tensionLimits = Setting(
    "tension_limits", .list(.number, 2), .optional(meaning: [0, 1]), .atLeast(0).atMost(1),
    "least and greatest tension")
  private static let trials = Setting(
    "trials", .integer, .optional(meaning: 10), .atLeast(2).atMost(1000),
    "values of each parameter, limits included")
  private static let folds = Setting(
    "folds", .integer, .optional(meaning: 5), .atLeast(2), "parts of the constraints, each left out once")
  private static let seed = Setting(
    "seed", .integer, .optional(meaning: 10), .atLeast(0).atMost(Double(UInt32.max)),
    "shuffles the constraints")
  private static let score = Setting(
    "cv_score", .word(Score.self), .optional(meaning: .residual), "which parameters are the best")

  private static let isUsed = Methods.method.is(.crossValidated)

  static let all = Declarations(
    [dampingLimits, depthLimits, tensionLimits, trials, folds, seed, score],
    rules: [
      .only(dampingLimits, when: isUsed && Methods.gridMethod.is(.equivalentSources, .spline)),
      .only(depthLimits, when: isUsed && Methods.gridMethod.is(.equivalentSources)),
      .only(tensionLimits, when: isUsed && Methods.gridMethod.is(.minimumCurvature)),
      .only(trials, folds, seed, score, when: isUsed),
      .needs(
        dampingLimits, when: isUsed && Methods.gridMethod.is(.spline), because: "the damping is searched"),
      .atLeastOne(dampingLimits, depthLimits, when: isUsed && Methods.gridMethod.is(.equivalentSources)),
      .atMostOne(dampingLimits, Sources.damping), .atMostOne(dampingLimits, Sources.dampings),
      .atMostOne(depthLimits, Sources.depth),
      .ascending(dampingLimits), .ascending(depthLimits), .ascending(tensionLimits),
    ])

  static func candidates(_ settings: Settings) -> RegionalCandidates {
    let found = found(settings)
    return RegionalCandidates(
      names: found.names, candidates: found.candidates, folds: settings[folds], seed: UInt32(settings[seed]),
      score: settings[score] == .ratio ? .ratio : .residual)
  }

  private typealias Found = (names: [String], candidates: [RegionalCandidates.Candidate])

  private static func found(_ settings: Settings) -> Found {
    let count = settings[trials]
    switch settings[Methods.gridMethod] {
    case .spline:
      return RegionalCandidates.combinations([("damping", logarithmic(settings[given: dampingLimits], count))]
      ) {
        .constraintSpline(dampings: [$0[0]])
      }
    case .minimumCurvature:
      return RegionalCandidates.combinations([("tension", linear(settings[tensionLimits], count))]) {
        .constraintMinimumCurvature(tension: $0[0])
      }
    case .equivalentSources: return sources(settings)
    case .kriging: preconditionFailure("kriging estimates its numbers")
    }
  }

  private static func sources(_ settings: Settings) -> Found {
    let (fixed, count) = (Sources.sources(settings), settings[trials])
    var parameters: [(name: String, values: [Double])] = []
    if let limits = settings[dampingLimits] { parameters.append(("damping", logarithmic(limits, count))) }
    if let limits = settings[depthLimits] { parameters.append(("depth", linear(limits, count))) }
    let names = parameters.map(\.name)
    return RegionalCandidates.combinations(parameters) { values in
      var sources = fixed
      for (name, value) in zip(names, values) {
        if name == "depth" { sources.depth = value } else { sources.damping = value }
      }
      return .constraintEquivalentSources(sources)
    }
  }

  private static func logarithmic(_ limits: [Double], _ count: Int) -> [Double] {
    TrialValues.logarithmic(from: limits[0], to: limits[1], count: count)
  }

  private static func linear(_ limits: [Double], _ count: Int) -> [Double] {
    TrialValues.linear(from: limits[0], to: limits[1], count: count)
  }
}
