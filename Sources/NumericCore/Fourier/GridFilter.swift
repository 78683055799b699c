/// Filters of a potential field on a grid: smoothing, continuation and derivatives.
public enum GridFilter: Equatable, Sendable {
  /// e^(−k²/2k_c²), k_c = 2π/wavelength.
  case lowPass(wavelength: Double)
  /// 1 minus the low-pass.
  case highPass(wavelength: Double)
  /// e^(−k·height): the field `height` metres further up; negative: further down, which amplifies noise.
  case upwardContinuation(height: Double)
  /// −k: the derivative in the upward direction of a field whose sources lie below, per metre.
  case upwardDerivative
  /// Derivative by second-order differences, per metre.
  case eastingDerivative, northingDerivative
  /// √(∂e² + ∂n² + ∂u²), per metre.
  case totalGradient

  /// Whether the result is per metre.
  public var isDerivative: Bool {
    switch self {
    case .lowPass, .highPass, .upwardContinuation: false
    default: true
    }
  }

  /// The filtered grid. Missing values take the value of the nearest node and are missing again in the result.
  ///
  /// - Throws: `allMissing`; `nonFinite`; `gridTooSmall` below 2 × 2 nodes; `notPositive` for a wavelength.
  public func apply(
    to grid: Grid, padding: GridPadding = GridPadding(), workers: Workers = .serial
  ) throws(NumericError) -> Grid {
    let spectral = { (response: (Double) -> Double) throws(NumericError) -> Grid in
      try SpectralFilter.apply(to: grid, padding: padding, workers: workers, response: response)
    }
    switch self {
    case .lowPass(let wavelength):
      let cut = try Self.wavenumber(wavelength)
      return try spectral { Elementary.exp(-$0 / (2 * cut * cut)) }
    case .highPass(let wavelength):
      let cut = try Self.wavenumber(wavelength)
      return try spectral { 1 - Elementary.exp(-$0 / (2 * cut * cut)) }
    case .upwardContinuation(let height):
      try requireFinite([height], "height")
      return try spectral { Elementary.exp(-$0.squareRoot() * height) }
    case .upwardDerivative: return try spectral { -$0.squareRoot() }
    case .eastingDerivative: return try SpectralFilter.differentiate(grid, alongRows: true, padding)
    case .northingDerivative: return try SpectralFilter.differentiate(grid, alongRows: false, padding)
    case .totalGradient:
      let parts = [
        try SpectralFilter.differentiate(grid, alongRows: true, padding),
        try SpectralFilter.differentiate(grid, alongRows: false, padding),
        try GridFilter.upwardDerivative.apply(to: grid, padding: padding, workers: workers),
      ]
      var result = grid
      for index in result.values.indices {
        result.values[index] =
          parts.reduce(0) { $0 + $1.values[index] * $1.values[index] }.squareRoot()
      }
      return result
    }
  }

  private static func wavenumber(_ wavelength: Double) throws(NumericError) -> Double {
    try requirePositive(wavelength, "wavelength")
    return 2 * Double.pi / wavelength
  }
}
