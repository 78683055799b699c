import ArgumentParser
import Datasets
import Execution
import Manifests
import Planning
import Stages
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One `pipe run`: execution, report, expectations, exit status.
struct RunSession {
  let plan: Plan
  let layout: ProjectLayout
  let options: RunOptions
  let manifest: String
  let writesReport: Bool
  /// The store, if it is being opened already.
  var opening: StoreOpening?

  /// - Parameters:
  ///   - observers: follow the run beside the progress on standard error.
  ///   - lock: what the results must be.
  func run(observers: [any RunObserver] = [], lock: LockCheck? = nil) throws {
    let record = try execute(observers: observers)
    let isLocked = try lock?.holds(record, layout: layout) ?? true
    let isMet = try expectationsHold(record)
    // A result that is not what it was says more than a bound that does not hold.
    if !isLocked { throw Execution.ExitCode.lockMismatch.thrown }
    if !isMet { throw Execution.ExitCode.expectationFailed.thrown }
  }

  /// Runs the plan and writes the report.
  /// - Throws: ends the program unless the run succeeded.
  func execute(observers: [any RunObserver]) throws -> RunRecord {
    let run = makeRun(observer: ObserverGroup([ProgressPrinter()] + observers))
    let received = Atomic<Int32>(0)
    Signals.ignoreBrokenPipe()
    try Terminal.guarded {
      try Signals.onInterrupt { number in
        received.store(number, ordering: .relaxed)
        run.cancel()
      }
    }
    Lifelong.keep(run)
    let record = try Terminal.guarded { try run.execute(opening: opening) }
    Lifelong.keep(record)
    for failure in run.failures { Terminal.say("\(failure)") }
    if writesReport {
      try Terminal.guarded { try ReportFile(plan: plan, layout: layout, record: record).writeIfNeeded() }
    }
    guard record.outcome == .succeeded else {
      let wasTerminated = received.load(ordering: .relaxed) == SIGTERM
      throw (wasTerminated ? .terminated : Execution.ExitCode(record.outcome)).thrown
    }
    return record
  }

  /// What a run would do.
  func forecasts() throws -> [NodeForecast] {
    let run = makeRun(observer: SilentObserver())
    return try Terminal.guarded { try run.forecast() }
  }

  private func makeRun(observer: any RunObserver) -> Execution.Run {
    Execution.Run(
      plan: plan, catalogue: .standard, layout: layout, options: options, manifestPath: manifest,
      programVersion: programVersion, observer: observer)
  }

  private func expectationsHold(_ record: RunRecord) throws -> Bool {
    var isMet = true
    for expectation in plan.pipeline.expectations {
      let output = expectation.output
      guard
        let hash = record.nodes.first(where: { $0.stage == output.stage && $0.members.isEmpty })?
          .outputs[output.port]
      else { continue }
      let found = try NetCDFFile.readScalar(ObjectStore(layout: layout).path(hash))
      if expectation.isMet(by: found) { continue }
      isMet = false
      let place = expectation.place
      Terminal.say("\(place.file):\(place.line): expected \(expectation.text), found \(found) (SI units)")
    }
    return isMet
  }
}

extension Expectation {
  func isMet(by value: Double) -> Bool {
    switch comparison {
    case .atMost: value <= bound.double
    case .atLeast: value >= bound.double
    case .below: value < bound.double
    case .above: value > bound.double
    }
  }
}
