import Foundation
import Planning
import Synchronization
import Testing

@testable import Execution

@Suite struct VerificationTests {
  private let stages = [
    ToyStage(name: "a", add: 1), ToyStage(name: "b", add: 10, uses: ["a"]),
    ToyStage(name: "c", add: 7, uses: ["b"]),
  ]

  /// One bit, same size and time of modification.
  private func rot(_ path: String) throws {
    var bytes = try Posix.readFile(path)
    bytes[0] ^= 1
    chmod(path, 0o644)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  @Test func damageIsFoundNamedAndSetAside() throws {
    let project = try ToyProject()
    let record = try project.run(stages)
    let verifier = Verifier(layout: project.layout)
    let whole = try verifier.verify(repairs: false, jobs: 2)
    #expect(whole.isSound && whole.objects == 3 && whole.missing == 0)
    let hash = try #require(record.node("b")?.outputs["out"])
    try rot(ObjectStore(layout: project.layout).path(hash))
    let damaged = try verifier.verify(repairs: false, jobs: 2)
    #expect(damaged.damaged == [.init(hash: hash, maker: "b", problem: nil)])
    // Looking changes nothing.
    #expect(try verifier.verify(repairs: true, jobs: 1).damaged.count == 1)
    let repaired = try verifier.verify(repairs: false, jobs: 2)
    #expect(repaired.isSound && repaired.objects == 2 && repaired.missing == 1)
    var changed = stages
    changed[2].add = 8
    #expect(try project.run(changed).outcome == .succeeded)
    #expect(try project.result("c") == 19)
    #expect(try verifier.verify(repairs: false, jobs: 2).missing == 0)
  }

  @Test func recomputationComparesBytesAndLeavesNothing() throws {
    let project = try ToyProject()
    try project.run(stages)
    let before = project.objects()
    let index = try Posix.readFile(project.layout.index)
    let same = try project.makeRun(stages).recompute(share: 1)
    #expect(same.candidates == 3)
    #expect(same.entries.map(\.outcome) == [.same, .same, .same])
    #expect(project.objects() == before)
    #expect(try Posix.readFile(project.layout.index) == index)
    #expect(Posix.names(in: project.layout.temporary).isEmpty)
    // A stage that depends on something that is not in its recipe.
    project.world.hook.withLock {
      $0 = { context in
        if context.settings.number("add") == 10 { throw ToyError(message: "not today") }
      }
    }
    let failed = try project.makeRun(stages).recompute(share: 1)
    #expect(failed.entries[1].outcome == .failed("not today"))
    #expect(!failed.isReproduced)
  }

  @Test func differentBytesAreNoticed() throws {
    let project = try ToyProject()
    try project.run([ToyStage(name: "a", add: 1), ToyStage(name: "b", add: 2)])
    // The index claims the other result, as if the stage had changed without raising its version.
    let run = try project.makeRun([ToyStage(name: "a", add: 1), ToyStage(name: "b", add: 2)])
    let forecasts = try run.forecast()
    let index = try ActionIndex(path: project.layout.index)
    let other = try #require(try index.lookup(forecasts[1].key)?["out"])
    try index.record(forecasts[0].key, outputs: [(port: "out", hash: other)])
    let report = try run.recompute(share: 1)
    #expect(report.entries.map(\.outcome) == [.different(["out"]), .same])
  }

  @Test func sampleIsStableAndGrows() throws {
    let project = try ToyProject()
    let many = (0..<60).map { ToyStage(name: "s\($0)", add: Double($0)) }
    try project.run(many)
    var last: Set<String> = []
    for share in [0.001, 0.1, 0.5, 1] {
      let names = try project.makeRun(many).recompute(share: share).entries.map(\.name.description)
      #expect(try project.makeRun(many).recompute(share: share).entries.map(\.name.description) == names)
      #expect(last.isSubset(of: names) && !names.isEmpty)
      last = Set(names)
    }
    #expect(last.count == 60)
  }
}
