import NumericCore
import TestSupport
import Testing

@testable import Topography

@Suite struct SyntheticTests {
  @Test func simpleTopography() {
    let grid = SyntheticTopography.simple(geometry: model)
    #expect(abs(Statistics.mean(grid.values) - meanTopography) <= 1e-12 * meanTopography)
    let first = [637.12943453, 627.28784729, 617.55840384]
    #expect(largestDifference(grid.values[..<3], first) <= 1e-8)
    #expect(abs(grid.values[model.count - 1] - 541.93795008) <= 1e-8)
    let scaled = SyntheticTopography.simple(geometry: model, scale: 2, offset: -7)
    #expect(largestDifference(scaled.values, grid.values.map { 2 * $0 - 7 }) <= 1e-10)
  }

  @Test func regionalTopographyHasTheMeanAskedFor() {
    let grid = SyntheticTopography.regional(geometry: model, offset: -1000)
    #expect(abs(Statistics.mean(grid.values) + 1000) <= 1e-10)
    #expect(Statistics.deviation(grid.values) > 10)
  }

  @Test func noiseHasNoMeanAndItsDeviation() {
    let values = (0..<5000).map { 10 + Double($0 % 7) }
    let noise = zip(contaminate(values, .absolute(0.2), seed: 0), values).map { $0 - $1 }
    #expect(abs(Statistics.mean(noise)) <= 1e-12)
    #expect(abs(Statistics.deviation(noise) - 0.2) <= 0.01)
    let relative = zip(contaminate(values, .fractionOfMaximum(0.01), seed: 0), values).map { $0 - $1 }
    #expect(abs(Statistics.deviation(relative) - 0.16) <= 0.01)
    #expect(contaminate([0, 0, 0], .fractionOfEach(0.5)) == [0, 0, 0])
    #expect(contaminate([], .absolute(1)) == [])
  }

  @Test func constraintsOfBothGenerators() {
    let legacy = syntheticConstraints(count: 10, seed: 7, generator: .legacy, region: region)
    #expect(largestDifference(legacy.easting[..<3], [3052.3316, 31196.7517, 17536.3693]) <= 1e-4)
    #expect(largestDifference(legacy.northing[..<3], [20376.8999, 24112.1711, 11428.2340]) <= 1e-4)
    let modern = syntheticConstraints(count: 10, seed: 7, generator: .pcg64, region: region)
    #expect(largestDifference(modern.easting[..<3], [25003.8187, 35888.5520, 31027.4276]) <= 1e-4)
    #expect(largestDifference(modern.northing[..<3], [9090.9728, 8352.7684, 7646.0876]) <= 1e-4)
  }

  /// numpy.pad([[1, 2], [3, 5]], 2, mode="linear_ramp", end_values=0).
  @Test func rampIsNumPys() {
    let grid = Grid(
      geometry: GridGeometry(
        region: Region(west: 0, east: 10, south: 0, north: 10), columns: 2, rows: 2),
      values: [1, 2, 3, 5])
    let padded = linearRampPadding(grid, nodes: 2, endValue: 0)
    #expect(padded.geometry.region == Region(west: -20, east: 30, south: -20, north: 30))
    #expect(
      padded.values == [
        0, 0, 0, 0, 0, 0,
        0, 0.25, 0.5, 1, 0.5, 0,
        0, 0.5, 1, 2, 1, 0,
        0, 1.5, 3, 5, 2.5, 0,
        0, 0.75, 1.5, 2.5, 1.25, 0,
        0, 0, 0, 0, 0, 0,
      ])
    #expect(linearRampPadding(grid, nodes: 1)[0, 0] == 2.5)
  }

  @Test func longWavelengthNoiseIsSmooth() {
    let grid = SyntheticTopography.simple(geometry: model)
    let noisy = contaminateWithLongWavelengthNoise(
      grid, .fractionOfMaximum(0.05), coarseSpacing: 5000, seed: 1)
    let noise = Grid(geometry: model, values: zip(noisy.values, grid.values).map { $0 - $1 })
    let jumps = (1..<model.columns).map { abs(noise[15, $0] - noise[15, $0 - 1]) }
    #expect(Statistics.deviation(noise.values) > 5)
    #expect((jumps.max() ?? .infinity) < 2 * Statistics.deviation(noise.values))
  }
}
