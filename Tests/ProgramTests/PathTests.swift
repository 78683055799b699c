import Foundation
import Testing

/// Paths of manifests that leave the project, links, names that would leave `results/`.
@Suite struct PathTests {
  private static func reading(_ path: String) -> String {
    """
    [s : command]
    program   = "cp"
    arguments = "{input.given}", "{output.copy}"
    inputs    = given
    outputs   = copy
    given     = file("\(path)")

    """
  }

  private func run(_ project: TemporaryProject, _ name: String = "x") throws -> Program.Outcome {
    try project.pipe("run", "pipelines/\(name).manifest", "--no-report")
  }

  /// As documented: any file may be read, and its content decides, not its path.
  @Test func inputsOutsideTheProject() throws {
    let (project, other) = (try TemporaryProject(), try TemporaryProject())
    defer {
      project.remove()
      other.remove()
    }
    let file = try other.write("far/away.txt", "one\n")
    let upwards = "../../\(other.root.lastPathComponent)/far/away.txt"
    try project.write("pipelines/x.manifest", Self.reading(upwards))
    let first = try run(project)
    #expect(first.status == 0 && first.executed == 1, "\(first.errors)")
    try project.write("pipelines/x.manifest", Self.reading(file.path))
    #expect(try run(project).executed == 0)
    try other.write("far/away.txt", "two\n")
    #expect(try run(project).executed == 1)
    let copy = project.root.appendingPathComponent("results/x/s.copy")
    #expect(try String(contentsOf: copy, encoding: .utf8) == "two\n")
    // Nothing was written there, nor is its path told in the record.
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: other.root.path).sorted() == [
        "far", "far/away.txt", "pipelines",
      ])
    let runs = project.root.appendingPathComponent(".pipe/runs")
    for name in try FileManager.default.contentsOfDirectory(atPath: runs.path) {
      let record = try String(contentsOf: runs.appendingPathComponent(name), encoding: .utf8)
      #expect(!record.contains(other.root.path) && record.contains("away.txt"))
    }
  }

  /// Links are followed: another target with other content is another input, with the same content it is not.
  @Test func linksToInputs() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("data/a.txt", "one\n")
    try project.write("data/b.txt", "two\n")
    try project.write("data/c.txt", "two\n")
    try project.write("pipelines/x.manifest", Self.reading("../data/link"))
    func link(_ target: String) throws {
      #expect(try shell("ln -sfn \(target) data/link", in: project.root).status == 0)
    }
    try link("a.txt")
    #expect(try run(project).executed == 1)
    try link("b.txt")
    #expect(try run(project).executed == 1)
    try link("c.txt")
    #expect(try run(project).executed == 0)
    try link("nowhere")
    let dangling = try run(project)
    #expect(dangling.status == 66 && dangling.errors.contains("data/link"), "\(dangling.errors)")
    try link("../data")
    let folder = try run(project)
    #expect(folder.status != 0 && folder.errors.contains("data/link"), "\(folder.errors)")
  }

  /// A fifo would never end, a device gives what no hash can tell of.
  @Test func inputsThatAreNoFiles() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    #expect(try shell("mkfifo fifo; mkdir -p folder", in: project.root).status == 0)
    for path in ["../fifo", "../folder", "/dev/zero", "/dev/stdin"] {
      try project.write("pipelines/x.manifest", Self.reading(path))
      let start = Date()
      let outcome = try run(project)
      #expect(outcome.status == 66 && outcome.errors.contains("no file '"), "\(path): \(outcome.errors)")
      #expect(Date().timeIntervalSince(start) < 10)
    }
  }

  /// Names of outputs and of stages are words, so none leads anywhere.
  @Test(arguments: ["../x", "/tmp/x", "a/b", ".", "..", "a.b", "\"../x\""])
  func outputsStayInTheScratchFolder(name: String) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/x.manifest", "[s : command]\nprogram = \"true\"\noutputs = \(name)\n")
    let outputs = try run(project)
    #expect(outputs.status == 65 && outputs.errors.contains("x.manifest:3"), "\(outputs.errors)")
    try project.write("pipelines/x.manifest", "[\(name) : command]\nprogram = \"true\"\noutputs = x\n")
    let stage = try run(project)
    #expect(stage.status == 65 && stage.errors.contains("x.manifest:1"), "\(stage.errors)")
    #expect(!FileManager.default.fileExists(atPath: project.root.appendingPathComponent("results").path))
  }

  /// A pipeline is called like its file, and so is its folder.
  @Test(arguments: [".manifest", "..manifest", "...manifest"])
  func pipelineNamesStayInResults(file: String) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("pipelines/\(file)", UnderFireFailureTests.command("echo 1 > x"))
    let outcome = try project.pipe("run", "pipelines/\(file)")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: project.root.path)
    #expect(names.sorted() == [".pipe", "pipelines", "results"])
    let results = try FileManager.default.subpathsOfDirectory(atPath: project.root.path + "/results")
    #expect(results.sorted() == [file, "\(file)/SHA256SUMS", "\(file)/report.html", "\(file)/s.x"])
    #expect(try project.pipe("history", "pipelines/\(file)").output.contains("  \(file)  succeeded"))
  }

  /// `results/PIPELINE` may itself be a link, to a larger disk: that is the user's own doing.
  @Test func resultsFolderMayBeALink() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    #expect(try shell("mkdir large && ln -s large results", in: toy.root).status == 0)
    try toy.expect(executed: 5)
    #expect(FileManager.default.fileExists(atPath: toy.root.path + "/large/toy/total.sum.nc"))
    try toy.expect(executed: 0)
  }

  /// A program can't put a file into the store or `results/` by leaving a link, or a name with a way in it.
  @Test func outputsThatAreHardLinks() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let file = try project.write("precious.txt", "precious\n")
    try project.write(
      "pipelines/x.manifest",
      UnderFireFailureTests.command("ln \(file.path.replacingOccurrences(of: " ", with: "?")) x"))
    let outcome = try run(project)
    #expect(outcome.status == 0, "\(outcome.errors)")
    // The user's file stays writable and is not the store's object: editing it must not rot the store.
    try "edited\n".write(to: file, atomically: false, encoding: .utf8)
    #expect(try project.pipe("verify").status == 0)
    #expect(try run(project).executed == 0)
  }
}
