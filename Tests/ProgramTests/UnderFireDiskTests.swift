import Foundation
import Testing

/// Disks that are full at one place, read-only, or several: cases 9 and 21. Mounting needs the rights for it; without
/// them these are left out, and say so.
@Suite(.serialized) struct UnderFireDiskTests {
  private static func mount(_ command: String, in folder: URL, _ what: String) throws -> Bool {
    let outcome = try shell(command, in: folder)
    if outcome.status != 0 { print("\(what) left out: \(outcome.errors)") }
    return outcome.status == 0
  }

  /// A file or folder of the store on a disk of its own that is full, whatever room there is elsewhere.
  @Test(arguments: ["an index", "a run record"])
  func case9FullDiskForOneThing(what: String) throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    try toy.expect(executed: 5)
    let script =
      if what == "an index" {
        // A file alone can't be a disk, but it can lie on one. Blank lines leave no room in its last page.
        """
        mkdir full && mount -t tmpfs -o size=64k tmpfs full && {
          size=$(stat -c %s .pipe/index)
          cp .pipe/index full/ && head -c $((4096 - size % 4096)) /dev/zero | tr '\\0' '\\n' >> full/index
          head -c 1m /dev/zero > full/filler 2> /dev/null
          mount --bind full/index .pipe/index
        }
        """
      } else {
        """
        mount -t tmpfs -o size=64k tmpfs .pipe/runs && {
          head -c 1m /dev/zero > .pipe/runs/filler 2> /dev/null || true
        }
        """
      }
    guard try Self.mount(script, in: toy.root, "case 9, \(what)") else { return }
    let undo = "umount -l .pipe/index .pipe/runs full 2> /dev/null; true"
    var isMounted = true
    defer { if isMounted { _ = try? shell(undo, in: toy.root) } }
    let full = try toy.run("--set", "scaled.factor=4")
    #expect(full.status == 74, "\(full.status): \(full.errors)")
    #expect(full.errors.contains("no space left on the disk"), "\(full.errors)")
    #expect(try shell(undo, in: toy.root).status == 0)
    isMounted = false
    let next = try toy.run("--set", "scaled.factor=4")
    #expect(next.status == 0, "\(next.errors)")
    #expect(try #require(next.executed) <= 3, "\(next.errors)")
    try toy.check(factor: 4)
    #expect(try toy.project.pipe("verify").status == 0)
    try toy.expect(executed: 0)
  }

  /// A copy of the project on another file system, store and all.
  @Test func case21OtherMount() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    try toy.expect(executed: 5)
    let elsewhere = toy.root.appendingPathComponent("ein Gerät ψ")
    try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
    guard try Self.mount("mount -t tmpfs tmpfs 'ein Gerät ψ'", in: toy.root, "case 21, other mount") else {
      return
    }
    defer { _ = try? shell("umount -l 'ein Gerät ψ'", in: toy.root) }
    #expect(try shell("cp -a .pipe bin data pipelines results 'ein Gerät ψ/'", in: toy.root).status == 0)
    func run(_ arguments: String...) throws -> Program.Outcome {
      try Program.run(["run", ToyProject.manifest, "--no-report"] + arguments, in: elsewhere)
    }
    let same = try run()
    #expect(same.status == 0 && same.executed == 0, "\(same.errors)")
    let other = try run("--set", "scaled.factor=4")
    #expect(other.status == 0 && other.executed == 3, "\(other.errors)")
    let sum = try Data(contentsOf: elsewhere.appendingPathComponent("results/toy/total.sum.nc"))
    try toy.expect(executed: 3, factor: 4, ["--set", "scaled.factor=4"])
    #expect(try Data(contentsOf: toy.result("total.sum.nc")) == sum)
  }

  /// Copies can't be renamed from the store's disk to another.
  @Test func case21ResultsOnAnotherMount() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    try FileManager.default.createDirectory(
      at: toy.root.appendingPathComponent("results"), withIntermediateDirectories: true)
    guard try Self.mount("mount -t tmpfs tmpfs results", in: toy.root, "case 21, results elsewhere") else {
      return
    }
    defer { _ = try? shell("umount -l results", in: toy.root) }
    try toy.expect(executed: 5)
    try toy.expect(executed: 3, factor: 4, ["--set", "scaled.factor=4"])
    try "something else\n".write(to: toy.result("scaled.values"), atomically: false, encoding: .utf8)
    try toy.expect(executed: 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: toy.root.path + "/results/toy")
    #expect(!names.contains { $0.hasSuffix(".partial") }, "\(names)")
  }

  /// Only the store forbids writing: what is known is answered, what is not is refused.
  @Test func case21ReadOnlyStore() throws {
    let toy = try ToyProject()
    defer { toy.remove() }
    // A run that could go, if anything could.
    try toy.expect(executed: 5, factor: 5, ["--set", "scaled.factor=5"])
    try toy.expect(executed: 3)
    let mount = "mount --bind .pipe .pipe && mount -o remount,ro,bind .pipe"
    guard try Self.mount(mount, in: toy.root, "case 21, read-only store") else { return }
    defer { _ = try? shell("umount -l .pipe", in: toy.root) }
    try toy.expect(executed: 0)
    for question in [
      ["run", "-n", ToyProject.manifest], ["explain", "scaled", ToyProject.manifest], ["history"],
      ["show", "total.sum"], ["diff", "last", "last"], ["verify"], ["log", "scaled"], ["gc"],
      ["lock", ToyProject.manifest],
    ] {
      let outcome = try Program.run(question, in: toy.root)
      #expect(outcome.status == 0, "\(question): \(outcome.errors)")
    }
    let forecast = try toy.project.pipe("run", "-n", ToyProject.manifest, "--set", "scaled.factor=4")
    #expect(forecast.output.contains("scaled.factor: 3 → 4"), "\(forecast.output)\(forecast.errors)")
    for refused in [
      ["run", ToyProject.manifest, "--set", "scaled.factor=4"], ["gc", "--delete", "--older-than", "0s"],
    ] {
      let outcome = try Program.run(refused, in: toy.root)
      #expect(outcome.status == 74 && outcome.errors.contains("read-only"), "\(refused): \(outcome.errors)")
    }
    try toy.expect(executed: 0)
  }
}
