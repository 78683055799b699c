import Manifests
import Testing

@testable import Planning

@Suite("Plan")
struct PlanTests {
  @Test("stages stand after what they use, as in the manifest where that leaves a choice")
  func order() throws {
    let plan = try Toy.plan([
      Toy.stage("c", "filter", ["width": .output(Toy.port("b.level"))], ["data": "a.data"]),
      Toy.stage("b", "source"), Toy.stage("a", "source"),
    ])
    #expect(plan.names == ["b", "a", "c"])
    #expect(plan.nodes[2].settings["width"] == .output(NodePort(node: 0, port: "level")))
    #expect(plan.nodes.map(\.id) == [0, 1, 2])
  }

  @Test("two stages with the same content keep a node each")
  func equalStages() throws {
    let plan = try Toy.plan([Toy.stage("a", "source"), Toy.stage("b", "source")])
    #expect(plan.names == ["a", "b"])
    #expect(Set(plan.keys()).count == 1)
  }

  @Test("neither names nor the order of sections and lines change any key")
  func keysWithoutNames() throws {
    let stages = PlanFamilyTests.families(nested: true)
    let noise = Toy.noise("model.data")
    var reference = stages
    reference[5].variations += [noise, Toy.vary("inversion.width")]
    let keys = try Toy.plan(reference).keys().sorted()
    #expect(Set(keys).count > 15)
    var reordered = Array(reference.reversed())
    reordered[0].variations.reverse()
    #expect(try Toy.plan(reordered).keys().sorted() == keys)
    #expect(try Toy.plan(reference.map(renamed)).keys().sorted() == keys)
  }

  /// Names in another order of the alphabet, so that sorting by name would show.
  private func renamed(_ stage: ResolvedStage) -> ResolvedStage {
    func new(_ name: String) -> String { String(name.reversed()) + "_x" }
    func new(_ reference: PortReference) -> PortReference {
      PortReference(stage: new(reference.stage), port: reference.port)
    }
    func new(_ value: SettingValue) -> SettingValue {
      switch value {
      case .stage(let name): .stage(new(name))
      case .output(let reference): .output(new(reference))
      case .list(let elements): .list(elements.map(new))
      default: value
      }
    }
    var stage = stage
    stage.name = new(stage.name)
    stage.inputs = stage.inputs.mapValues(new)
    stage.settings = stage.settings.mapValues { source in
      switch source {
      case .value(let value): .value(new(value))
      case .output(let reference): .output(new(reference))
      default: source
      }
    }
    stage.variations = stage.variations.map { variation in
      var variation = variation
      switch variation.target {
      case .setting(let name, let setting): variation.target = .setting(stage: new(name), setting: setting)
      case .output(let reference): variation.target = .output(new(reference))
      case .variable: break
      }
      return variation
    }
    return stage
  }

  @Test("the same pipeline gives the same plan each time")
  func determinism() throws {
    let first = try Toy.plan(PlanFamilyTests.families(nested: true))
    for _ in 0..<5 {
      let again = try Toy.plan(PlanFamilyTests.families(nested: true))
      #expect(again.names == first.names)
      #expect(again.nodes.map(\.inputs) == first.nodes.map(\.inputs))
      #expect(again.nodes.map(\.settings) == first.nodes.map(\.settings))
    }
  }

  @Test("a part of the plan has what its targets need, numbered from 0")
  func selection() throws {
    let plan = try Toy.plan(PlanFamilyTests.families(nested: false))
    let part = try plan.selecting(targets: ["damping"])
    #expect(
      part.names == [
        "model", "start", "regional", "inversion[damping 0]", "inversion[damping 1]", "damping",
      ])
    #expect(part.nodes.map(\.id) == Array(0..<6))
    #expect(part.families.map(\.stage) == ["damping"])
    #expect(part.families[0].memberNodes == [[3], [4]])
    #expect(part.node(ofStage: "inversion") == nil && part.node(ofStage: "damping") == 5)
    let whole = Dictionary(uniqueKeysWithValues: zip(plan.names, plan.keys()))
    for (name, key) in zip(part.names, part.keys()) { #expect(whole[name] == key) }
    #expect(throws: PlanError.unknownTarget("dampng")) { try plan.selecting(targets: ["dampng"]) }
  }

  @Test("ten thousand members and a hundred thousand stages", .timeLimit(.minutes(1)))
  func scale() throws {
    let clock = ContinuousClock()
    var stages = PlanFamilyTests.chain
    stages.append(
      Toy.stage(
        "ensemble", "ensemble", Toy.repeating("inversion", ["runs": .value(Toy.number("10000"))]),
        vary: [Toy.vary("inversion.width"), Toy.noise("model.data")]))
    var count = 0
    let members = try clock.measure { count = try Toy.plan(stages).nodes.count }
    #expect(count == 4 + 10_000 * 4 + 1)
    var long = [Toy.stage("s0", "source")]
    for index in 1..<100_000 {
      long.append(
        Toy.stage(
          "s\(index)", "filter",
          ["width": .value(Toy.number("\(index)")), "times": .value(Toy.number("3"))],
          ["data": "s\(index - 1).data"]))
    }
    long.append(
      Toy.stage(
        "e", "ensemble", Toy.repeating("s99999", ["runs": .value(Toy.number("1"))]),
        vary: [Toy.vary("s1.width")]))
    let chain = try clock.measure { count = try Toy.plan(long).nodes.count }
    #expect(count == 100_000 + 99_999 + 1)
    print("planning: 10 000 members \(members), a chain of 100 000 stages with one copy \(chain)")
  }
}

@Suite("Plan: what is refused")
struct PlanErrorTests {
  private func message(_ stages: [ResolvedStage]) -> String {
    do {
      _ = try Toy.plan(stages)
      return "no error"
    } catch { return String(describing: error) }
  }

  private func ensemble(
    _ settings: NameTable<SettingSource> = ["runs": .value(Toy.number("1"))], kind: String = "ensemble",
    vary: [Variation]
  ) -> [ResolvedStage] {
    PlanFamilyTests.chain + [Toy.stage("e", kind, Toy.repeating("inversion", settings), vary: vary)]
  }

  @Test("cycles, as the chain of stages")
  func cycle() {
    let stages = [
      Toy.stage("tail", "filter", [:], ["data": "a.data"]),
      Toy.stage("a", "filter", [:], ["data": "b.data"]), Toy.stage("b", "filter", [:], ["data": "c.data"]),
      Toy.stage("c", "filter", [:], ["data": "a.data"]),
    ]
    let circle = "toy.manifest:1:1: stages depend on each other in a circle: "
    #expect(message(stages) == circle + "a → c → b → a")
    var family = PlanFamilyTests.chain
    family[2].settings["width"] = .output(Toy.port("damping.best"))
    family.append(Toy.stage("damping", "cv", Toy.repeating("inversion", ["list": Toy.list("1")])))
    #expect(message(family) == circle + "regional → damping → regional")
  }

  @Test("names")
  func names() {
    let place = "toy.manifest:1:1: "
    #expect(
      message([Toy.stage("a", "source"), Toy.stage("a", "source")]) == place + "two stages are called 'a'")
    #expect(
      message([Toy.stage("a", "filter", [:], ["data": "b.data"])])
        == place + "'a' names a stage 'b' that does not exist")
    #expect(
      message([Toy.stage("e", "ensemble")])
        == place + "'e' does not say which stage it repeats (repeat = …)")
    #expect(
      message(ensemble(vary: [Toy.noise("model.nothing")]))
        == place + "'e' uses model.nothing, but 'model' has no output 'nothing'")
    #expect(
      message(ensemble(["nested": .value(.stage("model"))], vary: []))
        == place + "'model' of kind source repeats no other stage, so it can't be nested")
  }

  @Test("variations")
  func variations() {
    let place = "toy.manifest:1:1: "
    #expect(
      message(ensemble(vary: [Toy.noise("model.level")]))
        == place + "model.level has no uncertainty to draw from; the stage's data and table have")
    #expect(
      message(ensemble(vary: [Toy.vary("inversion.width"), Toy.vary("inversion.width")]))
        == place + "inversion.width is varied twice")
    #expect(
      message(ensemble(vary: [Toy.noise("model.table")]))
        == place + "model.table does not reach the repeated stage 'inversion', so varying it changes nothing")
    #expect(
      message(ensemble(kind: "search", vary: [Toy.vary("inversion.width")]))
        == place
        + "stage 'e' of kind search needs a score to compare its trials: score = stage.output")
    let score = SettingSource.value(.output(Toy.port("start.score")))
    #expect(
      message(
        ensemble(
          ["list": Toy.list("1"), "score": score], kind: "search", vary: [Toy.vary("inversion.width")]))
        == place + "nothing that is varied changes start.score, so all trials have the same score")
    var stages = PlanFamilyTests.families(nested: false)
    stages[5].variations = [Toy.vary("damping.list")]
    #expect(
      message(stages) == place
        + "damping.list does not reach the repeated stage 'inversion', so varying it changes nothing; "
        + "what it feeds through damping is computed once, unless nested = damping")
  }

  @Test("designs")
  func designs() {
    let place = "toy.manifest:1:1: "
    let vary = [Toy.vary("inversion.width")]
    #expect(message(ensemble(["list": Toy.list()], vary: vary)) == place + "'e' has no member to compute")
    #expect(
      message(ensemble(kind: "broken", vary: vary))
        == place + "the members of 'e' can't be decided: no such sampler")
    #expect(
      message(ensemble(["runs": .output(Toy.port("model.level"))], vary: vary))
        == place + "'e.runs' comes from a stage, but the members of 'e' are decided before any runs")
    var stages = ensemble(vary: [Toy.noise("model.data")])
    stages[4].settings["seed"] = nil
    #expect(message(stages) == place + "'e' perturbs data and has no seed")
    var numbers = Toy.stage("number", "source")
    numbers.signature.outputs = [OutputSpec("bytes", .file, "")]
    stages[4].settings["repeat"] = .value(.stage("number"))
    stages[4].variations = [Toy.vary("number.value")]
    #expect(
      message(stages + [numbers]) == place
        + "'number' has no grid, table, number or other output that is collected of every member")
  }
}
