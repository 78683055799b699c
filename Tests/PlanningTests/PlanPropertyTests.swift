import Manifests
import Testing

@testable import Planning

/// The law of families: a member's target is what the stage would be in a pipeline that says so by hand.
@Suite("Members against pipelines written by hand")
struct PlanPropertyTests {
  /// Small and reproducible; quality does not matter here.
  private struct Generator {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
  }

  /// Stages s0 … s(n-1), each with arrows from earlier ones into inputs and sometimes a setting.
  private func stages(_ count: Int, _ generator: inout Generator) -> [ResolvedStage] {
    var stages = [Toy.stage("s0", "source", ["value": .value(Toy.number("1"))])]
    for index in 1..<count {
      func earlier() -> Int { generator.below(index) }
      let data = earlier()
      var settings: NameTable<SettingSource> = [
        "width": .value(Toy.number("\(generator.below(3))")),
        "region": .list([.variable("edge", Toy.number("4")), .value(Toy.number("1"))]),
      ]
      let scalar = earlier()
      if generator.below(3) == 0 {
        settings["damping"] = .output(Toy.port(scalar == 0 ? "s0.level" : "s\(scalar).score"))
      }
      if generator.below(2) == 0 { settings["region"] = nil }
      let inputs = ["data": "s\(data).data", "other": "s\(earlier()).data"]
      stages.append(Toy.stage("s\(index)", "filter", settings, inputs))
    }
    return stages
  }

  private func byHand(_ stages: [ResolvedStage], _ variable: String, _ value: Double) -> [ResolvedStage] {
    let number = SettingValue.number(ExactDecimal(value))
    var stages = stages
    for index in stages.indices {
      if variable == "pipeline.edge" {
        if stages[index].settings["region"] != nil {
          stages[index].settings["region"] = .list([.variable("edge", number), .value(Toy.number("1"))])
        }
      } else if variable == stages[index].name + ".width" {
        stages[index].settings["width"] = .value(number)
      }
    }
    return stages
  }

  @Test("two hundred random graphs")
  func members() throws {
    var generator = Generator(state: 20_261_121)
    var compared = 0
    for _ in 0..<200 {
      let count = 3 + generator.below(12)
      let stages = stages(count, &generator)
      let target = "s\(count - 1)"
      let changed = generator.below(3) == 0 ? "pipeline.edge" : "s\(1 + generator.below(count - 1)).width"
      let family = Toy.stage(
        "e", "ensemble", Toy.repeating(target, ["list": Toy.list("0", "7.5", "0")]), vary: [Toy.vary(changed)]
      )
      let plan: Plan
      do {
        plan = try Toy.plan(stages + [family])
      } catch PlanError.graph(.variationNotUpstream, _) {
        let changed = try Toy.plan(byHand(stages, changed, 7.5))
        let base = try Toy.plan(stages)
        #expect(try last(base, target) == last(changed, target), "the change has an effect after all")
        continue
      }
      let keys = plan.keys()
      let node = try #require(plan.nodes.last)
      for (index, value) in [0, 7.5, 0].enumerated() {
        let member = try #require(node.inputs.first { $0.member == index })
        #expect(try keys[member.source.node] == last(Toy.plan(byHand(stages, changed, value)), target))
        compared += 1
      }
      #expect(node.inputs.first { $0.member == 0 }?.source == node.inputs.first { $0.member == 2 }?.source)
      for node in plan.nodes { #expect(node.usedNodes.allSatisfy { $0 < node.id }) }
    }
    #expect(compared > 200)
  }

  private func last(_ plan: Plan, _ target: String) throws -> String {
    plan.keys()[try #require(plan.node(ofStage: target))]
  }

  @Test("two ensembles with one seed share the noise on an output")
  func sharedNoise() throws {
    func ensemble(_ name: String, runs: String) -> ResolvedStage {
      Toy.stage(
        name, "ensemble", Toy.repeating("inversion", ["runs": .value(Toy.number(runs))]),
        vary: [Toy.noise("model.data")])
    }
    let plan = try Toy.plan(PlanFamilyTests.chain + [ensemble("a", runs: "2"), ensemble("b", runs: "3")])
    #expect(plan.nodes.count { $0.signature.kind == "perturbation" } == 3)
    #expect(plan.inputs(of: "b").first == "data[0] <- inversion[a 0].data")
    #expect(plan.inputs(of: "b").last == "data[2] <- inversion[b 2].data")
  }

  @Test("a run record counts its nodes and names them as the plan does")
  func record() {
    func node(_ outcome: NodeRecord.Outcome) -> NodeRecord {
      NodeRecord(
        stage: "inversion", members: [.init(family: "ensemble", index: 3)], kind: "filter", outcome: outcome)
    }
    let record = RunRecord(
      id: "1", of: .init(pipeline: "toy", manifest: "toy.manifest", started: ""),
      on: .init(programVersion: "0", host: "h", threads: 1), outcome: .failed,
      nodes: [node(.cached), node(.failed), node(.cached)])
    #expect(record.counts == [.cached: 2, .failed: 1])
    #expect(record.nodes[0].name == "inversion[ensemble 3]")
  }
}
