import Foundation
import Planning
import Testing

@testable import Execution

/// An ensemble Kalman inversion: every member has a model of its own, a proposal of the step before.
enum KalmanToy {
  static let manifest = """
    [start : point]
    x = 3
    y = -2

    [shot : forward]
    model <- start.grid

    [kalman : kalman]
    repeat = shot
    moves  = shot.model
    data   = shot.data
    model <- start.grid
    members = 4
    assimilations = 5
    seed = 7

    """

  static func kinds(_ world: FoldWorld) -> [any StageKind] {
    let forward = LambdaKind(
      signature: StageSignature(
        kind: "forward", version: 1, summary: "", inputs: [InputSpec("model", [.grid], "")],
        outputs: [OutputSpec("data", .table, "")])
    ) { context in
      let model = try context.numbers("model")
      try world.note("forward")
      try context.write([model[0] + 0.5 * model[1]], to: "data")
    }
    return [forward, step(world), family(world)]
  }

  private static func step(_ world: FoldWorld) -> LambdaKind {
    let proposals = (0..<4).map { InputSpec("member_\($0)", [.grid], required: false, "") }
    return LambdaKind(
      signature: FoldToy.step(
        "kalman_step", [FoldToy.integer("seed"), FoldToy.integer("assimilations")],
        inputs: [InputSpec("model", [.grid], required: false, "")] + proposals,
        states: [OutputSpec("state", .grid, "")])
    ) { context in
      try world.note("kalman_step")
      let seed = context.settings.integer("seed")
      let round = try context.inputs["state"].map { Int(try StageContext.numbers(at: $0)[0]) + 1 } ?? 0
      var models: [[Double]]
      if context.members.isEmpty {
        let model = try context.numbers("model")
        models = (0..<4).map {
          [model[0] + toyDraw("\(seed) x \($0)"), model[1] + toyDraw("\(seed) y \($0)")]
        }
      } else {
        models = try (0..<4).map { try context.numbers("member_\($0)") }
        let data = try context.members.map {
          try StageContext.numbers(at: try #require($0.inputs["data"]))[0]
        }
        models = update(models, data, seed: seed, round: round)
      }
      for (index, model) in models.enumerated() { try context.write(model, to: "proposal_\(index)") }
      try context.write([Double(round)], to: "state")
      // The last analysis needs no forecast.
      let isOver = round >= context.settings.integer("assimilations")
      let rows = isOver ? [] : (0..<4).map { RoundPlan.Row([], moves: ["proposal_\($0)"]) }
      let spread = (models.map { $0[0] }.max() ?? 0) - (models.map { $0[0] }.min() ?? 0)
      try context.write(
        RoundPlan(rows: rows, keeps: (0..<4).map { .init("member_\($0)", .port("proposal_\($0)")) }),
        FoldReport([("iteration", Double(round)), ("spread", spread)]))
    }
  }

  /// Towards the datum 1 of deviation 0.1.
  private static func update(_ models: [[Double]], _ data: [Double], seed: Int, round: Int) -> [[Double]] {
    let mean = data.reduce(0, +) / 4
    let variance = data.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3
    return models.indices.map { member in
      (0..<2).map { axis in
        let centre = models.reduce(0) { $0 + $1[axis] } / 4
        let covariance = zip(models, data).reduce(0) { $0 + ($1.0[axis] - centre) * ($1.1 - mean) } / 3
        let drawn = 1 + 0.1 * (toyDraw("\(seed) datum \(round) \(member)") - 0.5)
        return models[member][axis] + covariance / (variance + 0.05) * (drawn - data[member])
      }
    }
  }

  private static func family(_ world: FoldWorld) -> LambdaFamily {
    LambdaFamily(
      signature: FoldToy.family(
        "kalman",
        [
          FoldToy.output("moves"), FoldToy.output("data"), FoldToy.integer("seed"),
          FoldToy.integer("assimilations"), FoldToy.integer("members"),
        ],
        inputs: [InputSpec("model", [.grid], "")],
        outputs: [OutputSpec("spread", .file, ""), OutputSpec("last", .grid, "")], roles: [.init("data")]),
      first: { request in
        var settings: NameTable<SettingValue> = [:]
        for name in ["seed", "assimilations"] { settings[name] = request.settings.values[name] }
        var fold = Fold(step: "kalman_step", settings: settings, first: nil)
        fold.proposals = request.settings.integer("members")
        return fold
      },
      budget: { $0.next.rows.count },
      body: { context in
        try world.note("kalman")
        try context.write(try context.readReports().compactMap { $0["spread"] }, to: "spread")
        try context.write(try (0..<4).flatMap { try context.numbers("member_\($0)") }, to: "last")
      })
  }
}
