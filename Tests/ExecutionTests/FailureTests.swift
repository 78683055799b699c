import Foundation
import Manifests
import Planning
import Synchronization
import Testing

@testable import Execution

@Suite struct FailureTests {
  private let stages = [
    ToyStage(name: "a", add: 1), ToyStage(name: "b", add: 2, uses: ["a"]),
    ToyStage(name: "c", add: 3, uses: ["b"]),
    ToyStage(name: "d", add: 10, uses: ["a"]),
  ]

  @Test func dependantsAreSkippedOthersGoOn() throws {
    let project = try ToyProject()
    project.world.failing.withLock { $0 = [2] }
    let run = try project.makeRun(stages)
    let record = try run.execute()
    #expect(record.outcome == .failed)
    #expect(record.nodes.map(\.outcome) == [.executed, .failed, .skipped, .executed])
    #expect(record.node("c")?.message == "needs b, which failed")
    let failure = try #require(run.failures.first)
    #expect(failure.description == "b: cannot add 2.0")
    #expect(try String(contentsOfFile: failure.log, encoding: .utf8) == "# b\nerror: cannot add 2.0\n")
    project.world.failing.withLock { $0 = [] }
    _ = project.world.takeExecuted()
    #expect(try project.run(stages).outcome == .succeeded)
    #expect(project.world.takeExecuted() == ["2.0", "3.0"])
  }

  @Test func wrongOutputsAreErrors() throws {
    let project = try ToyProject()
    project.world.hook.withLock {
      $0 = { try "x".write(toFile: $0.outputs["out"]! + "~", atomically: false, encoding: .utf8) }
    }
    let run = try project.makeRun([stages[0]])
    #expect(try run.execute().outcome == .failed)
    #expect(run.failures.first?.underlying as? NodeError == .unexpectedFile(name: "out.nc~"))
    project.world.hook.withLock { $0 = nil }
    #expect(try project.run([stages[0]]).count(.executed) == 1)
  }

  @Test func inputsAreDecidedByContent() throws {
    let project = try ToyProject()
    let file = project.layout.root + "/in.txt"
    try "5".write(toFile: file, atomically: true, encoding: .utf8)
    let stages = [ToyStage(name: "a", add: 1, file: file)]
    try project.run(stages)
    #expect(try project.result("a") == 6)
    _ = project.world.takeExecuted()
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: file)
    try project.run(stages)
    #expect(project.world.takeExecuted() == [])
    // Size and modification time kept.
    try "6".write(toFile: file, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: file)
    try project.run(stages)
    #expect(try project.result("a") == 7)
    unlink(file)
    let run = try project.makeRun(stages)
    #expect(try run.execute().outcome == .failed)
    #expect(
      run.failures.first?.description
        == "a: cannot read the input file \(file) (toy.manifest:1): No such file or directory")
  }

  @Test func inputEditedWhileRunning() throws {
    let project = try ToyProject()
    let file = project.layout.root + "/in.txt"
    try "5".write(toFile: file, atomically: true, encoding: .utf8)
    project.world.hook.withLock {
      $0 = { _ in try "6".write(toFile: file, atomically: false, encoding: .utf8) }
    }
    let stages = [ToyStage(name: "a", add: 1, file: file)]
    let run = try project.makeRun(stages)
    #expect(try run.execute().outcome == .failed)
    #expect(run.failures.first?.underlying as? NodeError == .inputChanged(path: file))
    #expect(project.objects() == [])
    project.world.hook.withLock { $0 = nil }
    try project.run(stages)
    #expect(try project.result("a") == 7)
  }

  @Test func membersMayFail() throws {
    let project = try ToyProject()
    func stages(_ maximum: Int) -> [ToyStage] {
      [
        ToyStage(name: "a", add: 1), ToyStage(name: "b", add: 2, uses: ["a"]),
        ToyStage(name: "e", kind: "ensemble", repeats: "b", maximumFailures: maximum),
      ]
    }
    project.world.failing.withLock { $0 = [11] }
    let tolerant = try project.run(stages(1))
    #expect(tolerant.outcome == .succeeded)
    #expect(tolerant.count(.failed) == 1)
    #expect(try project.result("e", "total") == 11 + 13 + 14 + 15)
    let strict = try project.makeRun(stages(0))
    #expect(try strict.execute().outcome == .failed)
    #expect(
      strict.failures.contains { "\($0)".contains("1 of 5 members failed, more than max_failures = 0") })
    project.world.failing.withLock { $0 = [] }
    _ = project.world.takeExecuted()
    #expect(try project.run(stages(1)).outcome == .succeeded)
    #expect(project.world.takeExecuted() == ["11.0", "ensemble"])
  }

  @Test func sequentialFamilyGrows() throws {
    let project = try ToyProject()
    let stages = [
      ToyStage(name: "a", add: 1), ToyStage(name: "b", add: 0, uses: ["a"]),
      ToyStage(name: "search", kind: "bisection", repeats: "b"),
      ToyStage(name: "z", uses: ["a", "search.best"]),
    ]
    let first = try project.run(stages)
    #expect(first.outcome == .succeeded, "\(first.nodes.compactMap(\.message))")
    #expect(abs(try project.result("search", "best") - 4) < 0.2)
    #expect(try project.result("z") == (try project.result("search", "best")) + 1)
    _ = project.world.takeExecuted()
    let second = try project.run(stages)
    #expect(project.world.takeExecuted() == [])
    #expect(second.nodes.count == first.nodes.count)
    #expect(try project.makeRun(stages).forecast().allSatisfy { $0.state == .cached })
    // Scores are read again when both their memory and their objects are gone.
    unlink(project.layout.scalars)
    for object in project.objects() { unlink(object) }
    #expect(try project.run(stages).outcome == .succeeded)
  }

  @Test func foreignResultIsLeftAlone() throws {
    let project = try ToyProject()
    let path = project.resultPath("a")
    try FileManager.default.createDirectory(
      atPath: project.layout.results + "/toy", withIntermediateDirectories: true)
    try "mine".write(toFile: path, atomically: false, encoding: .utf8)
    let run = try project.makeRun(stages)
    #expect(try run.execute().outcome == .failed)
    #expect(run.failures.map { $0.underlying as? StoreError } == [.foreignResult(path: path)])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    #expect(try project.result("c") == 6)
  }

  @Test(.timeLimit(.minutes(1))) func cancelKeepsWhatIsFinished() throws {
    let project = try ToyProject()
    let box = Mutex<Run?>(nil)
    project.world.hook.withLock {
      $0 = { context in
        guard context.settings.number("add") == 2 else { return }
        box.withLock { $0 }?.cancel()
        while true {
          try context.checkCancelled()
          usleep(1000)
        }
      }
    }
    let run = try project.makeRun(stages, options: RunOptions(jobs: 1))
    box.withLock { $0 = run }
    let record = try run.execute()
    #expect(record.outcome == .cancelled)
    #expect(record.node("a")?.outcome == .executed)
    #expect(record.node("c")?.outcome == .stopped)
    project.world.hook.withLock { $0 = nil }
    _ = project.world.takeExecuted()
    #expect(try project.run(stages).outcome == .succeeded)
    #expect(!project.world.takeExecuted().contains("1.0"))
  }
}
