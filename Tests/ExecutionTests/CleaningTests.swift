import Foundation
import Planning
import Synchronization
import Testing

@testable import Execution

@Suite struct CleaningTests {
  private let day = 86_400.0
  private func now() -> Double { Double(Posix.wallClock()) * 1e-9 }

  private func stages(_ first: Double) -> [ToyStage] {
    [
      ToyStage(name: "a", add: first), ToyStage(name: "b", add: 10, uses: ["a"]),
      ToyStage(name: "c", add: 7),
    ]
  }

  /// Gives a run's record another start.
  private func age(_ record: RunRecord, days: Int, _ layout: ProjectLayout) throws {
    let old = RunRecords(layout: layout).path(record.id)
    let id = "200001\(days < 10 ? "0" : "")\(days)T000000Z" + record.id.dropFirst(16)
    try FileManager.default.moveItem(atPath: old, toPath: RunRecords(layout: layout).path(id))
  }

  @Test func dryRunChangesNothingAndOldRunsGo() throws {
    let project = try ToyProject()
    let first = try project.run(stages(1))
    try age(first, days: 1, project.layout)
    let second = try project.run(stages(2))
    let before = project.objects()
    let cleaner = Cleaner(layout: project.layout)
    #expect(try cleaner.plan(CleaningPolicy()).isEmpty)
    let plan = try cleaner.plan(CleaningPolicy(keepRuns: 1))
    #expect(plan.runs.count == 1)
    #expect(plan.stages.map(\.name) == ["a", "b"])
    #expect(plan.stages.map(\.results) == [1, 1])
    #expect(project.objects() == before)
    let done = try cleaner.clean(CleaningPolicy(keepRuns: 1))
    #expect(done.objects == 2)
    // What both runs use stays, and the kept run is whole.
    let kept = Set(second.nodes.flatMap(\.outputs.values))
    #expect(Set(project.objects().map { String($0.split(separator: "/").last?.dropLast(3) ?? "") }) == kept)
    _ = project.world.takeExecuted()
    #expect(try project.run(stages(2)).count(.executed) == 0)
    // What went is no longer known: it is computed again, and right.
    #expect(try project.run(stages(1)).count(.executed) == 2)
    #expect(try project.result("b") == 11)
  }

  @Test func ageAndSizeDecideWhichRunsGo() throws {
    let project = try ToyProject()
    for day in 1...4 { try age(try project.run(stages(Double(day))), days: day, project.layout) }
    let cleaner = Cleaner(layout: project.layout)
    // 2000-01-01 + 2.5 days after the first: runs 1 and 2 are older than a day and a half by then.
    let noon = RunRecords.time(of: "20000104T120000Z-0")
    #expect(try cleaner.plan(CleaningPolicy(olderThan: 1.6 * day), now: noon).runs.count == 2)
    #expect(try cleaner.plan(CleaningPolicy(keepRuns: 3, olderThan: 1.6 * day), now: noon).runs.count == 1)
    let all = try cleaner.plan(CleaningPolicy())
    #expect(all.keptObjects == 9)
    let halved = try cleaner.plan(CleaningPolicy(maximumBytes: all.keptBytes / 2))
    #expect(halved.runs.map(\.id).allSatisfy { $0 < "20000104" })
    #expect(halved.keptBytes <= all.keptBytes / 2)
    #expect(!halved.exceedsMaximum)
    let none = try cleaner.plan(CleaningPolicy(maximumBytes: 0))
    #expect(none.runs.count == 3)
    #expect(none.exceedsMaximum)
    #expect(none.keptObjects == 3)
  }

  @Test func newestRunOfEveryPipelineStays() throws {
    let project = try ToyProject()
    try age(try project.run(stages(1)), days: 1, project.layout)
    project.pipeline = "other"
    try age(try project.run(stages(2)), days: 2, project.layout)
    try project.run(stages(3))
    let plan = try Cleaner(layout: project.layout).plan(CleaningPolicy(keepRuns: 1))
    #expect(plan.runs.map(\.pipeline) == ["other"])
  }

  @Test func resultsOfAKilledRunStayForADay() throws {
    let project = try ToyProject()
    let record = try project.run(stages(1))
    unlink(RunRecords(layout: project.layout).path(record.id))
    let cleaner = Cleaner(layout: project.layout)
    #expect(try cleaner.plan(CleaningPolicy()).objects == 0)
    #expect(try cleaner.plan(CleaningPolicy(), now: now() + 2 * day).objects == 3)
    #expect(try cleaner.clean(CleaningPolicy(olderThan: 0), now: now() + 5).objects == 3)
    #expect(project.objects() == [])
    #expect(try project.run(stages(1)).count(.executed) == 3)
  }

  /// Cleaning of everything, again and again, while a run goes on that needs old results and makes new ones.
  @Test func workingRunLosesNothing() throws {
    let project = try ToyProject()
    let base = (0..<20).map { ToyStage(name: "s\($0)", add: Double($0)) }
    try age(try project.run(base), days: 1, project.layout)
    unlink(RunRecords(layout: project.layout).path(RunRecords(layout: project.layout).ids[0]))
    let layout = project.layout
    // Cleans from within each stage, at the age of ten days: no record holds anything.
    project.world.hook.withLock { hook in
      hook = { _ in _ = try Cleaner(layout: layout).clean(CleaningPolicy(olderThan: 0), now: 4e9) }
    }
    let users = (0..<20).map {
      ToyStage(name: "t\($0)", add: 100, uses: ["s\($0)"] + ($0 > 0 ? ["t\($0 - 1)"] : []))
    }
    let record = try project.run(base + users)
    #expect(record.outcome == .succeeded)
    #expect(record.count(.executed) == 20)
    #expect(record.count(.cached) == 20)
    #expect(Posix.names(in: layout.live).isEmpty)
    project.world.hook.withLock { $0 = nil }
    #expect(try project.run(base + users).count(.executed) == 0)
    #expect(try Verifier(layout: layout).verify(repairs: false, jobs: 2).missing == 0)
    // The run is over: without its record nothing holds its results.
    for id in RunRecords(layout: layout).ids { unlink(RunRecords(layout: layout).path(id)) }
    #expect(try Cleaner(layout: layout).clean(CleaningPolicy(olderThan: 0), now: 4e9).objects == 40)
  }

  @Test func compactionKeepsTheNewestLineAndWritersFollow() throws {
    let project = try ToyProject()
    try Posix.makeFolder(project.layout.store)
    let path = project.layout.store + "/log"
    let (first, second) = (AppendLog(path), AppendLog(path))
    func read(_ log: AppendLog) throws -> [String] {
      var lines: [String] = []
      try log.readNew { lines.append(String(decoding: $0, as: UTF8.self)) }
      return lines
    }
    for line in ["a 1", "b 1", "a 2", "c 1"] { try first.append(line) }
    #expect(try read(second).count == 4)
    try second.compact { payload in
      payload[0] == 99 ? nil : String(decoding: payload.prefix(1), as: UTF8.self)
    }
    try first.append("d 1")
    #expect(try read(AppendLog(path)) == ["b 1", "a 2", "d 1"])
    #expect(try read(second) == ["b 1", "a 2", "d 1"])
  }
}
