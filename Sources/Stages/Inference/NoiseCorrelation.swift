import Geostatistics
import Planning

/// How the correlation of noise falls with distance.
enum NoiseCorrelation: String, SettingWord {
  case exponential
  case matern32 = "matern_32"
  case matern52 = "matern_52"
  case squaredExponential = "squared_exponential"

  var summary: String { "" }

  var correlation: Geostatistics.Correlation {
    switch self {
    case .exponential: .exponential
    case .matern32: .matern32
    case .matern52: .matern52
    case .squaredExponential: .squaredExponential
    }
  }
}
