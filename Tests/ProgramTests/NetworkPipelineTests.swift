import Datasets
import Foundation
import TestSupport
import Testing

/// Networks of the shipped pipelines, small.
@Suite struct NetworkPipelineTests {
  /// A manifest with the data that it reads.
  private static func project(_ name: String, _ data: String...) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.copyShipped(name)
    for file in data {
      try project.write("data/\(file)", Self.text("data/\(file)"))
    }
    return project
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: Checkout.root.appendingPathComponent(path), encoding: .utf8)
  }

  private static func cell(_ project: TemporaryProject, _ column: String, of parameter: String) throws
    -> Double
  {
    let table = try NetCDFFile.read(project.result("mogi", "posterior.posterior"))
    let row = try #require(try table.texts("parameter").firstIndex(of: parameter))
    return try table.column(column)[row]
  }

  @Test func aSurveyIsAnswered() throws {
    let project = try Self.project("mogi", "volcano_sites.csv", "volcano_survey.csv")
    defer { project.remove() }
    let manifest = "pipelines/mogi.manifest"
    let first = try project.pipe("run", manifest, "--profile", "ci", "--no-report")
    #expect(first.status == 0, "\(first.errors)")
    // The survey was made with 3400 m and 5.2 million m³.
    let (mean, deviation) = (
      try Self.cell(project, "mean", of: "depth"), try Self.cell(project, "deviation", of: "depth")
    )
    #expect(abs(mean - 3400) < 3 * deviation && deviation < 400, "\(mean) ± \(deviation)")
    #expect(abs(try Self.cell(project, "mean", of: "volume_change") - 5.2e6) < 1.5e6)
    #expect(try Self.cell(project, "gain", of: "depth") > 1)
    let bytes = try project.results("mogi")
    let again = try project.pipe(
      "run", manifest, "--profile", "ci", "--no-report", "--jobs", "1", "-R", "network")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try project.results("mogi") == bytes)
    // A larger committee keeps the networks that it had.
    let two = try NetCDFFile.read(project.result("mogi", "network.network")).column("parameters")
    let larger = try project.pipe(
      "run", manifest, "--profile", "ci", "--no-report", "--set", "network.committee=3", "--target", "network"
    )
    #expect(larger.status == 0, "\(larger.errors)")
    let three = try NetCDFFile.read(project.result("mogi", "network.network")).column("parameters")
    #expect(three.count > two.count && Array(three[..<two.count]) == two)
    // Full chunks of samples stay: of 2000 one, of 3100 three.
    let more = try project.pipe(
      "run", manifest, "--profile", "ci", "--no-report", "--set", "runs=3100", "--target", "prior")
    #expect(more.status == 0, "\(more.errors)")
    #expect(
      try NetCDFSeriesReader(project.result("mogi", "prior.samples"), dimension: "sample").count == 3100)
  }

  @Test func dataThatNoSampleHasFailTheStage() throws {
    let project = try Self.project("mogi", "volcano_sites.csv", "volcano_survey.csv")
    defer { project.remove() }
    let survey = try Self.text("data/volcano_survey.csv")
    // One site that has risen as no source lifts it alone.
    let lines = survey.split(separator: "\n").map(String.init)
    var fields = lines[3].split(separator: ",").map(String.init)
    fields[5] = "0.15"
    try project.write(
      "data/volcano_survey.csv",
      (lines[..<3] + [fields.joined(separator: ",")] + lines[4...]).joined(separator: "\n") + "\n")
    let manifest = "pipelines/mogi.manifest"
    let outcome = try project.pipe("run", manifest, "--profile", "ci", "--no-report")
    #expect(
      outcome.status != 0 && outcome.errors.contains("unlike all that the network has learnt from"),
      "\(outcome.errors)")
    let warned = try project.pipe(
      "run", manifest, "--profile", "ci", "--no-report", "--set", "posterior.outside=warn")
    #expect(warned.errors.contains("unlike all that the network has learnt from"), "\(warned.errors)")
    #expect(try NetCDFFile.readScalar(project.result("mogi", "posterior.p_value")) <= 0.05)
    // Other places, and another length.
    try project.write("data/volcano_survey.csv", survey.replacing("788,139", with: "799,139"))
    let moved = try project.pipe("run", manifest, "--profile", "ci", "--no-report")
    #expect(moved.errors.contains("data must lie at the same places"), "\(moved.errors)")
    try project.write("data/volcano_survey.csv", lines.dropLast().joined(separator: "\n") + "\n")
    let short = try project.pipe("run", manifest, "--profile", "ci", "--no-report")
    #expect(
      short.errors.contains("'east' has 11 values and the network has learnt from 12"), "\(short.errors)")
  }

  @Test func aNetworkIsNotJudgedByOtherSamples() throws {
    let project = try Self.project("birch_murnaghan", "compression.csv")
    defer { project.remove() }
    let body = try Self.text("pipelines/birch_murnaghan.manifest")
    let other = """

      [others : prior_samples]
      repeat  = crystal
      runs    = 2000
      data    = crystal.pressures
      seed    = 7
      crystal.volume       ~ uniform(11.1, 11.4)
      crystal.bulk_modulus ~ uniform(140, 180)
      crystal.derivative   ~ uniform(3, 6)

      [misjudged : network_calibration]
      network  <- network.network
      training <- others.samples

      """
    let place = try #require(body.range(of: "[experiment"))
    try project.write(
      "pipelines/birch_murnaghan.manifest",
      body.replacingCharacters(in: place.lowerBound..<place.lowerBound, with: other + "\n"))
    let outcome = try project.pipe(
      "run", "pipelines/birch_murnaghan.manifest", "--profile", "ci", "--no-report")
    #expect(
      outcome.errors.contains("the network has learnt from other samples than these"), "\(outcome.errors)")
    let table = try NetCDFFile.read(project.result("birch_murnaghan", "posterior.posterior"))
    #expect(try table.texts("parameter") == ["bulk_modulus", "derivative", "volume"])
    let (means, deviations) = (try table.column("mean"), try table.column("deviation"))
    for (index, truth) in [160.3, 4.13, 11.244].enumerated() {
      #expect(abs(means[index] - truth) < 4 * deviations[index])
    }
  }
}
