import Inference
import NumericCore
import Testing

@Suite struct QuantileTests {
  /// u and Φ⁻¹(u) for that double, from 300 bits (mpmath).
  static let normals: [(Double, Double)] = [
    (0x1.56e1fc2f8f359p-997, -0x1.286074064c26ep5), (0x1.79ca10c924223p-67, -0x1.2865170b43a4cp3),
    (0x1.0000000000000p-54, -0x1.095b059d67c4cp3), (0x1.b7cdfd9d7bdbbp-34, -0x1.97203597a2155p2),
    (0x1.4f8b588e368f1p-17, -0x1.10f3f8843a3d9p2), (0x1.47ae147ae147bp-6, -0x1.06e13e8aadfdcp1),
    (0x1.1eb851eb851ecp-4, -0x1.79cd70d9c27f2p0), (0x1.3333333333333p-4, -0x1.7085226d3e524p0),
    (0x1.3333333333333p-2, -0x1.0c7e39582c5fbp-1), (0x1.199999999999ap-1, 0x1.015abc78e92d5p-3),
    (0x1.ccccccccccccdp-1, 0x1.4813c36e26d33p0), (0x1.dc28f5c28f5c3p-1, 0x1.79cd70d9c27f4p0),
    (0x1.ff7ced916872bp-1, 0x1.8b8cbb7204470p1), (0x1.fffffff768fa1p-1, 0x1.7fdc11f93a210p2),
    (0x1.fffffffffffffp-1, 0x1.06b48528cea52p3),
  ]

  @Test func standardNormal() {
    for (u, z) in Self.normals {
      #expect(abs(Quantile.standardNormal(u) - z) <= 2e-15 * abs(z), "at \(u)")
    }
    #expect(Quantile.standardNormal(0.5) == 0)
  }

  @Test func symmetricAndIncreasing() {
    var last = -Double.infinity
    for step in 1..<4096 {
      let u = Double(step) / 4096
      let z = Quantile.standardNormal(u)
      #expect(z > last)
      #expect(z == -Quantile.standardNormal(1 - u))
      last = z
    }
  }

  @Test func endsOfTheUnitIntervalAreFinite() {
    #expect(Quantile.standardNormal(0) == Quantile.standardNormal(0x1p-54))
    #expect(Quantile.standardNormal(1) == Quantile.standardNormal(1 - 0x1p-53))
    #expect(abs(Quantile.normal(0, mean: 2669, deviation: 50) - 2254.382) < 0.001)
  }

  @Test func uniform() {
    #expect(Quantile.uniform(0, low: 480, high: 505) == 480)
    #expect(Quantile.uniform(1, low: 0.1, high: 0.7) == 0.7)
    #expect(Quantile.uniform(0.5, low: 480, high: 505) == 492.5)
  }

  /// The dampings of the published table: numpy.logspace(−3, 0, 8).
  @Test func logUniformAsLogSpace() {
    let published = [
      0.001, 0.0026826957952797246, 0.0071968567300115215, 0.019306977288832496, 0.0517947467923121,
      0.13894954943731375, 0.3727593720314938, 1.0,
    ]
    for (index, value) in published.enumerated() {
      let ours = Quantile.logUniform(Double(index) / 7, low: 0.001, high: 1)
      #expect(abs(ours - value) <= 10 * value.ulp)
    }
    #expect(Quantile.logUniform(0, low: 0.003, high: 0.7) == 0.003)
    #expect(Quantile.logUniform(1, low: 0.003, high: 0.7) == 0.7)
  }

  @Test func logNormal() {
    #expect(abs(Quantile.logNormal(0.5, median: 0.02, decades: 1) - 0.02) <= 4 * 0.02.ulp)
    let u = 0.8413447460685429
    #expect(abs(Quantile.logNormal(u, median: 0.02, decades: 0.5) / 0.02 - 10.0.squareRoot()) < 1e-14)
  }

  @Test func wholeNumbers() {
    // As scipy.stats.randint(1, 11).ppf.
    let values = [0, 0.05, 0.1, 0.1000001, 0.3, 0.5, 0.7, 0.9, 0.95, 1].map {
      Quantile.integers($0, low: 1, high: 10)
    }
    #expect(values == [1, 1, 1, 2, 3, 5, 7, 9, 10, 10])
    #expect(Quantile.integers(0.7, low: -3, high: -3) == -3)
    for k in 1...49 { #expect(Quantile.integers(Double(k) / 49, low: 1, high: 49) == k) }
  }

  @Test func discrete() {
    let words = ["flat", "spline", "nearest"]
    #expect(
      [0, 0.3, 0.34, 0.66, 0.67, 1].map { Quantile.discrete($0, words) }
        == ["flat", "flat", "spline", "spline", "nearest", "nearest"])
  }
}
