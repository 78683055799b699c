import Manifests

/// The stages of a pipeline by position, with the outputs that each of them uses.
struct StageGraph: Sendable {
  /// An arrow that ends in an input or a setting.
  struct Edge: Sendable {
    /// Input port or setting of the consumer.
    var name: String
    var isSetting: Bool
    var output: StagePort
  }

  let stages: [ResolvedStage]
  let positions: [String: Int]
  /// Edges into each stage: inputs by port, then settings by name.
  let edges: [[Edge]]

  init(_ pipeline: ResolvedPipeline) throws {
    stages = pipeline.stages
    let positions = pipeline.positions
    if positions.count < stages.count,
      let second = stages.enumerated().first(where: { positions[$1.name] != $0 })?.element
    {
      throw PlanError.duplicateStage(second.name, place: second.place)
    }
    self.positions = positions
    edges = try pipeline.stages.indices.map { try Self.edges(into: pipeline.stages[$0], positions) }
  }

  /// Of a pipeline that is being checked: arrows from nowhere are left out, and stages of an unknown kind are nothing but
  /// names.
  init(_ stages: [ResolvedStage], positions: [String: Int]) {
    (self.stages, self.positions) = (stages, positions)
    var edges: [[Edge]] = []
    edges.reserveCapacity(stages.count)
    for index in stages.indices {
      edges.append(Self.knownEdges(stages[index].inputs, stages[index].settings, positions))
    }
    self.edges = edges
  }

  /// In place of the kind of a stage that is not known.
  static let unknownKind = ""

  func isUnknown(_ stage: Int) -> Bool { stages[stage].signature.kind == Self.unknownKind }

  /// Those of its signature: outputs with the best values of a search are known to arrows alone.
  func outputs(of stage: Int) -> [OutputSpec] { stages[stage].signature.outputs }

  func isFamily(_ stage: Int) -> Bool { stages[stage].signature.isFamily }

  private static func edges(into stage: ResolvedStage, _ positions: [String: Int]) throws -> [Edge] {
    for (name, reference) in references(of: stage) where positions[reference.stage] == nil {
      throw PlanError.unknownStage(
        reference.stage, usedBy: stage.name, place: stage.settingPlaces[name] ?? stage.place)
    }
    return knownEdges(stage.inputs, stage.settings, positions)
  }

  private static func knownEdges(
    _ inputs: NameTable<PortReference>, _ settings: NameTable<SettingSource>, _ positions: [String: Int]
  ) -> [Edge] {
    var edges: [Edge] = []
    edges.reserveCapacity(inputs.count)
    for (port, reference) in inputs {
      guard let producer = positions[reference.stage] else { continue }
      let output = StagePort(stage: producer, port: reference.port)
      edges.append(Edge(name: port, isSetting: false, output: output))
    }
    for (name, source) in settings {
      guard case .output(let reference) = source, let producer = positions[reference.stage] else { continue }
      let output = StagePort(stage: producer, port: reference.port)
      edges.append(Edge(name: name, isSetting: true, output: output))
    }
    return edges
  }

  private static func references(of stage: ResolvedStage) -> [(name: String, output: PortReference)] {
    stage.inputs.map { ($0.key, $0.value) }
      + stage.settings.compactMap { name, source in
        if case .output(let reference) = source { (name, reference) } else { nil }
      }
  }

  /// Stages after what they depend on (`StageOrder.order`).
  func order(dependencies: [[Int]], levels: [Int]) throws -> [Int] {
    let order = StageOrder.order(dependencies, levels: levels)
    if order.count < stages.count, let cycle = StageOrder.cycles(dependencies).first {
      throw error(cycle)
    }
    return order
  }

  func error(_ cycle: [Int]) -> PlanError {
    let chain = StageOrder.chain(cycle)
    return .graph(.cycle(chain.map { stages[$0].name }), place: stages[chain[0]].place)
  }
}

/// An output of a stage by the stage's position.
struct StagePort: Hashable, Sendable {
  var stage: Int
  var port: String
}

/// A setting of a stage by the stage's position.
struct StageSetting: Hashable, Sendable {
  var stage: Int
  var setting: String
}
