import Foundation
import Manifests
import Planning
import Synchronization
import Testing

@testable import StagesPrograms

@Suite struct CommandTests {
  /// Runs one command stage; answers the lines of its log and what it left as `out`.
  static func run(
    _ arguments: [String], settings: [String: SettingValue] = [:],
    isCancelled: @escaping @Sendable () -> Bool =
      { false }
  ) throws -> (log: [String], out: String?) {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("command \(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let own = root.appendingPathComponent("own")
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    var all = settings
    all["program"] = .list([.file("/bin/sh"), .text("sh")])
    all["arguments"] = .list(arguments.map { .text($0) })
    all["outputs"] = .list([.word("out")])
    let lines = Mutex<[String]>([])
    var context = StageContext(
      settings: Settings(all), inputs: [:], outputs: ["out": root.appendingPathComponent("out").path])
    context.makeScratch = { own.path }
    context.log = { line in lines.withLock { $0.append(line) } }
    context.checkCancelled = { if isCancelled() { throw CancellationError() } }
    try Command().run(context)
    let out = try? String(contentsOf: root.appendingPathComponent("out"), encoding: .utf8)
    return (lines.withLock { $0 }, out)
  }

  @Test func placeholdersBecomeText() throws {
    let values: [String: SettingValue] = [
      "depth": .number(ExactDecimal(2500)), "noise": .number(try #require(ExactDecimal("2e-6"))),
      "levels": .list([.number(ExactDecimal(1)), .number(ExactDecimal(2))]), "flag": .boolean(true),
      "name": .text("a b"), ArgumentTemplate.memberSetting: .number(ExactDecimal(7)),
    ]
    let names = [
      "{setting.depth}", "{setting.noise}", "{setting.levels}", "{setting.flag}", "{setting.name}",
    ]
    let script = "for x in \"$@\"; do echo \"$x\"; done > {output.out}"
    let found = try Self.run(["-c", script, "sh"] + names + ["{member}"], settings: values)
    #expect(found.out == "2500\n0.000002\n1,2\nyes\na b\n7\n")
  }

  @Test func logHasEveryLineOfBothStreams() throws {
    let found = try Self.run(["-c", "echo one; echo two >&2; printf three; : > out"])
    #expect(found.log == ["one", "two", "three"])
  }

  @Test func messageHasTheLastLines() {
    let error = #expect(throws: CommandError.self) {
      try Self.run(["-c", "i=0; while [ $i -lt 30 ]; do echo $i; i=$((i + 1)); done; exit 4"])
    }
    let said = (20..<30).map { "  \($0)" }.joined(separator: "\n")
    #expect(error == .exited(program: "sh", status: 4, said: said))
  }

  /// A child that goes on in the background neither holds the stage up nor outlives it.
  @Test func backgroundProcessesEndWithTheProgram() throws {
    let start = ContinuousClock.now
    _ = try Self.run(["-c", "sleep 20 & echo 1 > out"])
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  /// SIGTERM is not enough for this one.
  @Test func cancelledProgramIsKilled() throws {
    let start = ContinuousClock.now
    #expect(throws: CancellationError.self) {
      try Self.run(["-c", "trap '' TERM; while true; do sleep 1; done"]) {
        ContinuousClock.now - start > .milliseconds(200)
      }
    }
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test func environmentIsTheSameForEverybody() {
    let variables = CommandEnvironment.variables(
      Settings(["environment": .list([.text("TZ=Asia/Tokyo"), .text("UNSET_ONE"), .text("A=b=c")])]),
      folder: "/f")
    #expect(
      variables == [
        "A=b=c", "HOME=/f", "LC_ALL=C", "OMP_NUM_THREADS=1", "PATH=\(CommandEnvironment.path)", "TMPDIR=/f",
        "TZ=Asia/Tokyo",
      ])
  }
}
