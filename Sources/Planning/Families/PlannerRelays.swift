import Manifests

// Outputs of a family's state at an iteration: `descent.model_3`, `continues <- descent.iteration_3`. Which step
// has it is known when the family has come so far, and no recipe holds the question: the content of the answer alone.

extension FamilySpec {
  /// The name of the whole state in arrows: `iteration_3`; the last one is `last`.
  public static let iteration = (prefix: "iteration_", last: "last")

  /// What an output that no signature lists means: the state at an iteration.
  func stateOutput(_ name: String) -> (port: String?, iteration: Int?)? {
    guard !states.isEmpty else { return nil }
    if name == Self.iteration.last { return (nil, nil) }
    guard let mark = name.lastIndex(of: "_"), let iteration = Int(name[name.index(after: mark)...]),
      iteration >= 0, String(iteration) == name[name.index(after: mark)...]
    else { return nil }
    let port = String(name[..<mark])
    if port + "_" == Self.iteration.prefix { return (nil, iteration) }
    return states.contains { $0.name == port } ? (port, iteration) : nil
  }
}

extension FamilySpec {
  /// The iteration that an output of a family's state names (`model_3`), if it names one.
  public func iterationNamed(by output: String) -> Int? { stateOutput(output)?.iteration }

  /// Whether an output is of a family's state: `model_3`, `iteration_3`, `last`.
  public func isState(_ output: String) -> Bool { stateOutput(output) != nil }

  /// Such an output as `pipe check` sees it.
  func stateSpec(_ name: String) -> OutputSpec? {
    guard let (port, _) = stateOutput(name) else { return nil }
    let state = port.flatMap { port in states.first { $0.name == port } }
    var spec = OutputSpec(name, state?.type ?? .file, "of the state at an iteration")
    if state?.isMoved == true { spec.sameTypeAs = FamilySpec.moves }
    return spec
  }
}

extension Planner {
  /// The port that stands for an output of a family's state, where the output is one.
  mutating func relay(_ output: StagePort, in scope: MemberScope?) -> NodePort? {
    let stage = graph.stages[output.stage]
    guard let family = stage.signature.family, !family.states.isEmpty,
      !stage.signature.outputs.contains(where: { $0.name == output.port }),
      let (port, iteration) = family.stateOutput(output.port), let port
    else { return nil }
    return relay(output.stage, port, iteration, isPartOfState: false, in: scope)
  }

  private mutating func relay(
    _ stage: Int, _ port: String, _ iteration: Int?, isPartOfState: Bool, in scope: MemberScope?
  ) -> NodePort {
    let own = node(of: stage, in: scope)
    let relay = NodeRelay(family: own, iteration: iteration, port: port, isPartOfState: isPartOfState)
    guard let index = families.lastIndex(where: { $0.node == own }) else {
      preconditionFailure("a family is planned before what it feeds")
    }
    if let known = state.growing[index]?.relays[relay] { return NodePort(node: known, port: port) }
    let signature = graph.stages[stage].signature
    let spec = signature.family?.states.first { $0.name == port }
    let at = iteration.map { "\(port)_\($0)" } ?? FamilySpec.iteration.last
    var relaySignature = StageSignature(kind: "relay", version: 1, summary: "").hidden
    relaySignature.outputs = [OutputSpec(port, spec?.type ?? .file, "")]
    var node = Node(
      id: nodes.count,
      name: NodeName(stage: "\(graph.stages[stage].name).\(at)", members: scope?.chain ?? []),
      signature: relaySignature, settings: [:], inputs: [], place: graph.stages[stage].place)
    node.relay = relay
    let id = append(node)
    state.growing[index]?.relays[relay] = id
    return NodePort(node: id, port: port)
  }

  /// The arrows into a family's section. What it continues takes the place of inputs of the same names.
  mutating func arrows(of family: Int, in parent: MemberScope?) throws -> [NodeInput] {
    let edges = state.templates[family].inputs
    guard edges.contains(where: { $0.name == Fold.continues }) else {
      return edges.map { edge in
        let moved = moved(edge, into: family, in: parent)
        return NodeInput(port: edge.name, source: moved ?? source(edge.output, in: parent))
      }
    }
    let states = graph.stages[family].signature.family?.states.map(\.name) ?? []
    return try edges.filter { !states.contains($0.name) }.flatMap { try arrow($0, in: parent) }
  }

  /// An arrow into a family's section: the whole state of another comes as its ports.
  private mutating func arrow(_ edge: StageGraph.Edge, in parent: MemberScope?) throws -> [NodeInput] {
    let producer = graph.stages[edge.output.stage]
    guard edge.name == Fold.continues, let spec = producer.signature.family,
      case (nil, let iteration)? = spec.stateOutput(edge.output.port)
    else { return [NodeInput(port: edge.name, source: source(edge.output, in: parent))] }
    return spec.states.map { state in
      NodeInput(
        port: state.name,
        source: relay(edge.output.stage, state.name, iteration, isPartOfState: true, in: parent))
    }
  }

  /// Tells relays which step they wait for, once it has reported their iteration.
  mutating func resolveRelays(_ growing: inout GrowingFamily, isOver: Bool = false) {
    guard !growing.relays.isEmpty else { return }
    let steps = growing.steps
    for (relay, id) in growing.relays.sorted(by: { $0.value < $1.value }) {
      let step =
        relay.iteration.map { wanted in
          growing.progress.reports.firstIndex { report in
            report?.iteration(of: relay) == Double(wanted)
          }.map { steps[$0] }
        } ?? (isOver ? steps.last : nil)
      if let step {
        nodes[id].inputs = [NodeInput(port: relay.port, source: NodePort(node: step, port: relay.port))]
        want(NodePort(node: step, port: relay.port))
      } else if isOver {
        nodes[id].relay?.last = growing.progress.reports.compactMap { $0?.iteration(of: relay) }
          .last(where: \.isFinite).map { Int($0) }
      } else {
        continue
      }
      growing.relays[relay] = nil
      resolved.append(id)
    }
  }
}

extension FoldReport {
  /// The iteration that a step's output belongs to: in a column of the port's own, `gradient_iteration`, or else in
  /// `iteration`.
  public func iteration(of port: String) -> Double? { self["\(port)_iteration"] ?? self["iteration"] }

  fileprivate func iteration(of relay: NodeRelay) -> Double? {
    relay.isPartOfState ? self["iteration"] : iteration(of: relay.port)
  }
}
