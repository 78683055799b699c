import Artefacts
import Datasets
import Foundation
import Manifests
import Planning
import StandardCatalogue
import Testing

@testable import Reporting

@Suite struct ReportTests {
  @Test func pageIsWellFormedSelfContainedAndTheSameTwice() throws {
    let run = try SampleRun()
    defer { run.remove() }
    let html = try Report.html(run.inputs())
    let page = WellFormed(html)
    #expect(page.failure == nil)
    #expect(page.elements["script"] == nil && page.elements["link"] == nil)
    let links = page.attributes.filter { ["src", "href"].contains($0.name) }.map(\.value)
    #expect(links.allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("data:image/png;base64,") })
    let identifiers = page.attributes.filter { $0.name == "id" }.map(\.value)
    #expect(Set(identifiers).count == identifiers.count)
    #expect(try html == Report.html(run.inputs()))
    #expect(html.utf8.count < 2_000_000)
    #expect(!html.contains(run.folder.path))
  }

  /// A page that stands is drawn anew when `Report.version` has changed. Whoever changes what a page of the same run
  /// looks like raises the version and puts it here with the new digest.
  @Test func aChangedPageHasAnotherVersion() throws {
    let run = try SampleRun()
    defer { run.remove() }
    let digest = ContentHash.hex(of: try Report.html(run.inputs())).prefix(12)
    #expect("\(Report.version) \(digest)" == "8 290e70c905a7")
  }

  @Test func everyStageShowsItsFigures() throws {
    let run = try SampleRun()
    defer { run.remove() }
    let text = WellFormed(try Report.html(run.inputs())).text
    for title in [
      "Gravity anomaly", "Starting − true", "Forward gravity", "Regional", "Score of the trials",
      "Convergence",
      "Inverted − true", "Final residual", "Last correction", "Parameters sampled",
      "Members, west–east at northing", "Error and expected error", "Predictions at the points",
      "Table of",
      "Standard deviation", "|mean − true|", "Residual at the points", "best 0.139: 0.2397",
      "~ normal(uncertainty)", "RMSE of the final residual gravity", "× 20", "13", "0.2134 mGal",
    ] { #expect(text.contains(title), "\(title)") }
  }

  @Test func failedRunSaysWhatIsMissing() throws {
    let run = try SampleRun(runs: 4)
    defer { run.remove() }
    let missing: Set<String> = [
      "inversion.topography", "inversion.gravity", "inversion.history", "inversion.rmse",
      "inversion.constraints_rmse", "ensemble.members", "statistics.statistics", "score.table",
      "regional.gravity",
    ]
    let html = try Report.html(run.inputs(outcome: .failed, missing: missing))
    let page = WellFormed(html)
    #expect(page.failure == nil)
    #expect(page.text.contains("inversion failed: no number <left> & \"right\""))
    #expect(page.text.contains("not run: ensemble, statistics, score"))
    #expect(page.text.contains("regional: output 'gravity' is missing"))
    #expect(html.contains("no number &lt;left&gt; &amp; &quot;right&quot;"))
  }

  @Test func warningsStandAtTheHead() throws {
    let run = try SampleRun(runs: 4)
    defer { run.remove() }
    var inputs = run.inputs()
    for index in inputs.record.nodes.indices where inputs.record.nodes[index].stage == "inversion" {
      inputs.record.nodes[index].warnings = ["stopped after \(index) iterations <early>"]
    }
    let html = try Report.html(inputs)
    let page = WellFormed(html)
    #expect(page.failure == nil)
    let list = try #require(html.firstRange(of: "<ul class=\"warnings\">"))
    #expect(list.lowerBound < html.firstRange(of: "<h2 id=\"graph\">")?.lowerBound ?? html.startIndex)
    #expect(
      page.text.contains(
        "inversion[damping 0] and 7 more of 8 members: stopped after "))
    #expect(!(try Report.html(run.inputs())).contains("<ul class=\"warnings\">"))
  }

  @Test func unreadableFileIsReportedNotFatal() throws {
    let run = try SampleRun(runs: 4)
    defer { run.remove() }
    try Data("not a file of ours".utf8).write(to: URL(fileURLWithPath: run.path("regional-gravity")))
    let text = WellFormed(try Report.html(run.inputs())).text
    #expect(text.contains("regional: output 'gravity' can't be read:"))
    #expect(text.contains("Final residual"))
  }

  @Test func scalarsInSIUnitsAreShownInMilligal() throws {
    let run = try SampleRun(runs: 4)
    defer { run.remove() }
    try NetCDFFile.writeScalar(2.5e-6, name: "rmse", units: "m s-2", to: run.path("inversion-rmse"))
    let scalar = try #require(RunArtefacts(run.inputs()).scalar("inversion", "rmse"))
    #expect(scalar.unit == "mGal")
    #expect(abs(scalar.value - 0.25) < 1e-12)
  }

  @Test func searchesOfSeveralSettingsAndUnknownKindsAreShown() throws {
    let run = try SampleRun(runs: 4)
    defer { run.remove() }
    var scores = Dataset()
    try scores.addColumn("damping", [0.01, 0.1, 1], dimension: "trial")
    try scores.addColumn("zref", [480, 490, 500], units: "m", dimension: "trial")
    try scores.addColumn("score", [3, 1, .nan], units: "mGal", dimension: "trial")
    scores.attributes = [.init(name: "best_trial", value: .integers([1]))]
    try NetCDFFile.write(scores, to: run.path("damping-scores"))
    var inputs = run.inputs()
    inputs.pipeline.stages[1].signature.kind = "read_grid"
    let text = WellFormed(try Report.html(inputs)).text
    #expect(text.contains("best zref") && text.contains("trials without a score"))
    #expect(text.contains("Variable 'topography' of output 'topography'."))
  }

  @Test func stagesOfUncertaintyShowTheirFigures() throws {
    let run = try SampleRun(runs: 4)
    defer { run.remove() }
    var points = Dataset()
    try points.addColumn("easting", [1000, 9000], units: "m")
    try points.addColumn("northing", [2000, 5000], units: "m")
    try points.addColumn("ratio", [1.5, -0.5], units: "1")
    for (source, file) in [
      (try UncertaintyPlotTests.coverage(), "calibration-coverage"),
      (PlotSource(points, name: "points", views: .standard), "calibration-points"),
      (try UncertaintyPlotTests.indices(), "indices-indices"),
      (try UncertaintyPlotTests.maps(), "indices-maps"),
      (try UncertaintyPlotTests.windows(), "windows-windows"),
      (try PlotTests.source("best", [("density_contrast", "", PlotTests.surface)]), "windows-best"),
      (try UncertaintyPlotTests.growth(), "statistics-convergence"),
    ] { try NetCDFFile.write(source.dataset, to: run.path(file)) }
    try NetCDFFile.writeScalar(1.27, name: "best_scale", units: "1", to: run.path("calibration-best_scale"))
    var inputs = run.inputs()
    inputs.pipeline.stages += [
      SampleRecord.stage(
        "calibration", "calibration", "",
        outputs: [("coverage", .table), ("points", .table), ("best_scale", .scalar(.dimensionless))]),
      SampleRecord.stage(
        "indices", "sensitivity", "", outputs: [("indices", .table), ("maps", .statistics)]),
      SampleRecord.stage("windows", "windowed_search", "", outputs: [("windows", .table), ("best", .grid)]),
    ]
    let page = WellFormed(try Report.html(inputs))
    #expect(page.failure == nil)
    for text in [
      "Calibration: error 0.02, best scale 1.27", "Residual over standard deviation",
      "Where the variance comes from", "Total index of each input", "All maps share their colours.", "1875",
      "too few points", "over the grid made of them", "Errors of the ensemble",
    ] { #expect(page.text.contains(text), "\(text)") }
    // A number that is no scalar of the calibration is told, and the page goes on.
    try NetCDFFile.writeScalar(1.27, name: "other", units: "1", to: run.path("calibration-best_scale"))
    let text = WellFormed(try Report.html(inputs)).text
    #expect(text.contains("calibration: no calibration of output 'coverage'"))
    #expect(text.contains("Residual over standard deviation"))
  }

  @Test func expectationsAreCompared() throws {
    let run = try SampleRun(runs: 4)
    defer { run.remove() }
    var inputs = run.inputs()
    for (comparison, text) in [
      (Expectation.Comparison.atMost, "score.rmse <= 40 m"), (.above, "score.rmse > 40 m"),
    ] {
      inputs.pipeline.expectations.append(
        Expectation(
          output: PortReference(stage: "score", port: "rmse"), comparison: comparison, bound: .init(40),
          text: text,
          place: SampleRecord.place))
    }
    let text = WellFormed(try Report.html(inputs)).text
    #expect(text.contains("score.rmse <= 40 m12.3✓ holds"))
    #expect(text.contains("score.rmse > 40 m12.3✗ does not hold"))
  }

  @Test func textIsEscaped() {
    #expect(escaped("<a href='x'>&\"\u{1}") == "&lt;a href=&#39;x&#39;&gt;&amp;&quot;\u{FFFD}")
  }
}
