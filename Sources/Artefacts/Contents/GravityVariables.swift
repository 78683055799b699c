/// Gravity on a grid or at points, under Invert4Geom's names.
public enum GravityVariables {
  public static let anomaly = Variable("gravity_anomaly", .gravity, "gravity anomaly, positive downwards")
  /// Where the observations stand.
  public static let height = Variable("upward", .height, "height of the observations", isBeside: true)
  public static let uncertainty = Variable(
    "uncert", .gravity, "standard deviation of the gravity anomaly", look: .deviation, isBeside: true)
  public static let isTest = Variable(
    "test", .number, "1 where the datum is held out of the inversion", isBeside: true)
  public static let forward = Variable("forward_gravity", .gravity, "gravity of the model")
  public static let misfit = Variable(
    "misfit", .gravity, "gravity anomaly minus gravity of the model", look: .difference)
  public static let regional = Variable("reg", .gravity, "regional part of the misfit", look: .signed)
  public static let residual = Variable(
    "res", .gravity, "residual part of the misfit", look: .difference)
  public static let startingResidual = Variable(
    "starting_res", .gravity, "residual of the starting model", look: .difference)

  public static let observed = Variable("gravity", .gravity, "observed gravity")
  public static let normal = Variable(
    "normal_gravity", .gravity, "normal gravity at the height of the observation")
  public static let disturbance = Variable("gravity_disturbance", .gravity, "gravity disturbance")
  public static let topographicEffect = Variable(
    "topographic_effect", .gravity, "gravity of topography and water, positive downwards")

  public static let withoutEdges = Variable(
    "without_edges", .gravity, "gravity without edges, raised to the same maximum")
  public static let edgeEffect = Variable(
    "edge_effect", .gravity, "gravity of the layer minus that without edges")

  /// Of one field against another.
  public static let difference = Variable(
    "difference", .gravity, "field minus reference", look: .difference)

  /// Attribute: the variable that an ensemble has drawn anew for its member.
  public static let drawnAnew = "drawn_anew"

  public static let all: [Variable] = [
    anomaly, height, uncertainty, isTest, forward, misfit, regional, residual, startingResidual, observed,
    normal, disturbance, topographicEffect, withoutEdges, edgeEffect,
  ]
}

/// The surface of a density contrast on a grid, and the contrast itself.
public enum SurfaceVariables {
  public static let topography = Variable("topography", .height, "height of the surface")
  public static let starting = Variable("starting_topography", .height, "height of the starting surface")
  public static let correction = Variable(
    "correction", .height, "what the last step added to the surface", look: .difference)
  /// Of an inversion for the contrast.
  public static let contrastCorrection = correction.described(
    "what the last step added to the density contrast", .densityContrast)
  public static let density = Variable(
    "density", .densityContrast, "signed density contrast of the prism")
  public static let contrast = Variable(
    "density_contrast", .densityContrast, "density below the surface minus above")
  public static let startingContrast = Variable(
    "starting_density_contrast", .densityContrast, "density contrast at the start")
  /// Of one grid against another.
  public static let difference = Variable(
    "difference", .height, "surface minus reference", look: .difference)
  public static let weights = Variable("weights", .weight, "weight of the node")
  public static let mask = Variable("mask", .weight, "1 where the node may move")

  public static let all: [Variable] = [
    topography, starting, correction, density, contrast, startingContrast, difference, weights, mask,
  ]

  /// Attribute: the reference level of the prisms, metres.
  public static let referenceLevel = "zref"
  /// Attribute: the density below the surface minus above, kg/m³, where it is one number.
  public static let contrastNumber = "density_contrast"
  /// Attribute: the damping of a spline.
  public static let damping = "damping"
}
