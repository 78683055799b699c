import Datasets
import Foundation
import Geostatistics
import Gravity
import NumericCore
import TestSupport
import Testing

@testable import Topography

/// §5 on 15 × 20 cells: gravity with a regional field and a constant, twelve known heights, two priors.
@Suite(.needsReference)
struct SurfacePosteriorReferenceTests {
  private struct Sample {
    let file: Dataset
    let geometry: GridGeometry
    let gravity, heights: [Double]
    let data: SurfaceData

    init() throws {
      file = try Reference.dataset("topography_laplace.nc", of: "uncertainty")
      let (eastings, northings) = (try file.doubles("easting"), try file.doubles("northing"))
      geometry = GridGeometry(
        region: Region(west: eastings[0], east: eastings[19], south: northings[0], north: northings[14]),
        columns: 20, rows: 15)
      (gravity, heights) = (try file.doubles("gravity"), try file.doubles("point_height"))
      data = SurfaceData(
        .init(
          geometry: geometry, reference: Array(repeating: 492, count: 300),
          densityContrast: Array(repeating: 2669, count: 300), isPresent: Array(repeating: true, count: 300),
          points: ObservationPoints(grid: geometry, upward: 1000)),
        places: Points(
          easting: try file.doubles("point_easting"), northing: try file.doubles("point_northing")))
    }

    func posterior<Prior: FieldPrior>(_ prior: Prior) throws -> SurfacePosterior<Prior> {
      try SurfacePosterior(
        prior: prior, data: data,
        errors: .init(
          noise: Array(repeating: 0.2, count: 300),
          regional: Covariance(.matern52, deviation: 1.5, length: 20_000), constant: 30,
          heights: try file.doubles("point_sigma")),
        at: .init(Array(repeating: 500, count: 300), grid: (geometry, Array(0..<300))), settings: .init())
    }
  }

  private func check(
    _ name: String, _ prior: some FieldPrior, objective: Double, evidence: Double
  ) throws {
    let sample = try Sample()
    let posterior = try sample.posterior(prior)
    let mean = [Double](repeating: 500, count: 300)
    let result = try posterior.inversion.minimise(data: sample.gravity + sample.heights, mean: mean)
    #expect(result.converged && result.history.count <= 12)
    func difference(_ values: [Double], _ variable: String, _ part: Range<Int>? = nil) throws -> Double {
      let all = try sample.file.doubles(variable)
      return zip(values, part.map { Array(all[$0]) } ?? all).map { abs($0 - $1) }.max() ?? .infinity
    }
    #expect(try difference(result.field, "map_" + name) < 1e-4)
    #expect(abs(result.objective - objective) < 1e-4)
    let laplace = try posterior.laplace(at: result)
    #expect(try difference(laplace.deviations(), "sd_" + name) < 1e-5 * 7)
    #expect(abs(laplace.logEvidence(objective: result.objective) - evidence) < 1e-4)
    var unit = [Double](repeating: 0, count: 300)
    unit[150] = 1
    let row = laplace.covariance(ofCell: 150, prior: prior.times(unit, workers: .serial))
    #expect(try difference(row, "posterior_cov_row0_" + name) < 1e-5 * 49)
    if name == "matern" {
      #expect(try difference(posterior.regional(of: result), "regional_mean_matern") < 1e-5)
    }
    let (references, gravity, points) = (
      try sample.file.doubles("rml_reference_" + name), try sample.file.doubles("rml_gravity_" + name),
      try sample.file.doubles("rml_constraint_" + name)
    )
    for draw in 0..<3 {
      let cells = draw * 300..<draw * 300 + 300
      let member = try posterior.inversion.minimise(
        data: Array(gravity[cells]) + Array(points[draw * 12..<draw * 12 + 12]),
        mean: Array(references[cells]))
      #expect(try difference(member.field, "rml_member_" + name, cells) < 1e-3)
    }
  }

  @Test func forward() throws {
    let sample = try Sample()
    let forward = try #require(sample.data.data(of: try sample.file.doubles("truth"), workers: .serial))
    let reference = try sample.file.doubles("forward_of_truth")
    #expect(zip(forward, reference).allSatisfy { abs($0 - $1) < 1e-9 * 20 })
  }

  @Test func matern() throws {
    let sample = try Sample()
    let covariance = Covariance([
      .init(.matern32, deviation: 35, length: 4000), .init(.matern52, deviation: 60, length: 14_000),
    ])
    try check(
      "matern", StationaryPrior(covariance, on: sample.geometry), objective: 137.22580163574332,
      evidence: -491.0201318245413)
  }

  @Test func smooth() throws {
    let sample = try Sample()
    try check(
      "smooth", SmoothPrior(slope: 1 / 25, level: 1 / 150, on: sample.geometry),
      objective: 289.36033155588706,
      evidence: -603.398645421199)
  }
}

@Suite struct SurfacePosteriorTests {
  private let geometry = GridGeometry(
    region: Region(west: 0, east: 40_000, south: 0, north: 30_000), columns: 41, rows: 31)

  private func posterior(
    missing: Bool = false, constant: Double = 30, workers: Workers
  ) throws -> (SurfacePosterior<StationaryPrior>, [Double]) {
    let present = (0..<geometry.count).map { !missing || $0 % 41 < 38 }
    let prior = StationaryPrior(
      Covariance(.matern32, deviation: 60, length: 6000), on: geometry, free: present, workers: workers)
    let places = Points(easting: [3000, 20_500, 31_000, 12_300], northing: [4000, 15_200, 27_000, 22_000])
    let data = SurfaceData(
      .init(
        geometry: geometry, reference: Array(repeating: 492, count: geometry.count),
        densityContrast: Array(repeating: 2669, count: geometry.count), isPresent: present,
        points: ObservationPoints(grid: geometry, upward: 1000)), places: places, workers: workers)
    let posterior = try SurfacePosterior(
      prior: prior, data: data,
      errors: .init(
        noise: Array(repeating: 0.2, count: geometry.count),
        regional: Covariance(.matern52, deviation: 2, length: 20_000), constant: constant,
        heights: Array(repeating: 5, count: data.kept.count)),
      at: .init(
        Array(repeating: 500, count: geometry.count), grid: (geometry, Array(0..<geometry.count))),
      workers: workers)
    let truth = zip(
      try prior.draw(CounterRandom(seed: 3, stream: "truth"), member: 0, workers: workers),
      [Double](repeating: 500, count: geometry.count)
    ).map { $0 + $1 }
    let gravity = try #require(data.data(of: truth, workers: workers))
    let noise = CounterRandom(seed: 4, stream: "noise").normal(gravity.count, row: 0)
    let values = gravity.indices.map { $0 < geometry.count ? gravity[$0] + 0.2 * noise[$0] + 3 : gravity[$0] }
    return (posterior, values)
  }

  /// By the factor of the system about the mean, or in cosines as for more cells; the same bits for any threads; what the
  /// fit leaves is the noise.
  @Test(arguments: [true, false]) func manyCells(factored: Bool) throws {
    let (posterior, data) = try posterior(missing: true, workers: .serial)
    let mean = [Double](repeating: 500, count: geometry.count)
    if !factored {
      posterior.data.prepare(
        prior: posterior.inversion.prior, covariance: posterior.inversion.covariance,
        field: Covariance(.matern52, deviation: 2, length: 20_000),
        at: .init(mean, grid: (geometry, Array(0..<geometry.count))), mostFactored: 0)
    }
    let result = try posterior.inversion.minimise(data: data, mean: mean)
    #expect(result.converged)
    let iterations = result.history.map(\.solverIterations)
    #expect(iterations.reduce(0, +) < (factored ? 200 : 3000), "\(iterations)")
    let misfit = posterior.misfit(of: result)
    #expect(misfit > 0.6 && misfit < 1.05, "\(misfit)")
    guard factored else { return }
    let (other, _) = try self.posterior(missing: true, workers: .upTo(2))
    let again = try other.inversion.minimise(data: data, mean: mean, workers: .upTo(2))
    #expect(again.field == result.field && again.weights == result.weights)
  }

  /// A constant on the data is the regional field's alone.
  @Test func aConstantMovesNoCell() throws {
    let (posterior, data) = try posterior(constant: 3000, workers: .upTo(2))
    let mean = [Double](repeating: 500, count: geometry.count)
    let before = try posterior.inversion.minimise(data: data, mean: mean, workers: .upTo(2))
    let shifted = data.indices.map { $0 < geometry.count ? data[$0] + 10 : data[$0] }
    let after = try posterior.inversion.minimise(data: shifted, mean: mean, workers: .upTo(2))
    #expect(zip(before.field, after.field).allSatisfy { abs($0 - $1) < 0.01 })
  }
}
