import Artefacts
public import NumericCore
public import Planning

/// The settings of a filter of a grid and of what stands around it. Kinds differ in the name of the type and in what
/// they leave out of recipes.
public struct FilterSettings: Declaration {
  /// What a filter does to a field.
  public enum FilterType: String, SettingWord {
    case lowpass, highpass
    case upContinue = "up_continue"
    case upDerivative = "up_deriv"
    case eastingDerivative = "easting_deriv"
    case northingDerivative = "northing_deriv"
    case totalGradient = "total_gradient"

    /// A line for the kind's page.
    public var summary: String {
      switch self {
      case .lowpass: "what is longer than the wavelength"
      case .highpass: "what is shorter"
      case .upContinue: "the field further up"
      case .upDerivative, .eastingDerivative, .northingDerivative: ""
      case .totalGradient: "length of the three derivatives"
      }
    }
  }

  /// What stands around a grid.
  public enum PadMode: String, SettingWord {
    case linearRamp = "linear_ramp"
    case constant, edge, reflect, symmetric, wrap, maximum, minimum, mean, median

    /// A line for the kind's page.
    public var summary: String {
      switch self {
      case .linearRamp: "straight from the edge to a value"
      case .constant: "that value everywhere"
      case .edge: "the edge's value"
      case .reflect: "mirrored at the edge"
      case .symmetric: "mirrored beyond it"
      case .wrap: "the other side"
      case .maximum, .minimum, .mean, .median: ""
      }
    }
  }

  /// What the filter does.
  public let type: Setting<FilterType>
  private let width = Setting(
    "filter_width", .number(in: .metre), .optional, .above(0),
    "wavelength at which the Gaussian e^(−k²/2k_c²) has fallen to e^(−1/2)")
  private let height = Setting(
    "height_displacement", .number(in: .metre), .optional, "how far up; negative: down")
  private let mode: Setting<PadMode>
  private let factor: Setting<Int>
  private let value: Setting<Double?>
  private let condition: Condition?

  /// - Parameters:
  ///   - value: the value around the grid, as the kind reads it.
  ///   - condition: where any of this has a meaning; everywhere if nil.
  public init(
    type: Setting<FilterType>, padMode: Presence<PadMode>, padWidthFactor: Presence<Int>,
    padValue value: Setting<Double?>, when condition: Condition? = nil
  ) {
    self.type = type
    mode = Setting("pad_mode", .word(PadMode.self), padMode, "what stands around the grid")
    factor = Setting(
      "pad_width_factor", .integer, padWidthFactor, .atLeast(0),
      "each side gets the number of nodes divided by this; 0: no padding")
    (self.value, self.condition) = (value, condition)
  }

  /// Declares all of them, each with the type that it belongs to.
  public func declare(in signature: inout StageSignature) {
    let isGaussian = joined(type.is(.lowpass, .highpass))
    let isContinuation = joined(type.is(.upContinue))
    var rules: [Rule] = [
      .only(width, when: isGaussian), .needs(width, when: isGaussian), .only(height, when: isContinuation),
      .needs(height, when: isContinuation), .only(value, when: joined(mode.is(.linearRamp, .constant))),
    ]
    if let condition { rules.append(.only(type, mode, factor, when: condition)) }
    Declarations([type, width, height, mode, factor, value], rules: rules).declare(in: &signature)
  }

  private func joined(_ other: Condition) -> Condition { condition.map { $0 && other } ?? other }

  /// The filter that the settings describe.
  public func filter(_ settings: Settings) -> GridFilter {
    switch settings[type] {
    case .lowpass: .lowPass(wavelength: settings[given: width])
    case .highpass: .highPass(wavelength: settings[given: width])
    case .upContinue: .upwardContinuation(height: settings[given: height])
    case .upDerivative: .upwardDerivative
    case .eastingDerivative: .eastingDerivative
    case .northingDerivative: .northingDerivative
    case .totalGradient: .totalGradient
    }
  }

  /// What they put around the grid.
  public func padding(_ settings: Settings) -> GridPadding {
    let mode: GridPadding.Mode =
      switch settings[mode] {
      case .linearRamp: .linearRamp(end: settings[value])
      case .constant: .constant(settings[value])
      case .edge: .edge
      case .reflect: .reflect
      case .symmetric: .symmetric
      case .wrap: .wrap
      case .maximum: .maximum
      case .minimum: .minimum
      case .mean: .mean
      case .median: .median
      }
    let factor = settings[factor]
    return GridPadding(mode: mode, widthFactor: factor == 0 ? nil : factor)
  }
}
