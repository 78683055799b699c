import Datasets
import Geostatistics
import Gravity
import NumericCore
import TestSupport
import Testing

@testable import Topography

/// §4 on 15 × 20 cells: a kriged start, its errors' gravity at twelve points, and the regional field with and without
/// that.
@Suite(.needsReference)
struct KrigedRegionalReferenceTests {
  private struct Sample {
    let file: Dataset
    let geometry: GridGeometry
    let start: Kriging
    let layer: PrismLayer
    let misfit: MisfitAtConstraints

    init() throws {
      file = try Reference.dataset("regional_leak.nc", of: "uncertainty")
      let file = self.file
      func values(_ name: String) throws -> [Double] { try file.doubles(name) }
      let (eastings, northings) = (try values("easting"), try values("northing"))
      geometry = GridGeometry(
        region: Region(west: eastings[0], east: eastings[19], south: northings[0], north: northings[14]),
        columns: 20, rows: 15)
      let points = Points(easting: try values("point_easting"), northing: try values("point_northing"))
      start = try Kriging(
        KrigingData(
          points: points, values: try values("point_height"), deviations: try values("point_sigma")),
        drift: .constant,
        model: KrigingModel(Covariance(.matern32, deviation: 80, length: 9000), jitter: 0.001))
      layer = PrismLayer(
        topography: start.mean(at: geometry.nodes), geometry: geometry,
        reference: Array(repeating: 492, count: 300), densityContrast: Array(repeating: 2669, count: 300))
      let forward = PrismGravity.gz(
        of: layer, at: ObservationPoints(grid: geometry, upward: 1000), workers: .serial)
      let gravity = try values("gravity")
      misfit = try MisfitAtConstraints(
        misfit: Grid(geometry: geometry, values: zip(gravity, forward).map { $0 - $1 }),
        upward: Grid(geometry: geometry, repeating: 1000), uncertainty: Array(repeating: 0.2, count: 300),
        at: points)
    }

    func values(_ name: String) throws -> [Double] { try file.doubles(name) }
  }

  private static let model = KrigingModel(Covariance(.matern52, deviation: 1.5, length: 20_000))

  @Test func leakAndRegional() throws {
    let sample = try Sample()
    let nodes = sample.geometry.nodes
    let start = sample.start.predict(at: nodes)
    #expect(largestRatio(start.mean, try sample.values("start")) < 1e-8)
    #expect(largestRatio(start.deviation, try sample.values("start_sd")) < 1e-8)
    #expect(largestRatio(sample.misfit.values, try sample.values("point_misfit")) < 1e-8)
    let noise = try sample.values("point_noise")
    #expect(
      largestRatio(sample.misfit.noise, noise) < 1e-8
        || largestRatio(sample.misfit.noise.map { $0 * $0 }, noise) < 1e-8)
    let leak = SurfaceLeak(of: sample.layer, at: sample.misfit.observations)
    let rows = leak.weights(0..<12, nodes: 0..<300, workers: .serial)
    #expect(largestRatio(rows.values, try sample.values("jacobian_rows")) < 1e-9)
    let covariance = leak.covariance(of: sample.start)
    #expect(largestRatio(covariance.values, try sample.values("leak_covariance")) < 1e-8)

    for (kind, suffix) in [
      (KrigedRegional.Leak.covariance(covariance), ""),
      (.points(Array(repeating: 0, count: 12)), "_without_leak"),
    ] {
      let regional = try KrigedRegional(
        sample.misfit, leak: kind, model: Self.model, region: sample.geometry.region)
      let (mean, deviation) = regional.field(on: sample.geometry)
      #expect(largestRatio(mean.values, try sample.values("regional" + suffix)) < 1e-8)
      #expect(largestRatio(deviation.values, try sample.values("regional_sd" + suffix)) < 1e-8)
      guard suffix.isEmpty else { continue }
      #expect(abs(regional.kriging.coefficients[0] - 1.849915297725331) < 1e-8)
      let likelihood = try regional.kriging.likelihood(.restricted).value
      #expect(abs(likelihood + 11.717863799756175) < 1e-8)
    }
  }

  /// Law: 100 mGal more on the data, or zref elsewhere with its gravity, changes no residual.
  @Test func aConstantIsRegional() throws {
    let sample = try Sample()
    let leak = SurfaceLeak(of: sample.layer, at: sample.misfit.observations).covariance(of: sample.start)
    let gravity = try sample.values("gravity")
    func residual(_ shift: Double) throws -> [Double] {
      let shifted = try MisfitAtConstraints(
        misfit: Grid(geometry: sample.geometry, values: gravity.map { $0 + shift }),
        upward: Grid(geometry: sample.geometry, repeating: 1000),
        uncertainty: Array(repeating: 0.2, count: 300), at: sample.misfit.points)
      let regional = try KrigedRegional(
        shifted, leak: .covariance(leak), model: Self.model, region: sample.geometry.region)
      return zip(gravity, regional.field(on: sample.geometry).mean.values).map { $0 + shift - $1 }
    }
    let (before, after) = (try residual(0), try residual(100))
    #expect(zip(before, after).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  /// The sum over blocks, more than one of 64, is that of the dense product A V Aᵀ.
  @Test func sumsGoByBlocks() throws {
    let sample = try Sample()
    let nodes = sample.geometry.nodes
    let some = nodes.subset(Array(stride(from: 0, to: 300, by: 3)))
    let leak = SurfaceLeak(
      of: sample.layer,
      at: ObservationPoints(
        easting: some.easting, northing: some.northing, upward: Array(repeating: 1000, count: 100)))
    let rows = leak.weights(0..<100, nodes: 0..<300, workers: .serial)
    let dense = rows.timesTransposed(sample.start.covariance(at: nodes)).timesTransposed(rows)
    let own = leak.covariance(of: sample.start)
    #expect(largestRatio(own.values, dense.values) < 1e-11)
    #expect(leak.covariance(of: sample.start, workers: .upTo(2)) == own)
  }
}

/// Greatest difference over the greatest reference.
private func largestRatio(_ values: [Double], _ reference: [Double]) -> Double {
  guard values.count == reference.count else { return .infinity }
  let scale = reference.reduce(0) { max($0, abs($1)) }
  return zip(values, reference).reduce(0) { ($1.0 - $1.1).isNaN ? .infinity : max($0, abs($1.0 - $1.1)) }
    / scale
}
