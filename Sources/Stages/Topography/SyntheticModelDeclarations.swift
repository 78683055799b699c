import Artefacts
import NumericCore
import Planning
import StageSupport

/// What the embedded example takes and gives.
extension SyntheticModel {
  // MARK: Surface

  enum Shape: String, SettingWord {
    case simple, regional

    var summary: String {
      switch self {
      case .simple: "basin with local features"
      case .regional: "smooth undulations"
      }
    }
  }

  static let spacing = Setting(
    "spacing", .number(in: .metre), .default(1000), .above(0), "distance of neighbouring nodes")
  static let region = Setting(
    "region", .region, .default(Region(west: 0, east: 40_000, south: 0, north: 30_000)),
    "west, east, south, north edge of the nodes")
  static let shape = Setting("surface", .word(Shape.self), .default(.simple), "its relief")
  static let scale = Setting("scale", .number, .default(1), "factor on the surface's relief")
  static let offset = Setting("offset", .number(in: .metre), .default(0), "added to the surface")
  static let buffer = Setting(
    "buffer", .number(in: .metre), .default(0), .atLeast(0),
    "zone around the region in which the surface ramps to its median")
  static let topographyNoise = Setting(
    "topography_noise", .number, .default(0), .atLeast(0),
    "long-wavelength noise of the surface as a part of its greatest height")
  static let coarsening = Setting(
    "topography_coarsening", .integer, .default(2), .atLeast(1), "cells of the surface to one of its noise")
  static let topographySeed = Setting(
    "topography_noise_seed", .integer, .default(1), .atLeast(0), "seed of that noise")
  private static let surface: [any Declaration] = [
    spacing, region, shape, scale, offset, buffer, topographyNoise, coarsening, topographySeed,
  ]

  // MARK: Gravity

  enum Level: String, SettingWord {
    case mean
    var summary: String { "the surface's mean" }
  }

  enum NoiseOf: String, SettingWord {
    case maximum, value

    var summary: String {
      switch self {
      case .maximum: "the greatest |gravity|"
      case .value: "each value's own"
      }
    }
  }

  enum Testing: String, SettingWord {
    case interpolated
    var summary: String { "sampled from the gravity of the other nodes" }
  }

  static let density = Setting(
    "density_contrast", .number(in: .kilogramPerCubicMetre), .optional,
    "density below the surface minus above; without it, and without a grid of it, there is no gravity")
  static let zref = Setting(
    "zref", .either(.number(in: .metre), .word(Level.self)), .default(.second(.mean)),
    "reference level of the prisms")
  static let height = Setting(
    "gravity_height", .number(in: .metre), .default(1000), "height of the observations")
  static let gravityNoise = Setting(
    "gravity_noise", .number(in: .milligal), .default(0), .atLeast(0),
    "standard deviation of the noise added to the gravity")
  static let noiseFraction = Setting(
    "gravity_noise_fraction", .number, .optional, .atLeast(0),
    "in place of gravity_noise: the noise's standard deviation as a part of the gravity")
  static let noiseOf = Setting(
    "gravity_noise_of", .word(NoiseOf.self), .optional(meaning: .maximum), "what it is a part of")
  static let noiseSeed = Setting(
    "gravity_noise_seed", .integer, .default(0), .atLeast(0), "seed of that noise")
  static let testingData = Setting(
    "testing_data", .either(.boolean, .word(Testing.self)), .default(.first(false)),
    "nodes at half spacing held out; yes: with gravity and noise of their own")
  static let regionalDensity = Setting(
    "regional_density_contrast", .number(in: .kilogramPerCubicMetre), .optional,
    "adds the gravity of a smooth deeper surface of this contrast: a regional field to separate")
  static let regionalDepth = Setting(
    "regional_depth", .number(in: .metre), .default(-1000), "mean height of that deeper surface")
  private static let gravity: [any Declaration] = [
    density, zref, height, gravityNoise, noiseFraction, noiseOf, noiseSeed, testingData, regionalDensity,
    regionalDepth,
  ]

  // MARK: Constraints

  enum Generator: String, SettingWord {
    case legacy, pcg64

    var summary: String {
      switch self {
      case .legacy: "RandomState, as of published models"
      case .pcg64: "default_rng"
      }
    }
  }

  static let constraintCount = Setting(
    "constraints", .integer, .default(0), .atLeast(0), "number of random points of known height")
  static let constraintSeed = Setting(
    "constraints_seed", .integer, .default(7), .atLeast(0).atMost(Double(UInt32.max)),
    "seed of their places")
  static let generatorName = Setting(
    "constraints_generator", .word(Generator.self), .default(.legacy), "NumPy generator that drew them")
  static let constraintNoise = Setting(
    "constraints_noise", .number(in: .metre), .default(0), .atLeast(0),
    "standard deviation of noise added to their heights, and their stated uncertainty")
  static let inset = Setting(
    "constraints_inset", .number(in: .metre), .optional(meaning: 0), .atLeast(0),
    "their distance from the region's edges, at least")
  static let constraintNoiseSeed = Setting(
    "constraints_noise_seed", .integer, .default(0), .atLeast(0), "seed of that noise")
  private static let constraints: [any Declaration] = [
    constraintCount, constraintSeed, generatorName, constraintNoise, inset, constraintNoiseSeed,
  ]

  // MARK: Outputs

  static let topography = Output("topography", .topography, "the true surface")
  static let data = Output(
    "gravity", .gravity, "its gravity anomaly with noise, and which nodes are held out for testing",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"))
  static let points = Output(
    "constraints", .constraints, "points of known height",
    noise: .init(variable: "upward", uncertainty: "uncert"))

  // MARK: All

  static let declarations: [any Declaration] =
    surface + gravity + constraints + [ContrastSettings.densityGrid, topography, data, points]

  static let rules: [Rule] = [
    .divided(region, by: spacing), .atMostOne(density, ContrastSettings.densityGrid),
    ContrastSettings.nonzero(density), .atMostOne(gravityNoise, noiseFraction),
    .only(noiseOf, with: noiseFraction), .only(regionalDepth, with: regionalDensity),
  ]
}
