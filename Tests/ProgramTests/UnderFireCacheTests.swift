import Foundation
import Testing

/// What must not run again, and what must: cases 1 to 5, 10 to 15, 22 and 24 of the table in the README.
@Suite struct UnderFireCacheTests {
  static func project() throws -> ToyProject {
    let toy = try ToyProject()
    try toy.expect(executed: 5)
    try toy.expect(executed: 0)
    return toy
  }

  @Test func case1LayoutOfTheManifest() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    try toy.edit { text in
      let sections = text.components(separatedBy: "\n\n").filter { !$0.isEmpty }
      return "# a comment\n\n\n"
        + sections.reversed().joined(separator: "\n\n\n# and another\n")
        .replacingOccurrences(of: "   =", with: "=").replacingOccurrences(
          of: "factor    = 3", with: "factor=3.0")
    }
    try toy.expect(executed: 0)
    // The order of settings within their section.
    try toy.edit { text in
      text.components(separatedBy: "\n\n").map { section in
        let lines = section.split(separator: "\n").filter { !$0.hasPrefix("#") }
        guard let head = lines.firstIndex(where: { $0.hasPrefix("[") }) else { return "" }
        return ([lines[head]] + lines[(head + 1)...].reversed()).joined(separator: "\n")
      }.joined(separator: "\n\n") + "\n"
    }
    try toy.expect(executed: 0)
    #expect(try shell("\"$PIPE\" format --in-place \(ToyProject.manifest)", in: toy.root).status == 0)
    try toy.expect(executed: 0)
  }

  @Test func case2SettingChangedAndSetBack() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    try toy.edit { $0.replacingOccurrences(of: "factor    = 3", with: "factor = 4") }
    try toy.expect(executed: 3, factor: 4)
    try toy.edit { $0.replacingOccurrences(of: "factor = 4", with: "factor = 3") }
    try toy.expect(executed: 0)
    try toy.expect(executed: 3, factor: 7, ["--set", "scaled.factor=7"])
    try toy.expect(executed: 0)
  }

  @Test func case3ResultEditedOrDeleted() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    try "something else\n".write(to: toy.result("scaled.values"), atomically: false, encoding: .utf8)
    try toy.expect(executed: 0)
    try FileManager.default.removeItem(at: toy.result("total.sum.nc"))
    try toy.expect(executed: 0)
    try FileManager.default.removeItem(at: toy.root.appendingPathComponent("results"))
    try toy.expect(executed: 0)
  }

  @Test func case4RottenObjectIsNeverConsumed() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    try rot(try toy.object(ToyProject.sortedText))
    let outcome = try toy.expect(executed: 4, factor: 4, ["--set", "scaled.factor=4"])
    #expect(outcome.errors.contains("was damaged"), "\(outcome.errors)")
    try toy.expect(executed: 0)
  }

  @Test func case4RottenObjectIsNeverExported() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    try rot(try toy.object(ToyProject.sortedText))
    try FileManager.default.removeItem(at: toy.result("sorted.list"))
    try toy.expect(executed: 1)
    try toy.expect(executed: 0)
  }

  /// Rot that the first look in a run does not see, as the object was read by the run before.
  @Test func case4RottenScalarIsNotRead() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    let sum = try Data(contentsOf: toy.result("total.sum.nc"))
    let objects = toy.root.appendingPathComponent(".pipe/objects")
    for name in try FileManager.default.subpathsOfDirectory(atPath: objects.path) {
      let url = objects.appendingPathComponent(name)
      if (try? Data(contentsOf: url)) == sum { try rot(url) }
    }
    try FileManager.default.removeItem(at: toy.root.appendingPathComponent(".pipe/numbers"))
    try toy.expect(executed: 1)
  }

  @Test func case5DeletedObject() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    try FileManager.default.removeItem(at: try toy.object(ToyProject.sortedText))
    try toy.expect(executed: 0)
    try toy.expect(executed: 4, factor: 4, ["--set", "scaled.factor=4"])
    try toy.expect(executed: 0)
  }

  @Test func case10StageAndPipelineRenamed() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    try toy.edit {
      $0.replacingOccurrences(of: "[sorted :", with: "[ordered :")
        .replacingOccurrences(of: "sorted.list", with: "ordered.list")
    }
    let renamed = try toy.run()
    #expect(renamed.executed == 0, "\(renamed.errors)")
    let list = try String(contentsOf: toy.result("ordered.list"), encoding: .utf8)
    #expect(list == ToyProject.sortedText)
    #expect(!FileManager.default.fileExists(atPath: toy.result("sorted.list").path))
    try toy.project.write("pipelines/second.manifest", ToyProject.text)
    let second = try toy.project.pipe("run", "pipelines/second.manifest", "--no-report")
    #expect(second.executed == 0, "\(second.errors)")
    try toy.check(pipeline: "second")
  }

  @Test func case11EqualStagesRunOnce() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    try toy.edit { text in
      let first = text.components(separatedBy: "\n\n")[0]
      return text + first.replacingOccurrences(of: "[sorted", with: "[twin") + "\n"
    }
    try toy.expect(executed: 5)
    try toy.project.write("pipelines/second.manifest", ToyProject.text)
    let second = try toy.project.pipe("run", "pipelines/second.manifest", "--no-report")
    #expect(second.executed == 0, "\(second.errors)")
  }

  /// The versions of kinds are pinned elsewhere; of a command the program's own file is the version.
  @Test func case12And13ProgramChanged() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    try toy.script("shift.sh", ToyProject.shift + "# the same, said otherwise\n")
    try toy.expect(executed: 1)
    try toy.script("shift.sh", ToyProject.shift.replacingOccurrences(of: "x + $2", with: "x - $2"))
    let outcome = try toy.run()
    #expect(outcome.executed == 1)
    try toy.script("shift.sh", ToyProject.shift)
    try toy.expect(executed: 0)
  }

  @Test func case13EqualOutputCutsOff() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    try toy.writeNumbers(ToyProject.numbers.reversed())
    try toy.expect(executed: 1)
  }

  @Test func case14TimesOfInputsDoNotMatter() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    #expect(try shell("touch data/a.txt bin/* pipelines/*", in: toy.root).status == 0)
    try toy.expect(executed: 0)
    #expect(try shell("cp data/a.txt x && mv x data/a.txt", in: toy.root).status == 0)
    try toy.expect(executed: 0)
    try toy.writeNumbers([1, 2])
    #expect(try shell("touch -d '1990-01-01' data/a.txt", in: toy.root).status == 0)
    try toy.expect(executed: 4, numbers: [1, 2])
    try toy.writeNumbers(ToyProject.numbers)
    try toy.expect(executed: 0)
  }

  /// A cache of CI: an archive without times, other inodes, unpacked in another order.
  @Test func case14RestoredFromAnArchive() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    let script = """
      tar -cf saved.tar --sort=name --mtime=@0 .pipe bin data pipelines results &&
      rm -rf .pipe bin data pipelines results && tar -xmf saved.tar && rm saved.tar
      """
    #expect(try shell(script, in: toy.root).status == 0)
    try toy.expect(executed: 0)
    try toy.expect(executed: 3, factor: 4, ["--set", "scaled.factor=4"])
  }

  /// Long enough after the first write for the memory of hashes to be trusted.
  @Test func case15InputChangedWithSizeAndTimeKept() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    Thread.sleep(forTimeInterval: 2.2)
    try toy.expect(executed: 5)
    let file = toy.root.appendingPathComponent("data/a.txt")
    try keepingTimes(file) {
      let handle = try FileHandle(forUpdating: file)
      try handle.write(contentsOf: Data("6".utf8))
      try handle.close()
    }
    try toy.expect(executed: 4, numbers: [6, 3, 11, 2, 8])
    try toy.expect(executed: 0, numbers: [6, 3, 11, 2, 8], ["--paranoid"])
  }

  @Test(arguments: ["truncate -s -20", "sh -c 'printf \"gar\\0bage\" >> \"$1\"' x", "rm"])
  func case22DamagedIndex(damage: String) throws {
    let toy = try Self.project()
    defer { toy.remove() }
    #expect(try shell("\(damage) .pipe/index", in: toy.root).status == 0)
    let first = try toy.expect(executed: 0)
    #expect(first.errors.contains("the index of the store was repaired"), "\(first.errors)")
    let second = try toy.expect(executed: 0)
    #expect(!second.errors.contains("repaired"), "\(second.errors)")
  }

  @Test func case24ClockZoneAndLocale() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    for environment in ["TZ=Asia/Kathmandu", "LC_ALL=tr_TR.UTF-8", "LANG=de_DE.UTF-8", "TZ=garbage"] {
      let outcome = try shell(
        "env \(environment) \"$PIPE\" run \(ToyProject.manifest) --no-report", in: toy.root)
      #expect(outcome.status == 0 && outcome.executed == 0, "\(outcome.errors)")
    }
    // As after a clock that was an hour ahead has been set back.
    let touched = try shell(
      "find data .pipe results -exec touch -h -d '1 hour' {} +", in: toy.root)
    #expect(touched.status == 0, "\(touched.errors)")
    try toy.expect(executed: 0)
    try toy.expect(executed: 3, factor: 4, ["--set", "scaled.factor=4"])
  }

  /// Runs that were recorded by a clock that was a year ahead: what ran last is still the last.
  @Test func case24ClockSetBack() throws {
    let toy = try Self.project()
    defer { toy.remove() }
    let runs = toy.root.appendingPathComponent(".pipe/runs")
    let names = try FileManager.default.contentsOfDirectory(atPath: runs.path).sorted()
    let newest = try #require(names.last)
    let ahead = "2101" + newest.dropFirst(4)
    let record = try String(contentsOf: runs.appendingPathComponent(newest), encoding: .utf8)
    try record.replacingOccurrences(of: newest.dropLast(5), with: ahead.dropLast(5))
      .write(to: runs.appendingPathComponent(ahead), atomically: true, encoding: .utf8)
    try FileManager.default.removeItem(at: runs.appendingPathComponent(newest))
    for factor in [4, 5, 6] {
      try toy.expect(executed: 3, factor: factor, ["--set", "scaled.factor=\(factor)"])
      let told = try toy.project.pipe("run", "-n", ToyProject.manifest, "--set", "scaled.factor=9").output
      #expect(told.contains("scaled.factor: \(factor) → 9"), "\(told)")
    }
    let history = try toy.project.pipe("history").output.split(separator: "\n")
    #expect(history.count == 6 && history.last?.hasPrefix("2101") == true, "\(history)")
    #expect(try toy.project.pipe("diff", "last~1").output.contains("scaled.factor: 5 → 6\n"))
    #expect(try toy.project.pipe("gc", "--keep-runs", "1", "--delete").status == 0)
    try toy.expect(executed: 0, factor: 6, ["--set", "scaled.factor=6"])
  }
}
