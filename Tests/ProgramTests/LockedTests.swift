import Foundation
import TestSupport
import Testing

/// `pipe lock` and `pipe run --locked`.
@Suite(.serialized) struct LockedTests {
  private let path = SmallPipeline.path

  @Test func lockHoldsUntilAResultDiffers() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(path, SmallPipeline.manifest())
    let missing = try project.pipe("run", path, "--locked")
    #expect(missing.status == 66)
    #expect(missing.errors == "pipe: there is no lock file \(path).lock: `pipe lock` writes it\n")
    let written = try project.pipe("lock", path)
    #expect(written.status == 0 && written.output == "\(path).lock: 15 results, new\n", "\(written.output)")
    let file = project.root.appendingPathComponent(path + ".lock")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.hasPrefix("lock 1\n# ") && text.contains("\ninversion.topography content:"), "\(text)")
    #expect(!text.contains("host") && !text.contains(project.root.path))
    #expect(try project.pipe("lock", path).output == "\(path).lock: 15 results, as before\n")
    let held = try project.pipe("run", path, "--locked", "--jobs", "2")
    #expect(held.status == 0 && held.errors.contains("locked: 15 results are as \(path).lock has them\n"))
    try project.write(path, SmallPipeline.manifest(spacing: "2500 m"))
    let broken = try project.pipe("run", path, "--locked")
    #expect(broken.status == 3)
    #expect(
      broken.errors.contains("locked: \(path).lock does not hold; model differs first\n"), "\(broken.errors)")
    #expect(broken.errors.contains("count 63 → 221"), "\(broken.errors)")
    #expect(broken.errors.contains("  after it: start, predicted, inversion\n"), "\(broken.errors)")
    #expect(try project.pipe("run", path, "--locked", "--target", "start").status == 3)
    try project.write(path, SmallPipeline.manifest(damping: "0.2"))
    let later = try project.pipe("run", path, "--locked")
    #expect(later.status == 3 && later.errors.contains("; inversion differs first\n"), "\(later.errors)")
    // What does not depend on the change still holds.
    #expect(try project.pipe("run", path, "--locked", "--target", "start").status == 0)
  }

  @Test func profilesLockSeparately() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(path, SmallPipeline.manifest(extra: "\n[profile ci]\ninversion.damping = 0.2\n"))
    #expect(try project.pipe("lock", path).status == 0)
    let answer = try project.pipe("lock", path, "--profile", "ci", "--json").json()
    #expect(answer["file"] as? String == "\(path).ci.lock")
    let outputs = try #require(answer["outputs"] as? [[String: Any]])
    #expect(outputs.count == 15 && (outputs[0]["content"] as? String)?.count == 64)
    #expect(try project.pipe("run", path, "--locked", "--profile", "ci").status == 0)
    #expect(try project.pipe("run", path, "--locked").status == 0)
    let crossed = try project.pipe("run", path, "--locked", "--lock-file", "\(path).ci.lock")
    #expect(crossed.status == 3 && crossed.errors.contains("inversion differs first"), "\(crossed.errors)")
    #expect(try project.pipe("lock", path, "--set", "inversion.damping=0.3").status == 64)
    #expect(try project.pipe("run", path, "-n", "--locked").status == 64)
  }

  @Test func damagedLockIsNamedByItsLine() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(path, SmallPipeline.manifest())
    try project.write(path + ".lock", "lock 1\nnonsense\n")
    let outcome = try project.pipe("run", path, "--locked")
    #expect(outcome.status == 66)
    #expect(outcome.errors == "pipe: \(path).lock is no lock file: line 2 can't be read: nonsense\n")
  }

  /// Bytes of every result with one instruction set and with another, in fresh stores.
  @Test func instructionSetsGiveEqualResults() throws {
    var all: [[String: Data]] = []
    for set in ["baseline", "avx2", "avx512"] {
      let project = try TemporaryProject()
      defer { project.remove() }
      try project.write(path, SmallPipeline.manifest())
      let outcome = try Program.run(["run", path], in: project.root, environment: ["PIPE_KERNELS": set])
      #expect(outcome.status == 0, "\(outcome.errors)")
      all.append(try project.results("small"))
    }
    #expect(all[0].count == 15 && all[0] == all[1] && all[0] == all[2])
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(path, SmallPipeline.manifest())
    let wrong = try Program.run(["run", path], in: project.root, environment: ["PIPE_KERNELS": "sse9"])
    #expect(wrong.status == 64 && wrong.errors.contains("expected baseline, avx2 or avx512"))
  }

  /// The committed locks, which `ci/reproduce.sh` checks with more threads.
  @Test(arguments: [("quickstart", nil), ("damping_cv", nil), ("ensemble", "ci")] as [(String, String?)])
  func shippedPipelinesAreAsLocked(name: String, profile: String?) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.copyShipped(name)
    let manifest = "pipelines/\(name).manifest"
    let lock = "\(manifest).\(profile.map { "\($0)." } ?? "")lock"
    try FileManager.default.copyItem(
      at: Checkout.root.appendingPathComponent(lock), to: project.root.appendingPathComponent(lock))
    let outcome = try Program.run(
      ["run", manifest, "--locked", "--no-report"] + (profile.map { ["--profile", $0] } ?? []),
      in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}
