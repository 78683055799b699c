import Foundation
import Planning
import Synchronization
import Testing

@testable import Execution

/// `results/` when the memory of it has gone with `.pipe`.
@Suite struct ResultSumsTests {
  private let stages = [
    ToyStage(name: "a", add: 1), ToyStage(name: "b", add: 2, uses: ["a"]),
  ]

  private func changed(_ add: Double) -> [ToyStage] {
    [ToyStage(name: "a", add: add), ToyStage(name: "b", add: 2, uses: ["a"])]
  }

  private func sums(_ project: ToyProject) throws -> String {
    try String(contentsOfFile: project.layout.results + "/toy/SHA256SUMS", encoding: .utf8)
  }

  @Test func everyCopyHasALineAsSha256sumReadsIt() throws {
    let project = try ToyProject()
    try project.run(stages)
    let lines = try ["a", "b"].map {
      "\(try Hashing.file(project.resultPath($0)).hash)  \($0).out.nc\n"
    }
    #expect(try sums(project) == lines.joined())
    try project.run(changed(5))
    let second = try sums(project)
    #expect(second.split(separator: "\n").count == 2 && second != lines.joined())
    let identity = FileIdentity(path: project.layout.results + "/toy/SHA256SUMS")
    try project.run(changed(5))
    #expect(FileIdentity(path: project.layout.results + "/toy/SHA256SUMS") == identity)
    // A project that an older program ran has none; a run that has nothing to do makes it.
    unlink(project.layout.results + "/toy/SHA256SUMS")
    try project.run(changed(5))
    #expect(try sums(project) == second)
  }

  @Test func copiesOfBeforeTheStoreWasDeletedAreReplaced() throws {
    let project = try ToyProject()
    try project.run(stages)
    Posix.removeTree(project.layout.store)
    #expect(try project.run(changed(5)).outcome == .succeeded)
    #expect(try project.result("a") == 5 && project.result("b") == 7)
    Posix.removeTree(project.layout.store)
    // The copy of a stage that is gone goes.
    #expect(try project.run([ToyStage(name: "a", add: 6)]).outcome == .succeeded)
    #expect(try project.result("a") == 6)
    #expect(!FileManager.default.fileExists(atPath: project.resultPath("b")))
    #expect(try sums(project).split(separator: "\n").count == 1)
  }

  @Test func editedCopiesStayWhereNothingCouldRestoreThem() throws {
    let project = try ToyProject()
    try project.run(stages)
    Posix.removeTree(project.layout.store)
    try "7.0".write(toFile: project.resultPath("a"), atomically: false, encoding: .utf8)
    try "8.0".write(toFile: project.resultPath("b"), atomically: false, encoding: .utf8)
    let observer = NoticeCollector()
    let run = try project.makeRun([ToyStage(name: "a", add: 5)], observer: observer)
    #expect(try run.execute().outcome == .failed)
    let path = project.resultPath("a")
    #expect(run.failures.map { $0.underlying as? StoreError } == [.editedResult(path: path)])
    #expect(
      run.failures.map(\.description) == [
        "a: \(path) was changed since pipe wrote it, so it is not overwritten; move it away and run again"
      ])
    #expect(try project.result("a") == 7 && project.result("b") == 8)
    #expect(
      observer.notices.withLock { $0 } == [
        "results/toy/b.out.nc is of a stage that is gone; it stays since it was edited"
      ])
    unlink(path)
    #expect(try project.run([ToyStage(name: "a", add: 5)]).outcome == .succeeded)
    #expect(try project.result("a") == 5)
  }

  /// Killed between the line and the rename, or within the line: what was listed before counts as well.
  @Test func aCopyThatWasAboutToComeDoesNotMakeTheOldOneForeign() throws {
    let project = try ToyProject()
    try project.run(stages)
    let list = ResultSums(folder: project.layout.results + "/toy")
    try list.add("a.out.nc", hash: String(repeating: "0", count: 64))
    let file = try #require(FileHandle(forWritingAtPath: project.layout.results + "/toy/SHA256SUMS"))
    try file.seekToEnd()
    file.write(Data("0123".utf8))
    try file.close()
    Posix.removeTree(project.layout.store)
    #expect(try project.run(changed(5)).outcome == .succeeded)
    #expect(try project.result("a") == 5)
    #expect(try sums(project).split(separator: "\n").count == 2)
  }

  @Test func aStrangersFileIsNotOursForBeingListedElsewhere() throws {
    let project = try ToyProject()
    try project.run(stages)
    Posix.removeTree(project.layout.store)
    let path = project.resultPath("c")
    try "mine".write(toFile: path, atomically: false, encoding: .utf8)
    let run = try project.makeRun(stages + [ToyStage(name: "c", add: 3, uses: ["b"])])
    #expect(try run.execute().outcome == .failed)
    #expect(run.failures.map { $0.underlying as? StoreError } == [.foreignResult(path: path)])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
  }
}
