import Artefacts
import Datasets
import Geostatistics
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesTopography

/// A surface through points with its standard deviation.
@Suite struct KrigingTests {
  static let nodes = "spacing = 1 km\nregion = 0, 6, 0, 4 km\n"
  static let numbers = "deviation = 40 m\nlength = 3 km\njitter = 0 m\n"
  static let points: KeyValuePairs<String, [Double]> = [
    "easting": [1000, 5000, 2000, 4000, 0], "northing": [1000, 1000, 3000, 4000, 0],
    "upward": [10, -20, 30, 5, 0],
  ]

  private static func krige(_ section: String, points: Dataset? = nil) throws -> LoneStage.Outcome {
    let points = try points ?? Samples.table(Self.points)
    return try LoneStage(KrigingKind(), nodes + section, ["constraints": .constraints])
      .run(["constraints": points])
  }

  /// Exact points are met, where the deviation is 0; elsewhere it is not, and never above that of the field beside the
  /// drift's part.
  @Test func exactPointsAreMet() throws {
    let file = try Self.krige(Self.numbers).dataset("topography")
    let (surface, deviation) = (try file.grid("topography"), try file.grid("uncert"))
    for (east, north, height) in [(1, 1, 10.0), (5, 1, -20), (2, 3, 30), (4, 4, 5), (0, 0, 0)] {
      #expect(abs(surface[north, east] - height) < 1e-9 && deviation[north, east] < 1e-5)
    }
    #expect(deviation[4, 0] > 20 && deviation.values.allSatisfy { $0 < 80 })
  }

  /// What a draw or a regional field reads from the file is what made it, to the bit.
  @Test(arguments: ["", "drift = quadratic\n", "anisotropy_azimuth = 30 deg\nanisotropy_ratio = 0.5\n"])
  func theFileHoldsTheKriging(section: String) throws {
    var points: [String: [Double]] = [:]
    var random = NumPyRandom(seed: 5)
    points["easting"] = (0..<12).map { _ in random.uniform(0, 6000) }
    points["northing"] = (0..<12).map { _ in random.uniform(0, 4000) }
    points["upward"] = (0..<12).map { _ in random.normal(0, 40) }
    let table = try Samples.table([
      "easting": points["easting"] ?? [], "northing": points["northing"] ?? [],
      "upward": points["upward"] ?? [],
    ])
    let file = try Self.krige(Self.numbers + section, points: table).dataset("topography")
    let field = try #require(try KrigedField(file))
    let again = try field.kriging(workers: .serial)
    let surface = try file.grid("topography")
    let prediction = again.predict(at: surface.geometry.nodes)
    let deviation = try file.grid("uncert").values
    #expect(prediction.mean == surface.values && prediction.deviation == deviation)
  }

  /// A drift by a grid that the heights follow exactly leaves nothing to the field.
  @Test func heightsThatFollowAGrid() throws {
    let slope: (Double, Double) -> Double = { 0.01 * $0 + 0.002 * $1 * $1 / 1000 }
    let grid = try Samples.grid(Samples.nodes(7, 5), ["topography": slope])
    let points = try Samples.table([
      "easting": [1000, 5000, 2000, 4000, 0], "northing": [1000, 1000, 3000, 4000, 0],
      "upward": zip([1000, 5000, 2000, 4000, 0], [1000, 1000, 3000, 4000, 0]).map { 7 + 3 * slope($0, $1) },
    ])
    let file = try LoneStage(
      KrigingKind(), Self.nodes + Self.numbers, ["constraints": .constraints, "drift_grid": .grid]
    ).run(["constraints": points, "drift_grid": grid]).dataset("topography")
    let surface = try file.grid("topography")
    for (index, value) in try grid.grid("topography").values.enumerated() {
      #expect(abs(surface.values[index] - (7 + 3 * value)) < 1e-7)
    }
    let field = try #require(try KrigedField(file))
    let again = try field.kriging(workers: .serial).predict(at: surface.geometry.nodes)
    #expect(zip(again.mean, surface.values).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  /// Left out one by one: the same as without the point, with unchanged numbers.
  @Test func pointsByTheOthers() throws {
    let outcome = try Self.krige(Self.numbers)
    let predictions = try outcome.dataset("predictions")
    let predicted = try predictions.column("predicted")
    let rest = try Samples.table([
      "easting": [1000, 5000, 4000, 0], "northing": [1000, 1000, 4000, 0], "upward": [10, -20, 5, 0],
    ])
    let without = try Self.krige(Self.numbers, points: rest).dataset("topography").grid("topography")
    #expect(abs(predicted[2] - without[3, 2]) < 1e-8)
    #expect(try outcome.scalar("rmse") > 0 && outcome.dataset("scores").column("points") == [5])
  }

  /// Bounds are kept, and a reader told where they hold much of the surface.
  @Test func boundsHold() throws {
    let outcome = try Self.krige(Self.numbers + "upper_limit = 20 m\nlower_limit = -5 m")
    let surface = try outcome.dataset("topography").grid("topography")
    #expect(surface.values.max() == 20 && surface.values.min() == -5)
    #expect(outcome.said.contains { $0.contains("nodes were moved to a bound; their standard deviation") })
  }

  /// What would reach the observations stays a hundredth of the spacing below them, where they are.
  @Test(arguments: ["kriging", "spline"]) func surfacesStayBelowObservations(method: String) throws {
    let points = try Samples.table(Self.points)
    // Over the western half alone.
    let gravity = try Samples.gravity(Samples.nodes(4, 5), height: 25) { _, _ in 0 }
    let types: [String: PortType] = ["constraints": .constraints, "observations": .gravity]
    let inputs = ["constraints": points, "observations": gravity]
    let done =
      method == "kriging"
      ? try LoneStage(KrigingKind(), Self.nodes + Self.numbers, types).run(inputs)
      : try LoneStage(StartingTopography(), Self.nodes + "method = spline\ndampings = 0", types).run(inputs)
    let surface = try done.dataset("topography").grid("topography")
    // 30 m at the third point.
    #expect(abs(surface[3, 2] - 15) < 1e-9)
    for row in 0..<5 { for column in 0..<4 { #expect(surface[row, column] <= 15) } }
    #expect(done.said.contains { $0.contains("nodes were moved below the observations") })
  }

  @Test(arguments: [
    (
      "deviation = 3 m",
      "M141: 'length' is needed with 'deviation': they are estimated together or not at all"
    ),
    ("folds = 3", "M141: 'fold_size' is needed with 'folds'"),
    (
      "covariance = matern_32, exponential\ndeviation = 3 m\nlength = 2 km",
      "M144: 'covariance', 'deviation' and 'length' must have one number for each of the 2 covariances"
    ),
    (
      "lower_limit = 3 m\nupper_limit = 2 m",
      "M144: 'lower_limit' and 'upper_limit' stand in this order, but 3.0 m is above 2.0 m"
    ),
    ("anisotropy_ratio = 0.5", "M141: 'anisotropy_azimuth' is needed with 'anisotropy_ratio'"),
  ])
  func rules(section: String, message: String) {
    let stage = LoneStage(KrigingKind(), Self.nodes + section, ["constraints": .constraints])
    #expect(stage.mistakes == [message])
  }
}
