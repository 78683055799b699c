import ArgumentParser
import Datasets
import Execution
import Manifests
import Planning
import Stages

/// One `pipe run`: execution, report, expectations, exit status.
struct RunSession {
  let plan: Plan
  let layout: ProjectLayout
  let options: RunOptions
  let manifest: String
  let writesReport: Bool

  func run() throws {
    let printer = ProgressPrinter()
    let run = makeRun(observer: printer)
    let signals = Signals { run.cancel() }
    defer { signals.stop() }
    let record = try guarded { try run.execute() }
    for failure in run.failures { Terminal.say("\(failure)") }
    if writesReport { try ReportFile(plan: plan, layout: layout, record: record).writeIfNeeded() }
    Terminal.say(Self.summary(record))
    guard record.outcome == .succeeded else {
      throw (signals.received ?? Execution.ExitCode(record.outcome)).thrown
    }
    try checkExpectations(record)
  }

  func forecast() throws {
    let run = makeRun(observer: SilentObserver())
    let forecasts = try guarded { try run.forecast() }
    for forecast in forecasts where forecast.state != .cached || !forecast.reason.isEmpty {
      print("\(forecast.name): \(Self.words(forecast.state))\(forecast.reason.isEmpty ? "" : " — " + forecast.reason)")
    }
    let counts = NodeForecast.State.allCases.compactMap { state -> String? in
      let count = forecasts.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(Self.words(state))"
    }
    print("\(plan.pipeline.name): \(counts.joined(separator: ", "))")
  }

  private func makeRun(observer: any RunObserver) -> Execution.Run {
    Execution.Run(
      plan: plan, catalogue: .standard, layout: layout, options: options, manifestPath: manifest,
      programVersion: programVersion, observer: observer)
  }

  /// Errors of the store as one line and their exit status.
  private func guarded<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      Terminal.say("pipe: \(error)")
      throw Execution.ExitCode(error).thrown
    }
  }

  private func checkExpectations(_ record: RunRecord) throws {
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
    if !isMet { throw Execution.ExitCode.expectationFailed.thrown }
  }

  static func words(_ state: NodeForecast.State) -> String {
    switch state {
    case .cached: "cached"
    case .willRun: "will run"
    case .unknown: "decided when what it uses has run"
    case .willRestore: "will be restored"
    }
  }

  static func summary(_ record: RunRecord) -> String {
    func count(_ outcome: NodeRecord.Outcome) -> Int { record.nodes.count { $0.outcome == outcome } }
    var parts = ["\(count(.executed)) executed", "\(count(.cached)) cached"]
    for (outcome, word) in [(NodeRecord.Outcome.failed, "failed"), (.skipped, "skipped"), (.stopped, "stopped")]
    where count(outcome) > 0 {
      parts.append("\(count(outcome)) \(word)")
    }
    return "\(record.pipeline): \(record.outcome.rawValue), \(parts.joined(separator: ", ")), \(seconds(record.seconds)) s"
  }

  /// Three significant digits.
  private static func seconds(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    if value >= 10 { return "\(thousandths / 1000).\(thousandths % 1000 / 100)" }
    let fraction = String(thousandths % 1000 + 1000).dropFirst()
    return "\(thousandths / 1000).\(value >= 1 ? fraction.prefix(2) : fraction.prefix(3))"
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
