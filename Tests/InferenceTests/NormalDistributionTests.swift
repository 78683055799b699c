import Inference
import NumericCore
import Testing

@Suite struct NormalDistributionTests {
  /// x, Φ(x), log h(x), Φ(x)/h(x) from 50 digits (mpmath).
  static let values: [(Double, Double, Double, Double)] = [
    (-30.5, 1.30293791317807635e-204, -472.882604791235935, 30.5653638736962371),
    (-12.0, 1.776482112077679e-33, -77.9091005450073483, 12.1633525715857398),
    (-6.25, 2.05226342521893888e-10, -24.1862159470628351, 6.54897344267130364),
    (-4.5, 3.3976731247300604e-6, -14.1804883818683403, 4.89428719389997134),
    (-3.25, 0.000577025042390767043, -8.78039945832477581, 3.75382217267592685),
    (-2.5, 0.00620966532577613517, -6.21254164544351286, 3.09842329679116193),
    (-2.0625, 0.0195800787783774553, -4.93785258389575151, 2.73084194228712127),
    (-1.9375, 0.0263421266891414594, -4.6029192631313132, 2.62828992772553692),
    (-1.0, 0.158655253931457051, -2.48512102571264134, 1.90427123332969182),
    (-0.5, 0.308537538725986896, -1.62051626438731992, 1.55987314834807967),
    (-0.0625, 0.475082330970752779, -0.998392695231746611, 1.28933364883474393),
    (0.0, 0.5, -0.918938533204672742, 1.25331413731550025),
    (0.25, 0.598706325682923724, -0.622978230906767887, 1.11627154638778135),
    (1.0, 0.841344746068542949, 0.08002621884930694, 0.77663872520173926),
    (1.75, 0.95994084313618291, 0.568815508616497833, 0.543514373402070423),
    (2.25, 0.987775527344955297, 0.812810486671311072, 0.438186660982247331),
    (3.5, 0.999767370920964475, 1.25277967718961168, 0.285643047500915979),
    (7.0, 0.999999999998720187, 1.94591014905533845, 0.142857142856956434),
  ]

  @Test func againstFiftyDigits() {
    for (x, share, excess, slope) in Self.values {
      #expect(abs(NormalDistribution.cumulative(x) - share) <= 1e-14 * share, "Φ at \(x)")
      let ours = NormalDistribution.logExcess(x)
      #expect(abs(ours.value - excess) <= 1e-13 * max(1, abs(excess)), "log h at \(x)")
      #expect(abs(ours.derivative - slope) <= 1e-13 * slope, "slope at \(x)")
    }
  }

  /// The ways of computing meet.
  @Test func noSteps() {
    for x in [-5.0, -3, -2, 2] {
      let (below, above) = (NormalDistribution.logExcess(x.nextDown), NormalDistribution.logExcess(x.nextUp))
      #expect(abs(below.value - above.value) < 1e-13 * max(1, abs(above.value)))
      #expect(abs(below.derivative - above.derivative) < 1e-12 * above.derivative)
    }
  }

  @Test func cumulativeInvertsTheQuantile() {
    for step in 1..<1000 {
      let u = Double(step) / 1000
      #expect(abs(NormalDistribution.cumulative(Quantile.standardNormal(u)) - u) < 4e-15)
    }
  }

  @Test func excessIsFiniteRisingAndSteep() {
    var last = -Double.infinity
    for x in stride(from: -1e4, through: 1e4, by: 37) {
      let (value, derivative) = NormalDistribution.logExcess(x)
      #expect(value.isFinite && value > last && derivative > 0)
      last = value
    }
    // Far above, the excess is x itself.
    #expect(abs(NormalDistribution.logExcess(40).value - Elementary.log(40)) < 1e-15)
  }

  @Test func normalBetweenLimits() {
    func draw(_ u: Double, _ share: Double) -> Double {
      Quantile.normalBetween(u, low: 480, high: 505, share: share)
    }
    for share in [0.001, 0.5, 0.6827, 0.95, 0.999] {
      #expect(
        abs(draw(0.5 * (1 - share), share) - 480) < 1e-9 && abs(draw(0.5 * (1 + share), share) - 505) < 1e-9)
      #expect(draw(0.5, share) == 492.5)
    }
    // The extremes of a centered hypercube of 20 samples, as min-max normalisation puts them.
    let drawn = LatinHypercube.centered(count: 20, dimensions: 1, seed: 2).map { draw($0[0], 0.95) }
    let normal = LatinHypercube.centered(count: 20, dimensions: 1, seed: 2).map {
      Quantile.standardNormal($0[0])
    }
    let (least, most) = (normal.min() ?? 0, normal.max() ?? 0)
    for (value, z) in zip(drawn, normal) {
      #expect(abs(value - (480 + 25 * (z - least) / (most - least))) < 1e-11)
    }
    #expect(abs((drawn.min() ?? 0) - 480) < 1e-11 && abs((drawn.max() ?? 0) - 505) < 1e-11)
  }

  @Test func logNormalBetweenLimits() {
    func draw(_ u: Double) -> Double { Quantile.logNormalBetween(u, low: 0.001, high: 0.1, share: 0.9) }
    #expect(abs(draw(0.05) / 0.001 - 1) < 1e-13 && abs(draw(0.95) / 0.1 - 1) < 1e-13)
    #expect(abs(draw(0.5) / 0.01 - 1) < 1e-14)
  }

  @Test func truncatedNormal() {
    func draw(_ u: Double, _ low: Double, _ high: Double) -> Double {
      Quantile.truncatedNormal(u, mean: 3, deviation: 2, low: low, high: high)
    }
    #expect(draw(0, -1, 5) == -1 && draw(1, -1, 5) == 5)
    // Without effect far out.
    for u in [0.01, 0.3, 0.5, 0.9] {
      #expect(abs(draw(u, -60, 60) - Quantile.normal(u, mean: 3, deviation: 2)) < 1e-13)
    }
    // Mirrored about the mean.
    for u in [0.02, 0.25, 0.5, 0.77] { #expect(abs(draw(u, 4, 9) - (6 - draw(1 - u, -3, 2))) < 1e-13) }
    // Far in a tail: an exponential of rate 20/2 on 43 … 44.
    let middle = draw(0.5, 43, 44)
    #expect(abs(middle - 43.069079460220137) < 1e-12)
    // The distribution function gives u back.
    let share = { (x: Double) in NormalDistribution.cumulative((x - 3) / 2) }
    for u in [0.1, 0.5, 0.95] {
      let x = draw(u, -1, 5)
      #expect(abs((share(x) - share(-1)) / (share(5) - share(-1)) - u) < 1e-13)
    }
  }
}
