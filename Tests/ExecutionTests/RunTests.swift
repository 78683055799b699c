import Foundation
import Manifests
import Planning
import Synchronization
import Testing

@testable import Execution

/// a → b → c, and d beside; c = 6, d = 11.
private let chain = [
  ToyStage(name: "a", add: 1), ToyStage(name: "b", add: 2, uses: ["a"]),
  ToyStage(name: "c", add: 3, uses: ["b"]), ToyStage(name: "d", add: 10, uses: ["a"]),
]

private func changed(_ stage: String, add: Double) -> [ToyStage] {
  chain.map {
    var copy = $0
    if copy.name == stage { copy.add = add }
    return copy
  }
}

@Suite struct RunTests {
  @Test func computesOnceAndExports() throws {
    let project = try ToyProject(" with spaces and ümläut")
    let first = try project.run(chain)
    #expect(first.outcome == .succeeded)
    #expect(first.count(.executed) == 4)
    #expect(try project.result("c") == 6)
    #expect(try project.result("d") == 11)
    let second = try project.run(chain)
    #expect(second.count(.cached) == 4)
    #expect(project.world.takeExecuted().count == 4)
  }

  @Test func changedSettingAndBack() throws {
    let project = try ToyProject()
    try project.run(chain)
    _ = project.world.takeExecuted()
    try project.run(changed("b", add: 5))
    #expect(project.world.takeExecuted().sorted() == ["3.0", "5.0"])
    #expect(try project.result("c") == 9)
    try project.run(chain)
    #expect(project.world.takeExecuted() == [])
    #expect(try project.result("c") == 6)
  }

  @Test func editedAndDeletedResultsAreRestored() throws {
    let project = try ToyProject()
    try project.run(chain)
    _ = project.world.takeExecuted()
    try "7.0".write(toFile: project.resultPath("c"), atomically: false, encoding: .utf8)
    try FileManager.default.removeItem(atPath: project.resultPath("d"))
    try project.run(chain)
    #expect(project.world.takeExecuted() == [])
    #expect(try project.result("c") == 6)
    #expect(try project.result("d") == 11)
  }

  @Test func rottenObjectIsNeverConsumed() throws {
    let project = try ToyProject()
    let first = try project.run(chain)
    _ = project.world.takeExecuted()
    let hash = try #require(first.node("b")?.outputs["out"])
    let path = ObjectStore(layout: project.layout).path(hash)
    try damage(path)
    let observer = NoticeCollector()
    let run = try project.makeRun(changed("c", add: 4), observer: observer)
    #expect(try run.execute().outcome == .succeeded)
    #expect(project.world.takeExecuted() == ["2.0", "4.0"])
    #expect(try project.result("c") == 7)
    #expect(observer.notices.withLock { $0 }.contains { $0.contains(hash.prefix(12)) })
    #expect(ObjectStore(layout: project.layout).exists(hash))
  }

  /// One bit, size and modification time kept.
  private func damage(_ path: String) throws {
    let times = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
    var bytes = try Posix.readFile(path)
    bytes[0] ^= 1
    chmod(path, 0o644)
    let file = try #require(FileHandle(forWritingAtPath: path))
    file.write(Data(bytes))
    try file.close()
    try FileManager.default.setAttributes([.modificationDate: try #require(times)], ofItemAtPath: path)
  }

  @Test func rottenObjectIsNotExported() throws {
    let project = try ToyProject()
    let first = try project.run(chain)
    _ = project.world.takeExecuted()
    try damage(ObjectStore(layout: project.layout).path(try #require(first.node("c")?.outputs["out"])))
    try FileManager.default.removeItem(atPath: project.resultPath("c"))
    #expect(try project.run(chain).outcome == .succeeded)
    #expect(project.world.takeExecuted() == ["3.0"])
    #expect(try project.result("c") == 6)
  }

  @Test func deletedObjectsAreMadeOnlyIfNeeded() throws {
    let project = try ToyProject()
    try project.run(chain)
    _ = project.world.takeExecuted()
    for object in project.objects() { unlink(object) }
    try project.run(chain)
    #expect(project.world.takeExecuted() == [])
    // c needs b, which needs a; d needs nothing.
    try project.run(changed("c", add: 4))
    #expect(project.world.takeExecuted() == ["1.0", "2.0", "4.0"])
    #expect(try project.result("c") == 7)
  }

  @Test func renamingRunsNothing() throws {
    let project = try ToyProject()
    try project.run(chain)
    _ = project.world.takeExecuted()
    let renamed = chain.map { stage in
      var copy = stage
      copy.name += "_new"
      copy.uses = stage.uses.map { $0 + "_new" }
      return copy
    }
    try project.run(renamed.reversed())
    #expect(project.world.takeExecuted() == [])
    #expect(try project.result("c_new") == 6)
    #expect(!FileManager.default.fileExists(atPath: project.resultPath("c")))
    project.pipeline = "other"
    try project.run(chain)
    #expect(project.world.takeExecuted() == [])
    #expect(try project.result("c") == 6)
  }

  @Test func equalStagesRunOnce() throws {
    let project = try ToyProject()
    let stages = (0..<8).map { ToyStage(name: "s\($0)", add: 1) }
    let record = try project.run(stages, options: RunOptions(jobs: 4))
    #expect(project.world.takeExecuted().count == 1)
    #expect(record.count(.cached) == 7)
    #expect(try project.result("s7") == 1)
  }

  @Test func raisedVersionRunsKindAndDependants() throws {
    let project = try ToyProject()
    let stages = chain + [ToyStage(name: "s", kind: "sign", uses: ["c"])]
    try project.run(stages)
    _ = project.world.takeExecuted()
    project.mixVersion = 2
    try project.run(stages)
    // Equal outputs: `sign` is cut off.
    #expect(project.world.takeExecuted().count == 4)
  }

  @Test func earlyCutOff() throws {
    let project = try ToyProject()
    func stages(_ add: Double) -> [ToyStage] {
      [
        ToyStage(name: "a", add: add), ToyStage(name: "s", kind: "sign", uses: ["a"]),
        ToyStage(name: "b", add: 100, uses: ["s"]),
      ]
    }
    try project.run(stages(2))
    _ = project.world.takeExecuted()
    try project.run(stages(3))
    #expect(project.world.takeExecuted() == ["3.0", "sign"])
    try project.run(stages(-3))
    #expect(project.world.takeExecuted() == ["-3.0", "sign", "100.0"])
    #expect(try project.result("b") == 99)
  }

  @Test func forecastSaysWhy() throws {
    let project = try ToyProject()
    try project.run(chain)
    let forecast = try project.makeRun(changed("b", add: 5)).forecast()
    #expect(forecast.map(\.state) == [.cached, .willRun, .unknown, .cached])
    #expect(forecast[1].reason == "b.add: 2 → 5")
    #expect(forecast[2].reason == "input in0: b runs before it")
    #expect(
      try project.makeRun([ToyStage(name: "new", add: 77)]).forecast()[0].reason == "it has not run before")
  }

  @Test func recordIsJSON() throws {
    let project = try ToyProject()
    let record = try project.run(chain)
    let data = Data(try RunRecords(layout: project.layout).data(record.id))
    #expect(try JSONDecoder().decode(RunRecord.self, from: data) == record)
    #expect(record.manifest == "toy.manifest")
    #expect(record.node("c")?.inputs == ["in0": "b.out"])
    #expect(record.node("c")?.settings == ["add": "3"])
    #expect(record.peakMemoryBytes > 1 << 20)
  }
}
