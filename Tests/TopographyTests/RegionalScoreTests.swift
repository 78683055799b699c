import NumericCore
import Testing

@testable import Topography

@Suite struct RegionalScoreTests {
  private static let geometry = GridGeometry(
    region: Region(west: 0, east: 4000, south: 0, north: 3000), spacing: 1000)

  private static func score(
    _ points: Points, truth: [Double]? = nil, average: ScoreAverage = .mean
  ) -> RegionalScore {
    let nodes = geometry.nodes
    let residual = (0..<nodes.count).map { nodes.easting[$0] / 1000 - 2 }
    let regional = (0..<nodes.count).map { nodes.northing[$0] / 1000 }
    return RegionalScore(
      residual: Grid(geometry: geometry, values: residual), regional: regional, constraints: points,
      truth: truth, average: average)
  }

  /// The residual is easting − 2 km: at the nodes 0 and 4 km it is 2, and its squares' mean is (4 + 1 + 0 + 1 + 4)/5.
  @Test func meanOfPlane() {
    let score = Self.score(Points(easting: [0, 4000, 3000], northing: [0, 3000, 1000]))
    #expect(abs(score.residualAtConstraints - 3.0.squareRoot()) < 1e-6)
    #expect(abs(score.residualAmplitude - 2.0.squareRoot()) < 1e-15)
    #expect(abs(score.ratio - 1.5.squareRoot()) < 1e-6)
    #expect(score.regionalMisfit.isNaN && score.missing == 0)
  }

  @Test func medianOfPlane() {
    let score = Self.score(
      Points(easting: [0, 3000, 3000], northing: [0, 1000, 2000]), average: .median)
    #expect(abs(score.residualAtConstraints - 1) < 1e-6)
    #expect(score.residualAmplitude == 1)
  }

  @Test func truthAndMissing() {
    let nodes = Self.geometry.nodes
    let truth = (0..<nodes.count).map { nodes.northing[$0] / 1000 + 3 }
    let score = Self.score(
      Points(easting: [2000, 9000, -20], northing: [0, 0, 1000]), truth: truth)
    #expect(abs(score.regionalMisfit - 3) < 1e-14)
    #expect(score.missing == 2 && abs(score.residualAtConstraints) < 1e-6)
    #expect(Self.score(Points(easting: [9000], northing: [0])).residualAtConstraints.isNaN)
  }
}
