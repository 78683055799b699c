/// The conformal latitude χ of geodetic latitudes φ by their tangents, τ′ = tan χ and τ = tan φ [Karney2011].
///
/// All conformal projections start here: χ maps the ellipsoid to a sphere without changing angles.
struct ConformalLatitude: Sendable {
  let eccentricity: Double

  /// τ′ of τ; infinite at the poles.
  func conformal(_ tau: Double) -> Double {
    guard tau.isFinite, eccentricity > 0 else { return tau }
    let secant = (1 + tau * tau).squareRoot()
    let sigma = Elementary.sinh(eccentricity * Elementary.atanh(eccentricity * tau / secant))
    return tau * (1 + sigma * sigma).squareRoot() - sigma * secant
  }

  /// τ of τ′ by Newton's method; the error falls below rounding in three steps on the Earth.
  func geodetic(_ conformalTau: Double) -> Double {
    guard conformalTau.isFinite, eccentricity > 0 else { return conformalTau }
    let other = 1 - eccentricity * eccentricity
    var tau =
      abs(conformalTau) > 70
      ? conformalTau * Elementary.exp(eccentricity * Elementary.atanh(eccentricity)) : conformalTau / other
    for _ in 0..<8 {
      let found = conformal(tau)
      let step =
        (conformalTau - found) / (1 + found * found).squareRoot() * (1 + other * tau * tau)
        / (other * (1 + tau * tau).squareRoot())
      tau += step
      if abs(step) <= 1e-16 * max(1, abs(tau)) { break }
    }
    return tau
  }

  /// The isometric latitude ψ = arsinh τ′.
  func isometric(sine: Double, cosine: Double) -> Double {
    Elementary.asinh(sine / cosine) - eccentricity * Elementary.atanh(eccentricity * sine)
  }
}
