import Testing

@testable import Execution

/// Time left is weighed by what stages cost in earlier runs.
@Suite struct TimeLeftTests {
  @Test func cheapAndDearStages() throws {
    var state = ScreenState()
    state.costs = ["cheap": 1, "dear": 100]
    state.toCome = ["cheap": 10, "dear": 10]
    state.firstStart = 0
    for _ in 0..<10 { state.settle("cheap", seconds: 1) }
    // Half of the nodes are done, and a hundredth of the work: at ten seconds so far a thousand are left.
    let left = try #require(ProgressText.left(state, now: 10, total: 20))
    #expect(left == 1000)
    state.settle("dear", seconds: 100)
    #expect(try #require(ProgressText.left(state, now: 110, total: 20)) == 900)
  }

  @Test func costsOfEarlierRuns() throws {
    let project = try ToyProject()
    try project.run([ToyStage(name: "a", add: 1), ToyStage(name: "b", add: 2, uses: ["a"])])
    try project.run([ToyStage(name: "a", add: 1), ToyStage(name: "b", add: 3, uses: ["a"])])
    let costs = RunRecords(layout: project.layout).costs(of: ["a", "b", "c"], pipeline: "toy")
    #expect(costs.keys.sorted() == ["a", "b"] && costs.values.allSatisfy { $0 > 0 })
    #expect(RunRecords(layout: project.layout).costs(of: ["a"], pipeline: "other").isEmpty)
  }
}
