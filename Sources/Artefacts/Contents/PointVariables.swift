import Planning

/// Points of known height and what surfaces predict there.
public enum PointVariables {
  public static let easting = Variable("easting", .distance, "easting", isBeside: true)
  public static let northing = Variable("northing", .distance, "northing", isBeside: true)
  public static let longitude = Variable(
    "longitude", Quantity("longitudes", .angle, units: "degrees_east"), "longitude", isBeside: true)
  public static let latitude = Variable(
    "latitude", Quantity("latitudes", .angle, units: "degrees_north"), "latitude", isBeside: true)

  public static let height = Variable("upward", .height, "known height of the surface", isBeside: true)
  public static let uncertainty = Variable(
    "uncert", .height, "standard deviation of the height", look: .deviation, isBeside: true)
  public static let weight = Variable(
    "weight", Quantity("weights", .dimensionless, units: "m-2"), "weight of the point", isBeside: true)

  public static let predicted = Variable("predicted", .height, "height of the surface")
  public static let predictedGravity = predicted.described("predicted", .gravity)
  public static let gravityResidual = Variable("residual", .gravity, "residual", look: .difference)
  public static let observed = Variable("observed", .gravity, "observed")
  public static let residual = Variable("residual", .height, "known minus predicted", look: .difference)
  public static let deviation = Variable(
    "deviation", .height, "standard deviation of the surface", look: .deviation)
  /// Of a residual to the deviations of both that it is made of.
  public static let ratio = Variable(
    "ratio", .number, "known minus predicted in units of both deviations together")

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
  public static let nominal = Variable("nominal", .probability, "probability of the interval")
  public static let sigmas = Variable(
    "sigmas", .number, "half-width of the interval in standard deviations of a normal distribution")
  public static let coverage = Variable(
    "coverage", .probability, "part of the points within the interval")
  public static let total = Variable(
    "total_coverage", .probability, "the same with the points' own uncertainty")
  public static let bandLow = Variable(
    "band_low", .probability, "lower end of the central 95 % of the part that chance makes")
  public static let bandHigh = Variable("band_high", .probability, "upper end of it")
  /// A number beside the table.
  public static let bestScale = Variable("best_scale", .number, "factor on the deviation")

  public static let all: [Variable] = [nominal, sigmas, coverage, total, bandLow, bandHigh, bestScale]
}
