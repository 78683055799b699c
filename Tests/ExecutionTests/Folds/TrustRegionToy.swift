import Foundation
import Planning
import Testing

@testable import Execution

/// The valley of Rosenbrock for several events by steps within a radius: a model that moves one arrow, trials that are
/// rejected, gradients of accepted ones alone, a wavefield that is volatile.
enum TrustRegionToy {
  static let manifest = """
    [pipeline]
    event = "a"

    [events : catalogue]
    rows = "a 1", "b 2", "c 3", "d 4"

    [event : row]
    table <- events.table
    value = $event

    [start : point]
    x = -1.2
    y = 1

    [shot : shot]
    model <- start.grid
    event <- event.row

    [view : view]
    grid <- start.grid

    [misfit : misfit]
    data <- shot.data

    [kernel : kernel]
    data      <- shot.data
    wavefield <- shot.wavefield

    [inversion : trust]
    repeat = misfit
    moves  = shot.model
    misfit = misfit.value
    kernel = kernel.gradient
    each   = pipeline.event
    events = "a", "b", "c"
    max_iterations = 4
    model <- start.grid

    """

  static let branch = """
    [more : trust]
    continues <- inversion.last
    events = "a", "b", "c", "d"
    max_iterations = 6

    """

  static func kinds(_ world: FoldWorld) -> [any StageKind] {
    [
      catalogueKind, row, point(world), shot(world), view(world), misfit(world), kernel(world), step(world),
      family(world),
    ]
  }

  private static let catalogueKind = LambdaKind(
    signature: StageSignature(
      kind: "catalogue", version: 1, summary: "",
      settings: [SettingSpec("rows", .list(.text, count: 1...99), .required, "")],
      outputs: [OutputSpec("table", .table, "")])
  ) { context in
    guard case .list(let rows)? = context.settings.values["rows"] else { throw ToyError(message: "no rows") }
    let lines = rows.compactMap { if case .text(let text) = $0 { text } else { nil } }
    try context.write(lines.joined(separator: "\n"), to: "table")
  }

  /// The row of a name: another order, or more rows, change nothing after it.
  private static let row = LambdaKind(
    signature: StageSignature(
      kind: "row", version: 1, summary: "", settings: [SettingSpec("value", .text, .required, "")],
      inputs: [InputSpec("table", [.table], "")], outputs: [OutputSpec("row", .table, "")])
  ) { context in
    let table = try String(contentsOfFile: try #require(context.inputs["table"]), encoding: .utf8)
    let name = try #require(context.settings.optionalText("value"))
    let line = try #require(table.split(separator: "\n").first { $0.hasPrefix(name + " ") })
    try context.write(String(line.dropFirst(name.count + 1)), to: "row")
  }

  private static func point(_ world: FoldWorld) -> LambdaKind {
    LambdaKind(
      signature: StageSignature(
        kind: "point", version: 1, summary: "", settings: [FoldToy.number("x"), FoldToy.number("y")],
        outputs: [OutputSpec("grid", .grid, "")])
    ) { try $0.write([$0.settings.number("x"), $0.settings.number("y")], to: "grid") }
  }

  private static func shot(_ world: FoldWorld) -> LambdaKind {
    var wavefield = OutputSpec("wavefield", .grid, "")
    (wavefield.isOnDemand, wavefield.isVolatile) = (true, true)
    return LambdaKind(
      signature: StageSignature(
        kind: "shot", version: 1, summary: "", settings: [SettingSpec("named", .text, .optional, "")],
        inputs: [InputSpec("model", [.grid], ""), InputSpec("event", [.table], "")],
        outputs: [OutputSpec("data", .table, ""), wavefield])
    ) { context in
      let model = try context.numbers("model")
      let event = try context.numbers("event")[0]
      try world.note("shot \(Int(event))")
      try context.write([event * (1 - model[0]), 3 * (model[1] - model[0] * model[0])], to: "data")
      if context.wants("wavefield") { try context.write(model + [event], to: "wavefield") }
    }
  }

  private static func view(_ world: FoldWorld) -> LambdaKind {
    LambdaKind(
      signature: StageSignature(
        kind: "view", version: 1, summary: "", inputs: [InputSpec("grid", [.grid], "")],
        outputs: [OutputSpec("out", .grid, "")])
    ) { context in
      try world.note("view")
      try context.write(try context.numbers("grid"), to: "out")
    }
  }

  private static func misfit(_ world: FoldWorld) -> LambdaKind {
    LambdaKind(
      signature: StageSignature(
        kind: "misfit", version: 1, summary: "", inputs: [InputSpec("data", [.table], "")],
        outputs: [OutputSpec("value", FoldToy.scalar, "")])
    ) { context in
      let data = try context.numbers("data")
      try context.write([data[0] * data[0] + data[1] * data[1]], to: "value")
    }
  }

  private static func kernel(_ world: FoldWorld) -> LambdaKind {
    LambdaKind(
      signature: StageSignature(
        kind: "kernel", version: 1, summary: "",
        inputs: [InputSpec("data", [.table], ""), InputSpec("wavefield", [.grid], "")],
        outputs: [OutputSpec("gradient", .grid, "")])
    ) { context in
      let (data, field) = (try context.numbers("data"), try context.numbers("wavefield"))
      try world.note("kernel \(Int(field[2]))")
      try context.write(
        [-2 * field[2] * data[0] - 12 * field[0] * data[1], 6 * data[1]], to: "gradient")
    }
  }

  // MARK: - the family

  private static let states = ["model", "gradient", "status"]

  /// status: iteration, radius, objective, and whether the next round is a trial.
  private static func step(_ world: FoldWorld) -> LambdaKind {
    LambdaKind(
      signature: FoldToy.step(
        "trust_step", [], inputs: [InputSpec("trial", [.grid], required: false, "")],
        states: states.map { OutputSpec($0, .grid, "") })
    ) { context in
      try world.note("trust_step")
      var model = try context.numbers("model")
      var gradient = try context.inputs["gradient"].map { try StageContext.numbers(at: $0) } ?? [0, 0]
      var status = try context.inputs["status"].map { try StageContext.numbers(at: $0) } ?? [0, 0.5, 0, 0]
      var accepted = 0.0
      if context.members.isEmpty {
        status[3] = 0
      } else {
        let sum = try total(context, "misfit", 1)
        if status[3] == 0 {
          if let sum { status[2] = sum[0] }
          gradient = try #require(try total(context, "kernel", 2))
          status[3] = 1
        } else if let sum, sum[0] < status[2] {
          model = try context.numbers("trial")
          (accepted, status) = (1, [status[0] + 1, status[1] * 2, sum[0], 0])
        } else {
          status[1] /= 4
        }
      }
      let length = (gradient[0] * gradient[0] + gradient[1] * gradient[1]).squareRoot()
      let proposal = zip(model, gradient).map { $0 - ($1 == 0 ? 0 : status[1] * $1 / length) }
      try context.write(model, to: "model")
      try context.write(gradient, to: "gradient")
      try context.write(status, to: "status")
      try context.write(proposal, to: "proposal_0")
      let isFirst = context.members.isEmpty
      let row =
        status[3] == 1
        ? RoundPlan.Row([], wants: ["misfit"], prepares: ["kernel"], moves: ["proposal_0"])
        : RoundPlan.Row([], wants: isFirst ? ["misfit", "kernel"] : ["kernel"], moves: ["model"])
      try context.write(
        RoundPlan(rows: [row], keeps: [.init("trial", .port("proposal_0"))]),
        FoldReport([
          ("iteration", status[0]), ("objective", status[2]), ("radius", status[1]), ("accepted", accepted),
          ("length", length), ("gradient_iteration", status[3] == 1 ? status[0] : status[0] - 1),
        ]))
    }
  }

  /// Sum over the events; nil where the round did not want it.
  private static func total(_ context: StageContext, _ role: String, _ count: Int) throws -> [Double]? {
    var sum = [Double](repeating: 0, count: count)
    for event in context.memberCases {
      guard let path = context.members[0].inputs["\(role)_event_\(event)"] else { return nil }
      for (index, number) in try StageContext.numbers(at: path).enumerated() { sum[index] += number }
    }
    return sum
  }

  private static func family(_ world: FoldWorld) -> LambdaFamily {
    LambdaFamily(
      signature: FoldToy.family(
        "trust",
        [
          FoldToy.output("moves"), FoldToy.output("misfit"), FoldToy.output("kernel"), FoldToy.output("each"),
          SettingSpec("events", .list(.text, count: 1...99), .required, ""),
          FoldToy.integer("max_iterations"),
        ],
        inputs: [
          InputSpec("model", [.grid], required: false, ""),
          InputSpec("continues", [.file], required: false, ""),
        ],
        outputs: [OutputSpec("result", .grid, ""), OutputSpec("history", .file, "")],
        roles: [.init("misfit"), .init("kernel")], states: states.map { .init($0, .grid) }),
      first: { _ in
        var fold = Fold(step: "trust_step", first: nil)
        (fold.proposals, fold.failures) = (1, .reported)
        return fold
      },
      budget: { progress in
        let last = progress.last
        if let length = last?["length"], length > 0, length < 1e-6 { return 0 }
        return Int(last?["iteration"] ?? 0) < progress.settings.integer("max_iterations")
          ? progress.next.rows.count : 0
      },
      body: { context in
        try world.note("trust")
        try context.write(try context.numbers("model"), to: "result")
        try context.write(try context.readReports().compactMap { $0["objective"] }, to: "history")
      })
  }
}
