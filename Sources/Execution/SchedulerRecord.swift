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
    let records = nodes.indices.map { nodeRecord($0) }
    return RunRecord(
      id: id, pipeline: plan.pipeline.name, manifest: run.layout.relative(run.manifestPath),
      programVersion: run.programVersion, host: host, threads: run.options.jobs,
      started: clock.text(compact: false), seconds: Posix.seconds() - clock.monotonic,
      peakMemoryBytes: Self.peakMemory, outcome: outcome(broken), nodes: records)
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

  private static var peakMemory: Int {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return Int(usage.ru_maxrss) * 1024
    #else
      getrusage(RUSAGE_SELF, &usage)
      return Int(usage.ru_maxrss)
    #endif
  }

  private func nodeRecord(_ id: Int) -> NodeRecord {
    let (node, state) = (nodes[id], states[id])
    var outputs: [String: String] = [:]
    if state.phase.hasOutputs {
      for (port, hash) in zip(node.outputs, state.outputs) { outputs[port.name] = hash }
    }
    var settings: [String: String] = [:]
    for (name, setting) in node.settings {
      switch setting {
      case .value(let value): settings[name] = SettingText.text(value, named: name, of: node.signature)
      case .output(let port): settings[name] = "<- \(nodes[port.node].name).\(port.port)"
      }
    }
    var inputs: [String: String] = [:]
    for input in node.inputs {
      let port = input.member.map { "\(input.port)[\($0)]" } ?? input.port
      inputs[port] = "\(nodes[input.source.node].name).\(input.source.port)"
    }
    return NodeRecord(
      stage: node.name.stage, members: node.name.members.map { .init(family: $0.family, index: $0.index) },
      kind: node.signature.kind, kindVersion: node.signature.version, outcome: Self.outcome(state.phase),
      key: state.key, seconds: state.seconds, outputs: outputs, settings: settings, inputs: inputs,
      message: state.message)
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

/// Settings as people read them.
enum SettingText {
  static func text(_ value: SettingValue, named name: String, of signature: StageSignature) -> String {
    var unit = ""
    if let spec = signature.settings.first(where: { $0.name == name }), let dimension = dimension(spec.type) {
      unit = Unit.all.first { $0.dimension == dimension && $0.factor == ExactDecimal(1) }?.symbol ?? ""
    }
    return text(value, unit: unit)
  }

  private static func dimension(_ type: SettingType) -> PhysicalDimension? {
    switch type {
    case .number(let dimension): dimension == .dimensionless ? nil : dimension
    case .list(let element, _): dimension(element)
    case .either(let types): types.lazy.compactMap(dimension).first
    default: nil
    }
  }

  private static func text(_ value: SettingValue, unit: String) -> String {
    switch value {
    case .number(let number):
      RecipeDifference.readable(number.description) + (unit.isEmpty ? "" : " " + unit)
    case .boolean(let flag): flag ? "yes" : "no"
    case .word(let word): word
    case .text(let text): "\"\(text)\""
    case .list(let elements): elements.map { Self.text($0, unit: unit) }.joined(separator: ", ")
    case .file(let path): "file(\"\(path.split(separator: "/").last.map(String.init) ?? path)\")"
    case .stage(let name): name
    case .output(let port): port.description
    }
  }
}
