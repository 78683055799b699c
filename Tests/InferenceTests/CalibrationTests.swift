import Inference
import NumericCore
import Testing

@Suite struct CalibrationTests {
  static let nominal = (1...19).map { Double($0) / 20 }

  private static func normals(_ count: Int, _ name: String) -> [Double] {
    var random = NumPyRandom.stream(seed: 5, name: name, member: 0)
    return (0..<count).map { _ in random.standardNormal() }
  }

  /// Known values drawn from the predictions are covered at the nominal rate, in the binomial band about it.
  @Test func trueUncertaintiesAreCalibrated() {
    let count = 2000
    let deviations = (0..<count).map { 1 + Double($0 % 7) }
    let residuals = zip(Self.normals(count, "true"), deviations).map(*)
    let found = Calibration(
      extremes: Calibration.extremes(residuals: residuals, deviations: deviations), nominal: Self.nominal)
    #expect(found.error < 0.02, "\(found.error)")
    for (actual, part) in zip(found.actual, Self.nominal) {
      let band = BinomialDistribution.quantiles([0.001, 0.999], count: count, probability: part)
      #expect((band[0]...band[1]).contains(Int((actual * Double(count)).rounded())))
    }
    #expect(abs(found.sigmas[9] - 0.6744897501960817) < 1e-12)
    #expect(abs(Calibration.bestScale(residuals: residuals, deviations: deviations) - 1) < 0.05)
    // Deviations stated a third too small: the factor is found.
    let small = deviations.map { $0 / 3 }
    #expect(abs(Calibration.bestScale(residuals: residuals, deviations: small) / 3 - 1) < 0.05)
    let wrong = Calibration(
      extremes: Calibration.extremes(residuals: residuals, deviations: small), nominal: Self.nominal)
    #expect(wrong.error > 0.2 && zip(wrong.actual, Self.nominal).allSatisfy { $0 < $1 })
    // The values' own error explains the rest.
    let own = deviations.map { $0 * (8.0 / 9).squareRoot() }
    let scale = Calibration.bestScale(residuals: residuals, deviations: small, uncertainties: own)
    #expect(abs(scale - 1) < 0.4, "\(scale)")
  }

  /// A value drawn like the members has every rank equally often, however they are distributed.
  @Test func ranks() {
    let members = 9
    var extremes: [Double] = []
    for trial in 0..<3000 {
      var random = NumPyRandom.stream(seed: 2, name: "ranks", member: trial)
      let drawn = (0...members).map { _ in Elementary.exp(random.standardNormal()) }
      extremes.append(Calibration.extreme(of: drawn[0], members: Array(drawn.dropFirst())))
    }
    // Ten ranks: |2 u − 1| is 0.1, 0.3, 0.5, 0.7 or 0.9, a fifth of the values each.
    let found = Calibration(extremes: extremes, nominal: [0.2, 0.4, 0.6, 0.8])
    for (actual, part) in zip(found.actual, found.nominal) { #expect(abs(actual - part) < 0.03) }
    // By hand: 2 of 4 below; a tie counts half.
    #expect(Calibration.extreme(of: 3, members: [1, 2, 4, 5]) == 0)
    #expect(abs(Calibration.extreme(of: 2, members: [1, 2, 4, 5]) - 0.2) < 1e-15)
    #expect(abs(Calibration.extreme(of: 9, members: [1, 2, 4, 5]) - 0.8) < 1e-15)
    // An uncertain value lies nearer to the middle; a very certain one where an exact one does.
    #expect(Calibration.extreme(of: 9, members: [1, 2, 4, 5], uncertainty: 5) < 0.8)
    #expect(abs(Calibration.extreme(of: 9, members: [1, 2, 4, 5], uncertainty: 1e-3) - 0.8) < 1e-12)
  }

  @Test func extremesOfNormalPredictions() {
    let found = Calibration.extremes(residuals: [0, 1, -1, 1.96, 5, 0], deviations: [1, 1, 1, 1, 0, 0])
    let expected = [0, 0.6826894921370859, 0.6826894921370859, 0.9500042097035591, 1, 0]
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test func binomialQuantiles() {
    // scipy.stats.binom.ppf
    #expect(
      BinomialDistribution.quantiles([0.025, 0.5, 0.975], count: 30, probability: 0.5) == [10, 15, 20])
    #expect(BinomialDistribution.quantiles([0.025, 0.975], count: 20, probability: 0.95) == [17, 20])
    #expect(BinomialDistribution.quantiles([0.025, 0.975], count: 30, probability: 0.05) == [0, 4])
    #expect(BinomialDistribution.quantiles([0.5], count: 1, probability: 0.3) == [0])
    // Many events: normal.
    let wide = BinomialDistribution.quantiles([0.025, 0.975], count: 100_000, probability: 0.3)
    #expect(
      abs(Double(wide[0]) - (30_000 - 1.96 * 144.9)) < 2 && abs(Double(wide[1]) - (30_000 + 1.96 * 144.9)) < 2
    )
  }
}
