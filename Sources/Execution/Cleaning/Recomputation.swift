public import Planning
import Synchronization

/// What running some nodes again gave.
public struct RecomputationReport: Sendable {
  /// How the bytes compare with those of the store.
  public enum Outcome: Sendable, Equatable {
    case same
    /// Output ports whose bytes differ.
    case different([String])
    /// An input or the result itself is no longer in the store.
    case notPossible
    case failed(String)
  }

  /// One node that was run again.
  public struct Entry: Sendable {
    /// Of the node.
    public var name: NodeName
    /// Of its stage.
    public var kind: String
    /// How its results compare.
    public var outcome: Outcome
  }

  /// In the order of the plan.
  public var entries: [Entry]
  /// Nodes with a known result: the sample was drawn from these.
  public var candidates: Int

  /// Whether every node that could run gave the same bytes.
  public var isReproduced: Bool { entries.allSatisfy { $0.outcome == .same || $0.outcome == .notPossible } }
}

extension Run {
  /// Runs a sample of the nodes with known results again, in a scratch folder, and compares bytes. The store
  /// gains nothing.
  ///
  /// A node belongs to the sample if its key, taken as a fraction of all keys, is below `share`: the same
  /// nodes every time, and a larger share holds the smaller one. If none is, the one with the lowest key is.
  /// - Parameter share: 0 … 1.
  /// - Throws: `StoreError`, or an error of the planner when a sequential family is continued.
  public func recompute(share: Double) throws -> RecomputationReport {
    let store = try Store(layout: layout, catalogue: catalogue, isParanoid: options.isParanoid)
    var forecaster = Forecaster(run: self, store: store)
    try forecaster.walk()
    let known = forecaster.nodes.indices.filter { forecaster.forecasts[$0]?.state == .cached }
    let sample = Self.sample(known, share: share) { forecaster.forecasts[$0]?.key ?? "" }
    let jobs = try sample.map { try job($0, forecaster) }
    let outcomes = try Recomputer(run: self, store: store).outcomes(jobs, forecaster.outputs)
    let entries = zip(sample, outcomes).map { id, outcome in
      let node = forecaster.nodes[id]
      return RecomputationReport.Entry(name: node.name, kind: node.signature.kind, outcome: outcome)
    }
    return RecomputationReport(entries: entries, candidates: known.count)
  }

  private static func sample(_ ids: [Int], share: Double, key: (Int) -> String) -> [Int] {
    func fraction(_ id: Int) -> Double {
      Double(UInt64(key(id).prefix(16), radix: 16) ?? 0) / 0x1p64
    }
    let chosen = ids.filter { share >= 1 || fraction($0) < share }
    return chosen.isEmpty && share > 0 ? ids.min { key($0) < key($1) }.map { [$0] } ?? [] : chosen
  }

  private func job(_ id: Int, _ forecaster: Forecaster) throws -> NodeJob? {
    let node = forecaster.nodes[id]
    let outcome = try forecaster.evaluator.evaluate(
      node, output: forecaster.output, name: { forecaster.nodes[$0].name })
    guard case .known(let evaluated) = outcome else { return nil }
    return NodeJob(
      id: id, node: node, kind: kind(of: node), evaluated: evaluated, exportNames: [], isForced: true)
  }
}

/// Runs nodes without committing anything.
private struct Recomputer {
  let run: Run
  let store: Store

  func outcomes(_ jobs: [NodeJob?], _ known: [[String]?]) throws -> [RecomputationReport.Outcome] {
    let threads = max(1, min(run.options.jobs, jobs.count))
    let workspace = try Workspace(in: store.layout.temporary)
    let budget = ThreadBudget(run.options.jobs) {}
    let claims = try Claims(layout: store.layout)
    let idle = Mailbox<NodeRunner>()
    for worker in 0..<threads {
      let run = run
      idle.post(
        NodeRunner(
          store: store, claims: claims, budget: budget, scratch: try workspace.scratch(worker),
          isCancelled: { run.isCancelled }, instructions: run.options.instructions))
      budget.take()
    }
    let outcomes = Mutex([RecomputationReport.Outcome](repeating: .notPossible, count: jobs.count))
    try WorkerPool.forEach(jobs.count, jobs: threads) { index in
      guard let job = jobs[index], let hashes = known[job.id], let runner = idle.take() else { return }
      let outcome = runner.recompute(job, expecting: hashes)
      idle.post(runner)
      outcomes.withLock { $0[index] = outcome }
    }
    return outcomes.withLock { $0 }
  }
}

extension NodeRunner {
  fileprivate func recompute(_ job: NodeJob, expecting hashes: [String]) -> RecomputationReport.Outcome {
    defer { emptyScratch() }
    do {
      guard try damagedInputs(job).isEmpty else { return .notPossible }
      // The log of the run that made the result stays as it is.
      let made = zip(job.node.outputs, hashes).filter { !$1.isEmpty }.map(\.0)
      let handed = HandedOn()
      var context = try context(job, made, NodeLog(path: "", name: ""), WarningCollector(), handed)
      context.log = { _ in }
      context.warn = { _ in }
      try store.perform(job.kind, context)
      var different: [String] = []
      for (port, hash) in zip(job.node.outputs, hashes) {
        guard let path = context.outputs[port.name] else { continue }
        if try (handed.hashes[port.name] ?? Hashing.file(path).hash) != hash { different.append(port.name) }
      }
      return different.isEmpty ? .same : .different(different)
    } catch {
      return .failed("\(error)")
    }
  }
}
