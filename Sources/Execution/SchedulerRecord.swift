import Manifests
import Planning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Scheduler {
  /// What the run did, once it is over.
  func record(clock: RunClock, broken: StoreError?) -> RunRecord {
    let random = String(UInt32.random(in: 0...UInt32.max), radix: 16)
    let id = clock.text(compact: true) + "-" + String(repeating: "0", count: 8 - random.count) + random
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, 255)
    let host = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    return RunRecord(
      id: id, pipeline: plan.pipeline.name, manifest: run.layout.relative(run.manifestPath),
      programVersion: run.programVersion, host: host, threads: run.options.jobs,
      started: clock.text(compact: false), seconds: Posix.seconds() - clock.monotonic,
      peakMemoryBytes: Run.peakMemoryBytes, outcome: outcome(broken), nodes: nodeRecords())
  }

  /// - Precondition: no worker runs, so that nothing here changes.
  private func nodeRecords() -> [NodeRecord] {
    nonisolated(unsafe) let scheduler = self
    let parts = inHalves(nodes.indices) { $0.map { scheduler.nodeRecord($0) } }
    return Array(parts.joined())
  }

  private func outcome(_ broken: StoreError?) -> RunRecord.Outcome {
    let hasFailed = states.indices.contains { id in
      switch states[id].phase {
      case .failed: !isTolerated(id)
      case .skipped: nodes[id].name.members.isEmpty
      default: false
      }
    }
    if broken != nil || hasFailed || hasExportFailed { return .failed }
    let isComplete = states.allSatisfy(\.phase.isSettled)
    return isComplete ? .succeeded : run.isCancelled ? .cancelled : .failed
  }

  /// A member's failure counts through its family only.
  private func isTolerated(_ id: Int) -> Bool { !nodes[id].name.members.isEmpty }

  private func nodeRecord(_ id: Int) -> NodeRecord {
    let (node, state) = (nodes[id], states[id])
    var outputs: NameTable<String> = [:]
    if state.phase.hasOutputs {
      for (port, hash) in zip(node.outputs, state.outputs) { outputs[port.name] = hash }
    }
    var settings: NameTable<String> = [:]
    settings.reserveCapacity(node.settings.count)
    for (name, setting) in node.settings {
      switch setting {
      case .value(.file(let path)):
        // Inside the project as seen from its root; of other folders of this machine the name alone.
        let relative = run.layout.relative(path)
        let shown = relative == path ? path.split(separator: "/").last.map(String.init) ?? path : relative
        settings[name] = "file(\"\(shown)\")"
      case .value(let value):
        settings[name] = display(value, type: node.signature.settings.first { $0.name == name }?.type)
      case .output(let port): settings[name] = "<- " + outputName(port)
      }
    }
    var inputs: NameTable<String> = [:]
    inputs.reserveCapacity(node.inputs.count)
    for input in node.inputs {
      let port = input.member.map { "\(input.port)[\($0)]" } ?? input.port
      inputs[port] = outputName(input.source)
    }
    return NodeRecord(
      stage: node.name.stage, members: node.name.members.map { .init(family: $0.family, index: $0.index) },
      kind: node.signature.kind, kindVersion: node.signature.version, outcome: Self.outcome(state.phase),
      key: state.key, seconds: state.seconds, outputs: outputs, settings: settings, inputs: inputs,
      message: state.message)
  }

  private func outputName(_ port: NodePort) -> String {
    let name = nodes[port.node].name
    return joined(name.members.isEmpty ? name.stage : name.description, ".", port.port)
  }

  private static func outcome(_ phase: NodeState.Phase) -> NodeRecord.Outcome {
    switch phase {
    case .executed: .executed
    case .cached: .cached
    case .failed: .failed
    case .skipped: .skipped
    case .waiting, .queued, .running: .stopped
    }
  }
}

extension Run {
  /// The most memory that this process has had at once.
  public static var peakMemoryBytes: Int {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return Int(usage.ru_maxrss) * 1024
    #else
      getrusage(RUSAGE_SELF, &usage)
      return Int(usage.ru_maxrss)
    #endif
  }
}
