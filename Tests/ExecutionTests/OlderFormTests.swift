import Foundation
import Planning
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// A program that writes the same results in another form than the one before it reads and remakes what that one left.
@Suite struct OlderFormTests {
  private let stages = [ToyStage(name: "a", add: 1), ToyStage(name: "b", add: 2, uses: ["a"])]

  @Test func whatIsMadeAgainKeepsItsForm() throws {
    let project = try ToyProject()
    try project.run(stages)
    let before = project.objects().sorted()
    project.world.writesExponents.withLock { $0 = true }
    var options = RunOptions(jobs: 2)
    options.again = ["a"]
    let record = try project.run(stages, options: options)
    #expect(record.node("a")?.outcome == .executed && record.node("b")?.outcome == .cached)
    #expect(record.node("a")?.warnings.isEmpty == true)
    #expect(project.objects().sorted() == before)
    #expect(try String(contentsOfFile: project.resultPath("a"), encoding: .utf8) == "1.0")
  }

  @Test func whatIsLostIsMadeInItsForm() throws {
    let project = try ToyProject()
    try project.run(stages)
    let before = project.objects().sorted()
    for path in before { try FileManager.default.removeItem(atPath: path) }
    project.world.writesExponents.withLock { $0 = true }
    try FileManager.default.removeItem(atPath: project.layout.results)
    try project.run(stages)
    #expect(project.objects().sorted() == before)
  }

  /// What is new has the new form.
  @Test func newResultsHaveTheNewForm() throws {
    let project = try ToyProject()
    project.world.writesExponents.withLock { $0 = true }
    try project.run(stages)
    #expect(try String(contentsOfFile: project.resultPath("b"), encoding: .utf8) == "3.0e0")
  }
}
