import Datasets
import Foundation
import Testing

/// Results on their way to other programs, as a user runs it.
@Suite(.serialized) struct OtherProgramsTests {
  private func project(_ extra: String = "") throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write(SmallPipeline.path, SmallPipeline.manifest(extra: SmallPipeline.ensemble + extra))
    return project
  }

  private func text(_ project: TemporaryProject, _ name: String) throws -> String {
    try String(contentsOf: project.root.appendingPathComponent(name), encoding: .utf8)
  }

  @Test func everyFormat() throws {
    let project = try project()
    defer { project.remove() }
    let run = try project.pipe("run", SmallPipeline.path)
    #expect(run.errors.contains("results in results/small, report in results/small/report.html"))
    for name in ["surface.tif", "surface.xyz", "surface.csv", "surface.json"] {
      let outcome = try project.pipe("export", "inversion.topography", "-o", name)
      #expect(outcome.output == name + "\n", "\(outcome.errors)")
    }
    let several = try project.pipe("export", "inversion.topography", "-o", "surface.grd")
    #expect(several.status == 64 && several.errors.contains("choose one of topography"))
    #expect(
      try project.pipe("export", "inversion.topography", "-o", "surface.grd", "--variable", "topography")
        .status == 0)
    let wrong = try project.pipe("export", "inversion.topography", "-o", "surface.shp")
    #expect(
      wrong.status == 64 && wrong.errors.contains("expected a name that ends with one of .csv, .json, .tif"))
    let members = try project.pipe("export", "ensemble.members", "-o", "m.xyz")
    let files = members.output.split(separator: "\n").map(String.init)
    #expect(files.count > 1 && files[0] == "m.0.xyz", "\(members.errors)")
    #expect(
      try project.pipe("export", "ensemble.members", "-o", "one.xyz", "--member", "1").output == "one.xyz\n")
    #expect(try text(project, "one.xyz") == text(project, "m.1.xyz"))
    #expect(try project.pipe("export", "ensemble.members", "-o", "members.csv").status == 0)
    #expect(try text(project, "members.csv").split(separator: "\n").count == files.count + 1)
  }

  @Test func numbersAndTablesBesideTheResults() throws {
    let project = try project("\n[results]\ntables = csv\n")
    defer { project.remove() }
    #expect(try project.pipe("run", SmallPipeline.path).status == 0)
    let path = "results/small/numbers.json"
    let content = try #require(
      try JSONSerialization.jsonObject(with: Data(text(project, path).utf8)) as? [String: Any])
    let numbers = try #require(content["numbers"] as? [String: [String: Any]])
    #expect(numbers["inversion.rmse"]?["units"] as? String == "mGal")
    #expect(try text(project, "results/small/start.scores.csv").hasPrefix("damping"))
    let sums = try text(project, "results/small/SHA256SUMS")
    #expect(sums.contains("start.scores.csv"))
    // Found again as it was; somebody else's is left alone.
    #expect(try project.pipe("run", SmallPipeline.path).status == 0)
    try project.write(path, "{}\n")
    let foreign = try project.pipe("run", SmallPipeline.path)
    #expect(foreign.status == 73 && foreign.errors.contains("numbers.json"))
  }

  @Test func aStageIsComputedAgainWhenAsked() throws {
    let project = try project()
    defer { project.remove() }
    #expect(try project.pipe("run", SmallPipeline.path, "--no-report").status == 0)
    let again = try project.pipe("run", SmallPipeline.path, "--no-report", "-R", "start")
    #expect(again.errors.contains("small finished") && again.errors.contains("1 executed"), "\(again.errors)")
    let wrong = try project.pipe("run", SmallPipeline.path, "-R", "strat")
    #expect(wrong.status == 64 && wrong.errors.contains("no stage is called 'strat'; did you mean 'start'?"))
  }

  @Test func aPartOfARunHasAReportOfItsOwn() throws {
    let project = try project()
    defer { project.remove() }
    #expect(try project.pipe("run", SmallPipeline.path).status == 0)
    let whole = try text(project, "results/small/report.html")
    #expect(
      whole.contains("SHA-256") == false && whole.contains("Text of ")
        && whole.contains("<td>command line</td>"))
    #expect(try project.pipe("run", SmallPipeline.path, "--target", "start").status == 0)
    #expect(try text(project, "results/small/report.html") == whole)
    #expect(try text(project, "results/small/report.start.html") != whole)
  }

  @Test func completionsKnowTheProject() throws {
    let project = try project()
    defer { project.remove() }
    for shell in ["bash", "zsh", "fish"] {
      let script = try project.pipe("--generate-completion-script", shell)
      #expect(script.status == 0 && script.output.contains("export"), "\(script.errors)")
    }
  }

  @Test func aManifestOfFiles() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    #expect(try project.pipe("new", "quick.manifest").status == 0)
    #expect(try project.pipe("run", "quick.manifest", "--no-report").status == 0)
    #expect(try project.pipe("new", "quick.manifest").status == 73)
    var lines = "easting (m),northing (m),gravity_anomaly (mGal)\n"
    for y in 0..<8 { for x in 0..<9 { lines += "\(500_000 + 1000 * x),\(7_000_000 + 1000 * y),\(x * y)\n" } }
    try project.write("grid.csv", lines)
    try project.write("wells.csv", "easting,northing,height\n502000,7003000,-900\n505000,7005000,-1100\n")
    let outcome = try project.pipe("new", "nowhere/mine.manifest", "grid.csv", "wells.csv")
    #expect(outcome.status == 73, "its folder does not exist")
    let made = try project.pipe("new", "mine.manifest", "grid.csv", "wells.csv")
    #expect(made.status == 0, "\(made.errors)")
    let manifest = try text(project, "mine.manifest")
    #expect(
      manifest.contains("quantity") && manifest.contains("# yours:")
        && manifest.contains("[points : read_table]"))
    #expect(try project.pipe("check", "mine.manifest").status == 0)
    let none = try project.pipe("new", "other.manifest", "wells.csv")
    #expect(none.status == 66 && none.errors.contains("none of the files holds gravity"))
  }
}
