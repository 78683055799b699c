import Foundation
import Testing

/// When `pipe run` draws the report anew.
@Suite(.serialized) struct ReportFileTests {
  private func page(_ project: TemporaryProject) -> URL {
    project.root.appendingPathComponent("results/small/report.html")
  }

  private func run(_ project: TemporaryProject, _ more: String...) throws {
    let outcome = try Program.run(["run", SmallPipeline.path] + more, in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// A page that an older program left is drawn anew, once, though nothing is computed.
  @Test func anOlderPageIsDrawnAnewOnce() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(SmallPipeline.path, SmallPipeline.manifest(extra: ""))
    try run(project)
    let first = try String(contentsOf: page(project), encoding: .utf8)
    let mark = try #require(first.split(separator: "\n").last)
    #expect(mark.hasPrefix("<!-- pipe results ") && mark.hasSuffix(" -->"))
    try run(project)
    #expect(try String(contentsOf: page(project), encoding: .utf8) == first)
    // As an older program drew it: the same results, another mark.
    try "<html>old</html>\n<!-- pipe results \(String(repeating: "0", count: 64)) -->\n".write(
      to: page(project), atomically: true, encoding: .utf8)
    try run(project)
    let second = try String(contentsOf: page(project), encoding: .utf8)
    #expect(second.contains("Final residual") && second.split(separator: "\n").last == mark)
    try run(project)
    #expect(try String(contentsOf: page(project), encoding: .utf8) == second)
    // Other results, another page.
    try run(project, "--set", "inversion.damping=0.2")
    let third = try String(contentsOf: page(project), encoding: .utf8)
    #expect(third != second && third.split(separator: "\n").last != mark)
  }

  @Test func aForeignPageIsLeftAlone() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(SmallPipeline.path, SmallPipeline.manifest(extra: ""))
    try run(project, "--no-report")
    for text in ["mine\n", "<!-- pipe results 1 -->\nmine\n", ""] {
      try text.write(to: page(project), atomically: true, encoding: .utf8)
      let outcome = try project.pipe("run", SmallPipeline.path)
      #expect(outcome.status == 73 && outcome.errors.contains("was not written by pipe"), "\(outcome.errors)")
      #expect(try String(contentsOf: page(project), encoding: .utf8) == text)
    }
  }
}
