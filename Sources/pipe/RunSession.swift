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

  func run() throws {
    let printer = ProgressPrinter()
    let run = makeRun(observer: printer)
    let received = Atomic<Int32>(0)
    Signals.ignoreBrokenPipe()
    try guardingStore {
      try Signals.onInterrupt { number in
        received.store(number, ordering: .relaxed)
        run.cancel()
      }
    }
    let record = try guardingStore { try run.execute() }
    for failure in run.failures { Terminal.say("\(failure)") }
    if writesReport { try ReportFile(plan: plan, layout: layout, record: record).writeIfNeeded() }
    guard record.outcome == .succeeded else {
      let wasTerminated = received.load(ordering: .relaxed) == SIGTERM
      throw (wasTerminated ? .terminated : Execution.ExitCode(record.outcome)).thrown
    }
    try checkExpectations(record)
  }

  func forecast() throws {
    let run = makeRun(observer: SilentObserver())
    let forecasts = try guardingStore { try run.forecast() }
    for forecast in forecasts where forecast.state != .cached || !forecast.reason.isEmpty {
      print(
        "\(forecast.name): \(Self.words(forecast.state))\(forecast.reason.isEmpty ? "" : " — " + forecast.reason)"
      )
    }
    let states: [NodeForecast.State] = [.cached, .willRestore, .willRun, .unknown]
    let counts = states.compactMap { state -> String? in
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
