#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A synthetic pipeline of many stages in a folder of its own, and the same graph for ninja.
///
/// Stage i uses stage i/2 and one of the hundred before it, so that the graph is neither a chain nor flat;
/// nothing uses the last stage, whose setting is what "one leaf changed" changes.
struct ScaleProject {
  let folder: String
  let stages: Int

  var manifest: String { folder + "/scale.manifest" }
  var ninjaFolder: String { folder + "/ninja" }

  private func uses(_ stage: Int) -> [Int] {
    if stage == 0 { return [] }
    let near = stage - 1 - (stage &* 7919) % min(stage, 100)
    return stage / 2 == near ? [near] : [stage / 2, near]
  }

  /// - Parameter leaf: the setting of the last stage.
  func writeManifest(leaf: Int) throws {
    var text = "manifest 1\n"
    text.reserveCapacity(90 * stages)
    for stage in 0..<stages {
      text += "\n[s\(stage) : toy]\nadd = \(stage == stages - 1 ? leaf : stage)\n"
      for (name, use) in zip(["left ", "right"], uses(stage)) { text += "\(name) <- s\(use).out\n" }
    }
    try ToyKind.write(text, to: manifest)
  }

  /// The same graph with one file a stage. Each command copies the first file it uses (`cp`), which is
  /// the least that a program ninja can start does; the leaf's command line changes with `leaf`.
  func writeNinja(leaf: Int) throws {
    var text = "rule toy\n  command = cp $first $out # $add\n"
    for stage in 0..<stages {
      let used = uses(stage)
      let first = used.first.map { "s\($0)" } ?? "source"
      text +=
        "build s\(stage): toy \(used.isEmpty ? "source" : used.map { "s\($0)" }.joined(separator: " "))\n"
      text += "  first = \(first)\n  add = \(stage == stages - 1 ? leaf : stage)\n"
    }
    mkdir(ninjaFolder, 0o777)
    // Written again it would be newer than everything.
    if access(ninjaFolder + "/source", F_OK) != 0 { try ToyKind.write("0\n", to: ninjaFolder + "/source") }
    try ToyKind.write(text, to: ninjaFolder + "/build.ninja")
  }

  /// Forgets everything that was computed. It is moved away, not removed: ext4 looks for inodes that were
  /// not deleted within the last seconds, so that a thousand files made after a thousand were removed cost
  /// ten times as much.
  func clear() throws {
    for name in [".pipe", "results", "ninja"] where access(folder + "/" + name, F_OK) == 0 {
      let target = "\(folder)/gone-\(UInt32.random(in: 0...UInt32.max))"
      guard rename(folder + "/" + name, target) == 0 else {
        throw ProcessError(description: "cannot move \(name) to \(target)")
      }
    }
  }

  static func remove(_ path: String) throws {
    if access(path, F_OK) != 0 { return }
    let usage = try ChildProcess.run("rm", ["-rf", path])
    guard usage.status == 0 else { throw ProcessError(description: "cannot remove \(path)") }
  }
}
