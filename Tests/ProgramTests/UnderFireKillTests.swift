import Foundation
import TestSupport
import Testing

/// Death at any moment and disks without room: cases 6 and 9.
@Suite(.serialized) struct UnderFireKillTests {
  static let chains = 12
  static let steps = 5

  /// Twelve chains of five programs, each of which adds to what the one before has left.
  static func manifest(seed: Int) -> String {
    var text = "[pipeline]\nseed = \(seed)\n"
    for chain in 0..<chains {
      for step in 0..<steps {
        text += "\n[n_\(chain)_\(step) : command]\nprogram = \"awk\"\n"
        if step == 0 {
          text +=
            "arguments = \"BEGIN { for (i = 0; i < 200; i++) print i + {setting.seed} * \(chain) > \\\"x\\\" }\"\n"
          text += "seed = $seed\n"
        } else {
          text += "arguments = \"{ print $1 + \(step) > \\\"x\\\" }\", \"before\"\ninputs = before\n"
          text += "before <- n_\(chain)_\(step - 1).x\n"
        }
        text += "outputs = x\n"
      }
    }
    return text
  }

  static func expected(chain: Int, step: Int, seed: Int) -> String {
    let offset = seed * chain + step * (step + 1) / 2
    return (0..<200).map { "\($0 + offset)\n" }.joined()
  }

  static func check(_ project: TemporaryProject, seed: Int) throws {
    for chain in 0..<chains {
      for step in 0..<steps {
        let url = project.root.appendingPathComponent("results/chains/n_\(chain)_\(step).x")
        let found = try String(contentsOf: url, encoding: .utf8)
        try #require(found == expected(chain: chain, step: step, seed: seed), "\(url.lastPathComponent)")
      }
    }
  }

  /// Twenty kills of a living program in each project, at random moments of first builds and rebuilds. Where
  /// the program was done before it could be killed, a changed setting begins the next rebuild.
  @Test func case6KilledAtAnyMoment() throws {
    var generator = SeededGenerator(state: 20_260_101)
    for _ in 0..<Effort.count(3, long: 25) {
      let project = try TemporaryProject()
      defer { project.remove() }
      var (seed, landed, started) = (3, 0, 0)
      try project.write("pipelines/chains.manifest", Self.manifest(seed: seed))
      while landed < 20 {
        started += 1
        try #require(started < 400, "\(landed) kills found the program alive")
        let running = try Program.start(
          ["run", "pipelines/chains.manifest", "--no-report"], in: project.root)
        usleep(UInt32.random(in: 1000...90_000, using: &generator))
        kill(running.process.processIdentifier, SIGKILL)
        let outcome = running.wait()
        if outcome.status == SIGKILL {
          landed += 1
        } else {
          try #require(outcome.status == 0, "\(outcome.errors)")
          try Self.check(project, seed: seed)
          seed += 1
          try project.write("pipelines/chains.manifest", Self.manifest(seed: seed))
        }
      }
      let last = try project.pipe("run", "pipelines/chains.manifest", "--no-report")
      try #require(last.status == 0, "\(last.errors)")
      try Self.check(project, seed: seed)
      let again = try project.pipe("run", "pipelines/chains.manifest", "--no-report")
      try #require(again.executed == 0, "\(again.errors)")
    }
  }

  @Test func case9DiskFull() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let disk = project.root.appendingPathComponent("disk")
    try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
    let mounted = try shell("mount -t tmpfs -o size=1536k tmpfs disk", in: project.root)
    guard mounted.status == 0 else {
      print("case 9 left out: \(mounted.errors)")
      return
    }
    defer { _ = try? shell("umount -l disk", in: project.root) }
    // Full while a program writes, while the index or a copy is written, and while the run is recorded.
    for free in stride(from: 0, through: 1200, by: 100) {
      let script = """
        rm -rf disk/* disk/.pipe; mkdir disk/pipelines; cp pipelines/chains.manifest disk/pipelines/
        free=$(df -k --output=avail disk | tail -1)
        head -c $(( (free - \(free)) * 1024 )) /dev/zero > disk/filler 2> /dev/null
        cd disk && "$PIPE" run pipelines/chains.manifest --no-report
        """
      try project.write("pipelines/chains.manifest", Self.manifest(seed: 3))
      let full = try shell(script, in: project.root)
      if free < 300 { #expect(full.status == 74, "\(free) KB: \(full.errors)") }
      if full.status != 0 {
        #expect(full.status == 74, "\(free) KB: status \(full.status): \(full.errors)")
        #expect(full.errors.contains("no space left on the disk"), "\(free) KB: \(full.errors)")
      }
      let next = try shell(
        "rm -f disk/filler; cd disk && \"$PIPE\" run pipelines/chains.manifest --no-report", in: project.root)
      #expect(next.status == 0, "\(free) KB: \(next.errors)")
      let copied = try shell("rm -rf results; cp -r disk/results .", in: project.root)
      #expect(copied.status == 0)
      try Self.check(project, seed: 3)
    }
  }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
