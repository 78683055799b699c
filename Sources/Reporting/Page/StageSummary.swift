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
    // A member that is the same node as a stage or another member has no node of its own, but it is an
    // input `port[member]` of the family.
    let gathered = base?.inputs.keys.compactMap { $0.split(separator: "[").dropFirst().first } ?? []
    memberCount = max(Set(gathered).count, Set(memberNodes.compactMap { $0.members.first?.index }).count)
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
///
/// A family whose value the repeated stage takes back (`damping <- damping.best`) can't have an arrow from
/// that stage without a cycle: it gets dashed arrows from what the repeated stage is made of.
struct ArrowCollector {
  private struct Pair: Hashable { var from, to: Int }

  private let pipeline: ResolvedPipeline
  private let position: [String: Int]
  private var labels: [Pair: [String]] = [:]
  private var repetitions: Set<Pair> = []

  static func arrows(of pipeline: ResolvedPipeline) -> [GraphArrow] {
    var collector = ArrowCollector(pipeline)
    for index in pipeline.stages.indices { collector.collectInputs(index) }
    for index in pipeline.stages.indices { collector.collectRepetition(index) }
    let pairs = collector.labels.keys.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    return pairs.map { pair in
      GraphArrow(
        from: pair.from, to: pair.to, label: (collector.labels[pair] ?? []).joined(separator: "\n"),
        isRepetition: collector.repetitions.contains(pair))
    }
  }

  private init(_ pipeline: ResolvedPipeline) {
    self.pipeline = pipeline
    position = Dictionary(
      pipeline.stages.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Scalars and artefacts that a stage takes: name of the taker and where from.
  private func references(_ stage: ResolvedStage) -> [(String, PortReference)] {
    let inputs = stage.inputs.keys.sorted().compactMap { name in stage.inputs[name].map { (name, $0) } }
    let settings = stage.settings.keys.sorted().compactMap { name -> (String, PortReference)? in
      if case .output(let reference)? = stage.settings[name] { (name, reference) } else { nil }
    }
    return inputs + settings
  }

  private mutating func collectInputs(_ index: Int) {
    let stage = pipeline.stages[index]
    for (name, reference) in references(stage) {
      guard let source = position[reference.stage] else { continue }
      labels[Pair(from: source, to: index), default: []].append("\(reference) → \(stage.name).\(name)")
    }
  }

  private mutating func collectRepetition(_ index: Int) {
    let stage = pipeline.stages[index]
    guard case .value(.stage(let name))? = stage.settings["repeat"], let target = position[name] else {
      return
    }
    let takesBack = labels[Pair(from: index, to: target)] != nil
    let sources =
      takesBack
      ? references(pipeline.stages[target]).compactMap { position[$0.1.stage] }.filter { $0 != index }
      : [target]
    for source in Set(sources).sorted() where labels[Pair(from: index, to: source)] == nil {
      let pair = Pair(from: source, to: index)
      labels[pair, default: []].append("\(stage.name) repeats \(name)")
      repetitions.insert(pair)
    }
  }
}
