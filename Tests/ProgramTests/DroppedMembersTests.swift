import Datasets
import Foundation
import Testing

/// `intermediates = drop`: an ensemble keeps what it gathered, and nothing of the members.
@Suite(.serialized) struct DroppedMembersTests {
  private static let manifest =
    "[pipeline]\nruns = 6\n\n" + SmallPipeline.quick + """
      [ensemble : ensemble_loop]
      repeat = inversion
      runs = $runs
      sampler = sobol
      model.gravity ~ normal(uncertainty)
      inversion.zref ~ uniform(400, 600) m

      [statistics : merged_stats]
      members <- ensemble.members

      """

  private func project(_ more: String = "") throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.write("pipelines/f.manifest", Self.manifest + more)
    return project
  }

  private func run(_ project: TemporaryProject, _ arguments: String...) throws -> Int {
    let outcome = try Program.run(
      ["run", "pipelines/f.manifest", "--no-report"] + arguments, in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.executed ?? -1
  }

  private func files(_ project: TemporaryProject, _ folder: String) throws -> Int {
    let root = project.root.appendingPathComponent(".pipe/\(folder)").path
    return try FileManager.default.subpathsOfDirectory(atPath: root).count {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: root + "/" + $0, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }

  private static let drop = ["--set", "ensemble.intermediates=drop"]

  /// However many members there are, the store has as many files; what they gave is the same.
  @Test func nothingOfTheMembersStays() throws {
    let (kept, few, many) = (try project(), try project(), try project())
    defer { for project in [kept, few, many] { project.remove() } }
    let members = try run(kept)
    #expect(try run(few, Self.drop[0], Self.drop[1], "--set", "runs=3") < members)
    #expect(try run(many, Self.drop[0], Self.drop[1]) == members)
    #expect(try files(many, "objects") == files(few, "objects"))
    #expect(try files(many, "logs") == files(few, "logs"))
    #expect(try many.results("f") == kept.results("f"))
    #expect(try run(many, Self.drop[0], Self.drop[1]) == 0)
    let verified = try many.pipe("verify")
    #expect(verified.status == 0, "\(verified.errors)")
  }

  /// What a dropped member said is still told, and it is made again where it is needed.
  @Test func droppedMembersAreMadeAgain() throws {
    let (dropped, whole) = (try project(), try project())
    defer { for project in [dropped, whole] { project.remove() } }
    _ = try run(dropped, Self.drop[0], Self.drop[1])
    _ = try run(whole, "--set", "runs=9")
    let log = try dropped.pipe("log", "inversion[ensemble 4]", "pipelines/f.manifest")
    let same = try whole.pipe("log", "inversion[ensemble 4]", "pipelines/f.manifest")
    #expect(log.status == 0 && log.output == same.output && log.output.contains("iteration"))
    #expect(try run(dropped, Self.drop[0], Self.drop[1], "--set", "runs=9") > 0)
    #expect(try dropped.results("f") == whole.results("f"))
    #expect(try dropped.pipe("gc", "--keep-runs", "1", "--delete").status == 0)
    let after = try dropped.pipe("log", "inversion[ensemble 4]", "pipelines/f.manifest")
    #expect(after.output == same.output)
  }
}
