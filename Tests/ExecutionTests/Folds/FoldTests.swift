import Foundation
import Planning
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// Families that learn, as wholes: five toys that were written without touching the engine.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FoldTests {
  struct Toy: Sendable, CustomTestStringConvertible {
    var name: String
    var manifest: String
    /// The budget, and values that it is raised and lowered to.
    var budget: String
    var steps: [Int]
    var testDescription: String { name }
  }

  static func kinds(_ world: FoldWorld) -> [any StageKind] {
    ReinforceToy.kinds(world) + TrustRegionToy.kinds(world) + KalmanToy.kinds(world) + ChainToy.kinds(world)
      + ConditionalToy.kinds(world)
  }

  static let toys = [
    Toy(name: "reinforce", manifest: ReinforceToy.manifest, budget: "learn.rounds", steps: [6, 9, 3]),
    Toy(
      name: "trust region", manifest: TrustRegionToy.manifest + TrustRegionToy.branch,
      budget: "more.max_iterations", steps: [6, 8, 5]),
    Toy(name: "Kalman", manifest: KalmanToy.manifest, budget: "kalman.assimilations", steps: [5, 7, 2]),
    Toy(name: "chain", manifest: ChainToy.manifest, budget: "chain.draws", steps: [8, 12, 5]),
    Toy(name: "conditional", manifest: ConditionalToy.manifest, budget: "learn.rounds", steps: [3, 5, 2]),
  ]

  /// How many times a family is stopped and goes on: more in the long tests.
  private static var interruptions: Int { Effort.count(5, long: 50) }

  @Test(arguments: toys) func again(_ toy: Toy) throws {
    let project = try FoldProject(Self.kinds)
    let record = try project.run(toy.manifest)
    #expect(record.outcome == .succeeded, "\(record.messages)")
    _ = project.world.take()
    let second = try project.run(toy.manifest)
    #expect(project.world.take() == [] && second.results == record.results)
    let forecast = try project.makeRun(toy.manifest).forecast()
    #expect(
      forecast.allSatisfy { $0.state == .cached }, "\(forecast.filter { $0.state != .cached }.map(\.name))")
    #expect(forecast.count == record.nodes.count)
  }

  /// Stopped at random and resumed, with one thread and with two: the bytes of an undisturbed run.
  @Test(arguments: toys, [1, 2]) func interrupted(_ toy: Toy, jobs: Int) throws {
    let whole = try FoldProject(Self.kinds).run(toy.manifest)
    let project = try FoldProject(Self.kinds)
    let stops = (0..<Self.interruptions).map { Int(6 * toyDraw("stop \(toy.name) \(jobs) \($0)")) }
    let record = try project.runInterrupted(toy.manifest, jobs: jobs, stops: stops)
    #expect(record.outcome == .succeeded, "\(record.messages)")
    #expect(record.results == whole.results)
  }

  /// Raised, lowered and raised again: what an uninterrupted run of each gives; nothing runs twice.
  @Test(arguments: toys) func budgets(_ toy: Toy) throws {
    let project = try FoldProject(Self.kinds)
    var seen: Set<String> = []
    for value in toy.steps + [toy.steps[1]] {
      let set = [(toy.budget, "\(value)")]
      let record = try project.run(toy.manifest, set: set)
      let whole = try FoldProject(Self.kinds).run(toy.manifest, set: set)
      #expect(
        record.outcome == .succeeded && record.results == whole.results,
        "\(toy.name) \(value): \(record.messages)")
      for node in record.nodes where node.outcome == .executed {
        #expect(seen.insert(node.key).inserted, "\(node.name) ran again")
      }
    }
  }

  // MARK: - the trust region

  private func counts(_ notes: [String]) -> [String: Int] {
    notes.reduce(into: [:]) { $0[$1.split(separator: " ").first.map(String.init) ?? $1, default: 0] += 1 }
  }

  @Test func trialsRunForwardOnlyAndAcceptedOnesGetGradients() throws {
    let project = try FoldProject(Self.kinds)
    let record = try project.run(TrustRegionToy.manifest)
    let counts = counts(project.world.take())
    // Rounds: the first evaluation, then trials, and a gradient after each accepted one but the last.
    let steps = record.nodes.filter { $0.kind == "trust_step" }.count
    let history = try project.result("inversion.history")
    let trials = steps - 2 - 3
    #expect(history.count == steps && trials > 4, "some trials are rejected")
    #expect(counts["shot"] == 3 + 3 * trials)
    #expect(counts["kernel"] == 3 + 3 * 3)
    #expect(counts["view"] == 1, "the second consumer of the model stays as it is")
    #expect(record.nodes.contains { $0.name == "shot[inversion 0.0][event b]" })
    #expect(history.last! < history[1])
  }

  @Test func branchFromTheLastIterationWithAFourthEvent() throws {
    let project = try FoldProject(Self.kinds)
    let events = TrustRegionToy.manifest
    try project.run(events)
    _ = project.world.take()
    let record = try project.run(events + TrustRegionToy.branch)
    #expect(record.outcome == .succeeded, "\(record.messages)")
    let notes = project.world.take()
    let steps = notes.indices.filter { notes[$0] == "trust_step" }
    // The step that begins, the evaluation, and then trials.
    let evaluation = counts(Array(notes[..<steps[1]]))
    #expect(evaluation["shot"] == 1 && evaluation["kernel"] == 4, "\(notes[..<steps[1]])")
    let trials = counts(Array(notes[steps[1]...]))
    let shots = trials["shot"] ?? 0
    #expect(
      shots > 0 && shots % 4 == 0 && record.outcomes(.executed).allSatisfy { !$0.contains("[inversion ") })
    // Asked for in the first place it is the same.
    let whole = try FoldProject(Self.kinds).run(events + TrustRegionToy.branch)
    #expect(whole.results == record.results)
  }

  /// Two branches that begin with the same state, in one run: each is what it is alone, and what they share runs once.
  @Test func twoBranchesOfOneIteration() throws {
    let other = TrustRegionToy.branch.replacingOccurrences(of: "[more :", with: "[fewer :")
      .replacingOccurrences(of: "events = \"a\", \"b\", \"c\", \"d\"", with: "events = \"a\", \"b\", \"c\"")
    let both = try FoldProject(Self.kinds)
    let record = try both.run(TrustRegionToy.manifest + TrustRegionToy.branch + other)
    #expect(record.outcome == .succeeded, "\(record.messages)")
    let keys = record.nodes.filter { $0.outcome == .executed }.map(\.key)
    #expect(Set(keys).count == keys.count, "nothing runs twice")
    for (branch, name) in [(TrustRegionToy.branch, "more"), (other, "fewer")] {
      let alone = try FoldProject(Self.kinds).run(TrustRegionToy.manifest + branch)
      let results = alone.results.filter { $0.key == name || $0.key.contains("[\(name) ") }
      #expect(results.count > 3 && results.allSatisfy { record.results[$0.key] == $0.value })
    }
  }

  @Test func eventsAreChosenByName() throws {
    let project = try FoldProject(Self.kinds)
    try project.run(TrustRegionToy.manifest)
    _ = project.world.take()
    for rows in [#""a 1", "b 2", "c 3", "d 4", "e 5""#, #""c 3", "b 2", "a 1""#] {
      let other = TrustRegionToy.manifest.replacingOccurrences(of: #""a 1", "b 2", "c 3", "d 4""#, with: rows)
      try project.run(other)
      #expect(project.world.take().allSatisfy { !$0.hasPrefix("shot") && !$0.hasPrefix("kernel") })
    }
  }

  @Test func iterationsAreOutputsThatChangeNoKey() throws {
    let project = try FoldProject(Self.kinds)
    let record = try project.run(TrustRegionToy.manifest)
    _ = project.world.take()
    let looks = """
      [look : view]
      grid <- inversion.model_2

      [both : trust]
      continues <- inversion.iteration_2
      max_iterations = 3

      [too : trust]
      continues <- inversion.iteration_2
      max_iterations = 3
      events = "a", "c"

      """
    let more = try project.run(TrustRegionToy.manifest + looks)
    #expect(more.outcome == .succeeded, "\(more.messages)")
    for (name, outputs) in record.results { #expect(more.results[name] == outputs, "\(name)") }
    #expect(try project.result("look.out").count == 2)
    // The branch without a change goes the way of what it continues.
    #expect(try project.result("both.result") != (try project.result("inversion.result")))
    #expect(more.results["look"]?["out"] != nil)
  }

  /// An output that is known a round after the model beside it belongs to the iteration that its report names, and
  /// goes on with the rest of a state as it lies there.
  @Test func outputOfItsOwnIteration() throws {
    let project = try FoldProject(Self.kinds)
    let looks = "[at : view]\ngrid <- inversion.model_2\n\n[slope : view]\ngrid <- inversion.gradient_2\n"
    let record = try project.run(TrustRegionToy.manifest + looks)
    #expect(record.outcome == .succeeded, "\(record.messages)")
    let (model, slope) = (try project.result("at.out"), try project.result("slope.out"))
    var expected = [0.0, 0]
    for event in [1.0, 2, 3] {
      let data = [event * (1 - model[0]), 3 * (model[1] - model[0] * model[0])]
      expected[0] += -2 * event * data[0] - 12 * model[0] * data[1]
      expected[1] += 6 * data[1]
    }
    #expect(zip(slope, expected).allSatisfy { abs($0 - $1) <= 1e-12 * abs($1) }, "\(slope) \(expected)")
  }

  /// Where the stage that gets the model is the only one that uses the event.
  @Test func eventOfTheMovedStage() throws {
    let project = try FoldProject(Self.kinds)
    let manifest = TrustRegionToy.manifest.replacingOccurrences(of: "value = $event", with: "value = \"a\"")
      .replacingOccurrences(of: "event <- event.row", with: "event <- event.row\nnamed = $event")
    let record = try project.run(manifest)
    #expect(record.outcome == .succeeded, "\(record.messages)")
    #expect(record.nodes.contains { $0.name == "shot[inversion 0.0][event c]" })
  }

  @Test func iterationNotReached() throws {
    let project = try FoldProject(Self.kinds)
    let run = try project.makeRun(TrustRegionToy.manifest + "[look : view]\ngrid <- inversion.model_9\n")
    #expect(try run.execute().outcome == .failed)
    #expect(
      run.failures.map { "\($0)" }.contains {
        $0.contains("inversion.model_9") && $0.contains("ended before") && $0.contains("last is 4")
      }, "\(run.failures)")
    #expect(try project.result("inversion.result").count == 2)
  }

  /// A gradient whose wavefield was dropped has it made again, and ends as it would have.
  @Test func volatileOutputsGoAboveTheLimit() throws {
    let whole = try FoldProject(Self.kinds).run(TrustRegionToy.manifest)
    let project = try FoldProject(Self.kinds)
    project.scratchLimit = 0
    let record = try project.run(TrustRegionToy.manifest)
    #expect(record.results == whole.results)
    let waves = Set(record.nodes.filter { $0.kind == "shot" }.compactMap { $0.outputs["wavefield"] })
    #expect(waves.count > 3)
    // Those that an unfinished round may still want stay; of the others none.
    let left = waves.filter {
      FileManager.default.fileExists(atPath: ObjectStore(layout: project.layout).path($0))
    }
    #expect(left.count <= 6, "\(left.count) of \(waves.count)")
    let report = try Verifier(layout: project.layout).verify(repairs: false, jobs: 1)
    #expect(report.isSound && report.missing == 0 && report.dropped == waves.count - left.count)
    _ = project.world.take()
    try project.run(TrustRegionToy.manifest)
    #expect(project.world.take() == [])
    // More iterations go on from where the wavefields are gone.
    let set = [("inversion.max_iterations", "6")]
    let more = try project.run(TrustRegionToy.manifest, set: set)
    #expect(more.results == (try FoldProject(Self.kinds).run(TrustRegionToy.manifest, set: set)).results)
  }

  // MARK: - what goes wrong

  @Test func nestedChainsDrawApart() throws {
    let project = try FoldProject(Self.kinds)
    let record = try project.run(ChainToy.manifest)
    #expect(record.outcome == .succeeded, "\(record.messages)")
    let steps = record.nodes.filter { $0.kind == "chain_step" }
    #expect(steps.count == 8 * 4 && Set(steps.map(\.key)).count == 8 * 4)
    #expect(steps.contains { $0.name == "chain.step[ensemble 2][chain 7]" })
    #expect(Set(try project.result("ensemble.values")).count == 3)
  }

  @Test func aStepThatPlansWhatCannotBe() throws {
    func failing(_ plan: String) throws -> String {
      let project = try FoldProject { world in
        Self.kinds(world).map { kind in
          guard kind.signature.kind == "averaging_step" else { return kind }
          return LambdaKind(signature: kind.signature) { context in
            try context.write("1 1", to: "state")
            try context.write(plan, to: "plan")
            try context.write(FoldReport().text, to: "report")
          }
        }
      }
      let run = try project.makeRun(ConditionalToy.manifest)
      #expect(try run.execute().outcome == .failed)
      return run.failures.map { "\($0)" }.joined()
    }
    #expect(
      try failing("plan 1\nrow wants kernel\nend\n").contains(
        "its plan wants 'kernel', and what it reads of members is out"))
    #expect(try failing("plan 1\nrow moves field\nend\n").contains("moves 1 arrows, and the family 0"))
    #expect(try failing("nothing").contains("a plan begins with 'plan 1'"))
    #expect(try failing("plan 1\nrow\nkeep x port nothing\nend\n").contains("keeps 'x'"))
  }

  /// A step that draws from the clock is found out when it has to run again.
  @Test func aStepThatIsNotReproducible() throws {
    // No other artefact holds such a number: an object stands for all that have its bytes.
    let count = Mutex(1000.5)
    let project = try FoldProject { world in
      Self.kinds(world).map { kind in
        guard kind.signature.kind == "averaging_step" else { return kind }
        return LambdaKind(signature: kind.signature) { context in
          let now = count.withLock { count in
            count += 1
            return count
          }
          try context.write([now], to: "state")
          try context.write(RoundPlan([[], []]), FoldReport([("mean", now)]))
        }
      }
    }
    let record = try project.run(ConditionalToy.manifest)
    let last = try #require(record.nodes.last { $0.kind == "averaging_step" }?.outputs["state"])
    unlink(ObjectStore(layout: project.layout).path(last))
    let run = try project.makeRun(ConditionalToy.manifest, set: [("learn.rounds", "4")])
    #expect(try run.execute().outcome == .failed)
    #expect(
      run.failures.map { "\($0)" }.contains {
        $0.contains("made other bytes of") && $0.contains("not reproducible")
      },
      "\(run.failures)")
  }

  @Test func forecastTellsTheNextRound() throws {
    let project = try FoldProject(Self.kinds)
    try project.run(ReinforceToy.manifest)
    let forecast = try project.makeRun(ReinforceToy.manifest, set: [("learn.rounds", "9")]).forecast()
    let willRun = forecast.filter { $0.state == .willRun }.map(\.name.description)
    #expect(willRun == (0..<5).map { "vector[learn 6.\($0)]" })
    let own = try #require(forecast.first { "\($0.name)" == "learn" })
    #expect(
      own.state == .unknown && own.reason.contains("last run: 6 rounds, nodes: 6 reinforce_step, 33 vector"),
      "\(own.reason)")
  }

  @Test func allMembersFailed() throws {
    let project = try FoldProject(Self.kinds)
    project.world.hook.withLock { $0 = { if $0 == "after" { throw ToyError(message: "no luck") } } }
    let run = try project.makeRun(ConditionalToy.manifest + "\n")
    let record = try run.execute()
    #expect(record.outcome == .failed && record.nodes.first { $0.name == "learn" }?.outcome == .failed)
    #expect(
      run.failures.map { "\($0)" }.contains { $0.hasPrefix("learn: 2 of 2 members failed") },
      "\(run.failures)")
  }

  @Test func aFoldThatNeverConvergesEndsByItsBudget() throws {
    let project = try FoldProject(Self.kinds)
    let record = try project.run(ReinforceToy.manifest, set: [("learn.rounds", "40")])
    #expect(record.outcome == .succeeded && record.nodes.filter { $0.kind == "reinforce_step" }.count == 40)
  }

  @Test func cleaningWhileAFoldRuns() throws {
    let project = try FoldProject(Self.kinds)
    let layout = project.layout
    let count = Mutex(0)
    project.world.hook.withLock {
      $0 = { _ in
        count.withLock { $0 += 1 }
        _ = try Cleaner(layout: layout).clean(CleaningPolicy(keepRuns: 0, olderThan: 0, maximumBytes: 0))
      }
    }
    let record = try project.run(ReinforceToy.manifest)
    project.world.hook.withLock { $0 = nil }
    #expect(record.outcome == .succeeded && count.withLock { $0 } > 20, "\(record.messages)")
    #expect(record.results == (try FoldProject(Self.kinds).run(ReinforceToy.manifest)).results)
    _ = project.world.take()
    try project.run(ReinforceToy.manifest)
    #expect(project.world.take() == [])
  }

  /// A trial of a round is finished before the next is begun, so that a stop leaves whole members.
  @Test func depthFirstByMember() throws {
    let project = try FoldProject(Self.kinds)
    let manifest = ChainToy.manifest.replacingOccurrences(of: "runs   = 3", with: "runs   = 20")
    let total = try { () -> Int in
      let other = try FoldProject(Self.kinds)
      try other.run(manifest)
      return other.world.take().count
    }()
    _ = try? project.runInterrupted(manifest, jobs: 2, stops: [total / 2])
    let stopped = try RunRecords(layout: project.layout).ids.first.map { try project.record($0) }
    let record = try #require(stopped)
    let finished = record.nodes.filter {
      $0.kind == "sum" && !$0.members.isEmpty && ($0.outcome == .executed || $0.outcome == .cached)
    }
    #expect(finished.count >= 8, "\(finished.count) of 20")
  }
}

extension FoldProject {
  func record(_ id: String) throws -> RunRecord {
    try JSONDecoder().decode(RunRecord.self, from: Data(RunRecords(layout: layout).data(id)))
  }
}
