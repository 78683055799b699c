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
    let id = RunRecords(layout: run.layout).newID(clock)
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, 255)
    let host = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    var record = RunRecord(
      id: id,
      of: .init(
        pipeline: plan.pipeline.name, manifest: run.layout.relative(run.manifestPath),
        started: clock.text(compact: false)),
      on: .init(programVersion: run.programVersion, host: host, threads: run.options.jobs),
      outcome: outcome(broken), nodes: nodeRecords())
    (record.seconds, record.peakMemoryBytes) = (Posix.seconds() - clock.monotonic, Run.peakMemoryBytes)
    return record
  }

  /// - Precondition: no worker runs, so that nothing here changes.
  private func nodeRecords() -> [NodeRecord] {
    nodes.withUnsafeBufferPointer { nodes in
      states.withUnsafeBufferPointer { states in
        // By pointers: two threads that count references of the same arrays hinder each other.
        nonisolated(unsafe) let writer = NodeRecordWriter(nodes: nodes, states: states, layout: run.layout)
        return [NodeRecord](unsafeUninitializedCapacity: nodes.count) { buffer, count in
          nonisolated(unsafe) let buffer = buffer
          _ = inHalves(nodes.indices) { range in
            for id in range { buffer.initializeElement(at: id, to: writer.record(id)) }
          }
          count = nodes.count
        }
      }
    }
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
    return isComplete ? .succeeded : run.isCancelled || isUnfinished ? .cancelled : .failed
  }

  /// A member's failure counts through its family only.
  private func isTolerated(_ id: Int) -> Bool { !nodes[id].name.members.isEmpty }
}

/// Makes the records of nodes.
private struct NodeRecordWriter {
  let nodes: UnsafeBufferPointer<Node>
  let states: UnsafeBufferPointer<NodeState>
  let layout: ProjectLayout

  func record(_ id: Int) -> NodeRecord {
    var outputs: NameTable<String> = [:]
    if states[id].phase.hasOutputs {
      for (port, hash) in zip(nodes[id].outputs, states[id].outputs) where !hash.isEmpty {
        outputs[port.name] = hash
      }
    }
    var settings: NameTable<String> = [:]
    settings.reserveCapacity(nodes[id].settings.count)
    for (name, setting) in nodes[id].settings {
      switch setting {
      case .value(.file(let path)):
        // Inside the project as seen from its root; of other folders of this machine the name alone.
        let relative = layout.relative(path)
        let shown = relative == path ? path.split(separator: "/").last.map(String.init) ?? path : relative
        settings[name] = "file(\"\(shown)\")"
      case .value(let value):
        settings[name] = display(value, type: nodes[id].signature.settings.first { $0.name == name }?.type)
      case .output(let port): settings[name] = "<- " + outputName(port)
      }
    }
    var inputs: NameTable<String> = [:]
    inputs.reserveCapacity(nodes[id].inputs.count)
    for input in nodes[id].inputs {
      let port = input.index.map { "\(input.port)[\($0)]" } ?? input.port
      inputs[port] = outputName(input.source)
    }
    var record = NodeRecord(
      stage: nodes[id].name.stage,
      members: nodes[id].name.members.map {
        .init(family: $0.family, round: $0.round, index: $0.index, label: $0.label)
      },
      kind: nodes[id].signature.kind, kindVersion: nodes[id].signature.version,
      outcome: Self.outcome(states[id].phase), key: states[id].key)
    (record.outputs, record.settings, record.inputs) = (outputs, settings, inputs)
    record.seconds = states[id].seconds
    (record.message, record.warnings) = (states[id].message, states[id].warnings)
    if let labels = nodes[id].members?.labels, !labels.isEmpty {
      record.labels = NameTable(labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
    return record
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
