public import Geostatistics
public import Planning

/// How the correlation of noise falls with distance.
public enum NoiseCorrelation: String, SettingWord {
  case exponential
  case matern32 = "matern_32"
  case matern52 = "matern_52"
  case squaredExponential = "squared_exponential"

  /// The word says all.
  public var summary: String { "" }

  /// As the science has it.
  public var correlation: Geostatistics.Correlation {
    switch self {
    case .exponential: .exponential
    case .matern32: .matern32
    case .matern52: .matern52
    case .squaredExponential: .squaredExponential
    }
  }
}
