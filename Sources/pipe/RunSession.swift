import ArgumentParser
import Datasets
import Execution
import Manifests
import Planning
import StandardCatalogue
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
  /// What was asked for, as the report tells it.
  var asked = ReportFile.Asked()
  /// The store, if it is being opened already.
  var opening: StoreOpening?

  /// - Parameters:
  ///   - observers: follow the run beside the progress on standard error.
  ///   - lock: what the results must be.
  ///   - answersInJSON: prints what came of it on standard output.
  /// - Throws: ends the program unless all is as it should be.
  func run(observers: [any RunObserver] = [], lock: LockCheck? = nil, answersInJSON: Bool = false) throws {
    var (record, code) = try perform(observers: observers)
    var findings: (lock: LockFinding?, expectations: [ExpectationFinding]) = (nil, [])
    if code == .success {
      findings = (try lock?.compare(record, layout: layout), try expectationFindings(record))
      // A result that is not what it was says more than a bound that does not hold.
      if !findings.expectations.allSatisfy(\.holds) { code = .expectationFailed }
      if findings.lock?.holds == false { code = .lockMismatch }
    }
    if answersInJSON {
      let body = RunResultAnswer(record, lock: findings.lock, expectations: findings.expectations)
      try JSONAnswer(command: "run", body: body).print()
    }
    if code != .success { throw code.thrown }
  }

  /// Runs the plan and writes the report.
  /// - Throws: ends the program unless the run succeeded.
  func execute(observers: [any RunObserver]) throws -> RunRecord {
    let (record, code) = try perform(observers: observers)
    guard code == .success else { throw code.thrown }
    return record
  }

  private func perform(
    observers: [any RunObserver]
  ) throws -> (record: RunRecord, code: Execution.ExitCode) {
    let run = try makeRun(observer: ObserverGroup([ProgressPrinter()] + observers))
    let received = Atomic<Int32>(0)
    Signals.ignoreBrokenPipe()
    try Terminal.guarded {
      try Signals.onInterrupt { number in
        received.store(number, ordering: .relaxed)
        run.cancel()
      }
    }
    keepToTheEnd(run)
    let record = try Terminal.guarded { try run.execute(opening: opening) }
    keepToTheEnd(record)
    // Stages that failed have been told of; a result that could not be written has not.
    for failure in run.failures where failure.underlying is StoreError { Terminal.say("\(failure)") }
    let reported = writesReport ? writeReport(record) : .success
    if record.outcome == .succeeded { tellWhere(record) }
    if record.outcome == .succeeded { return (record, reported) }
    if record.outcome == .failed, let error = Self.obstacle(run.failures) {
      return (record, Execution.ExitCode(error))
    }
    if run.isUnfinished, !run.isCancelled {
      Terminal.say("the time to wait is over; what is left runs with the next 'pipe run'")
      return (record, .unfinished)
    }
    let wasTerminated = received.load(ordering: .relaxed) == SIGTERM
    return (record, wasTerminated ? .terminated : Execution.ExitCode(record.outcome))
  }

  /// What kept a result from being written, or the input that is missing, where no stage failed of itself.
  private static func obstacle(_ failures: [StageFailure]) -> (any Error)? {
    let own = failures.filter(\.node.members.isEmpty).map(\.underlying)
    let areObstacles = own.allSatisfy { error in
      if case NodeError.inputUnreadable = error { true } else { error is StoreError }
    }
    return areObstacles ? own.first : nil
  }

  /// Where results and report are.
  private func tellWhere(_ record: RunRecord) {
    let folder = layout.results(pipeline: record.pipeline)
    guard access(folder, F_OK) == 0 else { return }
    let report = ReportFile(plan: plan, layout: layout, record: record, asked: asked).path
    let isThere = writesReport && access(report, F_OK) == 0
    Terminal.say(
      "results in \(Self.near(folder))" + (isThere ? ", report in \(Self.near(report))" : ""))
  }

  /// A path from the working folder, where it lies below that.
  private static func near(_ path: String) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard getcwd(&buffer, buffer.count) != nil else { return path }
    let here = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/"
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }

  /// - Returns: what kept it from being written.
  private func writeReport(_ record: RunRecord) -> Execution.ExitCode {
    do {
      try ReportFile(plan: plan, layout: layout, record: record, asked: asked).writeIfNeeded()
      if record.outcome == .succeeded {
        try NumbersFile(plan: plan, layout: layout, record: record).write()
      }
      return .success
    } catch {
      Terminal.say("pipe: \(error)")
      return Execution.ExitCode(error)
    }
  }

  /// What a run would do.
  func forecasts() throws -> [NodeForecast] {
    let run = try makeRun(observer: SilentObserver())
    return try Terminal.guarded { try run.forecast() }
  }

  private func makeRun(observer: any RunObserver) throws -> Execution.Run {
    try Execution.Run(
      plan: plan, catalogue: .standard, layout: layout, options: options.withKernels(),
      origin: .init(manifest: manifest, version: programVersion), observer: observer)
  }

  /// Compares the results with the lines of `[expect]` and says which don't hold.
  private func expectationFindings(_ record: RunRecord) throws -> [ExpectationFinding] {
    var findings: [ExpectationFinding] = []
    for expectation in plan.pipeline.expectations {
      let output = expectation.output
      guard
        let hash = record.nodes.first(where: { $0.stage == output.stage && $0.members.isEmpty })?
          .outputs[output.port]
      else { continue }
      let found = try Terminal.guarded {
        try Catalogue.standard.readScalar(
          StoredResults(layout: layout).path(
            hash: hash, pipeline: record.pipeline, stage: output.stage, port: output.port))
      }
      let finding = ExpectationFinding(expectation: expectation, found: found)
      findings.append(finding)
      if finding.holds { continue }
      let place = expectation.place
      Terminal.say(
        "\(place.file):\(place.line): expected \(expectation.text), found \(finding.filed)"
          + (expectation.units.map { " \($0)" } ?? ""))
    }
    return findings
  }
}

/// What a run gave for a line of `[expect]`.
struct ExpectationFinding {
  var expectation: Expectation
  /// In canonical units.
  var found: Double
  /// As files and messages give it.
  var filed: Double { expectation.dimension.filed(found) }

  var holds: Bool { expectation.isMet(by: found) }
}
