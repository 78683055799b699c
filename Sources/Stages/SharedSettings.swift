import NumericCore
import Planning

/// Settings that several kinds of stage share, and how their defaults follow the data.
enum SharedSettings {
  static let contrastSettings: [SettingSpec] = [
    SettingSpec(
      "density_contrast", .number(.density), .optional,
      "density below the surface minus above; default: that of the gravity input"),
    SettingSpec(
      "zref", .number(.length), .optional,
      "reference level of the prisms; default: that of the gravity input"),
  ]

  /// Reference level and density contrast of a model, one number each.
  struct Contrast {
    var zref, density: Double
    func reference(_ geometry: GridGeometry) -> [Double] { Array(repeating: zref, count: geometry.count) }
    func densities(_ geometry: GridGeometry) -> [Double] { Array(repeating: density, count: geometry.count) }
  }

  /// The contrast that the settings give, or else the one that the gravity was made with.
  static func contrast(_ context: StageContext, gravity: GravityArtefact) throws -> Contrast {
    let reason = "the gravity input does not say what model it belongs to"
    guard let density = context.settings.optionalNumber("density_contrast") ?? gravity.densityContrast else {
      throw StageError.missingSetting(name: "density_contrast", because: reason)
    }
    guard let zref = context.settings.optionalNumber("zref") ?? gravity.zref else {
      throw StageError.missingSetting(name: "zref", because: reason)
    }
    guard density != 0 else {
      throw StageError.outOfPlace("density_contrast is zero: a layer without contrast has no gravity")
    }
    context.log("density contrast \(density) kg/m3, reference level \(zref) m")
    return Contrast(zref: zref, density: density)
  }
}
