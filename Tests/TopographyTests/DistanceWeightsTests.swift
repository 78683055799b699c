import NumericCore
import Testing

@testable import Topography

@Suite struct DistanceWeightsTests {
  private let grid = Grid(
    geometry: GridGeometry(region: Region(west: 0, east: 3000, south: 0, north: 1000), spacing: 1000),
    values: [0, 0, 0, 0, 0, 0, 0, .nan])

  @Test func scaledDistances() throws {
    let points = Points(easting: [0], northing: [0])
    let found = try DistanceWeights().weights(like: grid, from: points).values
    #expect(found[..<4].elementsEqual([0, 1.0 / 3, 2.0 / 3, 1]))
    #expect(abs(found[4] - 1.0 / 3) <= 1e-15)
    #expect(abs(found[5] - 2.0.squareRoot() / 3) <= 1e-15)
    #expect(found[7].isNaN)
  }

  @Test func minimumRegionAndRange() throws {
    let points = Points(easting: [0, 3000], northing: [0, 1000])
    let weights = DistanceWeights(
      low: 0.2, high: 0.6, minimumDistance: 1200,
      region: Region(west: 0, east: 3000, south: 0, north: 500))
    let found = try weights.weights(like: grid, from: points).values
    #expect(found[0] == 0.2 && found[1] == 0.2 && found[5] == 0.2)
    // √2 km is the greatest distance that is left, at column 2 of the first row.
    #expect(abs(found[2] - 0.6) <= 1e-15)
  }

  @Test func mistakesAreNamed() {
    #expect(throws: DistanceWeightsError.noPoints) {
      try DistanceWeights().weights(like: grid, from: Points(easting: [], northing: []))
    }
    #expect(throws: DistanceWeightsError.allDistancesEqual) {
      try DistanceWeights(minimumDistance: 1e9).weights(
        like: grid, from: Points(easting: [0], northing: [0]))
    }
  }
}
