import Foundation
import TestSupport
import Testing

/// One status a cause. Those of a full disk, signals, damage and locks have their tests where these are made.
@Suite struct ExitStatusTests {
  private static let one = UnderFireFailureTests.command("echo 1 > x", outputs: "x(number)")

  private func status(_ manifest: String, _ arguments: String...) throws -> Int32 {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/x.manifest", manifest)
    return try Program.run(["run", "pipelines/x.manifest"] + arguments, in: project.root).status
  }

  @Test func causesOfRuns() throws {
    #expect(try status(Self.one) == 0)
    #expect(try status(UnderFireFailureTests.command("exit 9")) == 1)
    #expect(try status(Self.one + "[expect]\ns.x <= 2\n") == 0)
    #expect(try status(Self.one + "[expect]\ns.x <= 0.5\n") == 2)
    #expect(try status(Self.one, "--jobs", "none") == 64)
    #expect(try status("[s : nothing]\n") == 65)
    #expect(try status(Self.one, "--locked") == 66)
    #expect(try status(Self.one, "--events", "no/such/folder") == 73)
  }

  @Test func unmetExpectationIsTold() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/x.manifest", Self.one + "[expect]\ns.x <= 0.5\ns.x > 0\n")
    let outcome = try project.pipe("run", "pipelines/x.manifest", "--json")
    #expect(outcome.status == 2)
    #expect(
      outcome.errors.contains("pipelines/x.manifest:6: expected s.x <= 0.5, found 1.0"),
      "\(outcome.errors)")
    let told = try #require(try outcome.json()["expectations"] as? [[String: Any]])
    #expect(told.map { $0["holds"] as? Bool } == [false, true])
    // Its object lost, the number is read from the copy.
    #expect(try shell("rm -r .pipe/objects", in: project.root).status == 0)
    #expect(try project.pipe("run", "pipelines/x.manifest").status == 2)
  }

  /// README and `pipe run --help` tell of every status that the program knows.
  @Test func everyStatusIsDocumented() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let help = try project.pipe("run", "--help").output
    let readme = try String(contentsOf: Checkout.root.appendingPathComponent("README.md"), encoding: .utf8)
    let page = try #require(
      readme.components(separatedBy: "Exit status:").last?.components(separatedBy: "\n\n").first)
    for status in [0, 1, 2, 3, 64, 65, 66, 70, 71, 73, 74, 75, 130, 143] {
      let words = try Regex("\\b\(status)\\b")
      #expect(help.contains(words), "pipe run --help does not tell of \(status)")
      #expect(page.contains(words), "README.md does not tell of \(status)")
    }
  }
}
