import Foundation
import Testing

/// `pipe gc` and `pipe verify` as a user runs them.
@Suite struct CleaningTests {
  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.copyShipped("quickstart")
    let run = try project.pipe("run", "pipelines/quickstart.manifest")
    #expect(run.status == 0, "\(run.errors)")
    return project
  }

  @Test func verifiesCleansAndRecomputes() throws {
    let project = try project()
    defer { project.remove() }
    let whole = try project.pipe("verify")
    #expect(whole.status == 0 && whole.output.contains("all intact"), "\(whole.output)\(whole.errors)")
    let again = try project.pipe("verify", "--recompute", "100%")
    #expect(
      again.status == 0 && again.output.contains("gave the same bytes"), "\(again.output)\(again.errors)")
    #expect(!again.output.contains("not possible"))
    let dry = try project.pipe("gc", "--keep-runs", "1")
    #expect(dry.status == 0 && dry.output.contains("nothing to remove"), "\(dry.output)\(dry.errors)")
    for wrong in [
      ["gc", "--keep-runs", "0"], ["gc", "--max-size", "20 apples"], ["verify", "--recompute", "2"],
    ] {
      #expect(try Program.run(wrong, in: project.root).status == 64)
    }
  }

  @Test func damagedObjectHasItsExitStatus() throws {
    let project = try project()
    defer { project.remove() }
    let objects = project.root.appendingPathComponent(".pipe/objects")
    let names = try FileManager.default.subpathsOfDirectory(atPath: objects.path)
    let name = try #require(names.filter { $0.hasSuffix(".nc") }.sorted().first)
    let object = objects.appendingPathComponent(name)
    var bytes = try Data(contentsOf: object)
    bytes[bytes.count / 2] ^= 1
    try FileManager.default.removeItem(at: object)
    try bytes.write(to: object)
    let found = try project.pipe("verify")
    #expect(found.status == 74 && found.output.contains("damaged: "), "\(found.output)")
    #expect(try project.pipe("verify", "--repair").status == 0)
    #expect(try project.pipe("verify").status == 0)
    #expect(try project.pipe("gc").output.contains("set aside"))
    let gone = try project.pipe("gc", "--delete")
    #expect(gone.status == 0 && gone.output.contains("removed:"), "\(gone.output)")
    #expect(try project.pipe("gc").output.contains("nothing to remove"))
    #expect(try project.pipe("run", "pipelines/quickstart.manifest").status == 0)
  }

  /// Seven runs with seven factors, of 5 results the first and of 3 the others.
  private func runs() throws -> ToyProject {
    let toy = try ToyProject()
    for factor in 3...9 {
      try toy.expect(executed: factor == 3 ? 5 : 3, factor: factor, ["--set", "scaled.factor=\(factor)"])
    }
    return toy
  }

  /// Numbers of an answer by `gc`.
  private func clean(_ toy: ToyProject, _ arguments: String...) throws -> (runs: Int, objects: Int, kept: Int)
  {
    let answer = try Program.run(["gc", "--json"] + arguments, in: toy.root).json()
    return (
      try #require(answer["runs"] as? [Any]).count, try #require(answer["objects"] as? Int),
      try #require(answer["kept_bytes"] as? Int)
    )
  }

  @Test func runsGoByNumberAgeAndSize() throws {
    let toy = try runs()
    defer { toy.remove() }
    func objects() throws -> Int {
      let folder = toy.root.appendingPathComponent(".pipe/objects")
      return try FileManager.default.subpathsOfDirectory(atPath: folder.path).count { $0.hasSuffix(".nc") }
    }
    #expect(try objects() == 23)
    #expect(try clean(toy).objects == 0 && clean(toy, "--older-than", "1h").objects == 0)
    // The newest run of a pipeline always stays.
    #expect(try clean(toy, "--older-than", "0s").runs == 6)
    let two = try clean(toy, "--keep-runs", "2")
    #expect(two.runs == 5 && two.objects == 15)
    let all = try clean(toy).kept
    let half = try clean(toy, "--max-size", "\(all / 2)B")
    #expect(half.kept <= all / 2 && half.runs > 0 && half.runs < 6)
    #expect(try objects() == 23, "a dry run removes nothing")
    #expect(try clean(toy, "--keep-runs", "2", "--delete").objects == 15)
    #expect(try objects() == 8)
    try toy.expect(executed: 0, factor: 9, ["--set", "scaled.factor=9"])
    try toy.expect(executed: 0, factor: 8, ["--set", "scaled.factor=8"])
    try toy.expect(executed: 3, factor: 3)
    #expect(try toy.project.pipe("verify").status == 0)
  }

  /// Everything that may go goes, again and again, while a run works that needs old results and makes new ones.
  @Test func cleaningBesideAWorkingRun() throws {
    let toy = try runs()
    defer { toy.remove() }
    try toy.edit {
      $0.replacingOccurrences(of: "\"{ s += $1 }", with: "\"BEGIN { system(\\\"sleep 0.3\\\") } { s += $1 }")
    }
    let arguments = ["run", ToyProject.manifest, "--no-report", "--set", "scaled.factor=12", "--jobs", "1"]
    for round in 0..<3 {
      let running = try Program.start(arguments, in: toy.root)
      var (cleanings, wasSeen) = (0, false)
      while running.process.isRunning {
        let answer = try Program.run(["gc", "--json", "--delete", "--older-than", "0s"], in: toy.root).json()
        cleanings += 1
        if answer["living_runs"] as? Int == 1 { wasSeen = true }
      }
      let outcome = running.wait()
      #expect(outcome.status == 0 && cleanings > 0 && wasSeen, "\(cleanings): \(outcome.errors)")
      try toy.check(factor: 12)
      try toy.expect(executed: 0, factor: 12, ["--set", "scaled.factor=12"])
      let report = try toy.project.pipe("verify", "--json").json()
      #expect(report["is_sound"] as? Bool == true && report["missing"] as? Int == 0)
      // The next round begins without the results of this one.
      try toy.expect(executed: 3, factor: 20 + round, ["--set", "scaled.factor=\(20 + round)"])
      #expect(try toy.project.pipe("gc", "--delete", "--older-than", "0s").status == 0)
    }
  }

  /// A damaged object is named with its stage, set aside, and made again by the next run that needs it.
  @Test func repairedStoreIsWholeAgain() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    try toy.expect(executed: 5)
    try rot(try toy.object(ToyProject.sortedText))
    #expect(try shell("printf garbage >> .pipe/index", in: toy.root).status == 0)
    let found = try toy.project.pipe("verify", "--json")
    let report = try found.json()
    #expect(found.status == 74 && report["damaged_index_lines"] as? Int == 1)
    #expect((report["damaged"] as? [[String: Any]])?.first?["node"] as? String == "sorted")
    let repaired = try toy.project.pipe("verify", "--repair")
    #expect(repaired.status == 0 && repaired.output.contains("\nrepaired: "), "\(repaired.output)")
    let after = try toy.project.pipe("verify", "--json").json()
    #expect(after["is_sound"] as? Bool == true && after["missing"] as? Int == 1)
    try toy.expect(executed: 4, factor: 4, ["--set", "scaled.factor=4"])
    #expect(try toy.project.pipe("verify", "--json").json()["missing"] as? Int == 0)
  }
}
