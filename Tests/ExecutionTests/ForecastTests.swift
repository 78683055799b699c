import Foundation
import Planning
import Testing

@testable import Execution

/// What `forecast` says is what `execute` does, and why in the user's words.
@Suite struct ForecastTests {
  private let stages = [
    ToyStage(name: "a", add: 1), ToyStage(name: "s", kind: "sign", uses: ["a"]),
    ToyStage(name: "b", add: 100, uses: ["s"]), ToyStage(name: "e", kind: "ensemble", repeats: "b"),
  ]

  @Test func raisedVersionIsNamed() throws {
    let project = try ToyProject()
    try project.run(stages)
    project.mixVersion = 2
    let forecasts = try project.makeRun(stages).forecast()
    let reasons = Dictionary(uniqueKeysWithValues: forecasts.map { ("\($0.name)", $0.reason) })
    #expect(reasons["a"] == "stage kind mix: version 1 → 2")
    #expect(reasons["b"]?.isEmpty == false)
    try project.run(stages)
    #expect(try project.makeRun(stages).forecast().allSatisfy { $0.state == .cached })
  }

  @Test func membersSayWhy() throws {
    let project = try ToyProject()
    try project.run(stages)
    var changed = stages
    changed[2].uses = ["s", "a"]
    let forecasts = try project.makeRun(changed).forecast()
    let member = try #require(forecasts.first { "\($0.name)" == "b[e 3]" })
    #expect(
      member.state == .willRun && member.words == ["input in1 of b[e 3] is new (a.out)"], "\(member.words)")
  }

  /// A forecast of `cached` never runs, one of `willRun` always does; `unknown` may turn out either way.
  @Test(arguments: 1...20) func forecastsComeTrue(seed: Int) throws {
    var state = UInt64(seed)
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var graph = (0..<20).map { index -> ToyStage in
      if index > 0, next(3) == 0 {
        return ToyStage(name: "s\(index)", kind: "sign", uses: ["s\(next(index))"])
      }
      let uses = index == 0 ? [] : (0..<next(3)).map { _ in "s\(next(index))" }
      // No two stages alike: which of a pair of twins runs is nobody's business.
      return ToyStage(name: "s\(index)", add: Double(index - 8) + Double(seed) / 64, uses: uses)
    }
    let project = try ToyProject()
    try project.run(graph)
    for round in 0..<6 {
      let index = next(20)
      if graph[index].kind == "mix" { graph[index].add = Double(next(40) - 20) + Double(round) / 128 }
      if round == 3 { for object in project.objects() where next(4) == 0 { unlink(object) } }
      let forecasts = try project.makeRun(graph).forecast()
      let record = try project.run(graph)
      for (forecast, node) in zip(forecasts, record.nodes) {
        #expect("\(forecast.name)" == node.name)
        switch forecast.state {
        case .cached:
          // What runs may turn out to need a lost object of what was not going to be needed.
          if round < 3 { #expect(node.outcome == .cached, "seed \(seed), round \(round): \(node.name)") }
        case .willRun where graph.first { $0.name == node.stage }?.kind == "mix":
          #expect(node.outcome == .executed, "seed \(seed), round \(round): \(node.name)")
        case .willRun, .unknown, .willRestore: break
        }
      }
    }
  }
}
