extension Elementary {
  /// sin x, x in radians, for every finite x; NaN for infinities.
  public static func sin(_ x: Double) -> Double { sincos(x).sin }

  /// cos x, x in radians, for every finite x; NaN for infinities.
  public static func cos(_ x: Double) -> Double { sincos(x).cos }

  /// sin x and cos x at little more than the cost of one.
  public static func sincos(_ x: Double) -> (sin: Double, cos: Double) {
    guard x.isFinite else { return (.nan, .nan) }
    if abs(x) < 0x1p-28 { return (x, 1) }
    let (quadrant, angle) = abs(x) <= 0.785 ? (0, Wide(abs(x))) : reducedAngle(abs(x))
    let (s, c) = octant(angle)
    let sine = quadrant & 1 == 0 ? s : c
    let cosine = quadrant & 1 == 0 ? c : s
    let negative = (quadrant & 2 != 0) != (x < 0)
    return (negative ? -sine : sine, (quadrant + 1) & 2 != 0 ? -cosine : cosine)
  }

  /// The arctangent in radians, in [−π/2, π/2].
  public static func atan(_ x: Double) -> Double {
    if x.isNaN || abs(x) < 0x1p-28 { return x }
    let size = min(abs(x), 0x1p100)
    let angle = size <= 1 ? arctangent(Wide(size)) : halfPi + -arctangent(Wide(1) / Wide(size))
    return x < 0 ? -angle.high : angle.high
  }

  /// The angle of the point (x, y) from the positive x axis, in (−π, π]; −π for y = −0, x < 0.
  public static func atan2(_ y: Double, _ x: Double) -> Double {
    if x.isNaN || y.isNaN { return .nan }
    let angle = firstQuadrant(abs(y), abs(x))
    let turned = x.sign == .minus ? pi + -angle : angle
    return y.sign == .minus ? -(turned.high + turned.low) : turned.high + turned.low
  }

  /// atan(y/x) for x, y ≥ 0, with 0 for (0, 0) and π/4 for two infinities.
  private static func firstQuadrant(_ y: Double, _ x: Double) -> Wide {
    if y == x { return x == 0 ? Wide(0) : Wide(halfPi.high / 2, halfPi.low / 2) }
    let (small, large) = (min(x, y), max(x, y))
    var angle: Wide
    if small < large * 0x1p-110 || large == .infinity {
      // The quotient may be subnormal: one plain division then rounds best.
      angle = Wide(large == .infinity ? 0 : small / large)
    } else {
      let factor = large > 1 ? 0x1p-500 : 0x1p400
      let scale = large > 0x1p900 || large < 0x1p-500 ? factor : 1
      angle = arctangent(Wide(small * scale) / Wide(large * scale))
    }
    if y > x { angle = halfPi + -angle }
    return angle
  }

  /// atan t, 0 ≤ t ≤ 1, by the distance to the nearest of the tabulated j/64.
  private static func arctangent(_ t: Wide) -> Wide {
    let index = Int((t.high * 64).rounded())
    let node = Double(index) / 64
    let z = index == 0 ? t : (t + -node) / (t * node + 1)
    let square = z.high * z.high
    let tail = z.high * square * (-1 / 3 + square * (1 / 5 - square * (1 / 7 - square / 9)))
    return arctangents[index] + (z + tail)
  }

  /// sin a and cos a, |a| ≤ π/4, by the distance to the nearest of the tabulated j/64.
  private static func octant(_ angle: Wide) -> (sin: Double, cos: Double) {
    let flip = angle.high < 0
    let a = flip ? -angle : angle
    let index = Int((a.high * 64).rounded())
    let d = a + -Double(index) / 64
    let square = d * d
    let q = square.high
    let cubic = d.high * q * (-1 / 6 + q * (1 / 120 - q * (1 / 5040)))
    let sine = d + cubic
    let quartic = q * q * (1 / 24 - q * (1 / 720 - q / 40320))
    let versine = Wide(square.high / -2, square.low / -2) + quartic
    let (s0, c0) = (sines[index], cosines[index])
    let s = s0 + (c0 * sine + s0 * versine)
    let c = c0 + (c0 * versine + -(s0 * sine))
    return (flip ? -s.high : s.high, c.high)
  }

  /// x = (quadrant + 4n) π/2 + angle, |angle| ≤ π/4, for x > 0. The product of the 53-bit integer
  /// of x with the bits of 2/π that matter for it is exact, so no x is too large. [PayneHanek1983]
  private static func reducedAngle(_ x: Double) -> (quadrant: Int, angle: Wide) {
    let bits = x.bitPattern
    let mantissa = bits & 0x000f_ffff_ffff_ffff | 0x0010_0000_0000_0000
    // x = mantissa · 2^shift; bits of 2/π above 2^(2 − shift) make whole turns.
    let shift = Int(bits >> 52) - 1075
    let start = 64 + shift - 2
    let (word, offset) = (start / 64, UInt64(start % 64))
    var turns = [UInt64](repeating: 0, count: 4)
    var carry: UInt64 = 0
    for index in stride(from: 3, through: 0, by: -1) {
      let next = offset == 0 ? 0 : twoOverPi[word + index + 1] >> (64 - offset)
      let part = twoOverPi[word + index] << offset | next
      let product = part.multipliedFullWidth(by: mantissa)
      let (low, overflow) = product.low.addingReportingOverflow(carry)
      turns[index] = low
      carry = product.high + (overflow ? 1 : 0)
    }
    let rounded = turns[0] &+ 0x2000_0000_0000_0000
    let quadrant = Int(rounded >> 62)
    var fraction = turns
    fraction[0] = turns[0] &- UInt64(quadrant) << 62
    let negative = fraction[0] >> 63 == 1
    if negative { fraction = fraction.map { ~$0 } }
    let angle = quarterTurns(fraction) * halfPi
    return (quadrant, negative ? -angle : angle)
  }

  /// Four times the fixed-point fraction of 256 bits, rounded down to 106 bits.
  private static func quarterTurns(_ fraction: [UInt64]) -> Wide {
    var words = fraction
    var exponent = 0
    while words[0] == 0 && exponent < 192 {
      words = [words[1], words[2], words[3], 0]
      exponent += 64
    }
    let zeros = UInt64(words[0].leadingZeroBitCount)
    if zeros > 0 {
      words[0] = words[0] << zeros | words[1] >> (64 - zeros)
      words[1] = words[1] << zeros | words[2] >> (64 - zeros)
    }
    exponent += Int(zeros)
    let first = Double(words[0] >> 11)
    let second = Double((words[0] & 0x7ff) << 42 | words[1] >> 22)
    // first · 2^−53 lies in [½, 1); the factor 4 makes the quarter turns.
    let scale = powerOfTwo(2 - 53 - exponent)
    return Wide.ordered(first * scale, second * scale * 0x1p-53)
  }
}
