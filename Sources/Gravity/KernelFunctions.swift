/// Logarithm and angle without branches, so that the loops over cells compile to vector
/// instructions, and without the system's libm, so that every machine gets the same bits.
enum KernelFunctions {
  /// ln(a / b) for positive normal numbers, to 2 units in the last place of the result.
  ///
  /// The power of two that brings a / b into [2^-0.6, 2^0.6] is read off the exponents, then
  /// ln(a / b) = k ln 2 + 2 artanh((a − b 2^k) / (a + b 2^k)): one division for quotient and
  /// logarithm together, and a − b 2^k is exact where a ≈ b, which a quotient rounded before its
  /// logarithm is taken is not.
  @inline(__always)
  static func logarithm(of a: Double, over b: Double) -> Double {
    let bias: UInt64 = 1024 << 52
    let shifted = a.bitPattern &- b.bitPattern &+ (bias | 1 << 51)
    let exponent = Double(bitPattern: (shifted &>> 52) | 0x4330_0000_0000_0000)
    let power = exponent - 4_503_599_627_371_520.0
    let scaled = Double(bitPattern: b.bitPattern &+ (shifted & 0xfff0_0000_0000_0000) &- bias)
    let s = (a - scaled) / (a + scaled)
    let u = s * s
    // Chebyshev fit of (2 artanh(s) / s − 2) / s² on s² ≤ 0.0405, error 1.6e-18.
    let v = u * u
    let low = (0.6666666666666666 + u * 0.40000000000008523)
    let second = (0.2857142856701462 + u * 0.2222222309164114)
    let third = (0.18181734246400322 + u * 0.1538900212516573)
    let fourth = (0.13207080082069364 + u * 0.13629110721861268)
    let tail = (low + v * second) + (v * v) * (third + v * fourth)
    return power * 0.6931471805599453 + (s + (s + s * (u * tail)))
  }

  /// The angle of the complex number (real, imaginary) in (−π, π], absolute error 1e-15; finite for 0.
  @inline(__always)
  static func angle(real: Double, imaginary: Double) -> Double {
    let x = abs(real)
    let y = abs(imaginary)
    let larger = x > y ? x : y
    let smaller = x > y ? y : x
    // Above 22.5° turn by 45°, so that the polynomial's argument stays below tan 22.5°.
    let turn = smaller > 0.41421356237309503 * larger
    let numerator = turn ? smaller - larger : smaller
    let sum = turn ? smaller + larger : larger
    let denominator = sum > 1e-300 ? sum : 1e-300
    let t = numerator / denominator
    let offset = turn ? 0.7853981633974483 : 0.0
    let first = offset + arctangent(t)
    let octant = x > y ? first : 1.5707963267948966 - first
    let half = real < 0 ? 3.141592653589793 - octant : octant
    return imaginary < 0 ? -half : half
  }

  /// arctan(t) for |t| ≤ tan 22.5°: Chebyshev fit of (arctan(t) / t − 1) / t², error 7e-18.
  @inline(__always)
  private static func arctangent(_ t: Double) -> Double {
    let u = t * t
    let v = u * u
    let w = v * v
    let first = (-0.3333333333333333 + u * 0.1999999999999549)
    let second = (-0.1428571428466014 + u * 0.11111111014741562)
    let third = (-0.09090904557214267 + u * 0.0769218270524632)
    let fourth = (-0.06664504610032648 + u * 0.05858089538610203)
    let fifth = (-0.050851391487066376 + u * 0.03922268882347632)
    let sixth = -0.0191659065063043
    let upper = (first + v * second) + w * (third + v * fourth)
    return t + t * (u * (upper + (w * w) * (fifth + v * sixth)))
  }
}
