import Foundation
import Planning
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// Members of a chunk that go through a stage together.
@Suite(.serialized) struct BatchTests {
  /// Doubles a number; a batch notes how many it was given.
  private struct Doubling: BatchKind {
    let world: FoldWorld
    let signature = StageSignature(
      kind: "doubling", version: 1, summary: "",
      settings: [FoldToy.number("x"), SettingSpec("together", .boolean, .defaultsTo("yes"), "")],
      outputs: [OutputSpec("out", FoldToy.scalar, "")])

    func runsTogether(_ settings: Settings) -> Bool { settings.values["together"] == .boolean(true) }

    func run(_ context: StageContext) throws {
      let x = context.settings.number("x")
      if x == 11 { throw ToyError(message: "no value at 11") }
      // What a member leaves to nobody must not be another's.
      try "\(x)".write(toFile: try context.makeScratch() + "/own", atomically: false, encoding: .utf8)
      try context.write([2 * x], to: "out")
    }

    func run(together contexts: [StageContext]) throws -> [(any Error)?] {
      try world.note("together \(contexts.count)")
      return contexts.map { context in
        do {
          if context.settings.number("x") == 13 { return nil }
          try run(context)
          return nil
        } catch {
          return error
        }
      }
    }
  }

  private static func kinds(_ world: FoldWorld) -> [any StageKind] {
    let last = LambdaKind(
      signature: StageSignature(
        kind: "last", version: 1, summary: "", inputs: [InputSpec("in", [FoldToy.scalar], "")],
        outputs: [OutputSpec("value", FoldToy.scalar, "", collected: true)])
    ) { try $0.write([-(try $0.numbers("in")[0])], to: "value") }
    return [Doubling(world: world), last, Many()]
  }

  private struct Many: FamilyKind {
    let signature = FoldToy.family(
      "many",
      [
        FoldToy.integer("runs"),
        SettingSpec("members", .word(["nodes", "chunks"]), .defaultsTo("chunks"), ""),
        FoldToy.integer("max_failures", .defaultsTo("9")),
      ], outputs: [OutputSpec("sum", FoldToy.scalar, ""), OutputSpec("failed", FoldToy.scalar, "")])

    func design(_ request: DesignRequest) throws -> RoundPlan {
      RoundPlan((0..<request.settings.integer("runs")).map { [Double($0)] })
    }

    func run(_ context: StageContext) throws {
      var sum = 0.0
      for member in context.members {
        guard let path = member.inputs["value"] else { continue }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(
          separator: "\n", omittingEmptySubsequences: false)
        sum += Double(lines[member.row ?? 0]) ?? .nan
      }
      try context.write([sum], to: "sum")
      try context.write([Double(context.members.count(where: \.hasFailed))], to: "failed")
    }
  }

  private static func manifest(_ runs: Int, _ line: String = "") -> String {
    """
    [doubling : doubling]
    x = 0
    \(line)

    [last : last]
    in <- doubling.out

    [many : many]
    repeat = last
    runs = \(runs)
    doubling.x ~ uniform(0, 1)
    """
  }

  /// One by one, on one thread, on two: the same results, and a row that failed or left nothing is a row.
  @Test func theBatchDecidesNothing() throws {
    var keys: [[String]] = []
    for (line, jobs) in [("", 1), ("", 2), ("together = no", 1)] {
      let project = try FoldProject(Self.kinds)
      let record = try project.run(Self.manifest(700, line), jobs: jobs)
      #expect(record.outcome == .succeeded, "\(record.messages)")
      let sum = Double(-2 * (699 * 700 / 2)) + 22 + (line.isEmpty ? 26 : 0)
      #expect(try project.result("many.sum") == [sum])
      #expect(try project.result("many.failed") == [line.isEmpty ? 2 : 1])
      let chunk = try #require(record.nodes.first { $0.kind == "chunk" })
      if line.isEmpty {
        keys.append([chunk.key] + chunk.outputs.dictionary.sorted { $0.key < $1.key }.map(\.value))
      }
      let notes = project.world.take().filter { $0.hasPrefix("together") }
      #expect(line.isEmpty ? notes.count >= 3 && notes.count <= 6 : notes.isEmpty, "\(notes)")
      guard line.isEmpty else { continue }
      let failures = try String(
        contentsOfFile: ObjectStore(layout: project.layout).path(try #require(chunk.outputs["failures"])),
        encoding: .utf8)
      #expect(failures.contains("11: no value at 11") && failures.contains("13: "), "\(failures)")
    }
    #expect(keys[0] == keys[1])
  }
}
