/// A reference ellipsoid of revolution, or a sphere, with its normal field's constants.
public struct Ellipsoid: Equatable, Sendable {
  /// a, metres.
  public let semimajorAxis: Double
  /// f; 0 for a sphere.
  public let flattening: Double
  /// GM, m³/s².
  public let gravitationalParameter: Double
  /// ω, rad/s.
  public let angularVelocity: Double

  /// - Precondition: a positive axis and a flattening from 0 to below 1.
  public init(
    semimajorAxis: Double, flattening: Double, gravitationalParameter: Double, angularVelocity: Double
  ) {
    precondition(semimajorAxis > 0 && flattening >= 0 && flattening < 1)
    (self.semimajorAxis, self.flattening) = (semimajorAxis, flattening)
    (self.gravitationalParameter, self.angularVelocity) = (gravitationalParameter, angularVelocity)
  }

  /// World Geodetic System 1984 [Hofmann2006].
  public static let wgs84 = Ellipsoid(
    semimajorAxis: 6_378_137, flattening: 1 / 298.257_223_563, gravitationalParameter: 3.986_004_418e14,
    angularVelocity: 7.292_115e-5)

  /// Geodetic Reference System 1980 [Hofmann2006].
  public static let grs80 = Ellipsoid(
    semimajorAxis: 6_378_137, flattening: 1 / 298.257_222_101, gravitationalParameter: 3.986_005e14,
    angularVelocity: 7.292_115e-5)

  /// A sphere with the Earth's mass, its rotation and the mean radius (2a + b)/3 of WGS84.
  public static let sphere = Ellipsoid(
    semimajorAxis: 6_371_008.771_415, flattening: 0, gravitationalParameter: 3.986_004_418e14,
    angularVelocity: 7.292_115e-5)

  /// b = a(1 − f), metres.
  public var semiminorAxis: Double { semimajorAxis * (1 - flattening) }
  /// e² = f(2 − f).
  public var squaredEccentricity: Double { flattening * (2 - flattening) }
  /// e.
  public var eccentricity: Double { squaredEccentricity.squareRoot() }
  /// E = √(a² − b²), metres.
  public var linearEccentricity: Double { semimajorAxis * eccentricity }

  /// Distance from the centre to the surface at a geodetic latitude in degrees, metres:
  /// R² = ((a² cos φ)² + (b² sin φ)²) / ((a cos φ)² + (b sin φ)²).
  public func geocentricRadius(latitude: Double) -> Double {
    let (sine, cosine) = Degrees.sincos(latitude)
    let (across, up) = (semimajorAxis * cosine, semiminorAxis * sine)
    let (left, right) = (semimajorAxis * across, semiminorAxis * up)
    return ((left * left + right * right) / (across * across + up * up)).squareRoot()
  }

  /// Radius of curvature in the prime vertical at a geodetic latitude in degrees, metres.
  public func primeVerticalRadius(latitude: Double) -> Double {
    let sine = Degrees.sincos(latitude).sin
    return semimajorAxis / (1 - squaredEccentricity * sine * sine).squareRoot()
  }
}

/// Angles in degrees, exact at multiples of 90.
public enum Degrees {
  static let perRadian = 180 / Double.pi

  /// sin and cos of an angle in degrees; 0 and ±1 exactly where they are so.
  public static func sincos(_ degrees: Double) -> (sin: Double, cos: Double) {
    guard degrees.isFinite else { return (.nan, .nan) }
    let turns = (degrees / 90).rounded()
    let (sine, cosine) = Elementary.sincos((degrees - 90 * turns) / perRadian)
    switch Int(turns.remainder(dividingBy: 4)) {
    case 0: return (sine, cosine)
    case 1, -3: return (cosine, -sine)
    case 2, -2: return (-sine, -cosine)
    default: return (-cosine, sine)
    }
  }

  /// The same direction between −180 and 180; both of these stay what they are.
  public static func wrapped(_ degrees: Double) -> Double {
    abs(degrees) <= 180 ? degrees : degrees.remainder(dividingBy: 360)
  }
}

extension Elementary {
  /// arsinh x.
  static func asinh(_ x: Double) -> Double {
    let size = abs(x)
    let value =
      size > 1e150
      ? log(size) + 0.693_147_180_559_945_3 : log1p(size + size * size / (1 + (1 + size * size).squareRoot()))
    return x < 0 ? -value : value
  }

  /// artanh x, |x| ≤ 1.
  static func atanh(_ x: Double) -> Double { log1p(2 * x / (1 - x)) / 2 }

  /// sinh x, without cancellation near 0.
  static func sinh(_ x: Double) -> Double {
    if abs(x) > 40 { return x < 0 ? -exp(-x) / 2 : exp(x) / 2 }
    let t = expm1(abs(x))
    let value = (t + t / (t + 1)) / 2
    return x < 0 ? -value : value
  }

  /// cosh x.
  static func cosh(_ x: Double) -> Double {
    let e = exp(abs(x))
    return (e + 1 / e) / 2
  }
}
