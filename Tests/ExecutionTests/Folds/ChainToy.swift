import Foundation
import Planning
import Testing

@testable import Execution

/// A Markov chain inside every member of an ensemble.
enum ChainToy {
  static let manifest = """
    [source : vector_source]
    level = 1

    [density : density]
    level <- source.out
    x = 0

    [chain : chain]
    repeat = density
    value  = density.out
    draws  = 8
    seed   = 5
    density.x ~ normal(0, 1)

    [summary : sum]
    in <- chain.mean
    level <- source.out

    [ensemble : list]
    repeat = summary
    nested = chain
    runs   = 3
    source.level ~ uniform(0, 1)

    """

  static func kinds(_ world: FoldWorld) -> [any StageKind] {
    func arithmetic(
      _ kind: String, _ settings: [String], _ inputs: [String],
      _ body: @escaping @Sendable ([Double]) -> Double
    ) -> LambdaKind {
      LambdaKind(
        signature: StageSignature(
          kind: kind, version: 1, summary: "", settings: settings.map { FoldToy.number($0) },
          inputs: inputs.map { InputSpec($0, [FoldToy.scalar], "") },
          outputs: [OutputSpec("out", FoldToy.scalar, "", collected: true)])
      ) { context in
        try world.note(kind)
        let values =
          settings.map { context.settings.number($0) } + (try inputs.map { try context.numbers($0)[0] })
        try context.write([body(values)], to: "out")
      }
    }
    return [
      arithmetic("vector_source", ["level"], []) { $0[0] },
      arithmetic("density", ["x"], ["level"]) { -($0[0] - $0[1]) * ($0[0] - $0[1]) },
      arithmetic("sum", [], ["in", "level"]) { $0[0] + $0[1] },
      step(world), chain(world), ListToy(world: world),
    ]
  }

  /// state: where the chain is and how likely that is, the sum of all places and how many they are.
  private static func step(_ world: FoldWorld) -> LambdaKind {
    LambdaKind(
      signature: FoldToy.step(
        "chain_step", [FoldToy.integer("seed"), SettingSpec("outer", .text, .optional, "")],
        states: [OutputSpec("state", .file, "")])
    ) { context in
      try world.note("chain_step")
      var state = try context.inputs["state"].map { try StageContext.numbers(at: $0) } ?? [0, -1e9, 0, 0]
      let member = context.members[0]
      let tried = member.values[0]
      let value = try StageContext.numbers(at: try #require(member.inputs["value"]))[0]
      let address =
        "\(context.settings.integer("seed")) \(context.settings.optionalText("outer") ?? "") \(Int(state[3]))"
      if toyDraw("accept " + address) < exp(value - state[1]) { (state[0], state[1]) = (tried, value) }
      state[2] += state[0]
      state[3] += 1
      try context.write(state, to: "state")
      try context.write(
        RoundPlan([[state[0] + 2 * toyDraw("move " + address) - 1]]),
        FoldReport([("iteration", state[3]), ("x", state[0])]))
    }
  }

  private static func chain(_ world: FoldWorld) -> LambdaFamily {
    LambdaFamily(
      signature: FoldToy.family(
        "chain", [FoldToy.output("value"), FoldToy.integer("draws"), FoldToy.integer("seed")],
        outputs: [OutputSpec("mean", FoldToy.scalar, "")], roles: [.init("value")]),
      first: { request in
        Fold(
          step: "chain_step",
          settings: request.settings.table("seed"),
          first: RoundPlan([[0.5]]))
      },
      budget: { $0.settings.integer("draws") - $0.rows },
      body: { context in
        try world.note("chain")
        let state = try context.numbers("state")
        try context.write([state[2] / state[3]], to: "mean")
      })
  }

  /// `runs` members spread evenly.
  private struct ListToy: FamilyKind {
    let world: FoldWorld
    let signature: StageSignature = {
      var signature = FoldToy.family(
        "list",
        [
          FoldToy.integer("runs"), SettingSpec("nested", .list(.stage, count: 0...9), .optional, ""),
          SettingSpec("max_failures", .integer, .defaultsTo("0"), ""),
          SettingSpec("intermediates", .word(["keep", "drop"]), .defaultsTo("keep"), ""),
        ],
        outputs: [OutputSpec("values", .file, "")])
      signature.unkeyed = ["intermediates"]
      return signature
    }()

    func design(_ request: DesignRequest) throws -> RoundPlan {
      let runs = request.settings.integer("runs")
      return RoundPlan((0..<runs).map { index in request.variables.map { _ in Double(index) / 4 } })
    }

    func run(_ context: StageContext) throws {
      try world.note("list")
      let values = try context.members.filter { !$0.hasFailed }.map { member in
        try StageContext.numbers(at: try #require(member.inputs["out"]))[0]
      }
      try context.write(values, to: "values")
    }
  }
}
