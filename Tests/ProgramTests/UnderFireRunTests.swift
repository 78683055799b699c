import Foundation
import Testing

/// Signals, runs beside each other, folders that move, odd surroundings: cases 7, 8, 21 and 25.
@Suite(.serialized) struct UnderFireRunTests {
  static let slow = """
    [quick : command]
    program   = "sh"
    arguments = "-c", "echo 1 > x"
    outputs   = x(number)

    [slow : command]
    program   = "sh"
    arguments = "-c", "echo $$ > {setting.note}; echo begun; sleep 30; echo 1 > x"
    outputs   = x(number)
    note      = "NOTE"
    start    <- quick.x

    """

  /// The program ends within a second with the status of its signal, and so does what it started.
  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func case7Signals(signal: Int32, status: Int32) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let note = "/tmp/pipe-note-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: note) }
    let text = Self.slow.replacingOccurrences(of: "NOTE", with: note)
      .replacingOccurrences(of: "; echo begun", with: "; echo begun {setting.start}")
    try project.write("pipelines/slow.manifest", text)
    let running = try Program.start(["run", "pipelines/slow.manifest", "--no-report"], in: project.root)
    try waitForLog(holding: "begun", in: project.root)
    let start = Date()
    // Twice, as `timeout` does: it signals the process and then its group.
    for _ in 0..<2 { kill(running.process.processIdentifier, signal) }
    let outcome = running.wait()
    // Alone it takes 0.05 s; the bound only tells it from waiting for the stage, on a machine that others use.
    #expect(Date().timeIntervalSince(start) < 5)
    #expect(outcome.status == status, "\(outcome.errors)")
    let child = try #require(
      Int32(try String(contentsOfFile: note, encoding: .utf8).trimmingCharacters(in: .newlines)))
    #expect(kill(child, 0) == -1 && errno == ESRCH)
    #expect(try project.pipe("history").output.contains("  cancelled  1 executed, 0 cached"))
    try project.write("pipelines/slow.manifest", text.replacingOccurrences(of: "sleep 30", with: "sleep 0"))
    let next = try project.pipe("run", "pipelines/slow.manifest", "--no-report")
    #expect(next.status == 0 && next.executed == 1, "\(next.errors)")
  }

  /// Members that are finished stay: the next run makes only the others.
  @Test func case7FinishedMembersStay() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let gate = project.root.appendingPathComponent("gate").path
    try project.write(
      "pipelines/members.manifest",
      """
      [model : synthetic_model]
      spacing = 5 km
      density_contrast = 2669 kg/m3
      [surface : command]
      program   = "sh"
      arguments = "-c", "echo {member} {setting.x}; if test {member} -gt 2; then while ! test -e '{setting.gate}'; do sleep 0.02; done; fi; cp truth it"
      inputs    = truth
      outputs   = it(topography)
      truth    <- model.topography
      x         = 0.1
      gate      = "\(gate)"
      [ensemble : ensemble_loop]
      repeat    = surface
      runs      = 6
      surface.x ~ uniform(0, 1)
      """)
    let arguments = [
      "run", "pipelines/members.manifest", "--no-report", "--target", "ensemble", "--jobs", "8",
    ]
    let running = try Program.start(arguments + ["--events", "events"], in: project.root)
    let events = project.root.appendingPathComponent("events")
    for _ in 0..<1000 {
      let text = (try? String(contentsOf: events, encoding: .utf8)) ?? ""
      if text.components(separatedBy: "\"event\":\"node_finished\"").count > 4 { break }
      Thread.sleep(forTimeInterval: 0.02)
    }
    kill(running.process.processIdentifier, SIGINT)
    let stopped = running.wait()
    #expect(stopped.status == 130, "\(stopped.errors)")
    let told = try String(contentsOf: events, encoding: .utf8)
    let finished = told.components(separatedBy: "\"event\":\"node_finished\"").count - 1
    let nodes = try #require(told.firstMatch(of: /"nodes":(\d+)/).flatMap { Int($0.1) })
    #expect(finished >= 4 && finished <= nodes - 4)
    try project.write("gate", "")
    let next = try Program.run(arguments, in: project.root)
    #expect(next.status == 0 && next.executed == nodes - finished, "\(finished): \(next.errors)")
  }

  /// A stage of the program's own ends at its next iteration, not after its last.
  @Test func case7IteratingStageStops() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      SmallPipeline.path,
      SmallPipeline.manifest(
        damping: "1000", spacing: "1 km", extra: "l2_norm_tolerance = 0.00001\ndelta_l2_norm_tolerance = 1"
      )
      .replacingOccurrences(of: "max_iterations = 3", with: "max_iterations = 1000000"))
    let running = try Program.start(
      ["run", SmallPipeline.path, "--no-report", "--events", "events"], in: project.root)
    let events = project.root.appendingPathComponent("events")
    for _ in 0..<1000 {
      let text = (try? String(contentsOf: events, encoding: .utf8)) ?? ""
      if text.contains("\"event\":\"node_started\"") && text.contains("\"node\":\"inversion\"") { break }
      Thread.sleep(forTimeInterval: 0.02)
    }
    Thread.sleep(forTimeInterval: 0.3)
    #expect(running.process.isRunning, "it was done before it could be stopped")
    let start = Date()
    kill(running.process.processIdentifier, SIGTERM)
    let outcome = running.wait()
    // Alone it takes some hundredths of a second; the bound tells it from a million iterations.
    #expect(Date().timeIntervalSince(start) < 5)
    #expect(outcome.status == 143, "\(outcome.status): \(outcome.errors)")
    #expect(try project.pipe("history").output.contains("  cancelled  "))
  }

  /// Stages of the same and of different manifests in one project, all at once: each runs once.
  @Test(arguments: [2, 8]) func case8RunsAtOnce(count: Int) throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    for index in 0..<count where index % 2 == 1 {
      // Every fourth shares only what comes before the setting that differs.
      let text =
        index % 4 == 3 ? ToyProject.text.replacingOccurrences(of: "= 3\n", with: "= 4\n") : ToyProject.text
      try toy.project.write("pipelines/toy\(index).manifest", text)
    }
    let runs = try (0..<count).map { index in
      let name = index % 2 == 1 ? "toy\(index)" : "toy"
      return try Program.start(["run", "pipelines/\(name).manifest", "--no-report"], in: toy.root)
    }
    let outcomes = runs.map { $0.wait() }
    for outcome in outcomes { #expect(outcome.status == 0, "\(outcome.errors)") }
    #expect(outcomes.compactMap(\.executed).reduce(0, +) == (count > 3 ? 8 : 5))
    try toy.check()
    for index in 0..<count where index % 2 == 1 {
      try toy.check(pipeline: "toy\(index)", factor: index % 4 == 3 ? 4 : 3)
    }
    #expect(try toy.project.pipe("verify").status == 0)
    try toy.expect(executed: 0)
  }

  /// A holder that was killed blocks nobody.
  @Test func case8CrashedHolder() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    try toy.script("shift.sh", "#!/bin/sh\necho begun; sleep 30\n")
    let running = try Program.start(["run", ToyProject.manifest, "--no-report"], in: toy.root)
    try waitForLog(holding: "begun", in: toy.root)
    kill(running.process.processIdentifier, SIGKILL)
    _ = running.wait()
    try toy.script("shift.sh", ToyProject.shift)
    let start = Date()
    try toy.expect(executed: 1)
    #expect(Date().timeIntervalSince(start) < 5)
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: toy.root.appendingPathComponent(".pipe/tmp").path)
    #expect(folders.isEmpty, "the dead run's scratch is gone")
  }

  @Test func case21MovedAndCopied() throws {
    let toy = try ToyProject()
    let elsewhere = toy.root.deletingLastPathComponent().appendingPathComponent("β \(UUID().uuidString)")
    defer {
      toy.remove()
      try? FileManager.default.removeItem(at: elsewhere)
    }
    try toy.expect(executed: 5)
    #expect(try shell("cp -a \"$PWD\" '\(elsewhere.path)'", in: toy.root).status == 0)
    func runElsewhere() throws -> Int? {
      let outcome = try Program.run(["run", ToyProject.manifest, "--no-report"], in: elsewhere)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.executed
    }
    #expect(try runElsewhere() == 0)
    try FileManager.default.removeItem(at: elsewhere)
    try FileManager.default.moveItem(at: toy.root, to: elsewhere)
    #expect(try runElsewhere() == 0)
    try FileManager.default.moveItem(at: elsewhere, to: toy.root)
    try toy.expect(executed: 0)
  }

  /// As root a folder that forbids writing forbids nothing, so it is mounted read-only.
  @Test func case21ReadOnlyProject() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    try toy.expect(executed: 5)
    let mounted = try shell("mount --bind . . && mount -o remount,ro,bind .", in: toy.root)
    guard mounted.status == 0 else {
      print("case 21 (read-only) left out: \(mounted.errors)")
      return
    }
    defer { _ = try? shell("umount -l '\(toy.root.path)'", in: URL(fileURLWithPath: "/")) }
    func run(_ arguments: String) throws -> Program.Outcome {
      try shell(
        "cd '\(toy.root.path)' && \"$PIPE\" run \(ToyProject.manifest) --no-report \(arguments)",
        in: URL(fileURLWithPath: "/"))
    }
    let same = try run("")
    #expect(same.status == 0 && same.executed == 0, "\(same.errors)")
    let other = try run("--set scaled.factor=4")
    #expect(other.status == 74 && other.errors.contains("read-only"), "\(other.errors)")
  }

  @Test func case25OddSurroundings() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    let run = "\"$PIPE\" run \(ToyProject.manifest) --no-report"
    let unset = try shell("env -u HOME -u TERM \(run)", in: toy.root)
    #expect(unset.status == 0 && unset.executed == 5, "\(unset.errors)")
    let nothing = try shell("env -i \"$PIPE\" run \(ToyProject.manifest) --no-report", in: toy.root)
    #expect(nothing.status == 0 && nothing.executed == 0, "\(nothing.errors)")
    let closed = try shell("\(run) --set scaled.factor=4 <&- >&- 2>&-; echo $?", in: toy.root)
    #expect(closed.output == "0\n")
    try toy.check(factor: 4)
    let head = try shell("(\"$PIPE\" stages; echo $? >&2) | head -1", in: toy.root)
    #expect(head.output.split(separator: "\n").count == 1)
    #expect(["0\n", "141\n"].contains(head.errors), "\(head.errors)")
    let reader = try shell(
      "(\(run) --set scaled.factor=5 2>&1; echo $? > status) | head -c 1 > start; cat status", in: toy.root)
    #expect(reader.output == "0\n")
    try toy.check(factor: 5)
    let events = try shell(
      "(\(run) --events -; echo $? > status) | head -1 > first; cat status first", in: toy.root)
    #expect(events.output.hasPrefix("0\n{\"elapsed\":"), "\(events.output)\(events.errors)")
  }

  /// An answer that can't be written is no success.
  @Test func case25FullStandardOutput() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    try toy.expect(executed: 5)
    for command in ["stages", "history --json", "show total.sum", "schema", "run -n \(ToyProject.manifest)"] {
      let outcome = try shell("\"$PIPE\" \(command) > /dev/full", in: toy.root)
      #expect(
        outcome.status == 71 && outcome.errors.contains("standard output"), "\(command): \(outcome.status)")
    }
    // A run needs no standard output.
    #expect(
      try shell("\"$PIPE\" run \(ToyProject.manifest) --no-report > /dev/full", in: toy.root).status == 0)
  }
}
