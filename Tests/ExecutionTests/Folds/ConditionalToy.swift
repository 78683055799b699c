import Foundation
import Planning
import Testing

@testable import Execution

/// Members draw around what a stage made, by a factor that the stage itself has worked out.
enum ConditionalToy {
  static let manifest = """
    [points : point]
    x = 1
    y = 2

    [field : field]
    points <- points.grid
    width = 3

    [after : after]
    field <- field.grid

    [learn : averaging]
    repeat = after
    out = after.out
    rounds = 3
    seed = 11
    field.grid ~ conditional

    """

  static func kinds(_ world: FoldWorld) -> [any StageKind] {
    var field = StageSignature(
      kind: "field", version: 1, summary: "", settings: [FoldToy.number("width")],
      inputs: [InputSpec("points", [.grid], "")],
      outputs: [OutputSpec("grid", .grid, ""), OutputSpec("factor", .file, "")])
    field.conditional = ConditionalSpec(output: "grid", kind: "field_draw", base: ["factor"])
    let base = LambdaKind(signature: field) { context in
      try world.note("field")
      let points = try context.numbers("points")
      try context.write(points.map { $0 * context.settings.number("width") }, to: "grid")
      try context.write([points[0] + points[1]], to: "factor")
    }
    let draw = LambdaKind(
      signature: StageSignature(
        kind: "field_draw", version: 1, summary: "",
        settings: [
          FoldToy.number("width"), FoldToy.integer(ConditionalSpec.seed),
          FoldToy.integer(ConditionalSpec.member),
          SettingSpec(ConditionalSpec.stream, .text, .required, ""),
        ],
        inputs: [InputSpec("points", [.grid], ""), InputSpec("base_factor", [.file], "")],
        outputs: [OutputSpec("grid", .grid, ""), OutputSpec("factor", .file, "")]
      ).hidden
    ) { context in
      let member = context.settings.integer(ConditionalSpec.member)
      try world.note("draw \(member)")
      let factor = try context.numbers("base_factor")[0]
      let noise = toyDraw(
        "\(context.settings.integer(ConditionalSpec.seed)) \(context.settings.optionalWord(ConditionalSpec.stream) ?? "") \(member)"
      )
      try context.write(try context.numbers("points").map { $0 + factor * noise }, to: "grid")
      try context.write([factor], to: "factor")
    }
    let after = LambdaKind(
      signature: StageSignature(
        kind: "after", version: 1, summary: "", inputs: [InputSpec("field", [.grid], "")],
        outputs: [OutputSpec("out", FoldToy.scalar, "", collected: true)])
    ) { context in
      try world.note("after")
      try context.write([try context.numbers("field").reduce(0, +)], to: "out")
    }
    return [base, draw, after, step(world), family(world)]
  }

  private static func step(_ world: FoldWorld) -> LambdaKind {
    LambdaKind(
      signature: FoldToy.step(
        "averaging_step", [FoldToy.integer("seed")], states: [OutputSpec("state", .file, "")])
    ) { context in
      try world.note("averaging_step")
      var state = try context.inputs["state"].map { try StageContext.numbers(at: $0) } ?? [0, 0]
      for member in context.members {
        state[0] += try StageContext.numbers(at: try #require(member.inputs["out"]))[0]
        state[1] += 1
      }
      try context.write(state, to: "state")
      try context.write(RoundPlan([[], []]), FoldReport([("mean", state[0] / state[1])]))
    }
  }

  private static func family(_ world: FoldWorld) -> LambdaFamily {
    LambdaFamily(
      signature: FoldToy.family(
        "averaging", [FoldToy.output("out"), FoldToy.integer("rounds"), FoldToy.integer("seed")],
        outputs: [OutputSpec("means", .file, "")], roles: [.init("out")]),
      first: { request in
        Fold(
          step: "averaging_step",
          settings: request.settings.table("seed"),
          first: RoundPlan([[], []]))
      },
      budget: { $0.rounds < $0.settings.integer("rounds") ? $0.next.rows.count : 0 },
      body: { context in
        try world.note("averaging")
        try context.write(try context.readReports().compactMap { $0["mean"] }, to: "means")
      })
  }
}
