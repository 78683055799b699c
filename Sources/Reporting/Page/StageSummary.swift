import Planning

/// What became of one stage: of its own node, and of the members it made if it is a family.
struct StageSummary {
  var stage: ResolvedStage
  var base: NodeRecord?
  /// Nodes of the members of this family.
  var memberNodes: [NodeRecord]
  /// Members by index.
  var memberCount: Int

  init(_ stage: ResolvedStage, record: RunRecord) {
    self.stage = stage
    base = record.nodes.first { $0.stage == stage.name && $0.members.isEmpty }
    memberNodes = record.nodes.filter { $0.members.first?.family == stage.name }
    memberCount = Set(memberNodes.compactMap { $0.members.first?.index }).count
  }

  var nodes: [NodeRecord] { (base.map { [$0] } ?? []) + memberNodes }

  func count(_ outcome: NodeRecord.Outcome) -> Int { nodes.count { $0.outcome == outcome } }

  var seconds: Double { nodes.reduce(0) { $0 + $1.seconds } }

  var state: GraphBox.State {
    switch base?.outcome {
    case .executed?: .executed
    case .cached?: .cached
    case .failed?: .failed
    case .skipped?, .stopped?, nil: .notRun
    }
  }

  /// `cached`, `executed`, or for a family `18 cached, 3 executed`.
  var outcomes: String {
    guard !nodes.isEmpty else { return "not run" }
    let names: [(NodeRecord.Outcome, String)] = [
      (.executed, "executed"), (.cached, "cached"), (.failed, "failed"), (.skipped, "skipped"),
      (.stopped, "stopped"),
    ]
    let seen = names.filter { count($0.0) > 0 }
    if nodes.count == 1 { return seen[0].1 }
    return seen.map { "\(count($0.0)) \($0.1)" }.joined(separator: ", ")
  }

  var box: GraphBox {
    let time = count(.executed) + count(.failed) > 0 ? " · \(NumberText.duration(seconds))" : ""
    return GraphBox(
      name: stage.name, lines: [stage.signature.kind, outcomes + time], state: state, members: memberCount)
  }

  /// `stage`, `stage[family 3]`.
  static func name(_ node: NodeRecord) -> String {
    node.stage + node.members.map { "[\($0.family) \($0.index)]" }.joined()
  }
}

/// The arrows between the stages of a pipeline: inputs, scalars used as settings, and repetition.
func arrows(of pipeline: ResolvedPipeline) -> [GraphArrow] {
  var labels: [[Int]: [String]] = [:]
  var repetitions: Set<[Int]> = []
  let position = Dictionary(
    pipeline.stages.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
  for (target, stage) in pipeline.stages.enumerated() {
    for port in stage.inputs.keys.sorted() {
      guard let reference = stage.inputs[port], let source = position[reference.stage] else { continue }
      labels[[source, target], default: []].append("\(reference) → \(stage.name).\(port)")
    }
    for setting in stage.settings.keys.sorted() {
      switch stage.settings[setting] {
      case .output(let reference)?:
        guard let source = position[reference.stage] else { continue }
        labels[[source, target], default: []].append("\(reference) → \(stage.name).\(setting)")
      case .value(.stage(let name))?:
        guard let source = position[name] else { continue }
        labels[[source, target], default: []].append("\(stage.name) repeats \(name)")
        repetitions.insert([source, target])
      default: continue
      }
    }
  }
  // A cross-validation repeats the stage that then takes its best value: drawn from the family's side, else
  // the graph would have a cycle.
  return labels.keys.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }.compactMap { pair in
    let isRepetition = repetitions.contains(pair)
    if isRepetition, labels[[pair[1], pair[0]]] != nil { return nil }
    return GraphArrow(
      from: pair[0], to: pair[1], label: (labels[pair] ?? []).joined(separator: "\n"),
      isRepetition: isRepetition || repetitions.contains([pair[1], pair[0]]))
  }
}
