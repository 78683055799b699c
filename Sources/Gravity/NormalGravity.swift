public import NumericCore

/// Gravity of a reference ellipsoid whose surface is an equipotential of its own gravity, centrifugal part included.
///
/// Closed form in ellipsoidal-harmonic coordinates u, β [LiGotze2001]: no series in the height. With E the linear
/// eccentricity, W² = (u² + E² sin²β)/(u² + E²), q₀ = q(b) and
/// q(u) = ½((1 + 3u²/E²) arctan(E/u) − 3u/E), q′(u) = 3(1 + u²/E²)(1 − (u/E) arctan(E/u)) − 1,
///
///     γ_u = [GM/(u² + E²) + (½ sin²β − 1/6) ω² a² E q′/((u² + E²) q₀) − ω² u cos²β] / W
///     γ_β = [ω² a² q/q₀ − ω² (u² + E²)] sin β cos β / (W √(u² + E²))
///
/// γ = √(γ_u² + γ_β²). γ_β vanishes on the ellipsoid; it adds up to 10⁻⁴ mGal at 10 km height and grows with the square
/// of the height. Boule gives γ_u.
public struct NormalGravity: Sendable {
  private let ellipsoid: Ellipsoid
  private let surfaceQ: Double

  /// The field of a level ellipsoid, or of a rotating sphere.
  public init(_ ellipsoid: Ellipsoid) {
    self.ellipsoid = ellipsoid
    surfaceQ = ellipsoid.flattening > 0 ? Self.q(ellipsoid.semiminorAxis / ellipsoid.linearEccentricity) : 0
  }

  /// γ in mGal at a geodetic latitude (degrees) and a height above the ellipsoid (metres).
  ///
  /// Heights below the surface continue the outer field downwards. For a sphere the field of a rotating sphere of
  /// that mass, whose surface is no equipotential.
  /// - Precondition: |latitude| ≤ 90.
  public func magnitude(latitude: Double, height: Double) -> Double {
    let (radial, lateral) = components(latitude: latitude, height: height)
    return (radial * radial + lateral * lateral).squareRoot()
  }

  /// γ_u and γ_β, mGal.
  func components(latitude: Double, height: Double) -> (radial: Double, lateral: Double) {
    precondition(abs(latitude) <= 90)
    let angle = Self.sincos(latitude)
    guard ellipsoid.flattening > 0 else { return spherical(angle, height) }
    let curvature = ellipsoid.primeVerticalRadius(latitude: latitude)
    let across = (curvature + height) * angle.cos
    let up = ((1 - ellipsoid.squaredEccentricity) * curvature + height) * angle.sin
    let squareE = ellipsoid.linearEccentricity * ellipsoid.linearEccentricity
    let difference = across * across + up * up - squareE
    let squareU = (difference + (difference * difference + 4 * squareE * up * up).squareRoot()) / 2
    let u = squareU.squareRoot()
    let (sine, cosine) = (up / u, across / (squareU + squareE).squareRoot())
    return field(u: u, sine: sine, cosine: cosine)
  }

  private func field(u: Double, sine: Double, cosine: Double) -> (Double, Double) {
    let e = ellipsoid.linearEccentricity
    let sum = u * u + e * e
    let square = ellipsoid.angularVelocity * ellipsoid.angularVelocity
    let flow = square * ellipsoid.semimajorAxis * ellipsoid.semimajorAxis / surfaceQ
    let w = ((u * u + e * e * sine * sine) / sum).squareRoot()
    let radial =
      ellipsoid.gravitationalParameter / sum
      + (sine * sine / 2 - 1 / 6) * flow * e * Self.slope(u / e) / sum - square * u * cosine * cosine
    let lateral = (flow * Self.q(u / e) - square * sum) * sine * cosine / sum.squareRoot()
    return (radial / w * PrismGravity.milligal, lateral / w * PrismGravity.milligal)
  }

  private func spherical(_ angle: (sin: Double, cos: Double), _ height: Double) -> (Double, Double) {
    let r = ellipsoid.semimajorAxis + height
    let centrifugal = ellipsoid.angularVelocity * ellipsoid.angularVelocity * r * angle.cos
    let radial = ellipsoid.gravitationalParameter / (r * r) - centrifugal * angle.cos
    return (radial * PrismGravity.milligal, centrifugal * angle.sin * PrismGravity.milligal)
  }

  private static func sincos(_ degrees: Double) -> (sin: Double, cos: Double) {
    if abs(degrees) == 90 { return (degrees / 90, 0) }
    return Elementary.sincos(degrees * Double.pi / 180)
  }

  /// q of t = u/E. For the Earth t is 12: the terms of the closed form cancel to 1/t³, so the series
  /// q = Σ (−1)ⁿ⁺¹ 2n/((2n + 1)(2n + 3)) t^−(2n+1), n = 1, 2 … keeps the digits.
  private static func q(_ t: Double) -> Double {
    if t < 2 { return ((1 + 3 * t * t) * Elementary.atan(1 / t) - 3 * t) / 2 }
    let square = 1 / (t * t)
    var total = 0.0
    for n in stride(from: 30, through: 1, by: -1) {
      total = total * square + (n % 2 == 1 ? 2 : -2) * Double(n) / Double((2 * n + 1) * (2 * n + 3))
    }
    return total * square / t
  }

  /// q′ of t = u/E: 3(1 + t²)(1 − t arctan(1/t)) − 1 = Σ (−1)ⁿ⁺¹ 6/((2n + 1)(2n + 3)) t^−2n, n = 1, 2 …
  private static func slope(_ t: Double) -> Double {
    if t < 2 { return 3 * (1 + t * t) * (1 - t * Elementary.atan(1 / t)) - 1 }
    let square = 1 / (t * t)
    var total = 0.0
    for n in stride(from: 30, through: 1, by: -1) {
      total = total * square + (n % 2 == 1 ? 6 : -6) / Double((2 * n + 1) * (2 * n + 3))
    }
    return total * square
  }
}
