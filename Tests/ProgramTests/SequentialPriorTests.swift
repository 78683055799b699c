import Datasets
import Foundation
import TestSupport
import Testing

/// Priors that are truncated to where a posterior is.
@Suite struct SequentialPriorTests {
  private static let manifest = "pipelines/volcano_rounds.manifest"

  private static func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.copyShipped("volcano_rounds")
    for file in ["volcano_sites.csv", "volcano_survey.csv"] {
      let text = try String(
        contentsOf: Checkout.root.appendingPathComponent("data/\(file)"), encoding: .utf8)
      try project.write("data/\(file)", text)
    }
    return project
  }

  @Test func roundsNarrowThePriorAndSharpenThePosterior() throws {
    let project = try Self.project()
    defer { project.remove() }
    let run = try project.pipe("run", Self.manifest, "--profile", "ci", "--no-report")
    #expect(run.status == 0, "\(run.errors)")
    let history = try NetCDFFile.read(project.result("volcano_rounds", "rounds.history"))
    #expect(try history.column("runs") == [400, 800])
    let gains = try history.column("gain")
    // 1.989 nats by quadrature.
    #expect(gains.count == 2 && gains.allSatisfy { abs($0 - 1.989) < 0.2 }, "\(gains)")
    let kept = try NetCDFFile.readScalar(project.result("volcano_rounds", "rounds.gain"))
    #expect(kept == gains.max())
    let table = try NetCDFFile.read(project.result("volcano_rounds", "rounds.posterior"))
    let row = try #require(try table.texts("parameter").firstIndex(of: "depth"))
    let (mean, deviation) = (try table.column("mean")[row], try table.column("deviation")[row])
    // 3254 ± 125 m by quadrature.
    #expect(abs(mean - 3254) < 150 && (80...180).contains(deviation), "\(mean) ± \(deviation)")
    // A raised budget goes on where the smaller one ended.
    let more = try project.pipe(
      "run", Self.manifest, "--profile", "ci", "--no-report", "--set", "rounds.max_rounds=3", "-n")
    #expect(more.status == 0, "\(more.errors)")
    let bytes = try project.results("volcano_rounds")
    let again = try project.pipe(
      "run", Self.manifest, "--profile", "ci", "--no-report", "--jobs", "1", "-R", "network", "-R", "prior")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try project.results("volcano_rounds") == bytes)
  }

  @Test func samplesLieWithinTheRegionAndKeepTheirPrior() throws {
    let project = try Self.project()
    defer { project.remove() }
    let text = try String(
      contentsOf: Checkout.root.appendingPathComponent(Self.manifest), encoding: .utf8)
    let place = try #require(text.range(of: "[network :"))
    // A narrow table of two parameters, one of them with another unit for a mistake below.
    var rows = "depth,volume_change,easting,northing,upward\n"
    for index in 0..<60 {
      rows += "\(3300 + 5 * (index % 12)),\(5_000_000 + 20_000 * (index / 5)),\(index),0,0\n"
    }
    try project.write("data/known.csv", rows)
    let own = """
      [known : read_table]
      file = file("../data/known.csv")

      [narrow : prior_samples]
      repeat  = source
      runs    = 1500
      data    = source.displacement
      within <- known.table
      seed    = 3
      source.depth         ~ uniform(2, 6) km
      source.volume_change ~ uniform(2000000, 10000000)


      """
    try project.write(Self.manifest, String(text[..<place.lowerBound]) + own)
    let run = try project.pipe("run", Self.manifest, "--no-report", "--target", "narrow")
    #expect(run.status == 0, "\(run.errors)")
    let samples = try NetCDFFile.read(project.result("volcano_rounds", "narrow.samples"))
    let depths = try samples.column("param_depth")
    #expect(depths.count == 1500)
    #expect((depths.min() ?? 0) > 3200 && (depths.max() ?? 0) < 3460)
    let share = try #require(samples.attribute("share_of_prior")?.number)
    #expect(share > 0.0005 && share < 0.01, "\(share)")
    let bounds = try #require(samples.attribute("prior_depth_within")?.numbers)
    #expect(bounds.count == 2 && bounds[0] > 3200 && bounds[1] < 3460)
    // More runs keep the first.
    let fewer = try project.pipe(
      "run", Self.manifest, "--no-report", "--target", "narrow", "--set", "narrow.runs=1100")
    #expect(fewer.status == 0, "\(fewer.errors)")
    let first = try NetCDFFile.read(project.result("volcano_rounds", "narrow.samples"))
    #expect(try first.column("param_depth") == Array(depths[..<1100]))
    // A table that tells nothing of what is drawn.
    try project.write("data/known.csv", rows.replacing("depth,volume_change", with: "deepness,growth"))
    let other = try project.pipe("run", Self.manifest, "--no-report", "--target", "narrow")
    #expect(
      other.status != 0 && other.errors.contains("'within' has no column of what is drawn here"),
      "\(other.errors)")
    try project.write("data/known.csv", rows.split(separator: "\n")[..<8].joined(separator: "\n") + "\n")
    let few = try project.pipe("run", Self.manifest, "--no-report", "--target", "narrow")
    #expect(few.errors.contains("'within' has 7 samples, and a region takes at least 21"), "\(few.errors)")
  }
}
