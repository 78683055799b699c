import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesTopography

/// A misfit in two parts.
@Suite struct RegionalSeparationTests {
  private static func separate(_ section: String) throws -> Dataset {
    let plane: (Double, Double) -> Double = { 3 + $0 / 2000 - $1 / 1000 }
    let gravity = try Samples.grid(
      Samples.nodes(9, 7),
      ["gravity_anomaly": plane, "upward": { _, _ in 0 }, "forward_gravity": { _, _ in 0 }, "misfit": plane])
    var named = gravity
    for index in named.variables.indices where named.variables[index].name == "misfit" {
      named.variables[index].attributes = [.init(name: "units", value: .text("mGal"))]
    }
    return try LoneStage(RegionalSeparation(), section, ["gravity": .gravity]).run(["gravity": named])
      .dataset("gravity")
  }

  // MARK: - nothing pulls a field to 0 mGal

  /// A rough misfit with its deviation on 9 × 7 nodes, raised by a constant.
  private static func rough(_ constant: Double) throws -> Dataset {
    let wavy: (Double, Double) -> Double = {
      3 * Elementary.sin($0 / 1900) + 2 * Elementary.cos($1 / 1300 + $0 / 900)
    }
    var dataset = try Samples.grid(
      Samples.nodes(9, 7),
      [
        "gravity_anomaly": { wavy($0, $1) + constant }, "upward": { _, _ in 100 }, "uncert": { _, _ in 0.1 },
        "forward_gravity": { _, _ in 0 }, "misfit": { wavy($0, $1) + constant },
      ])
    for index in dataset.variables.indices where dataset.variables[index].name == "misfit" {
      dataset.variables[index].attributes = [.init(name: "units", value: .text("mGal"))]
    }
    dataset.setAttribute("zref", -2000)
    dataset.setAttribute("density_contrast", 300)
    return dataset
  }

  private static func residual(_ section: String, raised constant: Double) throws -> [Double] {
    let points = try Samples.table([
      "easting": [500, 2500, 4200, 7100, 7900, 1500, 3300, 5900, 6400],
      "northing": [500, 1800, 300, 2200, 5400, 5500, 4100, 3600, 5100],
      "upward": [-2000, -2010, -1990, -2005, -2020, -2000, -1995, -2011, -2003],
    ])
    var (types, inputs): ([String: PortType], [String: Dataset]) = (["gravity": .gravity], [:])
    inputs["gravity"] = try rough(constant)
    if section.contains("constraints") {
      types["constraints"] = .constraints
      inputs["constraints"] = points
    }
    return try LoneStage(RegionalSeparation(), section, types).run(inputs).dataset("gravity").grid("res")
      .values
  }

  /// A law: 100 mGal more in the data change no residual.
  @Test(arguments: [
    "method = equivalent_sources\ndamping = 0.1", "method = equivalent_sources\ndampings = 0.01, 1",
    "method = constraints", "method = equivalent_sources",
    "method = constraints\ngrid_method = minimum_curvature",
    "method = constraints_cv\ngrid_method = minimum_curvature\ntrials = 3\nfolds = 3",
    "method = constraints\ndamping = 1", "method = constraints\ndampings = 0.01, 0.1, 1",
    "method = constraints\ngrid_method = spline",
    "method = constraints\ngrid_method = spline\nspline_dampings = 1e-3",
    "method = constraints\ndamping = 1\ndrift = linear",
    "method = constraints_cv\ndamping_limits = 0.01, 10\ntrials = 3\nfolds = 3",
    "method = constraints_cv\ngrid_method = spline\ndamping_limits = 0.001, 1\ntrials = 3\nfolds = 3",
    "method = constraints\ngrid_method = kriging\ndeviation = 3 mGal\nlength = 4 km",
  ])
  func constantsChangeNoResidual(section: String) throws {
    let (before, after) = (try Self.residual(section, raised: 0), try Self.residual(section, raised: 100))
    let change = zip(before, after).map { abs($0 - $1) }.max() ?? .nan
    #expect(change < 1e-9, "\(section): \(change)")
  }

  /// With estimated numbers the constant enters their estimate by rounding alone.
  @Test func constantsChangeNoEstimate() throws {
    let section = "method = constraints\ngrid_method = kriging"
    let (before, after) = (try Self.residual(section, raised: 0), try Self.residual(section, raised: 100))
    #expect(zip(before, after).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// The old behaviour has a name.
  @Test func withoutDriftDampingPullsToZero() throws {
    let section = "method = constraints\ndamping = 1\ndrift = none"
    let (before, after) = (try Self.residual(section, raised: 0), try Self.residual(section, raised: 100))
    #expect(zip(before, after).contains { abs($0 - $1) > 1 })
  }

  /// Left out, the drift is a constant.
  @Test(arguments: ["", "\ndamping = 0.1"]) func aConstantIsTheUsualDrift(damping: String) throws {
    let section = "method = constraints" + damping
    #expect(try Self.residual(section, raised: 3) == Self.residual(section + "\ndrift = constant", raised: 3))
    #expect(try Self.residual(section, raised: 3) != Self.residual(section + "\ndrift = none", raised: 3))
  }

  @Test(arguments: [
    (
      "method = trend\ndrift = constant",
      "M140: 'drift' has no meaning with method = trend; leave it out or use it with method = equivalent_sources, or "
        + "with method = constraints or constraints_cv"
    ),
    (
      "method = constraints\ngrid_method = kriging\ndrift = none",
      "M144: 'drift' must be constant or linear with kriging: nothing may pull the field to 0 mGal"
    ),
    (
      "method = constraints_cv\ngrid_method = kriging",
      "M144: 'grid_method' can't be kriging with method = constraints_cv: its numbers are estimated; use method = "
        + "constraints"
    ),
  ])
  func driftBelongsToFits(section: String, message: String) {
    let types: [String: PortType] =
      section.contains("constraints")
      ? ["gravity": .gravity, "constraints": .constraints] : ["gravity": .gravity]
    #expect(LoneStage(RegionalSeparation(), section, types).mistakes == [message])
  }

  /// A plane is all regional, whatever its shift; swapped it is all residual.
  @Test func planesAreTrends() throws {
    let trend = try Self.separate("method = trend\ntrend = 1")
    #expect(try trend.grid("res").values.allSatisfy { abs($0) < 1e-9 })
    let shifted = try Self.separate("method = trend\ntrend = 1\nshift = 2 mGal")
    #expect(try shifted.grid("res").values.allSatisfy { abs($0 + 2) < 1e-9 })
    let swapped = try Self.separate("method = trend\ntrend = 1\nreverse = yes")
    #expect(try swapped.grid("reg").values.allSatisfy { abs($0) < 1e-9 })
  }

  @Test func bothPartsAreTheMisfit() throws {
    let parts = try Self.separate("method = filter\nfilter_type = lowpass\nfilter_width = 3 km")
    let (regional, residual) = (try parts.grid("reg").values, try parts.grid("res").values)
    let misfit = try parts.grid("misfit").values
    for index in misfit.indices { #expect(abs(regional[index] + residual[index] - misfit[index]) < 1e-12) }
  }
}
