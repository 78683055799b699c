import Foundation
import Testing

/// `pipe gc` and `pipe verify` as a user runs them.
@Suite struct CleaningTests {
  private func project() throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.copyShipped("quickstart")
    let run = try project.pipe("run", "pipelines/quickstart.manifest")
    #expect(run.status == 0, "\(run.errors)")
    return project
  }

  @Test func verifiesCleansAndRecomputes() throws {
    let project = try project()
    defer { project.remove() }
    let whole = try project.pipe("verify")
    #expect(whole.status == 0 && whole.output.contains("all intact"), "\(whole.output)\(whole.errors)")
    let again = try project.pipe("verify", "--recompute", "100%")
    #expect(
      again.status == 0 && again.output.contains("gave the same bytes"), "\(again.output)\(again.errors)")
    #expect(!again.output.contains("not possible"))
    let dry = try project.pipe("gc", "--keep-runs", "1")
    #expect(dry.status == 0 && dry.output.contains("nothing to remove"), "\(dry.output)\(dry.errors)")
    for wrong in [
      ["gc", "--keep-runs", "0"], ["gc", "--max-size", "20 apples"], ["verify", "--recompute", "2"],
    ] {
      #expect(try Program.run(wrong, in: project.root).status == 64)
    }
  }

  @Test func damagedObjectHasItsExitStatus() throws {
    let project = try project()
    defer { project.remove() }
    let objects = project.root.appendingPathComponent(".pipe/objects")
    let names = try FileManager.default.subpathsOfDirectory(atPath: objects.path)
    let name = try #require(names.filter { $0.hasSuffix(".nc") }.sorted().first)
    let object = objects.appendingPathComponent(name)
    var bytes = try Data(contentsOf: object)
    bytes[bytes.count / 2] ^= 1
    try FileManager.default.removeItem(at: object)
    try bytes.write(to: object)
    let found = try project.pipe("verify")
    #expect(found.status == 74 && found.output.contains("damaged: "), "\(found.output)")
    #expect(try project.pipe("verify", "--repair").status == 0)
    #expect(try project.pipe("verify").status == 0)
    #expect(try project.pipe("gc").output.contains("set aside"))
    let gone = try project.pipe("gc", "--delete")
    #expect(gone.status == 0 && gone.output.contains("removed:"), "\(gone.output)")
    #expect(try project.pipe("gc").output.contains("nothing to remove"))
    #expect(try project.pipe("run", "pipelines/quickstart.manifest").status == 0)
  }
}
