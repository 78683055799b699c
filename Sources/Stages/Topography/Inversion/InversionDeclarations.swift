import Artefacts
public import Planning
import StageSupport
public import Topography

/// What a topography inversion takes and gives.
extension TopographyInversion {
  // MARK: Ports

  static let gravity = Input(
    "gravity", [.gravity], "gravity anomaly, with reg where a regional field was separated")
  static let start = Input("topography", [.topography], "the surface to start from; one cell a node")
  static let constraints = Input.optional(
    "constraints", [.constraints], "points of known height, for the score only")
  static let upperLayer = Input.optional(
    "upper_layer", [.topography], "surface that must not be exceeded; NaN = free")
  static let lowerLayer = Input.optional(
    "lower_layer", [.topography], "surface that must not be undercut; NaN = free")
  static let weights = Input.optional("weights", [.weights], "factor on every step, 0 (frozen) to 1")
  static let mask = Input.optional("mask", [.weights], "nodes that are NaN here do not move")
  static let referenceModel = Input.optional(
    "reference_model", [.topography],
    "surface (density contrast with style density) to stay near to, with reference_weight")

  static let surface = Output(
    "topography", .topography, "starting, final surface, last correction and density", collected: .surface)
  static let data = Output(
    "gravity", .gravity, "the data with the final model's gravity and residual", collected: .data)
  static let history = Output(
    "history", .history,
    "misfit norms of every iteration, and why it stopped; with keep_iterations the grids of each")
  static let rmse = Output("rmse", .scalar(.acceleration), "root mean square residual of the inner region")
  static let usedDamping = Output(
    "used_damping", .scalar(.dimensionless),
    "damping of the steps: in the members of an ensemble what a nested search chose for each", collected: true
  )
  static let chiSquared = Output(
    "chi_squared", .scalar(.dimensionless),
    "mean of (residual / uncert)², inner region: 1 where the residual is as large as the stated noise, less where noise "
      + "was fitted; NaN without uncert")
  static let testRMSE = Output(
    "test_rmse", .scalar(.acceleration), "the same at held-out data; NaN without any")
  static let constraintsRMSE = Output(
    "constraints_rmse", .scalar(.length),
    "misfit to the constraints; NaN without any; attribute points_not_scored counts those outside the surface"
  )

  // MARK: Steps

  enum DerivativeName: String, SettingWord {
    case exact, annulus
    case finiteDifference = "finite_difference"

    var summary: String {
      switch self {
      case .exact: "analytic at the moving face"
      case .annulus: "each prism as a part of an annulus, as in Invert4Geom"
      case .finiteDifference: "of a thin slab, as in Invert4Geom"
      }
    }
  }

  static let damping = Setting(
    "damping", .number, .required, .atLeast(0), "weight of the step's size against the misfit, mGal/m")
  static let derivative = Setting(
    "derivative", .word(DerivativeName.self), .default(.exact), "sensitivity of gravity to a node's height")
  static let stepSize = Setting(
    "step_size", .number(in: .metre), .default(1), .above(0), "thickness of that slab")
  private static let steps: [any Declaration] = [damping, derivative, stepSize]

  // MARK: Stops

  enum Returned: String, SettingWord {
    case best, last

    var summary: String {
      switch self {
      case .best: "that of the least RMSE"
      case .last: ""
      }
    }
  }

  static let maximumIterations = Setting(
    "max_iterations", .integer, .default(100), .atLeast(1), "stops after so many")
  static let l2NormTolerance = Setting(
    "l2_norm_tolerance", .number, .default(0.2), .atLeast(0),
    "stops when the square root of the RMSE in mGal is below")
  static let deltaL2NormTolerance = Setting(
    "delta_l2_norm_tolerance", .number, .default(1.001), .atLeast(0),
    "stops when the norm's ratio to the next is not above, twice")
  static let increaseLimit = Setting(
    "increase_limit", .number, .default(0.2), .atLeast(0), "stops when the norm is so far above its least")
  static let returnedIteration = Setting(
    "returned_iteration", .word(Returned.self), .default(.best), "which iteration is the result")
  static let bufferWidth = Setting(
    "buffer_width", .number(in: .metre), .default(0), .atLeast(0),
    "zone along the edges of the data that does not count for the RMSE")

  enum Target: String, SettingWord {
    case tolerance, noise

    var summary: String {
      switch self {
      case .tolerance: "the tolerances"
      case .noise:
        "chi_squared = 1 (2 of data drawn anew), the last step shortened to end there, in the place of l2_norm_tolerance"
      }
    }
  }

  static let target = Setting("target", .word(Target.self), .later(default: .tolerance), "what ends it")
  static let atObservations = Setting(
    "at_observations", .word(ObservationRule.self), .later(default: .shorten),
    "what happens where a step would lift the surface to an observation")
  private static let stops: [any Declaration] = [
    maximumIterations, l2NormTolerance, deltaL2NormTolerance, increaseLimit, returnedIteration, bufferWidth,
    target, atObservations,
  ]

  // MARK: Model

  /// What is sought.
  enum Style: String, SettingWord {
    case geometry, density

    var summary: String {
      switch self {
      case .geometry: "the surface's height"
      case .density: "the density contrast of its cells"
      }
    }
  }

  static let style = Setting("style", .word(Style.self), .optional(meaning: .geometry), "what is sought")
  static let densityRange = Setting(
    "density_range", .list(.number(in: .kilogramPerCubicMetre), 2), .optional,
    "least and greatest density contrast")
  static let bufferAngle = Setting(
    "buffer_angle", .number(in: .degree), .optional, .atLeast(0),
    "buffer_width of grids in longitude and latitude")
  private static let model: [any Declaration] = [ModelSettings.shape, style, densityRange, bufferAngle]

  // MARK: Weights

  enum DataWeights: String, SettingWord {
    case none, uncertainty

    var summary: String {
      switch self {
      case .none: "all count alike"
      case .uncertainty:
        "the misfit is divided by the data's standard deviations `uncert`; damping is then in 1/m"
      }
    }
  }

  static let dataWeights = Setting(
    "data_weights", .word(DataWeights.self), .optional(meaning: .none), "how the data count")
  static let stepLimit = Setting(
    "step_limit", .number(in: .metre), .optional, .above(0),
    "the most that a node moves in an iteration; longer steps are shortened as a whole")
  static let smoothness = Setting(
    "smoothness", .number, .optional(meaning: 0), .atLeast(0),
    "weight of the differences of neighbouring nodes, in the unit of damping")
  static let curvature = Setting(
    "curvature", .number, .optional(meaning: 0), .atLeast(0),
    "weight of the second differences of three nodes in a line, in the unit of damping")
  static let referenceWeight = Setting(
    "reference_weight", .number, .optional(meaning: 0), .atLeast(0),
    "weight of the distance from the input reference_model, in the unit of damping")
  enum Smoothed: String, SettingWord {
    case surface, difference

    var summary: String {
      switch self {
      case .surface: "the model itself"
      case .difference: "model less reference_model: a prior about it, which an ensemble may draw"
      }
    }
  }

  static let smoothed = Setting(
    "smoothness_of", .word(Smoothed.self), .later(default: .surface), "what smoothness and curvature act on")
  static let keepIterations = Setting(
    "keep_iterations", .boolean, .optional(meaning: false),
    "history holds surface (or density contrast), correction and residual of each iteration; 24 bytes a node")
  private static let weighing: [any Declaration] = [
    dataWeights, stepLimit, smoothness, curvature, smoothed, referenceWeight, ModelSettings.scoreAverage,
    keepIterations,
  ]

  // MARK: All

  private static let inputs: [any Declaration] = [
    gravity, start, constraints, upperLayer, lowerLayer, weights, mask, referenceModel,
  ]
  private static let outputs: [any Declaration] = [
    surface, data, history, usedDamping, rmse, chiSquared, testRMSE, constraintsRMSE,
  ]

  static let declarations: [any Declaration] =
    inputs + steps + stops + [ContrastSettings.all] + model + weighing + outputs

  static let rules: [Rule] = [
    .only(stepSize, with: derivative, in: .finiteDifference),
    .only(l2NormTolerance, with: target, in: .tolerance, because: "target = noise stands in its place"),
    .only(atObservations, with: style, in: .geometry, because: "a surface of known height does not move"),
    .only(
      stepLimit, with: style, in: .geometry, because: "it is a length; density_range is for style density"),
    .only(
      upperLayer, lowerLayer, with: style, in: .geometry,
      because: "it bounds a surface, which style density leaves where it is"),
    .only(densityRange, with: style, in: .density), .ascending(densityRange),
    .atMostOne(
      bufferWidth, bufferAngle, because: "a grid is in metres or in degrees"),
    .needs(
      referenceWeight, when: referenceModel.isGiven && smoothed.is(.surface),
      because: "a reference has no effect without a weight"),
    .only(referenceWeight, with: referenceModel),
    .needs(
      referenceModel, with: smoothed, in: .difference, because: "smoothness acts on the difference from it"),
    .atLeastOne(
      smoothness, curvature, with: smoothed, in: .difference, because: "it is what acts on the difference"),
    .check(
      referenceWeight, "is above 0",
      when: referenceModel.isGiven && referenceWeight.isGiven && smoothed.is(.surface),
      complaint: { $0 > 0 ? nil : "must be above 0: input 'reference_model' has no effect without a weight" }),
    .check(
      derivative, ModelSettings.shape, "exclude annulus with tesseroids",
      complaint: { derivative, shape in
        derivative == .annulus && shape == .tesseroids
          ? "don't go together: the annulus is a derivative of prisms; tesseroids take exact or finite_difference"
          : nil
      }),
  ]
}

extension ObservationRule: SettingWord {
  /// A line for the kind's page.
  public var summary: String {
    switch self {
    case .shorten: "the node goes nine tenths of the way to it and no nearer than a millimetre"
    case .ignore: "gravity is computed inside the model as anywhere else, as in Invert4Geom"
    case .stop: "the iteration before is the result"
    }
  }
}
