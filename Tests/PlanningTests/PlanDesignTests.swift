import Artefacts
import Manifests
import Testing

@testable import Planning

/// Families whose design says more than values: which noise each member gets, and when there are enough members.
@Suite("Families: designs")
struct PlanDesignTests {
  /// Member 0 draws settings and noise, 1 keeps the settings, 2 keeps the noise, 3 shares the noise of 0.
  private struct Chosen: FamilyKind {
    var signature: StageSignature
    func run(_ context: StageContext) throws {}
    func design(_ request: DesignRequest) throws -> RoundPlan {
      #expect(request.perturbations == ["source.data"])
      let draws: [[Int?]] = [[4], [4], [nil], [4]]
      return RoundPlan(rows: zip([7, .nan, 8, 9], draws).map { RoundPlan.Row([$0], draws: $1) })
    }
  }

  /// Two members at a time until a check gives less than 1, six at most.
  private struct Batches: FoldKind {
    var signature: StageSignature
    func run(_ context: StageContext) throws {}
    func design(_ request: DesignRequest) throws -> RoundPlan { RoundPlan() }
    func fold(_ request: DesignRequest) throws -> Fold? {
      var fold = Fold(step: "check", first: RoundPlan([[0], [1]]))
      (fold.plans, fold.tellsMembers, fold.knowsOuter) = (false, false, false)
      (fold.collects, fold.numbersThrough) = (true, true)
      return fold
    }
    func rows(_ progress: FoldProgress) throws -> Int {
      if progress.reports.count == progress.rounds, let last = progress.last?["value"], last < 1 { return 0 }
      return 6 - progress.rows
    }
    func next(_ progress: FoldProgress) throws -> RoundPlan {
      RoundPlan([[Double(progress.rows)], [Double(progress.rows + 1)]])
    }
  }

  private static let check = StageSignature(
    kind: "check", version: 1, summary: "", inputs: [InputSpec("state", [.file], required: false, "")],
    outputs: [OutputSpec("state", .statistics, ""), OutputSpec("value", .scalar(.dimensionless), "")]
  ).hidden

  private static let catalogue: Catalogue = {
    let batches = Toy.family("batches")
    return Catalogue(
      Toy.kinds + [
        Chosen(signature: Toy.family("chosen")), Batches(signature: batches),
        ToyKind(signature: check),
      ]
    ) { _ in 0 }
  }()

  private static func family(_ kind: String, vary: [Variation]) -> ResolvedStage {
    guard let signature = catalogue.signature(kind) else { preconditionFailure("no kind \(kind)") }
    return ResolvedStage(
      name: "e", signature: signature, settings: Toy.repeating("inversion"), inputs: [:], variations: vary,
      place: Toy.place)
  }

  private static func plan(_ stages: [ResolvedStage]) throws -> Plan {
    try Plan(pipeline: ResolvedPipeline(name: "toy", stages: stages), catalogue: catalogue)
  }

  @Test("each member draws what the design says, the rest is the stages' own")
  func draws() throws {
    let plan = try Self.plan(
      PlanFamilyTests.chain + [
        Self.family("chosen", vary: [Toy.vary("inversion.damping"), Toy.noise("model.data")])
      ])
    // One noise node for members 0, 1 and 3: equal draws are one.
    let noise = plan.nodes.filter { $0.name.stage == "model.data" }
    #expect(noise.count == 1 && noise[0].settings["member"] == .value(Toy.number("4")))
    func damping(_ member: Int) throws -> NodeSetting? {
      let input = try #require(plan.node("e")?.inputs.first { $0.member == member })
      return plan.nodes[input.source.node].settings["damping"]
    }
    #expect(try damping(0) == .value(Toy.number("7")) && damping(1) == .value(Toy.number("0.5")))
    #expect(try damping(2) == .value(Toy.number("8")) && damping(3) == .value(Toy.number("9")))
    #expect(
      plan.inputs(of: "inversion[e 2]") == ["data <- regional.data", "other <- start.data"], "no noise")
    #expect(plan.inputs(of: "inversion[e 3]").contains("data <- regional[e 0].data"))
    #expect(plan.node("e")?.members?.perturbations == ["source.data"])
    #expect(plan.node("e")?.members?.values[1][0].isNaN == true)
  }

  @Test("which noise was drawn is in the recipe of such a family, and in no other's")
  func recipes() throws {
    func text(_ kind: String, _ settings: NameTable<SettingSource> = [:]) throws -> String {
      var family = Self.family(kind, vary: [Toy.vary("inversion.damping"), Toy.noise("model.data")])
      for (name, source) in settings { family.settings[name] = source }
      let plan = try Self.plan(PlanFamilyTests.chain + [family])
      let node = try #require(plan.node("e"))
      let hashes = node.inputs.map { _ in "aa" }
      return Recipe(node: node, scalars: [:], inputHashes: hashes, fileHashes: [:]).text
    }
    #expect(try text("chosen").contains("\nvariables damping\nperturbations source.data\nmember 0 = 7"))
    #expect(try !text("ensemble", ["runs": .value(Toy.number("2"))]).contains("perturbations"))
  }

  @Test("a stage that uses {member} is refused, since its members differ by more than what is drawn")
  func members() {
    var stages = PlanFamilyTests.chain
    stages[3].settings[ArgumentTemplate.memberSetting] = .member
    let family = Self.family("chosen", vary: [Toy.vary("inversion.damping"), Toy.noise("model.data")])
    #expect {
      try Self.plan(stages + [family])
    } throws: { error in
      "\(error)".contains("'inversion' uses {member}")
    }
  }

  @Test("after each batch a check looks at its members and goes on from the check before")
  func checks() throws {
    let family = Self.family("batches", vary: [Toy.vary("inversion.damping")])
    var plan = try Self.plan(PlanFamilyTests.chain + [family])
    #expect(plan.names.suffix(4) == ["inversion[e 0]", "inversion[e 1]", "e", "e.check[e 1]"])
    #expect(
      plan.inputs(of: "e.check[e 1]") == ["data[0] <- inversion[e 0].data", "data[1] <- inversion[e 1].data"])
    #expect(plan.families[0].step == 7 && plan.families[0].memberNodes == [[4], [5, 7]])
    // Not good enough: two more and another look.
    #expect(try plan.grow(family: 0, .value(2), catalogue: Self.catalogue).added == 8..<11)
    #expect(
      plan.inputs(of: "e.check[e 3]") == [
        "state <- e.check[e 1].state", "data[0] <- inversion[e 2].data", "data[1] <- inversion[e 3].data",
      ])
    #expect(!plan.families[0].isComplete)
    // Good enough: nothing more, and the family has four members.
    var early = plan
    #expect(try early.grow(family: 0, .value(0.5), catalogue: Self.catalogue).added.isEmpty)
    #expect(early.families[0].isComplete && early.nodes[6].members?.values.count == 4)
    // Never good enough: the last batch needs no look.
    #expect(try plan.grow(family: 0, .value(2), catalogue: Self.catalogue).added == 11..<13)
    #expect(plan.families[0].isComplete && plan.nodes[6].members?.values.count == 6)
    #expect(plan.inputs(of: "e").count == 6)
  }

  @Test("a part of a plan keeps the checks of its families")
  func selection() throws {
    let family = Self.family("batches", vary: [Toy.vary("inversion.damping")])
    var plan = try Self.plan(
      PlanFamilyTests.chain + [family, Toy.stage("other", "source")]
    ).selecting(targets: ["e"])
    #expect(plan.names.contains("e.check[e 1]") && !plan.names.contains("other"))
    #expect(try !plan.grow(family: 0, .value(2), catalogue: Self.catalogue).added.isEmpty)
  }

  @Test("of a stage that marks no output for ensembles the first grid is collected")
  func firstGrid() throws {
    let plan = try Toy.plan([
      Toy.stage("model", "source"),
      Toy.stage(
        "ensemble", "ensemble", ["repeat": .value(.stage("model")), "runs": .value(Toy.number("2"))],
        vary: [Toy.vary("model.value")]),
    ])
    #expect(
      plan.inputs(of: "ensemble") == [
        "data[0] <- model[ensemble 0].data", "data[1] <- model[ensemble 1].data",
      ])
  }
}
