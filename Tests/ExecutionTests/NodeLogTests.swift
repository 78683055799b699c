import Foundation
import TestSupport
import Testing

@testable import Execution

/// Logs that lie with others unless something went wrong.
@Suite struct NodeLogTests {
  private func path() throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder.appendingPathComponent("a.log").path
  }

  @Test func takenAsAWhole() throws {
    let path = try path()
    let log = NodeLog(path: path, name: "a.step", isHeld: true)
    #expect(log.take() == nil)
    log.append("one")
    log.append("two\n\nlines")
    #expect(log.take() == "# a.step\none\ntwo\n\nlines\n")
    log.close()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  /// What a stage has said before it failed or was stopped is in its file.
  @Test(arguments: [true, false]) func writtenWhenItIsNotTaken(_ fails: Bool) throws {
    let path = try path()
    let log = NodeLog(path: path, name: "a.step", isHeld: true)
    log.append("one")
    log.append("")
    if fails { #expect(log.fail(CancellationError()) == path) }
    log.close()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == "# a.step\none\n\n" + (fails ? "error: CancellationError()\n" : ""))
  }

  @Test func aLogPutWithOthersIsTheNewestOne() throws {
    let project = try FoldProject { _ in [] }
    let logs = NodeLogs(layout: project.layout)
    let key = String(repeating: "ab", count: 32)
    try logs.put(key, "# a\nfirst %\n")
    let log = NodeLog(path: project.layout.log(key: key), name: "a")
    log.append("second")
    log.close()
    #expect(try logs.text(key) == "# a\nsecond\n")
    try logs.put(key, "# a\nthird\n")
    #expect(try logs.text(key) == "# a\nthird\n")
  }
}
