import Datasets
import Gravity
import NumericCore
import Testing

@testable import Inversion

/// The published table of a damping cross-validation, recomputed by the reference with the exact
/// 2πG: trained on every second node, scored at the others.
@Suite(.enabled(if: Reference.isPresent, "reference numbers are not beside the package"))
struct DampingTableTests {
  struct Row: Sendable {
    let damping, score: Double
    let iterations: Int
  }

  static let table = [
    Row(damping: 0.001, score: 1.165218, iterations: 3),
    Row(damping: 0.0026826957952797246, score: 1.170967, iterations: 4),
    Row(damping: 0.0071968567300115215, score: 0.435800, iterations: 6),
    Row(damping: 0.019306977288832496, score: 0.252005, iterations: 23),
    Row(damping: 0.0517947467923121, score: 0.251958, iterations: 105),
    Row(damping: 0.13894954943731375, score: 0.239711, iterations: 42),
    Row(damping: 0.3727593720314938, score: 0.496140, iterations: 79),
    Row(damping: 1, score: 7.036035, iterations: 2),
  ]

  /// Scores of the table for gravity at the half-spacing nodes.
  static func scores(anomaly: [Double], workers: Workers) throws -> [(score: Double, iterations: Int)] {
    let columns = halfSpacing.columns
    let isTraining = (0..<halfSpacing.count).map { $0 % columns % 2 == 0 && $0 / columns % 2 == 0 }
    let training = flatProblem(
      anomaly: anomaly.indices.filter { isTraining[$0] }.map { anomaly[$0] })
    let test = anomaly.indices.filter { !isTraining[$0] }
    let nodes = ObservationPoints(grid: halfSpacing, upward: 1000)
    let points = ObservationPoints(
      easting: test.map { nodes.easting[$0] }, northing: test.map { nodes.northing[$0] },
      upward: test.map { nodes.upward[$0] })
    return try table.map { row in
      let settings = InversionSettings(
        derivative: .annulus, damping: row.damping, maximumIterations: 200,
        l2NormTolerance: 0.2 * 0.2, deltaL2NormTolerance: 1.01, returnedIteration: .last)
      let result = try invert(training, settings: settings, workers: workers)
      let layer = PrismLayer(
        topography: result.topography, geometry: model, reference: training.reference,
        densityContrast: training.densityContrast)
      let score = testScore(
        layer: layer, at: points, anomaly: test.map { anomaly[$0] },
        regional: test.map { _ in 0 }, workers: workers)
      return (score, result.history.count - 1)
    }
  }

  @Test
  func publishedTable() throws {
    let anomaly = try Reference.dataset("a_gravity_half_spacing.nc").doubles("gravity_anomaly")
    for (row, found) in zip(Self.table, try Self.scores(anomaly: anomaly, workers: .upTo(2))) {
      #expect(abs(found.score - row.score) <= 1e-4 * row.score, "damping \(row.damping)")
      #expect(found.iterations == row.iterations, "damping \(row.damping)")
    }
  }
}
