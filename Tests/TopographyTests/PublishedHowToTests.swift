import Gravity
import NumericCore
import Optimisation
import TestSupport
import Testing

@testable import Topography

/// Invert4Geom's how-to pages on 500 m nodes, from the surfaces to the printed misfits.
@Suite struct PublishedHowToTests {
  private static let fine = GridGeometry(region: region, spacing: 500)
  private static let points = ObservationPoints(grid: fine, upward: 1001)
  private static let surface = SyntheticTopography.simple(geometry: fine)

  private static func flat(_ value: Double) -> [Double] { Array(repeating: value, count: fine.count) }

  private static func gravity(_ surface: [Double], _ level: Double, _ contrast: Double) -> [Double] {
    let layer = PrismLayer(
      topography: surface, geometry: fine, reference: flat(level), densityContrast: flat(contrast))
    return PrismGravity.gz(of: layer, at: points, workers: .upTo(2))
  }

  private static func isInner() -> [Bool] {
    let shrunk = region.shrunk(by: 3000)
    return (0..<fine.count).map {
      shrunk.contains(easting: points.easting[$0], northing: points.northing[$0])
    }
  }

  private static func settings(
    damping: Double, iterations: Int, delta: Double = 1.005
  ) -> InversionSettings {
    InversionSettings(
      derivative: .annulus, damping: damping,
      stopping: StoppingRule(
        maximumIterations: iterations, l2NormTolerance: 0.03, deltaL2NormTolerance: delta),
      returnedIteration: .last)
  }

  /// "Adhering to point measurements": with the regional field from equivalent sources at the constraints the plain
  /// inversion converges in a few steps.
  @Test func sourcesAtTheConstraints() throws {
    let level = Statistics.mean(Self.surface.values)
    let lower = SyntheticTopography.regional(geometry: Self.fine, offset: -1000).values
    let anomaly = zip(
      Self.gravity(Self.surface.values, level, 2669), Self.gravity(lower, -1000, 430)
    ).map { $0 + $1 }
    let places = syntheticConstraints(
      count: 25, seed: 0, generator: .legacy, region: region.shrunk(by: 500))
    let constraints = ConstraintPoints(
      points: places, upward: BicubicSampler.sample(grid: Self.surface, at: places))
    let start = try makeStartingTopography(
      geometry: Self.fine, settings: StartingTopographySettings(method: .spline(dampings: [])),
      constraints: constraints
    ).topography.values
    let forward = Self.gravity(start, level, 2669)
    let regional = try separateRegional(
      misfit: Grid(geometry: Self.fine, values: zip(anomaly, forward).map { $0 - $1 }),
      upward: Grid(geometry: Self.fine, repeating: 1001),
      settings: RegionalSettings(method: .constraintEquivalentSources(.init())), constraints: constraints,
      workers: .upTo(2))
    #expect(regional.notes == ["depth of the equivalent sources: 16139.93 m"])
    var problem = InversionProblem(
      model: Self.fine, startingTopography: start, reference: Self.flat(level),
      densityContrast: Self.flat(2669), points: Self.points, anomaly: anomaly)
    problem.regional = regional.regional.values
    problem.isInner = Self.isInner()
    let result = try invert(
      problem, settings: Self.settings(damping: 0.05, iterations: 4), workers: .upTo(2))
    let published = [5.277361, 1.197874, 0.359743, 0.140696, 0.067563]
    // The peer's least squares stop early, and its sources amplify the rounding of samples to single precision.
    #expect(largestDifference(result.history.map(\.rmse), published) <= 2e-5, "\(result.history.map(\.rmse))")
  }

  /// "Constraining the inversion": basement below a surface that it does not cross, frozen where it crops out.
  @Test func constrainingByAMaskAndALayer() throws {
    let deep = SyntheticTopography.regional(geometry: Self.fine, scale: 3, offset: 600).values
    let basement = zip(deep, Self.surface.values).map { min($0, $1) }
    let level = Statistics.mean(basement)
    let outcrops = (0..<Self.fine.count).filter { basement[$0] == Self.surface.values[$0] }
    #expect(outcrops.count == 2870)
    let anomaly = Self.gravity(basement, level, 1000)
    let constraints = ConstraintPoints(
      points: Self.fine.nodes.subset(outcrops), upward: outcrops.map { basement[$0] })
    let start = try makeStartingTopography(
      geometry: Self.fine,
      settings: StartingTopographySettings(
        method: .spline(dampings: []),
        bounds: (upper: Self.surface, lower: Grid(geometry: Self.fine, repeating: 100))),
      constraints: constraints, workers: .upTo(2)
    ).topography.values
    var problem = InversionProblem(
      model: Self.fine, startingTopography: start, reference: Self.flat(level),
      densityContrast: Self.flat(1000), points: Self.points, anomaly: anomaly)
    let distances = NearestNeighbours.distances(from: Self.fine.nodes, to: constraints.points)
    problem.free = distances.map { $0 >= 500 }
    problem.upperLayer = Self.surface.values
    problem.isInner = Self.isInner()
    let result = try invert(
      problem, settings: Self.settings(damping: 0.01, iterations: 20, delta: 1.1), workers: .upTo(2))
    let published = [
      1.217460, 0.033469, 0.006045, 0.003238, 0.002237, 0.001716, 0.001395, 0.001177, 0.001019,
    ]
    let found = result.history.map(\.rmse)
    #expect(found.count == published.count, "\(found)")
    #expect(largestDifference(found, published) <= 2e-5, "\(found)")
    #expect(zip(result.topography, Self.surface.values).allSatisfy { $0 <= $1 })
  }
}
