import Foundation
import Manifests
import Planning
import Synchronization
import Testing

@testable import Execution

@Suite struct StoreTests {
  /// A random graph: every stage uses up to three before it. And its values by plain recursion.
  private func randomStages(_ count: Int, seed: UInt64) -> (stages: [ToyStage], values: [Double]) {
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var (stages, values): ([ToyStage], [Double]) = ([], [])
    for index in 0..<count {
      let uses = index == 0 ? [] : (0..<next(4)).map { _ in next(index) }
      let add = Double(next(7))
      stages.append(ToyStage(name: "s\(index)", add: add, uses: uses.map { "s\($0)" }))
      values.append(uses.reduce(add) { $0 + values[$1] })
    }
    return (stages, values)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8])
  func agreesWithNaiveEvaluation(seed: UInt64) throws {
    let (stages, values) = randomStages(40, seed: seed)
    var objects: [[String]] = []
    for jobs in [1, 2, 8] {
      let project = try ToyProject()
      #expect(try project.run(stages, options: RunOptions(jobs: jobs)).outcome == .succeeded)
      for (index, value) in values.enumerated() { #expect(try project.result("s\(index)") == value) }
      objects.append(project.objects().map { String($0.dropFirst(project.layout.root.utf8.count)) })
      // A run ever so often with random objects gone stays right.
      for object in project.objects().enumerated() where object.offset % 3 == Int(seed % 3) {
        unlink(object.element)
      }
      var changed = stages
      changed[0].add = 50
      #expect(try project.run(changed, options: RunOptions(jobs: jobs)).outcome == .succeeded)
      #expect(try project.run(stages, options: RunOptions(jobs: jobs)).outcome == .succeeded)
      for (index, value) in values.enumerated() { #expect(try project.result("s\(index)") == value) }
    }
    #expect(objects[0] == objects[1])
    #expect(objects[0] == objects[2])
  }

  @Test func crashLeavings() throws {
    let project = try ToyProject()
    let (stages, values) = randomStages(30, seed: 99)
    let record = try project.run(stages)
    // A dead process: scratch, a half index line, an object of which half arrived.
    let scratch = project.layout.temporary + "/dead"
    try FileManager.default.createDirectory(atPath: scratch + "/0", withIntermediateDirectories: true)
    try "half".write(toFile: scratch + "/0/out.nc", atomically: false, encoding: .utf8)
    try "".write(toFile: scratch + ".lock", atomically: false, encoding: .utf8)
    let hash = try #require(record.node("s5")?.outputs["out"])
    let object = ObjectStore(layout: project.layout).path(hash)
    unlink(object)
    try "".write(toFile: object, atomically: false, encoding: .utf8)
    let index = try Posix.readFile(project.layout.index)
    try Data(index.dropLast(20)).write(to: URL(fileURLWithPath: project.layout.index))
    unlink(project.resultPath("s5"))
    _ = project.world.takeExecuted()
    let observer = NoticeCollector()
    #expect(try project.makeRun(stages, observer: observer).execute().outcome == .succeeded)
    for (index, value) in values.enumerated() { #expect(try project.result("s\(index)") == value) }
    #expect(!FileManager.default.fileExists(atPath: scratch))
    #expect(observer.notices.withLock { $0 }.contains { $0.contains("index of the store was repaired") })
    let again = NoticeCollector()
    #expect(try project.makeRun(stages, observer: again).execute().count(.executed) == 0)
    #expect(again.notices.withLock { $0 } == [])
  }

  @Test func lostIndexIsMadeFromRecipes() throws {
    let project = try ToyProject()
    let (stages, _) = randomStages(20, seed: 5)
    try project.run(stages)
    unlink(project.layout.index)
    #expect(try project.run(stages).count(.executed) == 0)
    try "garbage\u{0}\u{0}\nmore".write(toFile: project.layout.index, atomically: false, encoding: .utf8)
    #expect(try project.run(stages).count(.executed) == 0)
  }

  @Test(.timeLimit(.minutes(1))) func runsAtOnceShareWork() throws {
    let project = try ToyProject()
    let (stages, values) = randomStages(60, seed: 11)
    project.world.hook.withLock { $0 = { _ in usleep(2000) } }
    let runs = try (0..<4).map { _ in try project.makeRun(stages, options: RunOptions(jobs: 2)) }
    let outcomes = Mutex<[RunRecord.Outcome]>([])
    DispatchQueue.concurrentPerform(iterations: runs.count) { index in
      do {
        let record = try runs[index].execute()
        outcomes.withLock { $0.append(record.outcome) }
      } catch {
        Issue.record(error)
      }
    }
    #expect(outcomes.withLock { $0 } == [.succeeded, .succeeded, .succeeded, .succeeded])
    for (index, value) in values.enumerated() { #expect(try project.result("s\(index)") == value) }
    let index = try ActionIndex(path: project.layout.index)
    #expect(project.world.takeExecuted().count == index.count)
  }

  @Test func movedProjectRunsNothing() throws {
    let project = try ToyProject()
    let (stages, _) = randomStages(20, seed: 3)
    try project.run(stages)
    let copy = try ToyProject()
    for name in [".pipe", "results"] {
      try FileManager.default.copyItem(
        atPath: project.layout.root + "/" + name, toPath: copy.layout.root + "/" + name)
    }
    #expect(try copy.run(stages).count(.executed) == 0)
    #expect(copy.world.takeExecuted() == [])
  }

  @Test func layoutIsFound() throws {
    let project = try ToyProject()
    let root = project.layout.root
    try FileManager.default.createDirectory(
      atPath: root + "/pipelines/deep", withIntermediateDirectories: true)
    func locate(_ path: String) -> String { ProjectLayout.locate(manifestPath: path, explicitRoot: nil).root }
    #expect(locate(root + "/pipelines/x.manifest") == root)
    #expect(locate(root + "/pipelines/deep/x.manifest") == root + "/pipelines/deep")
    try FileManager.default.createDirectory(atPath: root + "/.git", withIntermediateDirectories: true)
    #expect(locate(root + "/pipelines/deep/../deep/x.manifest") == root)
    #expect(ProjectLayout.locate(manifestPath: "x", explicitRoot: "/some/where").root == "/some/where")
  }

  @Test func tenThousandStages() throws {
    let project = try ToyProject()
    let stages = (0..<10_000).map { index in
      ToyStage(name: "s\(index)", add: Double(index), uses: index < 10 ? [] : ["s\(index / 10)"])
    }
    for label in ["cold", "nothing to do"] {
      let run = try project.makeRun(stages)
      let start = Posix.seconds()
      let record = try run.execute()
      print("10 000 stages, \(label): \(Posix.seconds() - start) s, \(record.peakMemoryBytes >> 20) MB")
      #expect(record.outcome == .succeeded)
    }
    #expect(try project.result("s9999") == 9999 + 999 + 99 + 9)
  }
}
