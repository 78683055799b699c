import Datasets
import Foundation
import Testing

/// What fails, and what then goes on: cases 16 to 20 and 23, and the ways in which a program can go wrong.
@Suite struct UnderFireFailureTests {
  static func failure(_ stage: String, files: [String: String] = [:]) throws -> Program.Outcome {
    let project = try TemporaryProject()
    defer { project.remove() }
    for (name, text) in files { try project.write(name, text) }
    try project.write("pipelines/x.manifest", stage)
    let outcome = try project.pipe("run", "pipelines/x.manifest", "--no-report")
    #expect(outcome.status != 0, "\(outcome.errors)")
    return outcome
  }

  static func command(_ script: String, outputs: String = "x") -> String {
    "[s : command]\nprogram = \"sh\"\narguments = \"-c\", \"\(script)\"\noutputs = \(outputs)\n"
  }

  @Test func case16InputEditedWhileItsStageRuns() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    try toy.edit {
      $0.replacingOccurrences(
        of: "program   = \"sort\"\narguments = \"-n\", \"-o\", \"{output.list}\", \"{input.raw}\"",
        with: "program = \"sh\"\narguments = \"-c\", \"echo begun; sleep 1; sort -n raw > list\"")
    }
    let running = try Program.start(["run", ToyProject.manifest, "--no-report"], in: toy.root)
    try waitForLog(holding: "begun", in: toy.root)
    try toy.writeNumbers([7])
    let outcome = running.wait()
    #expect(outcome.status == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("was changed while the stage ran"), "\(outcome.errors)")
    try toy.expect(executed: 4, numbers: [7])
    try toy.writeNumbers(ToyProject.numbers)
    try toy.expect(executed: 4)
  }

  /// Put back before the stage ends: its content is then as the recipe says, but not what the stage read.
  @Test func case16InputEditedAndPutBack() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    // At its first go the stage waits for the edit, reads, and waits until the old content is back.
    let script =
      "echo begun; until test \\\"$(head -1 raw)\\\" = 5 || test -e '{setting.marker}'; do sleep 0.02; done; "
      + "sort -n raw > list; echo read; until test \\\"$(head -1 raw)\\\" = 7; do sleep 0.02; done"
    try toy.edit {
      $0.replacingOccurrences(
        of: "program   = \"sort\"\narguments = \"-n\", \"-o\", \"{output.list}\", \"{input.raw}\"",
        with: "program = \"sh\"\nmarker = \"\(toy.root.path)/again\"\narguments = \"-c\", \"\(script)\"")
    }
    try toy.writeNumbers([7])
    let running = try Program.start(["run", ToyProject.manifest, "--no-report"], in: toy.root)
    try waitForLog(holding: "begun", in: toy.root)
    try toy.writeNumbers(ToyProject.numbers)
    try waitForLog(holding: "read", in: toy.root)
    try toy.project.write("again", "")
    try toy.writeNumbers([7])
    let outcome = running.wait()
    #expect(outcome.status == 0 && outcome.executed == 5, "\(outcome.errors)")
    try toy.check(numbers: [7])
    try toy.expect(executed: 0, numbers: [7])
    #expect(try toy.project.pipe("log", "sorted").output == "begun\nread\nbegun\nread\n")
  }

  @Test func case17FailureSkipsWhatDependsOnIt() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    try toy.script("shift.sh", "#!/bin/sh\necho first; echo no luck >&2; exit 3\n")
    try toy.edit {
      $0 + """
        [after : command]
        program   = "cat"
        inputs    = it
        it       <- shifted.shifted
        outputs   = x

        """
    }
    let outcome = try toy.run()
    #expect(outcome.status == 1 && outcome.executed == 4, "\(outcome.errors)")
    #expect(outcome.errors.contains("ended with status 3; it said:\n  first\n  no luck"), "\(outcome.errors)")
    #expect(outcome.errors.contains("after: needs shifted, which failed"), "\(outcome.errors)")
    let log = try toy.project.pipe("explain", "shifted", ToyProject.manifest)
    #expect(log.output.contains("no luck"), "\(log.output)\(log.errors)")
    try toy.script("shift.sh", ToyProject.shift)
    try toy.edit { $0.components(separatedBy: "[after")[0] }
    try toy.expect(executed: 1)
  }

  @Test func case18MissingOrWrongOutput() throws {
    let missing = try Self.failure(Self.command("echo done"))
    #expect(missing.errors.contains("without leaving its output 'x'; it said:\n  done"), "\(missing.errors)")
    let folder = try Self.failure(Self.command("mkdir x"))
    #expect(folder.errors.contains("the output 'x' is not a regular file"), "\(folder.errors)")
    let link = try Self.failure(Self.command("ln -s /etc/passwd x"))
    #expect(link.errors.contains("the output 'x' is not a regular file"), "\(link.errors)")
    let words = try Self.failure(Self.command("echo three > x", outputs: "x(length)"))
    #expect(words.errors.contains("should be one number"), "\(words.errors)")
    let grid = try Self.failure(Self.command("echo 3 > x", outputs: "x(topography)"))
    #expect(grid.errors.contains("the output 'x' can't be read as topography"), "\(grid.errors)")
  }

  @Test func case19Cycle() throws {
    let outcome = try Self.failure(
      """
      [a : command]
      program = "cat"
      inputs  = i
      outputs = o
      i      <- b.o
      [b : command]
      program = "cat"
      inputs  = i
      outputs = o
      i      <- a.o
      """)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains("a → b → a") || outcome.errors.contains("a -> b -> a"), "\(outcome.errors)")
  }

  @Test func case20MissingInputIsNamedWithItsLine() throws {
    let outcome = try Self.failure(
      "[a : command]\nprogram = \"cat\"\ninputs = i\noutputs = o\ni = file(\"no.txt\")\n")
    #expect(outcome.status == 66 && outcome.errors.contains("x.manifest:5:"), "\(outcome.errors)")
    #expect(outcome.errors.contains("no file 'pipelines/no.txt'"), "\(outcome.errors)")
  }

  /// Of five members those with x above 0.5 fail; the statistics say how many are left.
  @Test func case23MembersThatFail() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    func manifest(allowed: Int) -> String {
      """
      [model : synthetic_model]
      spacing = 5 km
      density_contrast = 2669 kg/m3
      [surface : command]
      program   = "sh"
      arguments = "-c", "awk -v x={setting.x} 'BEGIN { exit x > 0.5 }' && cp truth it"
      inputs    = truth
      outputs   = it(topography)
      truth    <- model.topography
      x         = 0.1
      [ensemble : ensemble_loop]
      repeat       = surface
      runs         = 5
      seed         = 1
      max_failures = \(allowed)
      surface.x    ~ uniform(0, 1)
      [statistics : merged_stats]
      members   <- ensemble.members
      weight_by = none
      """
    }
    try project.write("pipelines/few.manifest", manifest(allowed: 1))
    let few = try project.pipe("run", "pipelines/few.manifest", "--no-report")
    #expect(few.status == 1 && few.errors.contains("more than max_failures = 1"), "\(few.errors)")
    try project.write("pipelines/few.manifest", manifest(allowed: 3))
    let enough = try project.pipe("run", "pipelines/few.manifest", "--no-report")
    #expect(enough.status == 0, "\(enough.errors)")
    let failed = try NetCDFFile.readScalar(project.result("few", "ensemble.failed"))
    #expect(failed >= 2 && failed <= 3)
    let counted = try NetCDFFile.readScalar(project.result("few", "statistics.runs"))
    #expect(counted == 5 - failed)
    let members = try NetCDFFile.read(project.result("few", "ensemble.members"))
    #expect(try members.column("param_x").count == 5 - Int(failed))
    #expect(try members.column("param_x").allSatisfy { $0 <= 0.5 })
  }

  // MARK: Programs

  @Test func aProgramSeesOnlyWhatIsDeclared() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("secret.txt", "1")
    try project.write("declared.txt", "1")
    try project.write(
      "pipelines/x.manifest",
      """
      [s : command]
      program     = "sh"
      arguments   = "-c", "ls -a > names; env | sort > variables; cat secret.txt > secret 2>&1 || true"
      inputs      = given
      outputs     = names, variables, secret
      environment = "A_NUMBER=7", "NO_SUCH_VARIABLE_HERE"
      given       = file("../declared.txt")
      """)
    let outcome = try shell(
      "SHELL_VARIABLE=1 \"$PIPE\" run pipelines/x.manifest --no-report", in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    func result(_ name: String) throws -> String {
      try String(contentsOf: project.root.appendingPathComponent("results/x/s.\(name)"), encoding: .utf8)
    }
    #expect(try result("names") == ".\n..\ngiven\nnames\n")
    let variables = try result("variables").split(separator: "\n").map { $0.prefix { $0 != "=" } }
    #expect(
      Set(variables).subtracting(["PWD", "OLDPWD", "SHLVL", "_"])
        == ["A_NUMBER", "HOME", "LC_ALL", "OMP_NUM_THREADS", "PATH", "TMPDIR", "TZ"])
    #expect(try result("secret").contains("No such file"))
  }

  /// A variable that is let through by its name is a part of the recipe.
  @Test func valueOfAnAllowedVariableDecides() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/x.manifest",
      Self.command("echo $LEVEL > x", outputs: "x(number)") + "environment = \"LEVEL\"\n")
    func run(_ level: Int) throws -> Int? {
      let outcome = try shell(
        "LEVEL=\(level) \"$PIPE\" run pipelines/x.manifest --no-report", in: project.root)
      #expect(try NetCDFFile.readScalar(project.result("x", "s.x")) == Double(level), "\(outcome.errors)")
      return outcome.executed
    }
    #expect(try [run(1), run(2), run(1)] == [1, 1, 0])
  }

  @Test func timeLimitEndsTheWholeGroup() throws {
    let marker = "/tmp/pipe-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: marker) }
    let start = Date()
    let outcome = try Self.failure(
      Self.command("echo begun; (sleep 3; touch \(marker)) & sleep 30; echo 1 > x") + "time_limit = 500 ms\n")
    #expect(Date().timeIntervalSince(start) < 3)
    #expect(outcome.errors.contains("was stopped after its time_limit of 0.5 s; it said:\n  begun"))
    Thread.sleep(forTimeInterval: 3.2)
    #expect(!FileManager.default.fileExists(atPath: marker))
  }

  @Test func programThatCannotRun() throws {
    let plain = try Self.failure(
      "[s : command]\nprogram = file(\"../tool\")\noutputs = x\n", files: ["tool": "#!/bin/sh\n"])
    #expect(plain.status == 1 && plain.errors.contains("try chmod +x"), "\(plain.errors)")
    let unknown = try Self.failure("[s : command]\nprogram = \"no_such_tool\"\noutputs = x\n")
    #expect(unknown.status == 65 && unknown.errors.contains("no program 'no_such_tool' on PATH"))
    let killed = try Self.failure(Self.command("kill -9 $$"))
    #expect(killed.errors.contains("was killed by signal 9"), "\(killed.errors)")
  }

  @Test func foreignFileInResultsIsKept() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    try toy.project.write("results/toy/sorted.list", "mine\n")
    let outcome = try toy.run()
    #expect(outcome.status != 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("was not written by pipe, so it is not overwritten"), "\(outcome.errors)")
    #expect(try String(contentsOf: toy.result("sorted.list"), encoding: .utf8) == "mine\n")
    try FileManager.default.removeItem(at: toy.result("sorted.list"))
    try toy.expect(executed: 0)
  }

  @Test func foreignReportIsKept() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    let report = try toy.project.write("results/toy/report.html", "<p>mine</p>\n")
    let outcome = try toy.project.pipe("run", ToyProject.manifest)
    #expect(outcome.status == 73 && outcome.errors.contains("was not written by pipe"), "\(outcome.errors)")
    #expect(try String(contentsOf: report, encoding: .utf8) == "<p>mine</p>\n")
    try FileManager.default.removeItem(at: report)
    let second = try toy.project.pipe("run", ToyProject.manifest)
    #expect(second.status == 0 && FileManager.default.fileExists(atPath: report.path), "\(second.errors)")
    let third = try toy.project.pipe("run", ToyProject.manifest, "--set", "scaled.factor=4")
    #expect(third.status == 0, "\(third.errors)")
  }

  /// A link that stands where a result belongs is not followed.
  @Test func linkInResultsIsNotFollowed() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    let target = try toy.project.write("precious.txt", "precious\n")
    try FileManager.default.createDirectory(
      at: toy.root.appendingPathComponent("results/toy"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(at: toy.result("sorted.list"), withDestinationURL: target)
    let outcome = try toy.run()
    #expect(outcome.status != 0 && outcome.errors.contains("was not written by pipe"), "\(outcome.errors)")
    #expect(try String(contentsOf: target, encoding: .utf8) == "precious\n")
    try FileManager.default.removeItem(at: target)
    let dangling = try toy.run()
    #expect(dangling.errors.contains("was not written by pipe"), "\(dangling.errors)")
    #expect(!FileManager.default.fileExists(atPath: target.path))
  }
}

/// Waits until a log of the project holds a text: the stage is then known to run.
func waitForLog(holding text: String, in root: URL) throws {
  let logs = root.appendingPathComponent(".pipe/logs")
  for _ in 0..<1000 {
    for name in (try? FileManager.default.subpathsOfDirectory(atPath: logs.path)) ?? [] {
      let content = try? String(contentsOf: logs.appendingPathComponent(name), encoding: .utf8)
      if content?.contains(text) == true { return }
    }
    Thread.sleep(forTimeInterval: 0.02)
  }
  Issue.record("no log says '\(text)'")
}
