public import Inference
public import Planning
import StageSupport

// Words of the algorithm's settings; the science names them.

extension GaussianFamily.Covariance: SettingWord {
  /// What is free.
  public var summary: String {
    switch self {
    case .full: "every element is free"
    case .diagonal:
      "settings are taken to be independent: their trade-offs are missed, and deviations come out too small"
    case .fixedCorrelation: "the correlations of the prior, with free deviations"
    }
  }
}

extension VariationalSettings.Optimizer: SettingWord {
  /// Which way.
  public var summary: String {
    switch self {
    case .naturalGradient: "along the natural gradient of the family, with its correlations"
    case .gradient: "along the gradient, scaled by `metric`"
    case .newton: "Newton's direction with a projected Hessian, not of a full covariance"
    case .adam: "the running mean of the gradient over the root of that of its squares"
    }
  }
}

extension VariationalSettings.Metric: SettingWord {
  /// Of what.
  public var summary: String {
    switch self {
    case .standard: "as it is"
    case .natural: "scaled by the variances, without correlations, as romtools does"
    }
  }
}

extension VariationalSettings.Hessian: SettingWord {
  /// Of what.
  public var summary: String {
    switch self {
    case .full: "with all its elements"
    case .projectedDiagonal: "the diagonal of the projected matrix, as romtools' early versions"
    case .rawDiagonal: "its own diagonal, projected"
    }
  }
}

extension VariationalSettings.Entropy: SettingWord {
  /// How.
  public var summary: String {
    switch self {
    case .joint: "as part of every draw's value: the noise vanishes where the fit is exact"
    case .analytic: "by its formula"
    }
  }
}

extension VariationalSettings.Baseline: SettingWord {
  /// Which.
  public var summary: String {
    switch self {
    case .none: "nothing"
    case .leaveOneOut: "the mean of the other draws"
    case .optimal: "what makes the variance of each component the least"
    }
  }
}

extension VariationalSettings.LineSearch: SettingWord {
  /// How.
  public var summary: String {
    switch self {
    case .none: "every step is taken, ever shorter ones"
    case .legacy: "a step is taken unless it worsens the objective by more than `relaxation` allows"
    case .stochasticNonmonotone:
      "a step is taken unless it falls below the best of the last ones by more than their standard errors"
    }
  }
}

extension VariationalSettings.Objective: SettingWord {
  /// What.
  public var summary: String {
    switch self {
    case .elbo: "the evidence lower bound"
    case .mse: "the mean relative square error of the predictions"
    }
  }
}

/// In which coordinates the Gaussian is fitted.
enum CoordinateWord: String, SettingWord {
  case priorQuantile = "prior_quantile"
  case sigmoid, arctan, clip

  var summary: String {
    switch self {
    case .priorQuantile: "normal scores of the prior, which is N(0, I) in them: no bound is ever reached"
    case .sigmoid: "a logistic function between bounds, as romtools"
    case .arctan: "an arc tangent between bounds, as romtools"
    case .clip: "values beyond bounds are set to them, as romtools; biased where that happens"
    }
  }

  func map(margin: Double) -> PriorCoordinates.Map {
    switch self {
    case .priorQuantile: .priorQuantile
    case .sigmoid: .sigmoid(margin: margin)
    case .arctan: .arctan(margin: margin)
    case .clip: .clip
    }
  }
}

/// What everything is scaled by.
enum ScalingWord: String, SettingWord {
  case diagMean = "diag_mean"
  case diagTrace = "diag_trace"

  var summary: String {
    switch self {
    case .diagMean: "the mean variance of the noise"
    case .diagTrace: "the sum of the variances of the noise"
    }
  }
}

/// Where normal numbers come from.
enum DrawSampler: String, SettingWord {
  case sobol
  case monteCarlo = "monte_carlo"

  var summary: String {
    switch self {
    case .sobol: "a scrambled Sobol sequence of its own for every round"
    case .monteCarlo: "independent"
    }
  }

  var spec: SamplerSpec {
    switch self {
    case .sobol: SamplerSpec(maximumVariables: Sobol.maximumDimensions, takesIntegers: false)
    case .monteCarlo: SamplerSpec(takesIntegers: false)
    }
  }
}

/// Which member of the family is the result.
enum ResultWord: String, SettingWord {
  case averaged, best, last

  var summary: String {
    switch self {
    case .averaged: "the average of the iterations, later ones weighing more"
    case .best: "the one whose lower bound less two standard errors was the greatest"
    case .last: "the last"
    }
  }

  func family(_ state: VariationalState) -> GaussianFamily {
    switch self {
    case .averaged: state.average
    case .best: state.best
    case .last: state.current
    }
  }
}

/// Whose conventions hold.
enum InferenceConventions: String, SettingWord {
  case none, romtools

  var summary: String {
    switch self {
    case .none: "those of this program"
    case .romtools:
      "those of romtools' run_vi: its defaults, its order of random numbers, bounds and prior not normalised on them, 1e-8 on "
        + "the noise's variances in the unit of the data, no constants of the likelihood"
    }
  }
}
