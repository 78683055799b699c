import Manifests

/// Arrows between stages: circles, and what a family's variations reach.
extension Resolution {
  /// One arrow into a stage.
  struct Edge {
    /// The input or setting that it feeds.
    var name: String
    /// Position of the stage that it comes from, and the output.
    var source: Int
    var port: String
  }

  /// The walk that the plan is made by, over what is known of the stages.
  mutating func checkGraph() {
    let graph = StageGraph(
      stages.map { draft in
        draft.resolved
          ?? ResolvedStage(
            name: draft.name.text,
            signature: StageSignature(kind: StageGraph.unknownKind, version: 0, summary: ""),
            place: draft.name.place)
      }, positions: positions)
    let families = FamilyShapes(graph: graph)
    for fault in families.faults where !fault.isOfLine {
      guard case .graph(let fact, let place) = fault.error else { continue }
      report(.graph(fact), at: place)
    }
    for index in stages.indices { checkRepeatsFamily(index) }
    for cycle in StageOrder.cycles(families.dependencies) {
      guard case .graph(let fact, let place) = graph.error(cycle) else { continue }
      report(.graph(fact), at: place)
    }
    self.families = families
  }

  /// What varies below a family that is repeated, but not nested, does not reach it.
  private mutating func checkRepeatsFamily(_ index: Int) {
    guard stages[index].kind?.signature.isFamily == true, let stage = stages[index].resolved,
      let target = target(of: index), stages[target].kind?.signature.isFamily == true
    else { return }
    let repeated = stages[target].name.text
    guard !stage.nestedStages.contains(repeated) else { return }
    for variation in stage.variations {
      let fact = GraphFact.variationNotUpstream(target: variation.target.inWords, repeated: repeated)
      report(.graph(fact), at: variation.place)
    }
  }

  func edges(into index: Int) -> [Edge] {
    guard let stage = stages[index].resolved else { return [] }
    var edges: [Edge] = []
    edges.reserveCapacity(stages[index].references.count)
    for reference in stages[index].references {
      let port =
        reference.isInput ? stage.inputs[reference.port] : stage.settings[reference.port]?.reference
      guard let port, let source = positions[port.stage] else { continue }
      edges.append(Edge(name: reference.port, source: source, port: port.port))
    }
    return edges
  }
}

extension SettingSource {
  var reference: PortReference? { if case .output(let port) = self { port } else { nil } }
}

extension VariationTarget {
  /// As written in a manifest.
  public var inWords: String {
    switch self {
    case .setting(let stage, let setting): "\(stage).\(setting)"
    case .variable(let name): "pipeline.\(name)"
    case .output(let port): port.description
    }
  }
}
