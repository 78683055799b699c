import Inference
import NumericCore
import Planning
import StageSupport

/// The settings of variational inference. Those of `algorithm` decide its steps and stand in their recipes; `stops` and
/// `closing` do not.
enum VariationalDeclarations {
  static let compatible = Setting(
    "compatible", .word(InferenceConventions.self), .default(.none), "whose conventions hold")
  private static let isRomtools = compatible.is(.romtools)

  private static func later<Value>(
    _ ours: Value, romtools: Value, _ words: String
  ) -> Presence<Value> {
    .later(default: ours, otherwise: romtools, when: isRomtools, told: words)
  }

  // MARK: - the family

  static let covariance = Setting(
    "covariance", .word(GaussianFamily.Covariance.self),
    later(.full, romtools: .diagonal, "full; diagonal with compatible = romtools"),
    "what of the Gaussian's covariance is free")
  static let coordinates = Setting(
    "coordinates", .word(CoordinateWord.self),
    later(.priorQuantile, romtools: .sigmoid, "prior_quantile; sigmoid with compatible = romtools"),
    "in which the posterior is taken to be Gaussian")
  static let interiorMargin = Setting(
    "interior_margin", .number, .optional(meaning: 1e-6), .atLeast(0).below(0.5),
    "part of the interval that sigmoid and arctan leave at either bound")
  static let deviationFloor = Setting(
    "deviation_floor", .number, .optional(meaning: 1e-6), .atLeast(0),
    "least deviation of a bounded setting, as a part of its interval")

  // MARK: - estimators

  static let entropy = Setting(
    "entropy", .word(VariationalSettings.Entropy.self),
    later(.joint, romtools: .analytic, "joint; analytic with compatible = romtools"),
    "how the Gaussian's entropy enters")
  static let baseline = Setting(
    "baseline", .word(VariationalSettings.Baseline.self), .default(.leaveOneOut),
    "what is taken from every draw's value, to lessen the noise of the gradient")
  static let draws = Setting(
    "draws", .integer, .optional(otherwise: "the greater of 32 and four for each setting; 30 as romtools"),
    .atLeast(2), "model runs of an iteration")
  static let reusedRounds = Setting(
    "reused_rounds", .integer, .later(default: 0), .atLeast(0).atMost(100),
    "last iterations whose model runs count again, by weights: the density of the Gaussian over that of the mixture of all that "
      + "they were drawn from; `effective_draws` of the history says what they are worth")
  static let sampler = Setting(
    "sampler", .word(DrawSampler.self),
    later(.sobol, romtools: .monteCarlo, "sobol; monte_carlo with compatible = romtools"),
    "how they are drawn")
  static let scaling = Setting(
    "scaling", ValueForm<Either<Double, ScalingWord>>.either(.number, .word(ScalingWord.self)),
    later(.first(1), romtools: .second(.diagMean), "1; diag_mean with compatible = romtools"),
    "factor on the evidence lower bound, its gradient and norms")
  static let linearisedRounds = Setting(
    "linearised_rounds", .integer,
    .optional(otherwise: "4 of predictions in coordinates = prior_quantile, else 0; 0 as romtools"),
    .atLeast(0),
    "rounds of 2(d + 1) runs that fit the predictions of d settings by a plane, before all others; fewer where it stays"
  )

  // MARK: - steps

  static let optimizer = Setting(
    "optimizer", .word(VariationalSettings.Optimizer.self),
    later(.naturalGradient, romtools: .gradient, "natural_gradient; gradient with compatible = romtools"),
    "which way a step goes")
  static let metric = Setting(
    "metric", .word(VariationalSettings.Metric.self), .optional(meaning: .standard), "of gradient and newton")
  static let hessian = Setting(
    "hessian", .word(VariationalSettings.Hessian.self), .optional(meaning: .projectedDiagonal),
    "what of it newton uses")
  static let hessianRegularisation = Setting(
    "hessian_regularisation", .number, .optional(meaning: 1e-2), .above(0),
    "least eigenvalue that newton allows")
  static let adamMeanDecay = Setting(
    "adam_mean_decay", .number, .optional(meaning: 0.9), .atLeast(0).below(1),
    "part that adam keeps of the running mean of gradients")
  static let adamSquareDecay = Setting(
    "adam_square_decay", .number, .optional(meaning: 0.999), .atLeast(0).below(1),
    "part that adam keeps of the running mean of their squares")
  static let stepSize = Setting(
    "step_size", .number, .optional(otherwise: "0.5, of adam 0.2; with a line search 0.01"), .above(0),
    "of the first step; of adam in deviations of the Gaussian")
  static let stepDecay = Setting(
    "step_decay", .number, .optional(meaning: 10), .above(0),
    "iterations after which steps without a line search are half as long")
  static let maximumMeanStep = Setting(
    "max_mean_step", .number, .optional(meaning: 1), .above(0),
    "greatest step of the mean by natural_gradient, in deviations of the Gaussian")
  static let maximumLogStep = Setting(
    "max_log_step", .number, .optional(meaning: 0.5), .above(0),
    "greatest change of the logarithm of a deviation in a step")
  static let logStepFactor = Setting(
    "log_step_factor", .number,
    .optional(otherwise: "1; 0.1 with compatible = romtools and line_search = legacy"), .above(0),
    "on the steps of log deviations")
  static let minimumDeviation = Setting(
    "min_deviation", .number,
    .optional(otherwise: "1e-8; 1e-6 with compatible = romtools and optimizer = gradient"), .above(0),
    "of a coordinate, diagonal or fixed correlation")
  static let maximumDeviation = Setting(
    "max_deviation", .number, .optional(meaning: 1e6), .above(0),
    "of a coordinate, diagonal or fixed correlation")

  // MARK: - line search

  static let lineSearch = Setting(
    "line_search", .word(VariationalSettings.LineSearch.self),
    later(
      .none, romtools: .stochasticNonmonotone, "none; stochastic_nonmonotone with compatible = romtools"),
    "whether steps are tried before they are taken")
  static let searchObjective = Setting(
    "search_objective", .word(VariationalSettings.Objective.self), .optional(meaning: .elbo),
    "what trials are compared by")
  static let maximumStep = Setting(
    "max_step", .number, .optional(otherwise: "no bound"), .above(0), "greatest step")
  static let stepGrowth = Setting(
    "step_growth", .number, .optional(otherwise: "1.05, of legacy 1.01"), .atLeast(1),
    "factor after a step that is taken")
  static let stepReduction = Setting(
    "step_reduction", .number, .optional(otherwise: "2, of legacy 3"), .atLeast(1),
    "divisor after one that is not")
  static let relaxation = Setting(
    "relaxation", .number, .optional(otherwise: "3.05, of legacy 2.05"), .atLeast(1),
    "how much worse a trial of legacy, or of search_objective = mse, may be")
  static let drawGrowth = Setting(
    "draw_growth", .number, .optional(meaning: 1), .atLeast(1),
    "factor on the draws after a step that is not taken")
  static let searchWindow = Setting(
    "search_window", .integer, .optional(meaning: 5), .atLeast(1), "last values that a trial is compared with"
  )
  static let armijo = Setting(
    "armijo", .number, .optional(meaning: 1e-6), .atLeast(0).atMost(1),
    "part of the promised rise that is asked for")
  static let searchSigma = Setting(
    "search_sigma", .number, .optional(meaning: 4), .atLeast(0),
    "standard errors by which a trial may miss that")

  // MARK: - stops and the end

  static let maximumIterations = Setting(
    "max_iterations", .integer, later(40, romtools: 1000, "40; 1000 with compatible = romtools"), .atLeast(1),
    "greatest number of iterations, linearised ones among them; more go on where fewer ended")
  static let gradientTolerance = Setting(
    "gradient_tolerance", .number,
    .optional(otherwise: "1e-6; with compatible = romtools 1e-5, and 5e-5 of newton"), .atLeast(0),
    "norm of the gradient that ends it")
  static let relativeTolerance = Setting(
    "elbo_relative_tolerance", .number, .optional, .atLeast(0),
    "part of the first evidence lower bound at which romtools ends; of two negative numbers only")
  static let maximumFailedSteps = Setting(
    "max_failed_steps", .integer, .optional(meaning: 5), .atLeast(0), "steps in a row that may not be taken")
  static let trendWindow = Setting(
    "trend_window", .integer, later(10, romtools: 0, "10; 0 with compatible = romtools"), .atLeast(0),
    "iterations over which the evidence lower bound must rise no more than its standard error to end it; 0 for never"
  )
  static let trendTolerance = Setting(
    "trend_tolerance", .number, .optional(meaning: 0.03), .above(0),
    "greatest standard error of that rise, in nats, at which that can be said")
  static let result = Setting(
    "result", .word(ResultWord.self),
    later(.averaged, romtools: .last, "averaged; last with compatible = romtools"),
    "which of the Gaussians")
  static let samples = Setting(
    "samples", .integer, .default(200), .atLeast(2),
    "fresh draws of the result at its end: samples with their predictions, and the verdict")
  static let maximumFailures = Setting(
    "max_failures", .integer, .default(0), .atLeast(0),
    "members of a round that may fail before the family does")
  static let members = Setting(
    FamilySpec.members, .word(MemberStorage.self), .default(.chunks), "how model runs are computed and kept")

  /// What decides the steps.
  static let algorithm: [any DeclaredEntry] = [
    compatible, covariance, coordinates, interiorMargin, deviationFloor, entropy, baseline, draws,
    reusedRounds, sampler,
    scaling,
    linearisedRounds, optimizer, metric, hessian, hessianRegularisation, adamMeanDecay, adamSquareDecay,
    stepSize, stepDecay, maximumMeanStep,
    maximumLogStep, logStepFactor, minimumDeviation, maximumDeviation, lineSearch, searchObjective,
    maximumStep,
    stepGrowth, stepReduction, relaxation, drawGrowth, searchWindow, armijo, searchSigma,
    PosteriorSettings.onFailure,
  ]
  private static let search: [any DeclaredEntry] = [
    searchObjective, maximumStep, stepGrowth, stepReduction, relaxation, drawGrowth, searchWindow, armijo,
    searchSigma,
    maximumFailedSteps,
  ]
  /// What decides when it ends, and what comes then.
  static let stops: [any Declaration] = [
    maximumIterations, gradientTolerance, relativeTolerance, maximumFailedSteps, trendWindow, trendTolerance,
    result,
    samples, maximumFailures, members,
  ]

  static let rules: [Rule] =
    search.map { Rule.only($0, with: lineSearch, in: .legacy, .stochasticNonmonotone) } + [
      .only(searchWindow, armijo, searchSigma, with: lineSearch, in: .stochasticNonmonotone),
      .only(stepDecay, with: lineSearch, in: .none),
      .only(interiorMargin, deviationFloor, with: coordinates, in: .sigmoid, .arctan),
      .only(metric, with: optimizer, in: .gradient, .newton),
      .only(hessian, hessianRegularisation, with: optimizer, in: .newton),
      .only(adamMeanDecay, adamSquareDecay, with: optimizer, in: .adam),
      .check(
        reusedRounds, lineSearch, "fit: a line search compares draws of its own",
        complaint: { rounds, search in
          rounds > 0 && search != .none
            ? "don't fit: a line search compares draws of its own; take line_search = none" : nil
        }),
      .check(
        reusedRounds, optimizer, "fit: newton's Hessian knows no weights",
        complaint: { rounds, optimizer in
          rounds > 0 && optimizer == .newton
            ? "don't fit: newton's Hessian knows no weights; take natural_gradient" : nil
        }),
      .only(maximumMeanStep, with: optimizer, in: .naturalGradient),
      .only(
        logStepFactor, minimumDeviation, maximumDeviation, with: covariance, in: .diagonal, .fixedCorrelation),
      .only(trendTolerance, when: !trendWindow.is(0)),
      .check(optimizer, covariance, "fit: newton has no Hessian of a full covariance") {
        optimizer, covariance in
        optimizer == .newton && covariance == .full
          ? "don't fit: newton has no Hessian of a full covariance; take natural_gradient, or covariance = diagonal"
          : nil
      },
      .check(trendWindow, "is 0 or at least 3: a line needs three points") { window in
        window == 1 || window == 2 ? "is 0 or at least 3: a line needs three points" : nil
      },
      .check(compatible, sampler, "fit: romtools' stream is that of monte_carlo") { compatible, sampler in
        compatible == .romtools && sampler == .sobol
          ? "don't fit: romtools' own order of random numbers is followed for monte_carlo only" : nil
      },
      .check(linearisedRounds, coordinates, "fit: a plane is fitted where the prior is N(0, I)") {
        rounds, coordinates in
        (rounds ?? 0) > 0 && coordinates != .priorQuantile
          ? "don't fit: a plane is fitted where the prior is N(0, I), coordinates = prior_quantile" : nil
      },
    ]
}

extension VariationalSettings {
  /// What a section says.
  /// - Parameters:
  ///   - variances: of the noise, for a scaling by them; empty where the likelihood is the members' own number.
  init(_ settings: Settings, variances: [Double]) {
    typealias D = VariationalDeclarations
    self.init()
    covariance = settings[D.covariance]
    optimizer = settings[D.optimizer]
    metric = settings[D.metric]
    hessian = settings[D.hessian]
    regularisation = settings[D.hessianRegularisation]
    entropy = settings[D.entropy]
    baseline = settings[D.baseline]
    switch settings[D.scaling] {
    case .first(let number): scaling = number
    case .second(.diagMean): scaling = variances.isEmpty ? 1 : Statistics.mean(variances)
    case .second(.diagTrace): scaling = variances.isEmpty ? 1 : Statistics.sum(variances)
    }
    let isRomtools = settings[D.compatible] == .romtools
    let hasPlane = settings[D.coordinates] == .priorQuantile && !variances.isEmpty && !isRomtools
    linearisedRounds = variances.isEmpty ? 0 : settings[D.linearisedRounds] ?? (hasPlane ? 4 : 0)
    draws = settings[D.draws] ?? (isRomtools ? 30 : nil)
    lineSearch = settings[D.lineSearch]
    reusedRounds = settings[D.reusedRounds]
    (adamMeanDecay, adamSquareDecay) = (settings[D.adamMeanDecay], settings[D.adamSquareDecay])
    let first = optimizer == .adam ? 0.2 : 0.5
    stepSize = settings[D.stepSize] ?? (lineSearch == .none ? first : 0.01)
    stepDecay = settings[D.stepDecay]
    maximumMeanStep = settings[D.maximumMeanStep]
    maximumLogStep = settings[D.maximumLogStep]
    let isLegacyPeer = isRomtools && lineSearch == .legacy
    logStepFactor = settings[D.logStepFactor] ?? (isLegacyPeer ? 0.1 : 1)
    let least = settings[D.minimumDeviation] ?? (isRomtools && optimizer == .gradient ? 1e-6 : 1e-8)
    deviationRange = least...max(least, settings[D.maximumDeviation])
    deviationFloor = settings[D.deviationFloor]
    let isLegacy = lineSearch == .legacy
    search.objective = settings[D.searchObjective]
    search.maximumStep = settings[D.maximumStep] ?? .infinity
    search.growth = settings[D.stepGrowth] ?? (isLegacy ? 1.01 : 1.05)
    search.decay = settings[D.stepReduction] ?? (isLegacy ? 3 : 2)
    search.relaxation = settings[D.relaxation] ?? (isLegacy ? 2.05 : 3.05)
    search.drawGrowth = settings[D.drawGrowth]
    search.window = settings[D.searchWindow]
    search.armijo = settings[D.armijo]
    search.sigma = settings[D.searchSigma]
    onFailure = settings[PosteriorSettings.onFailure] == .penalise ? .penalise : .drop
  }
}
