import Datasets
import Foundation
import NumericCore
import Testing

/// Nodes of a gravity grid held out, as for measured data.
@Suite struct SplitGridTests {
  private static func model(_ name: String, _ extra: String = "") -> String {
    """
    [\(name) : synthetic_model]
    spacing = 2 km
    region = 0 km, 40 km, 0 km, 32 km
    density_contrast = 2669 kg/m3
    gravity_noise = 0.2 mGal
    \(extra)


    """
  }

  /// Interpolated nodes are those of a synthetic model that interpolates its own.
  @Test func interpolatedAsTheModelsOwn() throws {
    let project = try runPipeline(
      Self.model("plain") + Self.model("theirs", "testing_data = interpolated") + """
        [held : split_grid]
        gravity <- plain.gravity
        method = interpolated
        """)
    defer { project.remove() }
    let files = try project.results("u")
    #expect(files["held.gravity.nc"] == files["theirs.gravity.nc"] && files["held.gravity.nc"] != nil)
  }

  /// A damping is chosen at nodes that were measured and not inverted: the data are as they were, every second node along
  /// both axes is inverted, and the damping that predicts the others best is neither the least nor the greatest.
  @Test func alternateNodesChooseADamping() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let geometry = GridGeometry(
      region: Region(west: 0, east: 40_000, south: 0, north: 32_000), spacing: 1000)
    var random = NumPyRandom(seed: 3)
    let truth = SyntheticGravity.values(on: geometry)
    var dataset = Dataset()
    let noisy = truth.map { $0 + random.normal(0, 0.5) }
    try dataset.addGrid("g", Grid(geometry: geometry, values: noisy), units: "mGal", longName: "gravity")
    try NetCDFFile.write(dataset, to: project.root.path + "/g.nc")
    try project.write(
      "pipelines/u.manifest",
      """
      [data : read_grid]
      file = file("../g.nc")
      quantity = gravity
      height = 1 km

      [held : split_grid]
      gravity <- data.grid

      [start : starting_topography]
      method = flat
      height = 492 m
      like <- held.gravity

      [predicted : forward_gravity]
      topography <- start.topography
      gravity <- held.gravity
      density_contrast = 2669 kg/m3
      zref = 492 m

      [regional : regional_separation]
      method = trend
      trend = 1
      gravity <- predicted.gravity

      [damping : damping_cv]
      repeat = inversion
      limits = 0.003, 3
      trials = 7

      [inversion : topography_inversion]
      gravity <- regional.gravity
      topography <- start.topography
      damping <- damping.best
      max_iterations = 20
      l2_norm_tolerance = 0.2
      """)
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let held = try NetCDFFile.read(project.result("u", "held.gravity"))
    #expect(try held.grid("gravity_anomaly").values == noisy)
    let flags = try held.doubles("test")
    #expect(flags.count { $0 == 0 } == 21 * 17 && flags[0] == 0 && flags[1] == 1)
    let surface = try NetCDFFile.read(project.result("u", "inversion.topography")).grid("topography")
    #expect(surface.geometry.columns == 21 && surface.geometry.rows == 17)
    let scores = try NetCDFFile.read(project.result("u", "damping.scores")).column("score")
    let best = try #require(scores.firstIndex(of: scores.min() ?? 0))
    #expect(best > 0 && best < 6, "\(scores)")
    // It misses the held-out data by their noise and not much more.
    #expect(scores[best] > 0.4 && scores[best] < 0.8, "\(scores)")
    let log = try project.pipe("log", "held", "pipelines/u.manifest")
    #expect(log.output.contains("996 of 1353 nodes are held out"), "\(log.output)")
  }

  @Test(arguments: [
    (
      "[held : split_grid]\ngravity <- even.gravity\n", 65,
      "needs an odd number of columns and rows; even.gravity has 20 x 17: cut it by one"
    ),
    ("[held : split_grid]\ngravity <- tested.gravity\n", 65, "held out already"),
    (
      "[f : forward_gravity]\ntopography <- plain.topography\ngravity <- plain.gravity\n\n"
        + "[held : split_grid]\ngravity <- f.gravity\n", 1, "hold nodes out before those are computed"
    ),
  ])
  func mistakesAreTold(_ stages: String, _ status: Int32, _ message: String) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let even = Self.model("even").replacingOccurrences(of: "0 km, 40 km,", with: "0 km, 38 km,")
    try project.write(
      "pipelines/u.manifest",
      Self.model("plain") + even + Self.model("tested", "testing_data = yes") + stages)
    let outcome = try project.pipe("run", "pipelines/u.manifest", "--no-report")
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  /// A smooth field of two hills and a slope, mGal.
  enum SyntheticGravity {
    static func values(on geometry: GridGeometry) -> [Double] {
      let nodes = geometry.nodes
      return zip(nodes.easting, nodes.northing).map { easting, northing in
        let (a, b) = ((easting - 12_000) / 5000, (northing - 10_000) / 6000)
        let (c, d) = ((easting - 28_000) / 7000, (northing - 20_000) / 5000)
        let hills = 9 * Elementary.exp(-a * a - b * b) - 7 * Elementary.exp(-c * c - d * d)
        return hills + easting / 20_000 - northing / 30_000
      }
    }
  }
}
