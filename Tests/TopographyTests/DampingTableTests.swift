import Datasets
import Gravity
import NumericCore
import Optimisation
import TestSupport
import Testing

@testable import Topography

/// The published table of a damping cross-validation, recomputed by the reference with the exact
/// 2πG: trained on every second node, scored at the others.
@Suite(.needsReference)
struct DampingTableTests {
  struct Row: Sendable {
    let damping, score: Double
    let iterations: Int
  }

  static let table = [
    Row(damping: 0.1, score: 0.243365, iterations: 37),
    Row(damping: 0.001, score: 1.165218, iterations: 3),
    Row(damping: 0.0026826957952797246, score: 1.170967, iterations: 4),
    Row(damping: 0.0071968567300115215, score: 0.435800, iterations: 6),
    Row(damping: 0.019306977288832496, score: 0.252005, iterations: 22),
    Row(damping: 0.0517947467923121, score: 0.251958, iterations: 105),
    Row(damping: 0.13894954943731375, score: 0.239711, iterations: 42),
    Row(damping: 0.3727593720314938, score: 0.496140, iterations: 79),
    Row(damping: 1, score: 7.036035, iterations: 2),
  ]

  /// As version 1.1.0 printed it, with 0.0000419 for 10⁵ · 2πG.
  static let published = [
    Row(damping: 0.1, score: 0.243357, iterations: 37),
    Row(damping: 0.001, score: 1.170169, iterations: 3),
    Row(damping: 0.0026826957952797246, score: 1.176758, iterations: 4),
    Row(damping: 0.0071968567300115215, score: 0.438346, iterations: 6),
    Row(damping: 0.019306977288832496, score: 0.252007, iterations: 23),
    Row(damping: 0.0517947467923121, score: 0.251958, iterations: 105),
    Row(damping: 0.13894954943731375, score: 0.239709, iterations: 42),
    Row(damping: 0.3727593720314938, score: 0.496708, iterations: 79),
    Row(damping: 1, score: 7.036115, iterations: 2),
  ]

  /// Scores for gravity at the half-spacing nodes. A Jacobian `factor` times as large is the same
  /// as steps divided by it, found with a damping divided by it.
  static func check(
    _ table: [Row], anomaly: [Double], factor: Double = 1, path: InversionPath = .automatic
  ) throws {
    let columns = halfSpacing.columns
    let isTraining = (0..<halfSpacing.count).map { $0 % columns % 2 == 0 && $0 / columns % 2 == 0 }
    var training = flatProblem(
      anomaly: anomaly.indices.filter { isTraining[$0] }.map { anomaly[$0] })
    if factor != 1 { training.weights = Array(repeating: 1 / factor, count: model.count) }
    let test = anomaly.indices.filter { !isTraining[$0] }
    let nodes = ObservationPoints(grid: halfSpacing, upward: 1000)
    let points = ObservationPoints(
      easting: test.map { nodes.easting[$0] }, northing: test.map { nodes.northing[$0] },
      upward: test.map { nodes.upward[$0] })
    for row in table {
      let settings = InversionSettings(
        derivative: .annulus, damping: row.damping / factor,
        stopping: StoppingRule(
          maximumIterations: 200, l2NormTolerance: 0.2 * 0.2, deltaL2NormTolerance: 1.01),
        returnedIteration: .last, path: path)
      let result = try invert(training, settings: settings, workers: .upTo(2))
      let layer = PrismLayer(
        topography: result.topography, geometry: model, reference: training.reference,
        densityContrast: training.densityContrast)
      let score = testScore(
        layer: layer, at: points, anomaly: test.map { anomaly[$0] },
        regional: test.map { _ in 0 }, workers: .upTo(2))
      // The reference's steps stop at 10⁻⁶ of LSQR's residual, which shows in the sixth digit.
      #expect(abs(score - row.score) <= 2e-5 * row.score, "damping \(row.damping)")
      #expect(result.history.count - 1 == row.iterations, "damping \(row.damping)")
    }
  }

  /// Noise of our own generator: the reference's file holds the same to 10⁻⁹ mGal.
  @Test
  func tableFromTheManifestAlone() throws {
    let topography = SyntheticTopography.simple(geometry: model)
    let mean = Statistics.mean(topography.values)
    let layer = PrismLayer(
      topography: topography.values, geometry: model,
      reference: Array(repeating: mean, count: model.count),
      densityContrast: Array(repeating: 2669, count: model.count))
    let points = ObservationPoints(grid: halfSpacing, upward: 1000)
    let clean = PrismGravity.gz(of: layer, at: points, workers: .upTo(2))
    let anomaly = contaminate(clean, .absolute(0.2), seed: 0)
    let file = try Reference.dataset("a_gravity_half_spacing.nc").doubles("gravity_anomaly")
    #expect(largestDifference(anomaly, file) <= 1e-9)
    let dense = Effort.isLong ? Self.table : [Self.table[0], Self.table[3], Self.table[8]]
    try Self.check(dense, anomaly: anomaly, path: .dense)
    try Self.check(Self.table, anomaly: anomaly, path: .fast)
  }

  /// What the page prints of the data: mean, deviation of a sample, extremes and quartiles.
  @Test
  func publishedData() throws {
    let anomaly = try Reference.dataset("a_gravity_half_spacing.nc").doubles("gravity_anomaly")
    let mean = Statistics.mean(anomaly)
    let deviation = (anomaly.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(anomaly.count - 1))
      .squareRoot()
    let quartiles = [0, 25, 50, 75, 100].map { Statistics.percentile(anomaly, $0) }
    #expect(anomaly.count == 4941)
    let published = [-0.223283, 7.135352, -17.476926, -5.647968, -1.169577, 3.598600, 19.872526]
    #expect(largestDifference([mean, deviation] + quartiles, published) <= 6e-7)
  }

  @Test
  func publishedTable() throws {
    let anomaly = try Reference.dataset("a_gravity_half_spacing.nc").doubles("gravity_anomaly")
    let exact = 1e5 * 2 * Double.pi * PrismGravity.gravitationalConstant
    try Self.check(Self.published, anomaly: anomaly, factor: 0.0000419 / exact)
  }
}
