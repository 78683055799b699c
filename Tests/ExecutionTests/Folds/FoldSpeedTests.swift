import Foundation
import Planning
import Testing

@testable import Execution

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a long family costs when there is nothing to do.
@Suite(.serialized) struct FoldSpeedTests {
  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func kinds(_ world: FoldWorld) -> [any StageKind] {
    let stage = LambdaKind(
      signature: StageSignature(
        kind: "stage", version: 1, summary: "", settings: [FoldToy.number("x")],
        outputs: [OutputSpec("out", FoldToy.scalar, "")])
    ) { try $0.write([$0.settings.number("x")], to: "out") }
    let step = LambdaKind(
      signature: FoldToy.step("walk_step", [], states: [OutputSpec("state", .file, "")])
    ) { context in
      let x = try StageContext.numbers(at: try #require(context.members[0].inputs["out"]))[0]
      try context.write([x], to: "state")
      try context.write(RoundPlan([[x + 1]]), FoldReport([("iteration", x), ("objective", 1 / x)]))
    }
    let family = LambdaFamily(
      signature: FoldToy.family(
        "walk", [FoldToy.output("out"), FoldToy.integer("rounds")],
        outputs: [OutputSpec("end", FoldToy.scalar, "")],
        roles: [.init("out")]),
      first: { _ in Fold(step: "walk_step", first: RoundPlan([[1]])) },
      budget: { $0.rounds < $0.settings.integer("rounds") ? $0.next.rows.count : 0 },
      body: { try $0.write(try $0.numbers("state"), to: "end") })
    return [stage, step, family]
  }

  private static func manifest(_ rounds: Int) -> String {
    "[stage : stage]\nx = 0\n\n[walk : walk]\nrepeat = stage\nout = stage.out\nrounds = \(rounds)\nstage.x ~ normal(0, 1)\n"
  }

  /// A run with nothing to do runs nothing, whatever the rounds; its processor time is printed: twice the rounds should
  /// take twice the time, and a round of one member a ten-thousandth of a second.
  @Test func nothingToDoRunsNothing() throws {
    let project = try FoldProject(Self.kinds)
    var seconds: [Int: Double] = [:]
    for rounds in [200, 400, 800, 1600] {
      let first = try project.run(Self.manifest(rounds))
      #expect(first.outcome == .succeeded && first.nodes.count == 2 * rounds + 2)
      seconds[rounds] = try (0..<3).map { _ in
        let start = Self.processorSeconds()
        let again = try project.run(Self.manifest(rounds))
        #expect(again.count(.executed) == 0)
        return Self.processorSeconds() - start
      }.min()
    }
    print(
      "folds, nothing to do: \(seconds.sorted { $0.key < $1.key }.map { "\($0.key) rounds \(Int($0.value * 1e6)) µs" })"
    )
  }
}
