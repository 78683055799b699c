import Foundation
import Planning
import Synchronization
import Testing

@testable import Execution

/// a, and b after it; `a` says what the test gives it.
private let pair = [ToyStage(name: "a", add: 1), ToyStage(name: "b", add: 2, uses: ["a"])]

final class WarningRecorder: RunObserver {
  let told = Mutex<[String]>([])
  let notices = Mutex<[String]>([])
  func nodeWarned(_ node: NodeEvent, warning: String) {
    told.withLock { $0.append("\(node.name): \(warning)") }
  }
  func notice(_ text: String) { notices.withLock { $0.append(text) } }
}

@Suite struct WarningTests {
  private func warn(_ project: ToyProject, _ warnings: [String]) {
    project.world.hook.withLock { hook in
      hook = { context in
        if context.settings.optionalNumber("add") == 1 { for text in warnings { context.warn(text) } }
      }
    }
  }

  private func run(
    _ project: ToyProject, _ stages: [ToyStage] = pair
  ) throws -> (record: RunRecord, told: [String], notices: [String]) {
    let observer = WarningRecorder()
    let record = try project.makeRun(stages, observer: observer).execute()
    return (record, observer.told.withLock { $0 }, observer.notices.withLock { $0 })
  }

  @Test func aResultThatIsFoundWarnsAgain() throws {
    let project = try ToyProject()
    warn(project, ["two words", "a 100 % ü\nline", "two words", ""])
    let expected = ["a: two words", "a: a 100 % ü\nline"]
    let first = try run(project)
    #expect(first.told == expected)
    #expect(first.record.node("a")?.warnings == ["two words", "a 100 % ü\nline"])
    #expect(first.record.node("b")?.warnings == [])
    let again = try run(project)
    #expect(again.record.count(.cached) == 2)
    #expect(again.told == expected)
    #expect(again.record.node("a")?.warnings == ["two words", "a 100 % ü\nline"])
    // What is told is in no key and in no artefact.
    warn(project, [])
    let silent = try ToyProject()
    #expect(try silent.run(pair).node("a")?.key == first.record.node("a")?.key)
    let key = try #require(first.record.node("a")?.key)
    let log = try String(contentsOfFile: project.layout.log(key: key), encoding: .utf8)
    #expect(log == "# a\nwarning: two words\nwarning: a 100 % ü\nline\n")
  }

  @Test func theRecordReadsBack() throws {
    let project = try ToyProject()
    warn(project, ["\"quoted\" \\ and\ttab"])
    let record = try run(project).record
    let data = Data(try RunRecords(layout: project.layout).data(record.id))
    #expect(try JSONDecoder().decode(RunRecord.self, from: data) == record)
    // As programs wrote it that knew no warnings.
    let silent = try ToyProject()
    let old = Data(try RunRecords(layout: silent.layout).data(silent.run(pair).id))
    #expect(!String(decoding: old, as: UTF8.self).contains("warnings"))
    #expect(try JSONDecoder().decode(RunRecord.self, from: old).nodes.allSatisfy(\.warnings.isEmpty))
  }

  @Test func aStageThatFailsTellsWhatItWarnedOf() throws {
    let project = try ToyProject()
    warn(project, ["no good"])
    project.world.failing.withLock { $0 = [1] }
    let (record, told, _) = try run(project)
    #expect(record.node("a")?.outcome == .failed && record.node("a")?.warnings == ["no good"])
    #expect(told == ["a: no good"])
  }

  /// The same key made again, since its object was lost, may warn of nothing any more.
  @Test func theLastMakingCounts() throws {
    let project = try ToyProject()
    warn(project, ["once"])
    _ = try run(project)
    for object in project.objects() { unlink(object) }
    for result in ["a", "b"] { unlink(project.resultPath(result)) }
    warn(project, [])
    let second = try run(project)
    // It was found first, then made again for its copy.
    #expect(second.told == ["a: once"])
    #expect(second.record.node("a")?.warnings == [])
    #expect(try run(project).told == [])
  }

  @Test func membersWarnEachAndAreToldTogether() throws {
    let project = try ToyProject()
    project.world.hook.withLock { hook in
      hook = { context in
        let add = context.settings.optionalNumber("add") ?? 0
        if add >= 12 { context.warn("added \(add)") }
      }
    }
    let stages = [ToyStage(name: "a", add: 1), ToyStage(name: "e", kind: "ensemble", repeats: "a")]
    for _ in 0..<2 {
      let (record, told, _) = try run(project, stages)
      #expect(told.sorted() == (2..<5).map { "a[e \($0)]: added \(10 + $0).0" })
      #expect(
        record.warningGroups.map(\.description) == ["a[e 2] and 2 more of 5 members: added 12.0"])
    }
  }

  @Test func cleaningKeepsTheWarningsOfWhatStays() throws {
    let project = try ToyProject()
    warn(project, ["kept"])
    _ = try run(project)
    let warnings = project.layout.warnings
    let log = try WarningLog(path: warnings)
    try log.record(String(repeating: "0", count: 64), ["of no run"])
    #expect(try String(contentsOfFile: warnings, encoding: .utf8).split(separator: "\n").count == 2)
    _ = try Cleaner(layout: project.layout).clean(CleaningPolicy())
    #expect(try String(contentsOfFile: warnings, encoding: .utf8).split(separator: "\n").count == 1)
    #expect(try run(project).told == ["a: kept"])
  }

  @Test func aDamagedLineIsToldOnceAndIgnored() throws {
    let project = try ToyProject()
    warn(project, ["kept"])
    _ = try run(project)
    let file = try #require(FileHandle(forWritingAtPath: project.layout.warnings))
    try file.seekToEnd()
    file.write(Data("torn lin".utf8))
    try file.close()
    let second = try run(project)
    #expect(second.notices == ["1 damaged line(s) with warnings of stages ignored"])
    #expect(second.told == ["a: kept"])
    #expect(try run(project).notices == [])
  }

  /// Another process made the result, and its warnings, after this one had read the store.
  @Test func whatAnotherProcessWroteIsRead() throws {
    let project = try ToyProject()
    warn(project, ["theirs"])
    let catalogue = project.world.catalogue()
    let store = try Store(layout: project.layout, catalogue: catalogue, isParanoid: false)
    let key = try #require(try run(project).record.node("a")?.key)
    #expect(try store.index.lookup(key) != nil)
    #expect(try store.warnings.warnings(of: key, foundIn: store.index) == ["theirs"])
  }
}
