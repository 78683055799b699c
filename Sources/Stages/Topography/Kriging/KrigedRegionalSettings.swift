import Artefacts
import Geostatistics
import Planning
import StageSupport

/// What belongs to a regional field by kriging.
enum KrigedRegionalSettings {
  static let start = Input.optional(
    "start", [.topography],
    "the kriged surface of the forward gravity: what its errors leak into the misfit is then told from the regional field"
  )
  static let surfaces = Input.optional(
    "surfaces", [.ensemble],
    "draws of that surface where it has been inverted, as of a posterior or an ensemble: their scatter tells what its errors leak"
  )
  static let covariance = Setting(
    "covariance", .word(KrigingSettings.CorrelationWord.self), .later(default: .matern52),
    "how the correlation of the field falls with distance")
  static let deviation = Setting(
    "deviation", .number(in: .milligal), .optional(otherwise: "estimated from the misfit"), .above(0),
    "standard deviation of the field")
  static let length = Setting(
    "length", .number(in: .metre), .optional(otherwise: "estimated from the misfit"), .above(0),
    "correlation length of the field")

  static let all = Declarations(
    [covariance, deviation, length],
    rules: [
      .only(covariance, deviation, length, when: RegionalMethodSettings.isKriged),
      .needs(deviation, with: length, because: "they are estimated together or not at all"),
      .needs(length, with: deviation, because: "they are estimated together or not at all"),
    ])
}
