import Foundation
import Testing

/// What a user is told, and when: warnings of stages, wrong words on the command line, results without their store.
@Suite(.serialized) struct ToldTests {
  private static let warning =
    "the best damping is the least tried: the limits may be too narrow"

  /// A stage warns once, when it runs and when its result is found; everywhere.
  @Test func warningsReachEveryReader() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(SmallPipeline.path, SmallPipeline.manifest(extra: SmallPipeline.searchAtLimit))
    for _ in 0..<2 {
      let outcome = try project.pipe("run", SmallPipeline.path, "--events", "events.json")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        outcome.errors.components(separatedBy: "warning search: \(Self.warning)\n").count == 2,
        "\(outcome.errors)")
      let events = try String(
        contentsOf: project.root.appendingPathComponent("events.json"), encoding: .utf8
      ).split(separator: "\n").filter {
        $0.contains("\"event\":\"node_warning\"") && $0.contains("\"node\":\"search\"")
      }
      #expect(events.count == 1 && events[0].contains("\"message\":\"\(Self.warning)\""))
    }
    let answer = try project.pipe("run", SmallPipeline.path, "--json").json()
    let told = try #require(answer["warnings"] as? [[String: Any]]).filter {
      $0["node"] as? String == "search"
    }
    #expect(told.count == 1 && told[0]["node"] as? String == "search")
    #expect(told[0]["message"] as? String == Self.warning && told[0]["count"] as? Int == 1)
    let log = try project.pipe("log", "search")
    #expect(log.output.contains("warning: \(Self.warning)\n"), "\(log.output)")
    #expect(try project.pipe("log", "search", "--json").json()["warnings"] as? [String] == [Self.warning])
    let page = try String(
      contentsOf: project.root.appendingPathComponent("results/small/report.html"), encoding: .utf8)
    #expect(page.contains("<li>search: \(Self.warning)</li>"))
    // Without the logs the record tells.
    #expect(try shell("rm -r .pipe/logs", in: project.root).status == 0)
    #expect(try project.pipe("log", "search").output == "warning: \(Self.warning)\n")
  }

  // MARK: - The command line

  @Test func wrongCommandsAreMet() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/x.manifest", "")
    for (arguments, hint) in [
      (["chekc", "x"], "there is no command 'chekc'; did you mean `pipe check`?"),
      (["validate", "x"], "there is no command 'validate'; did you mean `pipe check`?"),
      (["status"], "there is no command 'status'; did you mean `pipe run -n`?"),
      (
        ["pipelines/x.manifest"],
        "there is no command 'pipelines/x.manifest'; did you mean `pipe run pipelines/x.manifest`?"
      ),
      (["frobnicate"], "there is no command 'frobnicate'; `pipe --help` lists them"),
    ] {
      let outcome = try Program.run(arguments, in: project.root)
      #expect(outcome.status == 64)
      #expect(
        outcome.errors
          == "Error: \(hint)\nUsage: pipe <subcommand>\n  See 'pipe --help' for more information.\n",
        "\(outcome.errors)")
    }
  }

  /// A mistake in what a command was given is told with the usage of that command.
  @Test func mistakesShowTheUsageOfTheirCommand() throws {
    let project = try SmallPipeline.project(SmallPipeline.manifest())
    defer { project.remove() }
    for (arguments, first, command) in [
      (["stages", "nonsense"], "no stage kind 'nonsense'; `pipe stages` lists them", "stages"),
      (["explain", "inverson"], "has no stage 'inverson'; did you mean 'inversion'?", "explain"),
      (
        ["run", SmallPipeline.path, "--target", "strat"],
        "there is no stage 'strat' in the pipeline; did you mean 'start'?", "run"
      ),
      (["run", SmallPipeline.path, "--set", "damping"], "--set damping: expected name=value", "run"),
      (["run", SmallPipeline.path, "--jobs", "0"], "--jobs must be at least 1", "run"),
      (["explain", "M999"], "has no stage 'M999'", "explain"),
    ] {
      let outcome = try Program.run(arguments, in: project.root)
      #expect(outcome.status == 64, "\(arguments)")
      let lines = outcome.errors.split(separator: "\n").map(String.init)
      #expect(
        lines.first?.hasPrefix("Error: ") == true && lines.first?.hasSuffix(first) == true,
        "\(outcome.errors)")
      #expect(lines.dropFirst().first?.hasPrefix("Usage: pipe \(command) ") == true, "\(outcome.errors)")
      #expect(lines.last == "  See 'pipe \(command) --help' for more information.", "\(outcome.errors)")
    }
  }

  @Test func wrongNamesOfRunsAndNodesAreMet() throws {
    let project = try SmallPipeline.project(SmallPipeline.manifest())
    defer { project.remove() }
    for (arguments, message) in [
      (["diff", "latest"], "pipe: no run 'latest'; did you mean 'last'?\n"),
      (["diff", "HEAD~1"], "pipe: no run 'HEAD~1'; did you mean 'last~1'?\n"),
      (["diff", "yesterday"], "pipe: no run 'yesterday'; `pipe history` lists them\n"),
    ] {
      let outcome = try Program.run(arguments, in: project.root)
      #expect(outcome.status == 66 && outcome.errors == message, "\(outcome.errors)")
    }
    let log = try project.pipe("log", "inverson")
    #expect(
      log.errors.hasSuffix("of small has no node 'inverson'; did you mean 'inversion'?\n"), "\(log.errors)")
  }

  // MARK: - Statuses

  @Test func missingFilesHaveAStatusOfTheirOwn() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let reading = "[g : read_grid]\nfile = file(\"no.nc\")\nquantity = topography\n"
    try project.write("pipelines/x.manifest", reading)
    for arguments in [
      ["check", "pipelines/x.manifest"], ["run", "pipelines/x.manifest"], ["check", "nowhere.manifest"],
      ["format", "nowhere.manifest"], ["check", "pipelines/x.manifest", "--json"],
    ] { #expect(try Program.run(arguments, in: project.root).status == 66, "\(arguments)") }
    // A mistake beside it must be mended first.
    try project.write("pipelines/x.manifest", reading + "colour = red\n")
    #expect(try project.pipe("check", "pipelines/x.manifest").status == 65)
  }

  /// README: `.pipe` can be deleted, the next run computes everything again.
  @Test func theStoreMayBeDeleted() throws {
    let project = try SmallPipeline.project(SmallPipeline.manifest())
    defer { project.remove() }
    let sums = try shell("cd results/small && sha256sum -c --quiet SHA256SUMS", in: project.root)
    #expect(sums.status == 0, "\(sums.errors)")
    #expect(try shell("rm -r .pipe", in: project.root).status == 0)
    let again = try project.pipe("run", SmallPipeline.path, "--set", "inversion.damping=0.3")
    #expect(again.status == 0, "\(again.errors)")
    // A result that the user has changed since is not overwritten.
    #expect(
      try shell("rm -r .pipe; echo mine > results/small/inversion.rmse.nc", in: project.root).status == 0)
    let edited = try project.pipe("run", SmallPipeline.path)
    #expect(edited.status == 73, "\(edited.errors)")
    #expect(
      edited.errors.contains(
        "inversion.rmse.nc was changed since pipe wrote it, so it is not overwritten; move it away and run again"
      ),
      "\(edited.errors)")
    #expect(
      try String(contentsOfFile: project.result("small", "inversion.rmse"), encoding: .utf8) == "mine\n")
  }
}
