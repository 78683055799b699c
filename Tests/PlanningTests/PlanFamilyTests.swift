import Artefacts
import Manifests
import Testing

@testable import Planning

@Suite("Families: who gets a copy")
struct PlanFamilyTests {
  /// model → regional → inversion, start beside it.
  static let chain = [
    Toy.stage("model", "source", ["value": .value(Toy.number("5"))]),
    Toy.stage("start", "filter", ["width": .value(Toy.number("1"))], ["data": "model.data"]),
    Toy.stage("regional", "filter", ["width": .value(Toy.number("2"))], ["data": "model.data"]),
    Toy.stage(
      "inversion", "filter", ["damping": .value(Toy.number("0.5"))],
      ["data": "regional.data", "other": "start.data"]),
  ]

  @Test("a varied setting copies the stages between it and the target, nothing else")
  func minimal() throws {
    let plan = try Toy.plan(
      Self.chain + [
        Toy.stage(
          "ensemble", "ensemble", Toy.repeating("inversion", ["runs": .value(Toy.number("2"))]),
          vary: [Toy.vary("regional.width")])
      ])
    #expect(
      plan.names == [
        "model", "start", "regional", "inversion", "regional[ensemble 0]", "inversion[ensemble 0]",
        "regional[ensemble 1]", "inversion[ensemble 1]", "ensemble",
      ])
    #expect(
      plan.inputs(of: "inversion[ensemble 1]") == [
        "data <- regional[ensemble 1].data", "other <- start.data",
      ])
    #expect(
      plan.inputs(of: "ensemble") == [
        "data[0] <- inversion[ensemble 0].data", "data[1] <- inversion[ensemble 1].data",
      ])
    #expect(plan.node("regional[ensemble 1]")?.settings["width"] == .value(Toy.number("1")))
    let family = try #require(plan.families.first)
    #expect(family.memberNodes == [[4, 5], [6, 7]])
    #expect(family.isComplete && family.node == 8)
    var members = NodeMembers(
      variables: [MemberVariable(name: "width", dimension: .length)], values: [[0], [1]], maximumFailures: 0)
    members.ports = [MemberPort("data", .gravity)]
    #expect(plan.nodes[8].members == members)
    #expect(plan.nodes[8].settings.keys.sorted() == ["runs", "seed"])
  }

  @Test("cross-validation: the trial's value replaces the arrow from the search itself")
  func crossValidation() throws {
    var stages = Self.chain
    stages[3].settings["damping"] = .output(Toy.port("damping.best"))
    let plan = try Toy.plan(
      [Toy.stage("damping", "cv", Toy.repeating("inversion", ["list": Toy.list("0.1", "0.5")]))] + stages)
    #expect(
      plan.names == [
        "model", "start", "regional", "inversion[damping 0]", "inversion[damping 1]", "damping", "inversion",
      ])
    #expect(
      plan.inputs(of: "damping") == [
        "score[0] <- inversion[damping 0].score", "score[1] <- inversion[damping 1].score",
      ])
    #expect(plan.node("inversion[damping 0]")?.settings["damping"] == .value(Toy.number("0.1")))
    #expect(plan.node("inversion")?.settings["damping"] == .output(NodePort(node: 5, port: "best")))
    #expect(plan.nodes[5].outputs.map(\.name) == ["members", "best_damping", "best"])
    #expect(
      plan.inputs(of: "damping").prefix(2) == [
        "score[0] <- inversion[damping 0].score", "score[1] <- inversion[damping 1].score",
      ])
  }

  @Test("a trial that equals the stage, or another trial, is the same node")
  func sharing() throws {
    let search = Toy.stage(
      "damping", "cv", Toy.repeating("inversion", ["list": Toy.list("0.1", "0.5", "0.1")]))
    let plan = try Toy.plan([search] + Self.chain)
    #expect(
      plan.names == ["model", "start", "regional", "inversion", "inversion[damping 0]", "damping"])
    #expect(
      plan.inputs(of: "damping") == [
        "score[0] <- inversion[damping 0].score", "score[1] <- inversion.score",
        "score[2] <- inversion[damping 0].score",
      ])
    #expect(plan.families[0].memberNodes == [[4], [3], [4]])
  }

  @Test("noise stands between an output and the copies that use it, once for each member")
  func perturbation() throws {
    let family = Toy.stage(
      "ensemble", "ensemble",
      Toy.repeating(
        "inversion", ["runs": .value(Toy.number("1")), "compatible": .value(.word("theirs"))]),
      vary: [Toy.noise("model.data", options: ["low_pass": Toy.number("10e3")])])
    let plan = try Toy.plan(Self.chain + [family])
    #expect(
      plan.names == [
        "model", "start", "regional", "inversion", "model.data[ensemble 0]", "regional[ensemble 0]",
        "start[ensemble 0]", "inversion[ensemble 0]", "ensemble",
      ])
    let noise = plan.nodes[4]
    #expect(
      noise.settings == [
        "variable": .value(.word("gravity_anomaly")), "uncertainty": .value(.word("sd")),
        "distribution": .value(.word("normal")), "seed": .value(Toy.number("1")),
        "member": .value(Toy.number("0")), "stream": .value(.word("source.data")),
        "compatible": .value(.word("theirs")), "low_pass": .value(Toy.number("1e4")),
      ])
    #expect(noise.outputs.map(\.type) == [.gravity] && !noise.signature.isPublic)
    #expect(plan.inputs(of: "model.data[ensemble 0]") == ["data <- model.data"])
    #expect(plan.inputs(of: "regional[ensemble 0]") == ["data <- model.data[ensemble 0].data"])
    #expect(plan.nodes[8].members?.values == [[]])
  }

  @Test("noise on an output of an affected stage is added to the member's copy")
  func perturbedCopy() throws {
    let plan = try Toy.plan(
      Self.chain + [
        Toy.stage(
          "ensemble", "ensemble", Toy.repeating("inversion", ["runs": .value(Toy.number("1"))]),
          vary: [Toy.vary("model.value"), Toy.noise("model.data")])
      ])
    #expect(plan.inputs(of: "model.data[ensemble 0]") == ["data <- model[ensemble 0].data"])
  }

  @Test("two stages of one kind get different streams, the same two whatever the order of lines")
  func streams() throws {
    let sources = [Toy.stage("a", "source"), Toy.stage("b", "source")]
    let target = Toy.stage("inversion", "filter", [:], ["data": "a.data", "other": "b.data"])
    func streams(_ vary: [Variation], _ sources: [ResolvedStage]) throws -> [String: NodeSetting?] {
      let family = Toy.stage(
        "e", "ensemble", Toy.repeating("inversion", ["runs": .value(Toy.number("1"))]), vary: vary)
      let plan = try Toy.plan(sources + [target, family])
      return [
        "a": plan.node("a.data[e 0]")?.settings["stream"], "b": plan.node("b.data[e 0]")?.settings["stream"],
      ]
    }
    let first = try streams([Toy.noise("a.data"), Toy.noise("b.data")], sources)
    #expect(first["a"] == .value(.word("source.data")))
    #expect(first["b"] == .value(.word("source.data#2")))
    #expect(try streams([Toy.noise("b.data"), Toy.noise("a.data")], sources.reversed()) == first)
  }

  @Test("every use of a varied $name changes, in lists too, where it matters to the target")
  func variables() throws {
    let width = SettingSource.variable("spacing", Toy.number("7"))
    let region = SettingSource.list([.value(Toy.number("0")), width])
    let stages = [
      Toy.stage("model", "source", ["value": width]),
      Toy.stage("aside", "filter", ["width": width], ["data": "model.data"]),
      Toy.stage("inversion", "filter", ["region": region], ["data": "model.data"]),
      Toy.stage(
        "e", "ensemble", Toy.repeating("inversion", ["list": Toy.list("7", "2.6")]),
        vary: [Toy.vary("pipeline.spacing", integer: true)]),
    ]
    let plan = try Toy.plan(stages)
    #expect(plan.names == ["model", "aside", "inversion", "model[e 1]", "inversion[e 1]", "e"])
    #expect(
      plan.nodes[4].settings["region"] == .value(.list([Toy.number("0"), Toy.number("3")])),
      "integers are rounded")
    #expect(plan.nodes[5].members?.values == [[7], [3]])
    #expect(plan.families[0].memberNodes == [[0, 2], [3, 4]])
  }

  @Test("a search may score a stage below the repeated one")
  func scoreBelow() throws {
    let plan = try Toy.plan(
      Self.chain + [
        Toy.stage("check", "filter", [:], ["data": "inversion.data"]),
        Toy.stage(
          "search", "search",
          Toy.repeating(
            "inversion", ["list": Toy.list("3"), "score": .value(.output(Toy.port("check.score")))]),
          vary: [Toy.vary("inversion.width"), Toy.vary("inversion.damping")]),
      ])
    #expect(
      plan.names.suffix(3) == ["inversion[search 0]", "check[search 0]", "search"])
    #expect(plan.inputs(of: "search") == ["score[0] <- check[search 0].score"])
    #expect(
      plan.nodes.last?.members?.variables == [
        MemberVariable(name: "damping"), MemberVariable(name: "width", dimension: .length),
      ], "sorted, not as written")
    #expect(plan.nodes.last?.outputs.map(\.name) == ["members", "best_damping", "best_width"])
    #expect(plan.nodes.last?.outputs.last?.type == .scalar(.length))
    #expect(plan.nodes.last?.settings.keys.sorted() == ["list", "seed"])
  }

  @Test("two scores are two arrows from each trial")
  func twoScores() throws {
    let scores = SettingValue.list([.output(Toy.port("check.score")), .output(Toy.port("inversion.score"))])
    var plan = try Toy.plan(
      Self.chain + [
        Toy.stage("check", "filter", [:], ["data": "inversion.data"]),
        Toy.stage(
          "search", "search",
          Toy.repeating("inversion", ["list": Toy.list("3", "4"), "score": .value(scores)]),
          vary: [Toy.vary("inversion.width")]),
      ])
    #expect(
      plan.inputs(of: "search") == [
        "score[0] <- check[search 0].score", "second_score[0] <- inversion[search 0].score",
        "score[1] <- check[search 1].score", "second_score[1] <- inversion[search 1].score",
      ])
    let family = try #require(plan.families.first)
    #expect(family.memberNodes.count == 2)
    plan = try plan.selecting(targets: ["search"])
    #expect(plan.families[0].memberNodes.count == 2)
  }

  /// damping → inversion → ensemble that changes regional.
  static func families(nested: Bool) -> [ResolvedStage] {
    var stages = chain
    stages[3].settings["damping"] = .output(Toy.port("damping.best"))
    var settings = Toy.repeating("inversion", ["runs": .value(Toy.number("2"))])
    if nested { settings["nested"] = .value(.list([.stage("damping")])) }
    return stages + [
      Toy.stage("damping", "cv", Toy.repeating("inversion", ["list": Toy.list("0.1", "0.5")])),
      Toy.stage("ensemble", "ensemble", settings, vary: [Toy.vary("regional.width")]),
    ]
  }

  @Test("another family on the way is a barrier")
  func barrier() throws {
    let plan = try Toy.plan(Self.families(nested: false))
    #expect(plan.nodes.count == 4 + 2 + 1 + 2 * 2 + 1)
    let damping = try #require(plan.node(ofStage: "damping"))
    #expect(
      plan.node("inversion[ensemble 1]")?.settings["damping"]
        == .output(NodePort(node: damping, port: "best")))
  }

  @Test("unless it is nested: then each member repeats it with its own copies")
  func nested() throws {
    let plan = try Toy.plan(Self.families(nested: true))
    #expect(plan.nodes.count == 4 + 2 + 1 + 2 * (1 + 2 + 1 + 1) + 1)
    #expect(
      plan.inputs(of: "inversion[ensemble 1][damping 0]") == [
        "data <- regional[ensemble 1].data", "other <- start.data",
      ])
    #expect(
      plan.inputs(of: "damping[ensemble 1]") == [
        "score[0] <- inversion[ensemble 1][damping 0].score",
        "score[1] <- inversion[ensemble 1][damping 1].score",
      ])
    let damping = try #require(plan.node("damping[ensemble 1]"))
    #expect(
      plan.node("inversion[ensemble 1]")?.settings["damping"]
        == .output(NodePort(node: damping.id, port: "best")))
    #expect(
      plan.families.map { plan.nodes[$0.node].name.description }.sorted() == [
        "damping", "damping[ensemble 0]", "damping[ensemble 1]", "ensemble",
      ])
    let ensemble = try #require(plan.families.last)
    #expect(ensemble.memberNodes.map(\.count) == [5, 5])
  }

  @Test("what an outer family changes in the stage that a nested one repeats reaches its trials")
  func nestedDirectChange() throws {
    var stages = Self.families(nested: true)
    stages[5].variations = [Toy.vary("inversion.width"), Toy.noise("model.data")]
    let plan = try Toy.plan(stages)
    let trial = try #require(plan.node("inversion[ensemble 1][damping 0]"))
    #expect(trial.settings["width"] == .value(Toy.number("1")))
    #expect(trial.settings["damping"] == .value(Toy.number("0.1")))
    #expect(plan.inputs(of: "regional[ensemble 1]") == ["data <- model.data[ensemble 1].data"])
  }

  @Test("a member in which a nested family sees no change shares its node with the stage")
  func nestedShared() throws {
    var stages = Self.families(nested: true)
    stages[5].settings["list"] = Toy.list("2", "3")
    stages[5].settings["runs"] = nil
    let plan = try Toy.plan(stages)
    #expect(plan.node("damping[ensemble 0]") == nil)
    #expect(plan.node("damping[ensemble 1]") != nil)
    let inversion = try #require(plan.node(ofStage: "inversion"))
    #expect(plan.nodes[inversion].name.description == "inversion")
    #expect(plan.families.last?.memberNodes[0].contains(inversion) == true)
  }
}

@Suite("Sequential families")
struct PlanSequentialTests {
  static let stages = [
    Toy.stage("model", "source"),
    Toy.stage(
      "inversion", "filter", ["damping": .output(Toy.port("damping.best"))], ["data": "model.data"]),
    Toy.stage("after", "filter", [:], ["data": "inversion.data"]),
    Toy.stage("damping", "bisection", Toy.repeating("inversion")),
    Toy.stage("unrelated", "source", ["value": .value(Toy.number("9"))]),
  ]

  @Test("rounds are appended; the family's node, whose users are planned already, takes the last state")
  func rounds() throws {
    var plan = try Toy.plan(Self.stages)
    #expect(
      plan.names == [
        "model", "unrelated", "inversion[damping 0]", "inversion[damping 1]", "damping",
        "damping.step[damping 0]", "inversion", "after",
      ])
    #expect(!plan.families[0].isComplete && plan.families[0].step == 5)
    #expect(
      plan.inputs(of: "damping.step[damping 0]") == [
        "score[0] <- inversion[damping 0].score", "score[1] <- inversion[damping 1].score",
      ])
    var growth = try plan.grow(family: 0, Bisection.next(1), catalogue: Toy.catalogue)
    #expect(growth.added == 8..<10 && plan.families[0].step == 9)
    #expect(plan.nodes[8].settings["damping"] == .value(Toy.number("1")))
    #expect(
      plan.inputs(of: "damping.step[damping 1]") == [
        "state <- damping.step[damping 0].state", "score[0] <- inversion[damping 2].score",
      ])
    growth = try plan.grow(family: 0, Bisection.next(2), catalogue: Toy.catalogue)
    growth = try plan.grow(family: 0, Bisection.next(3), catalogue: Toy.catalogue)
    #expect(!plan.families[0].isComplete && plan.families[0].memberNodes == [[2], [3], [8], [10], [12]])
    growth = try plan.grow(family: 0, Bisection.next(4), catalogue: Toy.catalogue)
    #expect(plan.families[0].isComplete && plan.families[0].step == nil && growth.added.isEmpty)
    #expect(
      plan.inputs(of: "damping")
        == ["state <- damping.step[damping 3].state"]
        + (0..<4).map { "report[\($0)] <- damping.step[damping \($0)].report" })
  }

  @Test("a step's recipe tells what is varied by kind and setting, members' values, and no budget")
  func recipe() throws {
    let plan = try Toy.plan(Self.stages)
    let node = try #require(plan.node("damping.step[damping 0]"))
    let recipe = Recipe(node: node, scalars: [:], inputHashes: ["aa", nil], fileHashes: [:])
    #expect(
      recipe.text == """
        recipe 1
        kind bisection_step 1
        setting seed = any
        variables damping
        draws filter.damping own
        member 0 = 25e-2
        member 1 = 75e-2
        input score[0] = sha256:aa
        input score[1] = failed

        """)
  }

  @Test("a budget that ends inside a round runs its first rows and no step")
  func endsInsideRound() throws {
    var plan = try Toy.plan(Self.stages)
    let answer = StepAnswer.texts(plan: RoundPlan([[1], [2], [3], [4]]).text, report: FoldReport().text)
    _ = try plan.grow(family: 0, answer, catalogue: Toy.catalogue)
    #expect(plan.families[0].isComplete && plan.families[0].memberNodes.count == 5)
    #expect(
      plan.inputs(of: "damping").suffix(3)
        == (0..<3).map { "score[\($0)] <- inversion[damping \($0 + 2)].score" })
    #expect(plan.node("damping")?.members?.values == [[1], [2], [3]])
  }

  @Test("a selected part of the plan can be extended too")
  func extendSelection() throws {
    var plan = try Toy.plan(Self.stages).selecting(targets: ["inversion"])
    #expect(
      plan.names == [
        "model", "inversion[damping 0]", "inversion[damping 1]", "damping", "damping.step[damping 0]",
        "inversion",
      ])
    #expect(try plan.grow(family: 0, Bisection.next(1), catalogue: Toy.catalogue).added == 6..<8)
    #expect(plan.inputs(of: "inversion[damping 2]") == ["data <- model.data"])
  }

  @Test("nested in another it has rounds of its own in every member, and steps that know the member")
  func nested() throws {
    let family = Toy.stage(
      "e", "ensemble",
      Toy.repeating("inversion", ["runs": .value(Toy.number("2")), "nested": .value(.stage("damping"))]),
      vary: [Toy.vary("model.value")])
    var plan = try Toy.plan(Self.stages + [family])
    let inner = try #require(
      plan.families.firstIndex { plan.nodes[$0.node].name.description == "damping[e 1]" })
    let growth = try plan.grow(family: inner, Bisection.next(1), catalogue: Toy.catalogue)
    let names = growth.added.map { plan.nodes[$0].name.description }
    #expect(names == ["inversion[e 1][damping 2]", "damping.step[e 1][damping 1]"])
    #expect(plan.inputs(of: names[0]) == ["data <- model[e 1].data"])
    #expect(plan.node(names[1])?.settings["outer"] == .value(.text("1")))
  }

  @Test("a plan that can't be is refused, with the reason")
  func refused() throws {
    func message(_ text: String) throws -> String {
      var plan = try Toy.plan(Self.stages)
      do {
        _ = try plan.grow(
          family: 0, .texts(plan: text, report: FoldReport().text), catalogue: Toy.catalogue)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(try message("plan 1\nrow 1\n").contains("a plan ends with 'end'"))
    #expect(
      try message("plan 1\nrow 1 wants kernel\nend\n").contains(
        "wants 'kernel', and what it reads of members is score"))
    #expect(try message("plan 1\nrow 1 2\nend\n").contains("2 values for 1 varied settings"))
    #expect(try message("plan 1\nrow 1\nkeep x port grid\nend\n").contains("keeps 'x'"))
    #expect(try message("plan 1\nrow 1 moves model\nend\n").contains("moves 1 arrows, and the family 0"))
    #expect(try message("plan 1\nrow 1\nkeep x kept y\nend\n").contains("keeps 'x'"))
  }
}
