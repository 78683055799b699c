import Planning

/// Points of known height and what surfaces predict there.
public enum PointVariables {
  /// Metres.
  public static let easting = Variable("easting", .distance, "easting", isBeside: true)
  /// Metres.
  public static let northing = Variable("northing", .distance, "northing", isBeside: true)
  /// Degrees east.
  public static let longitude = Variable(
    "longitude", Quantity("longitudes", .angle, units: "degrees_east"), "longitude", isBeside: true)
  /// Degrees north.
  public static let latitude = Variable(
    "latitude", Quantity("latitudes", .angle, units: "degrees_north"), "latitude", isBeside: true)

  /// Metres, positive upwards: what a surface is held against.
  public static let height = Variable("upward", .height, "known height of the surface", isBeside: true)
  /// σ, metres.
  public static let uncertainty = Variable(
    "uncert", .height, "standard deviation of the height", look: .deviation, isBeside: true)
  /// 1/m², one over the square of a standard deviation.
  public static let weight = Variable(
    "weight", Quantity("weights", .dimensionless, units: "m-2"), "weight of the point", isBeside: true)

  /// Of the surface at the point, metres.
  public static let predicted = Variable("predicted", .height, "height of the surface")
  /// Of a model at the point, mGal.
  public static let predictedGravity = predicted.described("predicted", .gravity)
  /// Observed minus predicted, mGal.
  public static let gravityResidual = Variable("residual", .gravity, "residual", look: .difference)
  /// At the point, mGal.
  public static let observed = Variable("observed", .gravity, "observed")
  /// Metres.
  public static let residual = Variable("residual", .height, "known minus predicted", look: .difference)
  /// Of the surface at the point, metres.
  public static let deviation = Variable(
    "deviation", .height, "standard deviation of the surface", look: .deviation)
  /// Of a residual to the deviations of both that it is made of.
  public static let ratio = Variable(
    "ratio", .number, "known minus predicted in units of both deviations together")

  /// Those with one name in every table of points.
  public static let all: [Variable] = [
    easting, northing, longitude, latitude, height, uncertainty, weight, predicted, observed, residual,
    deviation, ratio,
  ]

  /// What says where a row is, across and upwards.
  public static func places(isGeographic: Bool) -> (east: Variable, north: Variable) {
    isGeographic ? (longitude, latitude) : (easting, northing)
  }

  /// What says where a row or node is.
  public static let places: [Variable] = [easting, northing, longitude, latitude]
}

/// How often intervals hold what they should.
public enum CoverageVariables {
  /// The dimension of the intervals.
  public static let dimension = "interval"
  /// 0 to 1.
  public static let nominal = Variable("nominal", .probability, "probability of the interval")
  /// 1 for 68 %, 2 for 95 %.
  public static let sigmas = Variable(
    "sigmas", .number, "half-width of the interval in standard deviations of a normal distribution")
  /// 0 to 1; of an honest deviation the nominal one.
  public static let coverage = Variable(
    "coverage", .probability, "part of the points within the interval")
  /// Intervals by √(σ² + σ_point²).
  public static let total = Variable(
    "total_coverage", .probability, "the same with the points' own uncertainty")
  /// Of an ensemble of as few members: what their mean and deviation, or their ranks, hold of values drawn as they are.
  public static let ideal = Variable(
    "ideal", .probability, "part that an ideal ensemble of as many members covers")
  /// Intervals by deviations that other folds have made true.
  public static let recalibrated = Variable(
    "recalibrated_coverage", .probability, "the same after recalibration by folds that took no part")
  /// Ends of the 95 % bootstrap interval of the part by whole blocks of points.
  public static let low = Variable(
    "coverage_low", .probability, "lower end of the 95 % interval of the part by blocks of points")
  /// See `low`.
  public static let high = Variable("coverage_high", .probability, "upper end of it")
  /// By blocks of points, whose residuals depend on each other.
  public static let bandLow = Variable(
    "band_low", .probability, "lower end of the central 95 % of the part that chance makes")
  /// See `bandLow`.
  public static let bandHigh = Variable("band_high", .probability, "upper end of it")
  /// A number beside the table.
  public static let bestScale = Variable("best_scale", .number, "factor on the deviation")

  /// The columns of the table, and the number beside it.
  public static let all: [Variable] = [
    nominal, sigmas, coverage, total, ideal, recalibrated, low, high, bandLow, bandHigh, bestScale,
  ]
}
