import NumericCore
import Testing

@testable import Gravity

@Suite struct ForwardModelTests {
  private let geometry = GridGeometry(
    region: Region(west: 0, east: 29_000, south: 0, north: 24_000), spacing: 1000)

  private var layer: PrismLayer {
    var random = LegacyRandom(seed: 8)
    var layer = PrismLayer(
      topography: random.uniform(-400, 300, geometry.count), geometry: geometry,
      reference: random.uniform(-100, 50, geometry.count),
      densityContrast: random.uniform(200, 900, geometry.count))
    layer.density[7] = .nan
    (layer.top[11], layer.bottom[11]) = (.nan, .nan)
    return layer
  }

  private func difference(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { abs($0 - $1) }.reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
  }

  @Test(arguments: [0.0, 150]) func gridsGoByTheFastOperators(_ relief: Double) {
    var points = ObservationPoints(grid: geometry, upward: 600)
    points.upward = points.easting.map { 600 + relief * Elementary.sin($0 / 9000) }
    let found = ForwardModel.gz(of: layer, at: points, workers: .upTo(2))
    #expect(found.method.hasPrefix("fast operators: the points are a lattice"))
    let direct = PrismGravity.gz(of: layer, at: points, workers: .upTo(2))
    #expect(difference(found.gravity, direct) <= 2 * ForwardModel.tolerance)
  }

  @Test func othersGoByDirectSumsAndSayWhy() {
    var points = ObservationPoints(grid: geometry, upward: 600)
    points.easting = points.easting.enumerated().map { $1 + Double($0 % 97) }
    let found = ForwardModel.gz(of: layer, at: points, workers: .upTo(2))
    #expect(found.method.hasPrefix("direct sums: the observations do not repeat with the cells"))
    #expect(found.gravity == PrismGravity.gz(of: layer, at: points, workers: .serial))
    let few = ObservationPoints(easting: [0], northing: [0], upward: [600])
    #expect(
      ForwardModel.gz(of: layer, at: few, workers: .serial).method
        == "direct sums: there are only 750 pairs of points and cells")
  }
}
