import Manifests
import Testing

@testable import Planning

/// Families whose members are computed once for every fold, or have regions of their own.
@Suite("Folds and regions of members")
struct PlanFoldTests {
  /// model → split → start → inversion; the check is of the held-out part.
  static func stages(_ more: NameTable<SettingSource> = [:], kind: String = "search") -> [ResolvedStage] {
    var settings = Toy.repeating("inversion", ["folds": .value(.list([.stage("split")]))])
    for (name, source) in more { settings[name] = source }
    return [
      Toy.stage("model", "source"),
      Toy.stage("split", "split", ["folds": .value(Toy.number("2"))], ["table": "model.table"]),
      Toy.stage("start", "filter", [:], ["data": "split.training"]),
      Toy.stage("inversion", "filter", [:], ["data": "start.data"]),
      Toy.stage("check", "filter", [:], ["data": "inversion.data", "other": "split.testing"]),
      Toy.stage(
        "search", kind, settings, vary: kind == "search" ? [Toy.vary("inversion.width")] : []),
    ]
  }

  static let search: NameTable<SettingSource> = [
    "score": .value(.output(Toy.port("check.score"))), "list": Toy.list("3", "4"),
  ]

  @Test("each trial has a copy of what is affected for every fold; folds are shared by trials")
  func copies() throws {
    let plan = try Toy.plan(Self.stages(Self.search))
    #expect(
      plan.names.filter { $0.hasPrefix("split") || $0.hasPrefix("start") } == [
        "split", "start", "split[search 0][fold 0]", "start[search 0][fold 0]", "split[search 0][fold 1]",
        "start[search 0][fold 1]",
      ])
    #expect(plan.names.count { $0.hasPrefix("inversion[") } == 4)
    #expect(plan.node("split[search 0][fold 1]")?.settings["fold"] == .value(Toy.number("1")))
    #expect(
      plan.inputs(of: "search") == [
        "score_fold_0[0] <- check[search 0][fold 0].score",
        "score_fold_1[0] <- check[search 0][fold 1].score",
        "score_fold_0[1] <- check[search 1][fold 0].score",
        "score_fold_1[1] <- check[search 1][fold 1].score",
      ])
    let family = try #require(plan.families.first)
    #expect(family.memberNodes.count == 2)
    #expect(plan.nodes[family.node].members?.values == [[3], [4]])
    #expect(plan.nodes[family.node].outputs.map(\.name) == ["members", "best_width", "best"])
  }

  @Test("names of the stages with folds enter no key")
  func keys() throws {
    var named = Self.stages(Self.search)
    named[1].name = "parts"
    named[2].inputs["data"] = Toy.port("parts.training")
    named[4].inputs["other"] = Toy.port("parts.testing")
    named[5].settings["folds"] = .value(.stage("parts"))
    let (plan, other) = (try Toy.plan(Self.stages(Self.search)), try Toy.plan(named))
    #expect(plan.keys() == other.keys())
  }

  @Test("a step gets the scores of every fold")
  func sequential() throws {
    var plan = try Toy.plan(Self.stages(kind: "bisection"))
    #expect(plan.inputs(of: "search.step[search 0]").count == 4)
    #expect(plan.node("search.step[search 0]")?.members?.cases == ["0", "1"])
    let growth = try plan.grow(family: 0, Bisection.next(1), catalogue: Toy.catalogue)
    #expect(growth.added.count == 3 && plan.families[0].memberNodes.count == 3)
  }

  @Test("how many folds there are must be known")
  func unknownCount() {
    for folds in [nil, SettingSource.value(Toy.number("1")), .output(Toy.port("model.level"))] {
      var stages = Self.stages(Self.search)
      stages[1].settings["folds"] = folds
      let reason =
        "goes through the folds of 'split', which needs a number of them, at least 2 and the same for all"
      let fact = GraphFact.memberSettingUnfit(setting: "folds", reason: reason)
      #expect(throws: PlanError.graph(fact, place: Toy.place)) { try Toy.plan(stages) }
    }
  }

  @Test("a stage that the repeated one does not use has no folds to go through")
  func withoutEffect() {
    var stages = Self.stages(Self.search)
    stages.insert(
      Toy.stage("other", "split", ["folds": .value(Toy.number("2"))], ["table": "model.table"]), at: 1)
    stages[6].settings["folds"] = .value(.list([.stage("split"), .stage("other")]))
    let fact = GraphFact.variationNotUpstream(target: "other.fold", repeated: "inversion")
    #expect(throws: PlanError.graph(fact, place: Toy.place)) { try Toy.plan(stages) }
  }

  @Test("a fold can't be varied as well")
  func variedTwice() {
    var stages = Self.stages(Self.search)
    stages[5].variations.append(Toy.vary("split.fold", integer: true))
    #expect(throws: PlanError.graph(.duplicateVariation("split.fold"), place: Toy.place)) {
      try Toy.plan(stages)
    }
  }

  @Test("a member's region is the edges behind its values")
  func regions() throws {
    let region = SettingSource.value(.list(["0", "9", "0", "9"].map(Toy.number)))
    let plan = try Toy.plan([
      Toy.stage("model", "source"),
      Toy.stage("wide", "filter", ["region": region], ["data": "model.data"]),
      Toy.stage("narrow", "filter", ["region": region], ["data": "model.data"]),
      Toy.stage("inversion", "filter", [:], ["data": "wide.data", "other": "narrow.data"]),
      Toy.stage(
        "tiles", "tiles",
        Toy.repeating(
          "inversion",
          [
            "score": .value(.output(Toy.port("inversion.score"))), "windows": .value(.stage("narrow")),
            "padded": .value(.stage("wide")),
          ]), vary: [Toy.vary("inversion.width")]),
    ])
    func setting(_ node: String) -> NodeSetting? { plan.node(node)?.settings["region"] }
    func edges(_ numbers: String...) -> NodeSetting { .value(.list(numbers.map(Toy.number))) }
    #expect(setting("narrow[tiles 1]") == edges("10", "20", "30", "40"))
    #expect(setting("wide[tiles 1]") == edges("5", "25", "25", "45"))
    #expect(setting("narrow") == .value(.list(["0", "9", "0", "9"].map(Toy.number))))
    let members = try #require(plan.node("tiles")?.members)
    #expect(
      members.variables.map(\.name)
        == ["width"] + Toy.edges.map { "windows_\($0)" } + Toy.edges.map { "padded_\($0)" })
    #expect(members.variables.allSatisfy { $0.units == "m" })
    #expect(plan.node("tiles")?.outputs.map(\.name) == ["members", "best_width", "best"])
    #expect(plan.node("tiles")?.outputs.last?.type == .grid)
  }
}
