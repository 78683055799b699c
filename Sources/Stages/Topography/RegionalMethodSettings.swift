import Artefacts
import NumericCore
import Planning
import StageSupport
import Topography

/// The settings that say how a regional field is estimated.
enum RegionalMethodSettings {
  static let specifications: [SettingSpec] = methodSettings + filterSettings + sourceSettings + searchSettings

  private static let methodSettings: [SettingSpec] = [
    SettingSpec(
      "method",
      .word(["constant", "trend", "filter", "equivalent_sources", "constraints", "constraints_cv"]),
      .required,
      "how the regional field is estimated"),
    SettingSpec(
      "value", .number(.acceleration), .optional,
      "constant: the field; default: median of the misfit at the constraints"),
    SettingSpec("trend", .integer, .defaultsTo("1"), minimum: "0", maximum: "10", "trend: total degree"),
    SettingSpec(
      "grid_method", .word(["eq_sources", "spline", "minimum_curvature"]), .defaultsTo("eq_sources"),
      "constraints: equivalent sources, a bi-harmonic spline, or a surface in tension"),
    SettingSpec(
      "tension", .number(.dimensionless), .optional, minimum: "0", maximum: "1",
      "minimum_curvature: 0 bends least, 1 (default) has no extremum off the points"),
    SettingSpec(
      "spline_dampings", .list(.number(.dimensionless), count: 1...1000),
      .defaultsTo("1e-8, 1e-6, 1e-4, 1e-2, 1, 100"), minimum: "0",
      "spline: damping; several are cross-validated"),
    SettingSpec(
      "use_weights", .boolean, .defaultsTo("no"), "weigh constraints by `weight`, else 1 / uncert²"),
    SettingSpec(
      "constraints_block_size", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "reduce the constraints to block means first"),
  ]

  private static let filterSettings: [SettingSpec] = [
    SettingSpec(
      "filter_width", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "filter: wavelength of the Gaussian"),
    SettingSpec(
      "filter_type", .word(FilterSettings.types), .defaultsTo("lowpass"),
      "filter: as the types of `filter_grid`; derivatives per metre, about the misfit's mean"),
    SettingSpec(
      "height_displacement", .number(.length), .optional, "filter, up_continue: how far up; negative: down"),
    SettingSpec(
      "pad_mode", .word(FilterSettings.modes), .optional,
      "filter: what stands around the grid; default linear_ramp"),
    SettingSpec(
      "pad_width_factor", .integer, .optional, minimum: "0",
      "filter: each side gets the number of nodes divided by this (default 3); 0: no padding"),
    SettingSpec(
      "pad_value", .number(.dimensionless), .optional,
      "filter, constant and linear_ramp: value in mGal; default: the median"),
  ]

  private static let sourceSettings: [SettingSpec] = [
    SettingSpec(
      "depth", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "equivalent sources: depth below the data; default 4.5 × mean distance of neighbours"),
    SettingSpec(
      "damping", .number(.dimensionless), .optional, minimum: "0",
      "equivalent sources: damping; default none"),
    SettingSpec(
      "dampings", .list(.number(.dimensionless), count: 1...100), .optional, minimum: "0",
      minimumExcluded: true, "equivalent sources: trial dampings, of which cross-validation takes the best"),
    SettingSpec(
      "block_size", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "equivalent sources: one source a block of this size"),
    SettingSpec(
      "observation_height", .number(.length), .optional,
      "equivalent sources: height at which their field is taken; default: that of the data"),
  ]

  private static let searchSettings: [SettingSpec] = [
    SettingSpec(
      "damping_limits", .list(.number(.dimensionless), count: 2...2), .optional, minimum: "0",
      minimumExcluded: true, "constraints_cv: least and greatest damping of splines or sources"),
    SettingSpec(
      "depth_limits", .list(.number(.length), count: 2...2), .optional, minimum: "0 m", minimumExcluded: true,
      "constraints_cv: least and greatest depth of sources"),
    SettingSpec(
      "tension_limits", .list(.number(.dimensionless), count: 2...2), .optional, minimum: "0", maximum: "1",
      "constraints_cv: least and greatest tension; default 0, 1"),
    SettingSpec(
      "trials", .integer, .optional, minimum: "2", maximum: "1000",
      "constraints_cv: values of each parameter, limits included; default 10"),
    SettingSpec(
      "folds", .integer, .optional, minimum: "2",
      "constraints_cv: parts of the constraints, each left out once; default 5"),
    SettingSpec(
      "seed", .integer, .optional, minimum: "0", "constraints_cv: shuffles the constraints; default 10"),
    SettingSpec(
      "cv_score", .word(["residual", "ratio"]), .optional,
      "constraints_cv: least residual at left-out constraints (default), or its ratio to the whole residual"),
  ]

  /// Settings that mean nothing to other methods than these; `constraints` with a colon: to that grid method only.
  private static let owners: [(names: [String], methods: [String])] = [
    (["height_displacement", "pad_mode", "pad_width_factor", "pad_value"], ["filter"]),
    (
      ["dampings", "observation_height"],
      ["equivalent_sources", "constraints: eq_sources", "constraints_cv: eq_sources"]
    ),
    (["tension"], ["constraints: minimum_curvature"]),
    (["damping_limits"], ["constraints_cv: eq_sources", "constraints_cv: spline"]),
    (["depth_limits"], ["constraints_cv: eq_sources"]),
    (["tension_limits"], ["constraints_cv: minimum_curvature"]),
    (["trials", "folds", "seed", "cv_score"], ["constraints_cv"]),
  ]

  static func method(_ context: StageContext, isGeographic: Bool) throws -> RegionalMethod {
    let settings = context.settings
    let word = settings.word("method")
    try checkOwners(settings)
    let needsPoints = word.hasPrefix("constraints") || (word == "constant" && !settings.has("value"))
    if needsPoints, context.inputs["constraints"] == nil {
      throw StageError.missingInput(name: "constraints", because: "method \(word) samples the misfit there")
    }
    guard !isGeographic || ["constant", "trend"].contains(word) else {
      throw StageError.outOfPlace(
        "the gravity is in longitude and latitude and method \(word) needs metres; put a stage of kind 'project' "
          + "before, or use constant or trend")
    }
    switch word {
    case "constant":
      return settings.optionalNumber("value", in: .milligal).map { .constant($0) } ?? .constraintsMedian
    case "trend": return .trend(degree: settings.integer("trend"))
    case "filter":
      return .filter(
        try FilterSettings.filter(settings, type: settings.word("filter_type")),
        padding: try FilterSettings.padding(settings))
    case "equivalent_sources": return .equivalentSources(try sources(settings))
    case "constraints_cv": return .crossValidated(try candidates(settings))
    default: return try atConstraints(settings)
    }
  }

  private static func checkOwners(_ settings: Settings) throws {
    let method = settings.word("method")
    let full = "\(method): \(settings.word("grid_method"))"
    for owner in owners where !owner.methods.contains(method) && !owner.methods.contains(full) {
      for name in owner.names where settings.has(name) {
        throw StageError.outOfPlace(
          "'\(name)' has no meaning for \(method.hasPrefix("constraints") ? full : method); "
            + "it is for \(owner.methods.joined(separator: ", "))")
      }
    }
  }

  private static func sources(_ settings: Settings) throws -> EquivalentSourcesSettings {
    if settings.has("damping"), settings.has("dampings") {
      throw StageError.outOfPlace("both 'damping' and 'dampings' are given; keep one")
    }
    return EquivalentSourcesSettings(
      depth: settings.optionalNumber("depth"), damping: settings.optionalNumber("damping"),
      dampings: settings.has("dampings") ? settings.numbers("dampings") : [],
      blockSize: settings.optionalNumber("block_size"),
      observationHeight: settings.optionalNumber("observation_height"))
  }

  private static func atConstraints(_ settings: Settings) throws -> RegionalMethod {
    switch settings.word("grid_method") {
    case "spline": return .constraintSpline(dampings: settings.numbers("spline_dampings"))
    case "minimum_curvature":
      try checkWeights(settings)
      return .constraintMinimumCurvature(tension: settings.optionalNumber("tension") ?? 1)
    default: return .constraintEquivalentSources(try sources(settings))
    }
  }

  private static func checkWeights(_ settings: Settings) throws {
    guard settings.flag("use_weights"), !settings.has("constraints_block_size") else { return }
    throw StageError.outOfPlace(
      "minimum_curvature meets every point, whatever its weight; weights count in block means only: "
        + "set 'constraints_block_size', or leave 'use_weights' out")
  }

  // MARK: Cross-validated candidates

  private static func candidates(_ settings: Settings) throws -> RegionalCandidates {
    let found: (names: [String], candidates: [RegionalCandidates.Candidate])
    switch settings.word("grid_method") {
    case "spline":
      found = RegionalCandidates.combinations([("damping", try dampings(settings))]) {
        .constraintSpline(dampings: [$0[0]])
      }
    case "minimum_curvature":
      try checkWeights(settings)
      let limits = try limits(settings, "tension_limits") ?? (0, 1)
      let tensions = TrialValues.linear(from: limits.low, to: limits.high, count: trials(settings))
      found = RegionalCandidates.combinations([("tension", tensions)]) {
        .constraintMinimumCurvature(tension: $0[0])
      }
    default: found = try sourceCandidates(settings)
    }
    guard let seed = UInt32(exactly: settings.has("seed") ? settings.integer("seed") : 10) else {
      throw StageError.outOfPlace("the seed must lie below 2^32")
    }
    return RegionalCandidates(
      names: found.names, candidates: found.candidates,
      folds: settings.has("folds") ? settings.integer("folds") : 5, seed: seed,
      score: settings.optionalWord("cv_score") == "ratio" ? .ratio : .residual)
  }

  private static func sourceCandidates(
    _ settings: Settings
  ) throws -> (names: [String], candidates: [RegionalCandidates.Candidate]) {
    let fixed = try sources(settings)
    var parameters: [(name: String, values: [Double])] = []
    if settings.has("damping_limits") {
      guard fixed.damping == nil, fixed.dampings.isEmpty else {
        throw StageError.outOfPlace("'damping_limits' and a fixed damping are given; keep one")
      }
      parameters.append(("damping", try dampings(settings)))
    }
    if let limits = try limits(settings, "depth_limits") {
      guard fixed.depth == nil else {
        throw StageError.outOfPlace("'depth_limits' and a fixed depth are given; keep one")
      }
      parameters.append(
        ("depth", TrialValues.linear(from: limits.low, to: limits.high, count: trials(settings))))
    }
    guard !parameters.isEmpty else {
      throw StageError.missingSetting(
        name: "damping_limits", because: "constraints_cv with eq_sources searches it, `depth_limits` or both")
    }
    let names = parameters.map(\.name)
    return RegionalCandidates.combinations(parameters) { values in
      var sources = fixed
      for (name, value) in zip(names, values) {
        if name == "depth" { sources.depth = value } else { sources.damping = value }
      }
      return .constraintEquivalentSources(sources)
    }
  }

  private static func dampings(_ settings: Settings) throws -> [Double] {
    guard let limits = try limits(settings, "damping_limits") else {
      throw StageError.missingSetting(
        name: "damping_limits", because: "constraints_cv searches the damping between them")
    }
    return TrialValues.logarithmic(from: limits.low, to: limits.high, count: trials(settings))
  }

  private static func trials(_ settings: Settings) -> Int {
    settings.has("trials") ? settings.integer("trials") : 10
  }

  private static func limits(_ settings: Settings, _ name: String) throws -> (low: Double, high: Double)? {
    guard settings.has(name) else { return nil }
    let values = settings.numbers(name)
    guard values[0] < values[1] else {
      throw StageError.outOfPlace("'\(name)' must be the lower limit, then the upper one")
    }
    return (values[0], values[1])
  }
}
