import Artefacts
import NumericCore
import Planning
import StageSupport
import Topography

/// How a regional field is estimated: the method, and what belongs to each.
enum RegionalMethodSettings {
  enum Method: String, SettingWord {
    case constant, trend, filter
    case equivalentSources = "equivalent_sources"
    case constraints
    case crossValidated = "constraints_cv"

    var summary: String {
      switch self {
      case .constant: "the same everywhere"
      case .trend: "a polynomial of the whole misfit"
      case .filter: "what a filter lets through"
      case .equivalentSources: "sources fitted to the whole misfit"
      case .constraints: "a field through the misfit at the constraints, where it can only be regional"
      case .crossValidated: "the same with its parameters chosen by what they leave at left-out constraints"
      }
    }
  }

  /// The field through the misfit at the constraints.
  enum GridMethod: String, SettingWord {
    case equivalentSources = "eq_sources"
    case spline
    case minimumCurvature = "minimum_curvature"
    case kriging

    var summary: String {
      switch self {
      case .kriging:
        "what a covariance makes the likeliest, with what the starting surface's errors leak into the misfit"
      case .equivalentSources: "equivalent sources"
      case .spline: "a bi-harmonic spline"
      case .minimumCurvature: "a surface in tension"
      }
    }
  }

  static let method = Setting("method", .word(Method.self), .required, "how the regional field is estimated")
  static let constraints = Input.optional(
    "constraints", [.constraints], "points of known height: no residual there")

  static let all = Declarations([
    Declarations([method, value, degree], rules: fieldRules),
    Declarations([gridMethod, tension, splineDampings, useWeights, blockSize], rules: constraintRules),
    Declarations([drift], rules: driftRules),
    filter, RegionalSourceSettings.all, RegionalSearchSettings.all, KrigedRegionalSettings.all,
  ])

  enum Drift: String, SettingWord {
    case none, constant, linear

    var summary: String {
      switch self {
      case .none: "damping pulls the field to 0 mGal, as in Invert4Geom"
      case .constant: "an unknown mean: a constant added to the data changes no residual"
      case .linear: "an unknown plane"
      }
    }

    var degree: Int? {
      switch self {
      case .none: nil
      case .constant: 0
      case .linear: 1
      }
    }
  }

  /// Fields that are fitted to the misfit and would go to zero off the data, the more so with damping.
  private static let isFitted = method.is(.equivalentSources) || usesConstraints
  static let isKriged = method.is(.constraints) && gridMethod.is(.kriging)

  static let drift = Setting(
    "drift", .word(Drift.self),
    .later(
      default: .none, otherwise: .constant, when: isFitted,
      told: "constant where sources, a spline or another surface are fitted"),
    "what the field follows but for coefficients; it is found first and damping does not hold it")

  private static let driftRules: [Rule] = [
    .only(drift, when: isFitted),
    .check(drift, "is not none with kriging", when: isKriged) {
      $0 == .none ? "must be constant or linear with kriging: nothing may pull the field to 0 mGal" : nil
    },
    .check(
      gridMethod, "is one that constraints_cv knows", when: method.is(.crossValidated)
    ) {
      $0 == .kriging
        ? "can't be kriging with method = constraints_cv: its numbers are estimated; use method = constraints"
        : nil
    },
  ]

  // MARK: One field for all

  private static let value = Setting(
    "value", .number(in: .milligal), .optional(otherwise: "the median of the misfit at the constraints"),
    "the field")
  private static let degree = Setting("trend", .integer, .default(1), .atLeast(0).atMost(10), "total degree")

  private static let fieldRules: [Rule] = [
    .only(value, with: method, in: .constant), .only(degree, with: method, in: .trend),
    .needs(
      constraints, when: method.is(.constant) && !value.isGiven,
      because: "it is the median of the misfit there"),
  ]

  private static let filter = FilterSettings(
    type: Setting(
      "filter_type", .word(FilterSettings.FilterType.self), .default(.lowpass),
      "derivatives per metre, about the misfit's mean"),
    padMode: .optional(meaning: .linearRamp), padWidthFactor: .optional(meaning: 3),
    padValue: Setting("pad_value", .number, .optional(otherwise: "the median"), "that value, mGal"),
    when: method.is(.filter))

  // MARK: Fields through constraints

  static let gridMethod = Setting(
    "grid_method", .word(GridMethod.self), .default(.equivalentSources), "the field through the constraints")
  private static let tension = Setting(
    "tension", .number, .optional(meaning: 1), .atLeast(0).atMost(1),
    "0 bends least, 1 has no extremum off the points")
  private static let splineDampings = Setting(
    "spline_dampings", .list(.number, 1...1000), .default([1e-8, 1e-6, 1e-4, 1e-2, 1, 100]), .atLeast(0),
    "damping; several are cross-validated, 0 alone is none")
  static let useWeights = Setting(
    "use_weights", .boolean, .default(false), "weigh constraints by `weight`, else 1 / uncert²")
  static let blockSize = Setting(
    "constraints_block_size", .number(in: .metre), .optional, .above(0),
    "reduce the constraints to block means first")

  /// Whether the misfit is sampled at the constraints.
  static let usesConstraints = method.is(.constraints, .crossValidated)

  private static let constraintRules: [Rule] = [
    .only(gridMethod, when: usesConstraints),
    .only(useWeights, blockSize, when: usesConstraints && !gridMethod.is(.kriging)),
    .needs(constraints, when: usesConstraints, because: "the misfit is sampled there"),
    .only(tension, when: method.is(.constraints) && gridMethod.is(.minimumCurvature)),
    .only(splineDampings, when: method.is(.constraints) && gridMethod.is(.spline)),
    DampingList.zeroStandsAlone(splineDampings),
    .needs(
      blockSize, when: usesConstraints && gridMethod.is(.minimumCurvature) && useWeights.isOn,
      because: "minimum_curvature meets every point, whatever its weight; weights count in block means only"),
  ]

  // MARK: What they amount to

  /// Whether the field is kriged.
  static func isKriging(_ settings: Settings) -> Bool {
    settings[method] == .constraints && settings[gridMethod] == .kriging
  }

  static func method(_ context: StageContext, isGeographic: Bool) throws -> RegionalMethod {
    let method = context[method]
    try check(method, isGeographic: isGeographic)
    switch method {
    case .constant: return context[value].map { .constant($0) } ?? .constraintsMedian
    case .trend: return .trend(degree: context[degree])
    case .filter: return .filter(filter.filter(context.settings), padding: filter.padding(context.settings))
    case .equivalentSources: return .equivalentSources(RegionalSourceSettings.sources(context.settings))
    case .constraints: return atConstraints(context.settings)
    case .crossValidated: return .crossValidated(RegionalSearchSettings.candidates(context.settings))
    }
  }

  /// Only the data tell whether distances are in metres.
  private static func check(_ method: Method, isGeographic: Bool) throws {
    switch method {
    case .constant, .trend: return
    case .filter, .equivalentSources, .constraints, .crossValidated:
      try checkMetres(isGeographic: isGeographic, "method \(method.rawValue)")
    }
  }

  static func checkMetres(isGeographic: Bool, _ method: String) throws {
    guard isGeographic else { return }
    throw StageError.outOfPlace(
      "the gravity is in longitude and latitude and \(method) needs metres; put a stage of kind "
        + "'project' before, or use constant or trend")
  }

  private static func atConstraints(_ settings: Settings) -> RegionalMethod {
    switch settings[gridMethod] {
    case .spline: .constraintSpline(dampings: DampingList.positive(settings[splineDampings]))
    case .minimumCurvature: .constraintMinimumCurvature(tension: settings[tension])
    case .kriging: preconditionFailure("kriging makes its field itself")
    case .equivalentSources: .constraintEquivalentSources(RegionalSourceSettings.sources(settings))
    }
  }
}
