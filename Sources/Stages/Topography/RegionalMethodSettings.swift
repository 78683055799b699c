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

    var summary: String {
      switch self {
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
    filter, RegionalSourceSettings.all, RegionalSearchSettings.all,
  ])

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
    .only(gridMethod, useWeights, blockSize, when: usesConstraints),
    .needs(constraints, when: usesConstraints, because: "the misfit is sampled there"),
    .only(tension, when: method.is(.constraints) && gridMethod.is(.minimumCurvature)),
    .only(splineDampings, when: method.is(.constraints) && gridMethod.is(.spline)),
    DampingList.zeroStandsAlone(splineDampings),
    .needs(
      blockSize, when: usesConstraints && gridMethod.is(.minimumCurvature) && useWeights.isOn,
      because: "minimum_curvature meets every point, whatever its weight; weights count in block means only"),
  ]

  // MARK: What they amount to

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
      guard isGeographic else { return }
      throw StageError.outOfPlace(
        "the gravity is in longitude and latitude and method \(method.rawValue) needs metres; put a stage of kind "
          + "'project' before, or use constant or trend")
    }
  }

  private static func atConstraints(_ settings: Settings) -> RegionalMethod {
    switch settings[gridMethod] {
    case .spline: .constraintSpline(dampings: DampingList.positive(settings[splineDampings]))
    case .minimumCurvature: .constraintMinimumCurvature(tension: settings[tension])
    case .equivalentSources: .constraintEquivalentSources(RegionalSourceSettings.sources(settings))
    }
  }
}
