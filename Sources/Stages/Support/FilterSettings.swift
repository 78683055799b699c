public import NumericCore
public import Planning

/// How stages that filter a grid name filters and paddings.
public enum FilterSettings {
  public static let types = [
    "lowpass", "highpass", "up_continue", "up_deriv", "easting_deriv", "northing_deriv", "total_gradient",
  ]
  public static let modes = [
    "linear_ramp", "constant", "edge", "reflect", "symmetric", "wrap", "maximum", "minimum", "mean", "median",
  ]

  /// The filter of one type, from the settings `filter_width` and `height_displacement`.
  public static func filter(_ settings: Settings, type: String) throws -> GridFilter {
    func needed(_ name: String) throws -> Double {
      guard let value = settings.optionalNumber(name) else {
        throw StageError.missingSetting(name: name, because: "type \(type) needs it")
      }
      return value
    }
    for (name, types) in [
      ("filter_width", ["lowpass", "highpass"]), ("height_displacement", ["up_continue"]),
    ] where settings.has(name) && !types.contains(type) {
      throw StageError.outOfPlace("'\(name)' has no meaning for the type \(type); leave it out")
    }
    switch type {
    case "lowpass": return .lowPass(wavelength: try needed("filter_width"))
    case "highpass": return .highPass(wavelength: try needed("filter_width"))
    case "up_continue": return .upwardContinuation(height: try needed("height_displacement"))
    case "up_deriv": return .upwardDerivative
    case "easting_deriv": return .eastingDerivative
    case "northing_deriv": return .northingDerivative
    default: return .totalGradient
    }
  }

  /// The padding that `pad_mode`, `pad_width_factor` and `pad_value` ask for, each of them optional.
  public static func padding(_ settings: Settings) throws -> GridPadding {
    let word = settings.optionalWord("pad_mode") ?? "linear_ramp"
    let value = settings.optionalNumber("pad_value")
    guard value == nil || ["linear_ramp", "constant"].contains(word) else {
      throw StageError.outOfPlace("'pad_value' has no meaning for pad_mode = \(word); leave it out")
    }
    let factor = settings.has("pad_width_factor") ? settings.integer("pad_width_factor") : 3
    let mode: GridPadding.Mode =
      switch word {
      case "linear_ramp": .linearRamp(end: value)
      case "constant": .constant(value)
      case "edge": .edge
      case "reflect": .reflect
      case "symmetric": .symmetric
      case "wrap": .wrap
      case "maximum": .maximum
      case "minimum": .minimum
      case "mean": .mean
      default: .median
      }
    return GridPadding(mode: mode, widthFactor: factor == 0 ? nil : factor)
  }
}
