import NumericCore

/// A point that slips in an elastic half space: a double couple of any mechanism. [Okada1985, eqs 8–10]
///
/// Displacement of the surface at horizontal distances x along strike and y to the left of it, from a source at depth d whose
/// fault dips by δ to the right of the strike, with μ/(λ + μ) = 1 − 2ν, p = y cos δ + d sin δ and q = y sin δ − d cos δ:
///
///     strike slip  −P/2π · (3x²q/R⁵ + I₁ sin δ,       3xyq/R⁵ + I₂ sin δ,       3xdq/R⁵ + I₄ sin δ)
///     dip slip     −P/2π · (3xpq/R⁵ − I₃ sin δ cos δ, 3ypq/R⁵ − I₁ sin δ cos δ, 3dpq/R⁵ − I₅ sin δ cos δ)
///
/// P is the potency, slip times area, in m³: the seismic moment over the shear modulus. The rake turns it from along strike (0°, left
/// lateral) to up dip (90°, thrust). A far-field solution: good where the fault is small against its depth.
public struct DoubleCouple: Sendable, Equatable {
  /// Place above the source, metres.
  public var easting, northing: Double
  /// Metres below the surface, positive.
  public var depth: Double
  /// Degrees: strike clockwise from north, dip to its right, rake from along strike to up dip.
  public var strike, dip, rake: Double
  /// Slip times area, cubic metres.
  public var potency: Double
  /// Poisson's ratio of the half space.
  public var poisson: Double

  /// - Precondition: depth above 0.
  public init(
    easting: Double, northing: Double, depth: Double,
    mechanism: (strike: Double, dip: Double, rake: Double), potency: Double, poisson: Double = 0.25
  ) {
    precondition(depth > 0, "a source at the surface moves it without bound")
    (self.easting, self.northing, self.depth) = (easting, northing, depth)
    (strike, dip, rake) = mechanism
    (self.potency, self.poisson) = (potency, poisson)
  }

  /// Eastward, northward and upward displacement of a place of the surface, metres.
  public func displacement(easting x: Double, northing y: Double) -> (east: Double, north: Double, up: Double)
  {
    let radian = Double.pi / 180
    let (sinStrike, cosStrike) = Elementary.sincos(strike * radian)
    let (sinRake, cosRake) = Elementary.sincos(rake * radian)
    let (east, north) = (x - easting, y - northing)
    let (along, left) = (east * sinStrike + north * cosStrike, north * sinStrike - east * cosStrike)
    let local = moved(along, left)
    let factor = -potency / (2 * Double.pi)
    let u = factor * (cosRake * local.slip.x + sinRake * local.thrust.x)
    let v = factor * (cosRake * local.slip.y + sinRake * local.thrust.y)
    let up = factor * (cosRake * local.slip.z + sinRake * local.thrust.z)
    return (u * sinStrike - v * cosStrike, u * cosStrike + v * sinStrike, up)
  }

  /// Along strike, to its left and upwards, for unit strike slip and unit dip slip, without −1/2π.
  private func moved(_ x: Double, _ y: Double) -> (slip: Vector, thrust: Vector) {
    let (sin, cos) = Elementary.sincos(dip * Double.pi / 180)
    let d = depth
    let (p, q) = (y * cos + d * sin, y * sin - d * cos)
    let square = x * x + y * y + d * d
    let r = square.squareRoot()
    let (cube, fifth) = (square * r, square * square * r)
    let sum = r + d
    let medium = 1 - 2 * poisson
    let near = 1 / (r * sum * sum)
    let far = (3 * r + d) / (cube * sum * sum * sum)
    let i1 = medium * y * (near - x * x * far)
    let i2 = medium * x * (near - y * y * far)
    let i3 = medium * x / cube - i2
    let second = (2 * r + d) / (cube * sum * sum)
    let i4 = -medium * x * y * second
    let i5 = medium * (1 / (r * sum) - x * x * second)
    let (slip, thrust) = (3 * x * q / fifth, 3 * p * q / fifth)
    return (
      Vector(x: slip * x + i1 * sin, y: slip * y + i2 * sin, z: slip * d + i4 * sin),
      Vector(
        x: thrust * x - i3 * sin * cos, y: thrust * y - i1 * sin * cos, z: thrust * d - i5 * sin * cos)
    )
  }

  private struct Vector {
    var x, y, z: Double
  }
}
