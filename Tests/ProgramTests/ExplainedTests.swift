import Datasets
import Foundation
import NumericCore
import Testing

extension Program.Outcome {
  /// The one JSON object of an answer.
  func json() throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "\(output)\(errors)")
  }
}

@Suite(.serialized) struct ExplainedForecastTests {
  private func forecast(_ project: TemporaryProject, _ manifest: String) throws -> String {
    try project.write(SmallPipeline.path, manifest)
    let outcome = try project.pipe("run", "-n", SmallPipeline.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  @Test func settingsInTheUsersWordsAndUnits() throws {
    let project = try SmallPipeline.project(SmallPipeline.manifest())
    defer { project.remove() }
    #expect(
      try forecast(project, SmallPipeline.manifest()) == """
        model      cached
        start      cached
        predicted  cached
        inversion  cached
        small: 4 cached

        """)
    #expect(
      try forecast(project, SmallPipeline.manifest(damping: "0.14")) == """
        model      cached
        start      cached
        predicted  cached
        inversion  will run  inversion.damping: 0.1 → 0.14
        small: 3 cached, 1 will run

        """)
    #expect(
      try forecast(project, SmallPipeline.manifest(spacing: "2500 m")) == """
        model      will run  model.spacing: 5 km → 2.5 km
        start      may run   input like: model runs before it
        predicted  may run   input gravity: model runs before it
        inversion  may run   input gravity: model runs before it
        small: 1 will run, 3 may run

        """)
    let rewired = SmallPipeline.manifest(gravity: "predicted.gravity")
    #expect(
      try forecast(project, rewired).contains(
        "inversion  will run  inversion.gravity: <- model.gravity → <- predicted.gravity\n"))
  }

  @Test func stageExplainsAllDifferences() throws {
    let project = try SmallPipeline.project(SmallPipeline.manifest())
    defer { project.remove() }
    let changed = SmallPipeline.manifest(damping: "0.2").replacingOccurrences(
      of: "max_iterations = 3", with: "max_iterations = 4")
    try project.write(SmallPipeline.path, changed)
    let outcome = try project.pipe("explain", "inversion", SmallPipeline.path)
    #expect(
      outcome.output.hasPrefix(
        """
        inversion: topography_inversion, will run
        because: inversion.damping: 0.1 → 0.2
            and: inversion.max_iterations: 3 → 4
        key: 
        """), "\(outcome.output)")
    let whole = try project.pipe("explain", SmallPipeline.path)
    #expect(whole.output == (try project.pipe("run", "-n", SmallPipeline.path).output))
  }

  @Test func filesAreNamed() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("data/points.csv", "easting,northing,upward\n20000,15000,480\n5000,5000,600\n")
    let manifest = "[points : read_table]\nfile = file(\"../data/points.csv\")\n"
    try project.write(SmallPipeline.path, manifest)
    #expect(try project.pipe("run", SmallPipeline.path).status == 0)
    try project.write("data/points.csv", "easting,northing,upward\n20000,15000,481\n5000,5000,600\n")
    #expect(
      try forecast(project, manifest) == """
        points  will run  data/points.csv: content changed
        small: 1 will run

        """)
  }

  @Test func familiesAreFolded() throws {
    let project = try SmallPipeline.project(SmallPipeline.manifest(extra: SmallPipeline.ensemble))
    defer { project.remove() }
    let ready = try forecast(project, SmallPipeline.manifest(extra: SmallPipeline.ensemble))
    #expect(ready.contains("ensemble   cached  4 members cached\nsmall: 9 cached\n"), "\(ready)")
    let changed = try forecast(
      project, SmallPipeline.manifest(damping: "0.2", extra: SmallPipeline.ensemble))
    #expect(
      changed.contains(
        "ensemble   may run   4 members will run: inversion[ensemble 0].damping: 0.1 → 0.2\n"), "\(changed)")
    #expect(changed.hasSuffix("small: 3 cached, 5 will run, 1 may run\n"), "\(changed)")
  }

  @Test func answersInJSON() throws {
    let project = try SmallPipeline.project(SmallPipeline.manifest())
    defer { project.remove() }
    try project.write(SmallPipeline.path, SmallPipeline.manifest(damping: "0.14"))
    for (command, arguments) in [("run", ["run", "-n"]), ("explain", ["explain"])] {
      let outcome = try Program.run(arguments + [SmallPipeline.path, "--json"], in: project.root)
      let answer = try outcome.json()
      #expect(answer["format"] as? Int == 1)
      #expect(answer["command"] as? String == command)
      let nodes = try #require(answer["nodes"] as? [[String: Any]])
      #expect(nodes.map { $0["state"] as? String } == ["cached", "cached", "cached", "will_run"])
      #expect(nodes[3]["differences"] as? [String] == ["inversion.damping: 0.1 → 0.14"])
    }
    #expect(try project.pipe("run", SmallPipeline.path, "--json", "--events", "-").status == 64)
  }
}

@Suite(.serialized) struct ExplainedRunTests {
  @Test func historyLogShowAndDiff() throws {
    let project = try SmallPipeline.project(SmallPipeline.manifest())
    defer { project.remove() }
    try project.write(SmallPipeline.path, SmallPipeline.manifest(damping: "0.14"))
    #expect(try project.pipe("run", SmallPipeline.path).status == 0)
    try checkHistory(project)
    try checkDiff(project)
    try checkShow(project)
    let log = try project.pipe("log", "inversion", SmallPipeline.path)
    #expect(log.status == 0 && log.errors.hasPrefix("inversion: executed in run "), "\(log.errors)")
    #expect(log.output.contains("iteration"), "\(log.output)\(log.errors)")
    let answer = try project.pipe("log", "inversion", "--json").json()
    #expect((answer["lines"] as? [String])?.joined(separator: "\n").contains("iteration") == true)
    #expect(try project.pipe("log", "inversio").status == 66)
  }

  private func checkHistory(_ project: TemporaryProject) throws {
    let text = try project.pipe("history").output.split(separator: "\n")
    #expect(text.count == 3 && text[0].hasPrefix("run ") && text[0].hasSuffix("time"))
    #expect(text[1].contains("  small     succeeded  4 executed, 0 cached  "))
    #expect(text[2].contains("  small     succeeded  1 executed, 3 cached  "))
    let runs = try #require(
      try project.pipe("history", "--json", "--limit", "1").json()["runs"] as? [[String: Any]])
    #expect(runs.count == 1 && runs[0]["executed"] as? Int == 1 && runs[0]["cached"] as? Int == 3)
    #expect(runs[0]["manifest"] as? String == SmallPipeline.path)
  }

  private func checkDiff(_ project: TemporaryProject) throws {
    let outcome = try project.pipe("diff", "last~1")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(outcome.status == 0 && lines.count > 3, "\(outcome.errors)")
    #expect(lines[2] == "inversion.damping: 0.1 → 0.14")
    #expect(lines.contains { $0.hasPrefix("inversion.topography topography: RMS difference ") })
    let answer = try project.pipe("diff", "last~1", "last", "--json").json()
    let results = try #require(answer["results"] as? [[String: Any]])
    let topography = try #require(results.first { $0["output"] as? String == "inversion.topography" })
    let variables = try #require(topography["variables"] as? [[String: Any]])
    let variable = try #require(variables.first { $0["name"] as? String == "topography" })
    let rms = try #require(variable["rms"] as? Double)
    let largest = try #require(variable["largest"] as? Double)
    #expect(rms > 0 && largest >= rms)
    #expect(try project.pipe("diff", "last", "last").output.contains(" are the same, 0 differ\n"))
    #expect(try project.pipe("diff", "last~7").status == 66)
  }

  private func checkShow(_ project: TemporaryProject) throws {
    let byPort = try project.pipe("show", "inversion.topography").output
    #expect(byPort.hasPrefix("inversion.topography\n"))
    #expect(byPort.contains("dimensions  northing 7, easting 9\n"), "\(byPort)")
    #expect(byPort.contains("made by: inversion, topography_inversion version "))
    #expect(byPort.contains("  damping = 0.14\n"))
    #expect(byPort.contains("  input gravity: model, synthetic_model version "))
    #expect(byPort.contains("  density_contrast = 2669 kg/m3\n"))
    let answer = try project.pipe("show", "inversion.topography", "--json").json()
    let hash = try #require(answer["sha256"] as? String)
    let byHash = try project.pipe("show", String(hash.prefix(10)), "--json").json()
    let byFile = try project.pipe("show", "results/small/inversion.topography.nc", "--json").json()
    #expect(byHash["content"] as? String == answer["content"] as? String)
    #expect(byFile["sha256"] as? String == hash)
    let variables = try #require(answer["variables"] as? [[String: Any]])
    let variable = try #require(variables.first { $0["name"] as? String == "topography" })
    #expect(variable["shape"] as? [Int] == [7, 9] && variable["units"] as? String == "m")
    let values = try NetCDFFile.read(project.result("small", "inversion.topography")).doubles("topography")
    let norms = try #require(variable["norms"] as? [String: Any])
    // Foundation's reader of JSON may be off in the last digit.
    for (name, value) in [
      ("minimum", values.min()), ("maximum", values.max()), ("mean", Statistics.mean(values)),
    ] {
      #expect(abs(try #require(norms[name] as? Double) - (try #require(value))) < 1e-9, "\(name)")
    }
    let makers = try #require(answer["makers"] as? [[String: Any]])
    #expect(Set(makers.compactMap { $0["node"] as? String }) == ["inversion", "model", "start"])
    #expect(try project.pipe("show", "nothing.there").status == 66)
  }

  @Test func membersAndFilesInProvenance() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("points.csv", "easting,northing,upward\n20000,15000,480\n5000,5000,600\n")
    let table = """

      constraints <- points.table
      [points : read_table]
      file = file("../points.csv")
      """
    try project.write(SmallPipeline.path, SmallPipeline.manifest(extra: table + SmallPipeline.ensemble))
    let outcome = try project.pipe("run", SmallPipeline.path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let member = try project.pipe("show", "inversion[ensemble 3].topography")
    #expect(member.output.contains("made by: inversion[ensemble 3], "), "\(member.output)\(member.errors)")
    #expect(member.output.contains("  file points.csv: sha256 "))
    let whole = try project.pipe("show", "ensemble.members")
    #expect(whole.output.contains("[0] of 4 members: inversion[ensemble 0], "), "\(whole.output)")
    let log = try project.pipe("log", "inversion[ensemble 3]")
    #expect(log.status == 0 && log.errors.hasPrefix("inversion[ensemble 3]: executed"), "\(log.errors)")
  }

  @Test func eventsOfARun() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(SmallPipeline.path, SmallPipeline.manifest(extra: SmallPipeline.ensemble))
    let outcome = try project.pipe("run", SmallPipeline.path, "--events", "events.jsonl")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let file = project.root.appendingPathComponent("events.jsonl")
    let events = try Self.events(file)
    let names = events.compactMap { $0["event"] as? String }
    #expect(names.first == "run_started" && names.last == "run_finished")
    #expect(names.count { $0 == "node_started" } == 9)
    #expect(names.count { $0 == "node_finished" } == 9)
    #expect(names.count { $0 == "member_progress" } == 4)
    let finished = try #require(events.first { $0["event"] as? String == "node_finished" })
    #expect((finished["peak_memory_bytes"] as? Int ?? 0) > 1_000_000)
    #expect(finished["seconds"] as? Double != nil)
    #expect(events.last?["counts"] as? [String: Int] == ["executed": 9])
    let elapsed = events.compactMap { $0["elapsed"] as? Double }
    #expect(elapsed.count == events.count && elapsed == elapsed.sorted())
    #expect(try project.pipe("run", SmallPipeline.path, "--events", "events.jsonl").status == 0)
    #expect(try Self.events(file).count { $0["event"] as? String == "node_cached" } == 9)
    #expect(try project.pipe("run", SmallPipeline.path, "--events", "nowhere/events.jsonl").status == 73)
  }

  private static func events(_ file: URL) throws -> [[String: Any]] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
      let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(event)
    }
  }

  @Test func catalogueGraphAndMistakesInJSON() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(SmallPipeline.path, SmallPipeline.manifest(extra: SmallPipeline.ensemble))
    let check = try project.pipe("check", SmallPipeline.path, "--json").json()
    #expect(check["stages"] as? Int == 5 && check["nodes"] as? Int == 9)
    let graph = try project.pipe("graph", SmallPipeline.path, "--json").json()
    let stages = try #require(graph["stages"] as? [[String: Any]])
    #expect(stages.last?["repeat"] as? String == "inversion" && stages.last?["members"] as? Int == 4)
    #expect((stages[3]["inputs"] as? [String: String])?["gravity"] == "model.gravity")
    let kinds =
      try project.pipe("stages", "topography_inversion", "--json").json()["kinds"] as? [[String: Any]]
    let settings = try #require(kinds?.first?["settings"] as? [[String: Any]])
    #expect(settings.contains { $0["name"] as? String == "zref" && $0["dimension"] as? String == "length" })
    try project.write(
      SmallPipeline.path, SmallPipeline.manifest(damping: "no").replacingOccurrences(of: "zref", with: "zerf")
    )
    let wrong = try project.pipe("check", SmallPipeline.path, "--json")
    #expect(wrong.status == 65 && wrong.errors.isEmpty, "\(wrong.errors)")
    let diagnostics = try #require(try wrong.json()["diagnostics"] as? [[String: Any]])
    let unknown = try #require(diagnostics.first { ($0["message"] as? String)?.contains("zerf") == true })
    #expect(unknown["code"] as? String == "M052" && unknown["severity"] as? String == "error")
    #expect((unknown["place"] as? [String: Any])?["line"] as? Int == 13)
  }
}
