/// Gravity on a grid or at points, under Invert4Geom's names.
public enum GravityVariables {
  /// What the topography is sought from, mGal.
  public static let anomaly = Variable("gravity_anomaly", .gravity, "gravity anomaly, positive downwards")
  /// Where the observations stand.
  public static let height = Variable("upward", .height, "height of the observations", isBeside: true)
  /// σ of each datum, mGal.
  public static let uncertainty = Variable(
    "uncert", .gravity, "standard deviation of the gravity anomaly", look: .deviation, isBeside: true)
  /// Invert4Geom's marker of testing data.
  public static let isTest = Variable(
    "test", .flag(no: "inverted", yes: "held_out"), "1 where the datum is held out of the inversion",
    isBeside: true)
  /// Of the prisms between surface and reference level, mGal, positive downwards.
  public static let forward = Variable("forward_gravity", .gravity, "gravity of the model")
  /// gravity_anomaly − forward_gravity, mGal.
  public static let misfit = Variable(
    "misfit", .gravity, "gravity anomaly minus gravity of the model", look: .difference)
  /// What deep or wide sources make, mGal.
  public static let regional = Variable("reg", .gravity, "regional part of the misfit", look: .signed)
  /// misfit − reg: what the surface is inverted for, mGal.
  public static let residual = Variable(
    "res", .gravity, "residual part of the misfit", look: .difference)
  /// misfit − reg at the start, mGal.
  public static let startingResidual = Variable(
    "starting_res", .gravity, "residual of the starting model", look: .difference)

  /// With the normal field still in it, mGal.
  public static let observed = Variable("gravity", .gravity, "observed gravity")
  /// γ of the ellipsoid at the height, mGal.
  public static let normal = Variable(
    "normal_gravity", .gravity, "normal gravity at the height of the observation")
  /// gravity − normal_gravity, mGal.
  public static let disturbance = Variable("gravity_disturbance", .gravity, "gravity disturbance")
  /// Of prisms of rock and water between terrain and ellipsoid, mGal.
  public static let topographicEffect = Variable(
    "topographic_effect", .gravity, "gravity of topography and water, positive downwards")

  /// Of a layer that goes on beyond its edges, scaled to the maximum of the finite one, mGal.
  public static let withoutEdges = Variable(
    "without_edges", .gravity, "gravity without edges, raised to the same maximum")
  /// forward_gravity − without_edges, mGal.
  public static let edgeEffect = Variable(
    "edge_effect", .gravity, "gravity of the layer minus that without edges")

  /// Of one field against another.
  public static let difference = Variable(
    "difference", .gravity, "field minus reference", look: .difference)

  /// Attribute: the variable that an ensemble has drawn anew for its member.
  public static let drawnAnew = "drawn_anew"

  /// Those with one meaning in every file.
  public static let all: [Variable] = [
    anomaly, height, uncertainty, isTest, forward, misfit, regional, residual, startingResidual, observed,
    normal, disturbance, topographicEffect, withoutEdges, edgeEffect,
  ]
}

/// The surface of a density contrast on a grid, and the contrast itself.
public enum SurfaceVariables {
  /// Metres, positive upwards.
  public static let topography = Variable("topography", .height, "height of the surface")
  /// σ of the surface, metres, where it is known: of kriging and of posteriors.
  public static let deviation = Variable(
    "uncert", .height, "standard deviation of the surface", look: .deviation, isBeside: true)
  /// Metres, positive upwards.
  public static let starting = Variable("starting_topography", .height, "height of the starting surface")
  /// Metres, of the step that led to the result.
  public static let correction = Variable(
    "correction", .height, "what the last step added to the surface", look: .difference)
  /// Of an inversion for the contrast.
  public static let contrastCorrection = correction.described(
    "what the last step added to the density contrast", .densityContrast)
  /// kg/m³: positive above the reference level, negative below it.
  public static let density = Variable(
    "density", .densityContrast, "signed density contrast of the prism")
  /// kg/m³.
  public static let contrast = Variable(
    "density_contrast", .densityContrast, "density below the surface minus above")
  /// kg/m³.
  public static let startingContrast = Variable(
    "starting_density_contrast", .densityContrast, "density contrast at the start")
  /// Of one grid against another.
  public static let difference = Variable(
    "difference", .height, "surface minus reference", look: .difference)
  /// 0 and above, no unit.
  public static let weights = Variable("weights", .weight, "weight of the node")
  /// 1 or 0.
  public static let mask = Variable("mask", .weight, "1 where the node may move")

  /// Those with one meaning in every file.
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
