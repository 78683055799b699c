import NumericCore
import Testing

@testable import Geostatistics

/// Deviations by probes against the covariance written out.
@Suite struct ProbedDeviationsTests {
  private static let geometry = GridGeometry(
    region: Region(west: 0, east: 23, south: 0, north: 19), spacing: 1)

  /// Each second node's neighbourhood as a datum, with noise.
  private static func problem() throws -> (SmoothPrior, GroupedCovariance, DenseData) {
    let prior = SmoothPrior(slope: 1 / 20, level: 1 / 100, on: geometry)
    let data = (0..<geometry.count).filter { $0 % 2 == 0 }
    var matrix = Matrix(rows: data.count, columns: geometry.count)
    for (row, centre) in data.enumerated() {
      for cell in 0..<geometry.count {
        let (north, east) = (
          Double(cell / geometry.columns - centre / geometry.columns),
          Double(cell % geometry.columns - centre % geometry.columns)
        )
        matrix[row, cell] = Elementary.exp(-(north * north + east * east) / 2)
      }
    }
    let errors = try DataCovariance(
      deviations: data.map { 10 + Double($0 % 5) }, field: nil,
      places: .points(Points(easting: [], northing: [])))
    return (prior, GroupedCovariance([errors]), DenseData(matrix))
  }

  /// As far from the true deviations as it says.
  @Test func errorIsTheStatedOne() throws {
    let (prior, covariance, map) = try Self.problem()
    let exact = try LaplaceApproximation(prior: prior, covariance: covariance, map: map).deviations()
    var before = Double.infinity
    for solutions in [18, 128, 512] {
      let found = ProbedDeviations(
        prior: prior, covariance: covariance, map: map, precondition: { $0 },
        .init(on: Self.geometry, solutions: solutions, CounterRandom(seed: 3, stream: "probes")))
      let error = Statistics.rms(zip(found.deviations, exact).map { $0 / $1 - 1 })
      #expect(
        error < 1.6 * found.relativeError + 1e-3, "\(solutions): \(error), stated \(found.relativeError)")
      #expect(error < before)
      before = error
    }
    #expect(before < 0.05)
  }

  @Test func sameBytesForAnyNumberOfThreads() throws {
    let (prior, covariance, map) = try Self.problem()
    let all = [Workers.serial, .upTo(2)].map { workers in
      ProbedDeviations(
        prior: prior, covariance: covariance, map: map, precondition: { $0 },
        .init(on: Self.geometry, solutions: 18, CounterRandom(seed: 3, stream: "probes")), workers: workers
      ).deviations
    }
    #expect(all[0] == all[1])
  }
}
