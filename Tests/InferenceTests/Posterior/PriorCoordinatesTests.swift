// Names are those of the reference files.
// swift-format-ignore-file: AlwaysUseLowerCamelCase
import Foundation
import Inference
import NumericCore
import TestSupport
import Testing

@Suite struct PriorCoordinatesTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      var map: String
      var margin: Double
      var physical: [[Double]]
      var back: [[Double]]
      var jacobian_diag: [[Double]]
      var log_abs_det: [Double]
    }
    var lo: [Double]
    var hi: [Double]
    var optimizer: [[Double]]
    var cases: [Case]
  }

  @Test(.needsReference) func mapsAsReference() throws {
    let text = try Reference.text("vi_transform_fixtures.json", of: "inference")
    let fixture = try JSONDecoder().decode(Fixture.self, from: Data(text.utf8))
    let margins = zip(fixture.lo, fixture.hi).map { PriorMargin.uniform(low: $0, high: $1) }
    #expect(fixture.cases.count == 6)
    for expected in fixture.cases {
      let map: PriorCoordinates.Map =
        expected.map == "sigmoid" ? .sigmoid(margin: expected.margin) : .arctan(margin: expected.margin)
      let coordinates = try PriorCoordinates(margins, map)
      for (row, x) in fixture.optimizer.enumerated() {
        let physical = coordinates.physical(x)
        #expect(relativeDifference(physical, expected.physical[row]) < 1e-10)
        #expect(
          relativeDifference(coordinates.coordinates(of: expected.physical[row]), expected.back[row]) < 1e-8)
        let slopes = coordinates.slopes(at: x)
        #expect(relativeDifference(slopes, expected.jacobian_diag[row]) < 1e-10)
        // ln p of a uniform prior is −Σ ln(b − a).
        let density = -zip(fixture.lo, fixture.hi).reduce(0) { $0 + Elementary.log($1.1 - $1.0) }
        #expect(
          abs(coordinates.logPrior(at: x) - density - expected.log_abs_det[row]) < 1e-10
            * max(1, abs(expected.log_abs_det[row])))
      }
    }
  }

  private static let margins: [PriorMargin] = [
    .normal(mean: 480, deviation: 30), .uniform(low: -2, high: 5), .logUniform(low: 1e-3, high: 10),
    .logNormal(median: 3, decades: 0.4), .truncatedNormal(mean: 480, deviation: 15, low: 450, high: 530),
    .truncatedNormal(mean: 0, deviation: 1, low: 4, high: 6),
    .truncatedNormal(mean: 0, deviation: 1, low: -9, high: -3),
  ]

  /// There and back, in both tails, and the density of θ is that of x over dθ/dx.
  @Test(arguments: margins) func isItsOwnInverse(_ margin: PriorMargin) {
    var last = -Double.infinity
    for x in [-7.0, -5, -2.5, -1, -0.1, 0, 0.3, 1, 2.5, 5, 7] {
      let value = margin.value(at: x)
      #expect(value > last && value >= margin.low && value <= margin.high, "\(margin) \(x)")
      last = value
      // Close to a bound θ has lost the digits that x has.
      let tolerance = abs(x) > 3 ? 1e-3 : 1e-9
      #expect(abs(margin.coordinate(of: value) - x) < tolerance * max(1, abs(x)), "\(margin) \(x)")
      guard abs(x) < 3 else { continue }
      let own = NormalDistribution.density(x)
      let density = Elementary.exp(margin.logDensity(value)) * margin.slope(at: x)
      #expect(abs(density - own) < 1e-8 * own, "\(margin) \(x)")
      let step = 1e-5
      let difference = (margin.value(at: x + step) - margin.value(at: x - step)) / (2 * step)
      #expect(abs(difference - margin.slope(at: x)) < 1e-6 * abs(difference), "\(margin) \(x)")
    }
  }

  /// The quantiles are those that an ensemble draws.
  @Test func quantilesAsDrawn() {
    for u in [0.01, 0.2, 0.5, 0.77, 0.999] {
      let x = Quantile.standardNormal(u)
      let pairs = [
        (Self.margins[1].value(at: x), Quantile.uniform(u, low: -2, high: 5)),
        (Self.margins[2].value(at: x), Quantile.logUniform(u, low: 1e-3, high: 10)),
        (Self.margins[3].value(at: x), Quantile.logNormal(u, median: 3, decades: 0.4)),
        (
          Self.margins[4].value(at: x),
          Quantile.truncatedNormal(u, mean: 480, deviation: 15, low: 450, high: 530)
        ),
      ]
      for (found, expected) in pairs { #expect(abs(found - expected) < 1e-11 * abs(expected)) }
    }
  }

  /// Correlated normal margins: the prior in any coordinates is the density of the multivariate normal distribution.
  @Test func correlatedNormals() throws {
    let margins: [PriorMargin] = [.normal(mean: 1, deviation: 2), .normal(mean: -3, deviation: 0.5)]
    let correlation = Matrix(rows: 2, columns: 2, values: [1, 0.6, 0.6, 1])
    let coordinates = try PriorCoordinates(margins, correlation: correlation)
    let theta = coordinates.physical([0.3, -1.1])
    #expect(abs(theta[0] - 1.6) < 1e-14)
    #expect(abs(theta[1] - (-3 + 0.5 * (0.6 * 0.3 - 0.8 * 1.1))) < 1e-14)
    #expect(largestDifference(coordinates.coordinates(of: theta), [0.3, -1.1]) < 1e-13)
    // |dθ/dx| is 2 · 0.5 · 0.8.
    let density = coordinates.logPhysicalPrior(theta)
    #expect(abs(coordinates.logPrior(at: [0.3, -1.1]) - density - Elementary.log(0.8)) < 1e-13)
    let clipped = try PriorCoordinates(margins, .clip, correlation: correlation)
    #expect(abs(clipped.logPrior(at: theta) - density) < 1e-13)
  }

  @Test func refusesWhatCantBe() {
    let contradiction = Matrix(rows: 3, columns: 3, values: [1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1])
    let three = [PriorMargin](repeating: .normal(mean: 0, deviation: 1), count: 3)
    #expect {
      _ = try PriorCoordinates(three, correlation: contradiction)
    } throws: { error in
      guard case .priorNotPositiveDefinite(let value)? = error as? PosteriorError else { return false }
      return abs(value - -0.8) < 1e-12
    }
    #expect(throws: PosteriorError.unbounded(variable: 0, end: "lower")) {
      _ = try PriorCoordinates(three, .sigmoid(margin: 1e-6))
    }
  }
}
