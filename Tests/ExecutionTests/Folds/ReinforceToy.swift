import Foundation
import Planning
import Testing

@testable import Execution

/// Moves the mean of a distribution towards the members of the greatest value, which it reads of arrays, and closes with
/// fresh draws for a verdict.
enum ReinforceToy {
  static let manifest = """
    [vector : vector]
    x = 0

    [learn : reinforce]
    repeat = vector
    array = vector.array
    rounds = 6
    seed = 3
    vector.x ~ normal(0, 1)
    """

  static func kinds(_ world: FoldWorld) -> [any StageKind] {
    let vector = LambdaKind(
      signature: StageSignature(
        kind: "vector", version: 1, summary: "", settings: [FoldToy.number("x")],
        outputs: [OutputSpec("array", .file, "")])
    ) { context in
      let x = context.settings.number("x")
      try world.note("vector \(x)")
      try context.write((0..<50).map { x + Double($0) / 100 }, to: "array")
    }
    let step = LambdaKind(
      signature: FoldToy.step(
        "reinforce_step", [FoldToy.integer("seed"), FoldToy.integer("draws")],
        states: [OutputSpec("state", .file, "")])
    ) { context in
      try world.note("reinforce_step")
      let before = try context.inputs["state"].map { try StageContext.numbers(at: $0) } ?? [0, 0]
      let values = try context.members.map { member in
        value(try StageContext.numbers(at: try #require(member.inputs["array"])))
      }
      let base = values.reduce(0, +) / Double(values.count)
      var mean = before[0]
      for (member, value) in zip(context.members, values) {
        mean += 0.05 * (value - base) * (member.values[0] - before[0])
      }
      let round = Int(before[1]) + 1
      try context.write([mean, Double(round)], to: "state")
      let seed = context.settings.integer("seed")
      let rows = draws(mean, seed, "search \(round)", context.settings.integer("draws"))
      try context.write(
        RoundPlan(rows: rows.map { RoundPlan.Row($0) }, notes: [("mean", [mean])]),
        FoldReport([("iteration", Double(round)), ("objective", base)]))
    }
    let family = LambdaFamily(
      signature: FoldToy.family(
        "reinforce",
        [
          FoldToy.output("array"), FoldToy.integer("rounds"), FoldToy.integer("seed"),
          FoldToy.integer("draws", .defaultsTo("5")),
        ],
        outputs: [OutputSpec("verdict", FoldToy.scalar, ""), OutputSpec("history", .file, "")],
        roles: [.init("array")]),
      first: { request in
        let seed = request.settings.integer("seed")
        let count = request.settings.integer("draws")
        return Fold(
          step: "reinforce_step",
          settings: request.settings.table("seed", "draws"),
          first: RoundPlan(draws(0, seed, "search 0", count)))
      },
      budget: { $0.rounds < $0.settings.integer("rounds") ? $0.next.rows.count : 0 },
      closing: { progress in
        guard let mean = progress.next.note("mean") else { return nil }
        return RoundPlan(draws(mean[0], progress.settings.integer("seed"), "verdict", 3))
      },
      body: { context in
        try world.note("reinforce")
        let values = try context.members.map { member in
          value(try StageContext.numbers(at: try #require(member.inputs["array"])))
        }
        try #require(values.count == 3)
        try context.write([values.reduce(0, +) / 3], to: "verdict")
        try context.write(try context.readReports().compactMap { $0["objective"] }, to: "history")
      })
    return [vector, step, family]
  }

  private static func value(_ array: [Double]) -> Double {
    -array.reduce(0) { $0 + ($1 - 2) * ($1 - 2) } / Double(array.count)
  }

  private static func draws(_ mean: Double, _ seed: Int, _ stream: String, _ count: Int) -> [[Double]] {
    (0..<count).map { [mean + 4 * toyDraw("\(seed) \(stream) \($0)") - 2] }
  }
}
