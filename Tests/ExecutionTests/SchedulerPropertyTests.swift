import Foundation
import Planning
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// Random graphs that are edited again and again, against `NaiveEvaluator`: values, failures, what is skipped,
/// and exactly what runs.
@Suite struct SchedulerPropertyTests {
  private struct Generator {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
  }

  /// A graph that can be changed, and the world that it runs in.
  private struct Subject {
    var generator: Generator
    var stages: [ToyStage] = []
    var failing: Set<Double> = []
    var model = NaiveEvaluator()

    init(seed: UInt64) {
      generator = Generator(state: seed)
      for index in 0..<(6 + generator.below(25)) { stages.append(stage(index)) }
      let mixes = stages.indices.filter { stages[$0].kind == "mix" }
      let target = mixes[generator.below(mixes.count)]
      let family = ToyStage(
        name: "e", kind: "ensemble", repeats: "s\(target)", maximumFailures: generator.below(4))
      stages.append(family)
      stages.append(ToyStage(name: "last", add: 1, uses: ["e.total", "s\(generator.below(target + 1))"]))
    }

    private mutating func stage(_ index: Int) -> ToyStage {
      let name = "s\(index)"
      // A sign hides most changes before it: what follows is cut off.
      if index > 0, generator.below(4) == 0 {
        return ToyStage(name: name, kind: "sign", uses: [earlier(index)])
      }
      let uses = index == 0 ? [] : (0..<generator.below(4)).map { _ in earlier(index) }
      return ToyStage(name: name, add: Double(generator.below(8) - 4), uses: uses)
    }

    private mutating func earlier(_ index: Int) -> String { "s\(generator.below(index))" }

    mutating func edit() {
      for _ in 0...generator.below(3) {
        let index = generator.below(stages.count - 2)
        let isTarget = stages[index].name == stages.first { $0.repeats != nil }?.repeats
        if generator.below(2) == 0, !isTarget {
          stages[index] = stage(index)
        } else if stages[index].kind == "mix" {
          stages[index].add = Double(generator.below(8) - 4)
        }
      }
      failing =
        generator.below(3) == 0 ? [Double(generator.below(8) - 4), Double(10 + generator.below(5))] : []
    }
  }

  /// Graphs of many seeds, twelve rounds each, every one with another number of threads.
  @Test(arguments: 1...Effort.count(12, long: 400)) func editedGraphs(seed: Int) throws {
    var subject = Subject(seed: UInt64(seed))
    let first = subject.stages
    let project = try ToyProject()
    var lost: Set<String> = []
    for round in 0..<12 {
      if round == 6 { subject.stages = first } else if round > 0 { subject.edit() }
      // A stage that fails when its lost result is made again is another matter: from here on none fails.
      if round >= 6 {
        subject.failing = []
        lost.formUnion(loseObjects(project, &subject.generator))
      }
      project.world.failing.withLock { $0 = subject.failing }
      subject.model.run(subject.stages, failing: subject.failing)
      let options = RunOptions(jobs: [1, 2, 8][round % 3])
      let record = try project.run(subject.stages, options: options)
      try check(record, subject, lost: lost, "seed \(seed), round \(round)")
      try checkCopies(project, subject, "seed \(seed), round \(round)")
      guard subject.failing.isEmpty else { continue }
      let again = try project.run(subject.stages, options: options)
      #expect(again.count(.executed) == 0, "seed \(seed), round \(round), again")
    }
  }

  private func loseObjects(_ project: ToyProject, _ generator: inout Generator) -> Set<String> {
    var lost: Set<String> = []
    for object in project.objects() where generator.below(3) == 0 {
      unlink(object)
      lost.insert(String(object.split(separator: "/").last?.dropLast(3) ?? ""))
    }
    return lost
  }

  private func hash(_ value: Double) -> String { ContentHash.hex(of: String(value)) }

  /// - Parameter lost: objects that were taken away before the run: these alone may be made again.
  private func check(_ record: RunRecord, _ subject: Subject, lost: Set<String>, _ place: String) throws {
    let model = subject.model
    #expect(Set(record.nodes.map(\.name)) == Set(model.outcomes.keys), "\(place)")
    var ran: [String] = []
    for node in record.nodes {
      let expected = try #require(model.outcomes[node.name], "\(place): \(node.name)")
      switch expected {
      case .value(let value, let asked):
        #expect(
          node.outcome == .executed || node.outcome == .cached, "\(place): \(node.name) \(node.outcome)")
        #expect(Array(node.outputs.values) == [hash(value)], "\(place): \(node.name)")
        if node.outcome == .executed {
          ran.append(asked)
          if !model.needed.contains(asked) {
            #expect(lost.contains(hash(value)), "\(place): \(node.name) ran for nothing")
          }
        }
      case .failed: #expect(node.outcome == .failed, "\(place): \(node.name) \(node.outcome)")
      case .skipped: #expect(node.outcome == .skipped, "\(place): \(node.name) \(node.outcome)")
      }
    }
    // Nothing runs twice, and all runs that must (what failed did run, and is not among these).
    #expect(ran.count == Set(ran).count, "\(place): \(ran)")
    let done = model.needed.filter { asked in
      model.outcomes.values.contains { if case .value(_, asked) = $0 { true } else { false } }
    }
    #expect(Set(ran).isSuperset(of: done), "\(place): \(done.subtracting(ran)) did not run")
    let hasFailed = model.outcomes.contains { name, outcome in
      if case .value = outcome { false } else { !name.contains("[") }
    }
    #expect(record.outcome == (hasFailed ? .failed : .succeeded), "\(place)")
  }

  private func checkCopies(_ project: ToyProject, _ subject: Subject, _ place: String) throws {
    for stage in subject.stages {
      guard case .value(let value, _)? = subject.model.outcomes[stage.name] else { continue }
      let port = stage.repeats == nil ? "out" : "total"
      #expect(try project.result(stage.name, port) == value, "\(place): \(stage.name)")
    }
  }
}
