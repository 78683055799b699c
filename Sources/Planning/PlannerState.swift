import Manifests

/// What planning must remember to add members later.
struct PlannerState: Sendable {
  let graph: StageGraph
  let shapes: [Int: FamilyShape]
  let templates: [StageTemplate]
  /// Stages after what they depend on.
  let order: [Int]
  /// Node of each stage itself.
  var baseNodes: [Int?]
  /// Nodes by content, so that equal ones are one.
  var known: [NodeContent: Int] = [:]
  /// Settings of noise that differ by the member alone.
  var noises: [NameTable<NodeSetting>: Int] = [:]
  /// Families that may still get rounds, by their position in `Plan.families`.
  var growing: [Int: GrowingFamily] = [:]
  /// Whether any stage is a family whose state others may use.
  let hasStates: Bool

  init(_ pipeline: ResolvedPipeline) throws {
    let families = try pipeline.families ?? FamilyShapes(graph: StageGraph(pipeline))
    if let fault = families.faults.first { throw fault.error }
    (graph, shapes) = (families.graph, families.shapes)
    hasStates = graph.stages.contains { $0.signature.family?.states.isEmpty == false }
    var variedSettings: Set<StageSetting> = []
    var variedNames: Set<String> = []
    for shape in shapes.values {
      variedSettings.formUnion(shape.variedSettings.keys)
      variedSettings.formUnion(shape.memberSettings.keys)
      variedNames.formUnion(shape.variedNames.keys)
      if let each = shape.each { variedNames.insert(each) }
    }
    var templates: [StageTemplate] = []
    templates.reserveCapacity(graph.stages.count)
    for position in graph.stages.indices {
      templates.append(try StageTemplate(position, in: graph, variedSettings, variedNames))
    }
    self.templates = templates
    // Families come as late as they can, those that nest others last: a member that equals a stage then finds the
    // stage's node.
    let levels = graph.stages.indices.map { [shapes] in shapes[$0]?.depth ?? 0 }
    order = try graph.order(dependencies: families.dependencies, levels: levels)
    baseNodes = Array(repeating: nil, count: graph.stages.count)
  }

  /// Without what grows, so that it is in one place alone.
  var emptied: PlannerState {
    var state = self
    (state.known, state.growing) = ([:], [:])
    return state
  }

  /// Which of the affected stages the roles take.
  func stages(for roles: [Int], of shape: FamilyShape) -> [Bool] {
    var needed = [Bool](repeating: false, count: shape.affected.count)
    for role in roles {
      if let position = shape.positions[shape.roles[role].output.stage] { needed[position] = true }
    }
    for (position, stage) in shape.affected.enumerated().reversed() where needed[position] {
      var sources = graph.edges[stage].filter { edge in
        let key = StageSetting(stage: stage, setting: edge.name)
        return shape.variedSettings[key] == nil && shape.memberSettings[key] == nil && shape.moves[key] == nil
      }.map(\.output.stage)
      // A nested family uses what its members use.
      if let inner = shapes[stage] { sources += inner.affected + inner.needed }
      for source in sources { if let other = shape.positions[source] { needed[other] = true } }
    }
    return needed
  }

  /// - Parameter families: old position of each family that is kept → new one.
  mutating func renumber(_ ids: [Int?], families: [Int?]) {
    var growing: [Int: GrowingFamily] = [:]
    for (index, family) in self.growing {
      if let index = families[index] { growing[index] = family.renumbered(ids) }
    }
    self.growing = growing
    baseNodes = baseNodes.map { $0.flatMap { ids[$0] } }
    let old = known
    known = [:]
    for (content, node) in old {
      guard let node = ids[node] else { continue }
      if let content = content.renumbered(ids) { known[content] = node }
    }
  }
}

/// A stage with the settings that are the same wherever it is copied apart from those that may differ.
struct StageTemplate: Sendable {
  let constants: NameTable<NodeSetting>
  /// Sorted by name; the source is nil for a setting that only members have.
  let dynamic: [(name: String, source: SettingSource?)]
  /// Arrows into input ports.
  let inputs: [StageGraph.Edge]

  init(
    _ position: Int, in graph: StageGraph, _ variedSettings: Set<StageSetting>, _ variedNames: Set<String>
  ) throws {
    let stage = graph.stages[position]
    let isFamily = stage.signature.isFamily
    var constants: NameTable<NodeSetting> = [:]
    constants.reserveCapacity(stage.settings.count)
    var dynamic: [(name: String, source: SettingSource?)] = []
    for (name, source) in stage.settings {
      if isFamily, case .output = source {
        let place = stage.settingPlaces[name] ?? stage.place
        throw PlanError.settingFromOutput(family: stage.name, setting: name, place: place)
      }
      let key = StageSetting(stage: position, setting: name)
      guard !variedSettings.contains(key), let value = try source.constant(variedNames, stage, name) else {
        dynamic.append((name, source))
        continue
      }
      if isFamily, RecipeText.isNameOnly(value) { continue }
      constants[name] = .value(value)
    }
    for key in variedSettings where key.stage == position && stage.settings[key.setting] == nil {
      dynamic.append((key.setting, nil))
    }
    self.constants = constants
    self.dynamic = dynamic.count < 2 ? dynamic : dynamic.sorted { $0.name < $1.name }
    inputs = graph.edges[position].filter { !$0.isSetting }
  }
}

extension SettingSource {
  /// The value, if no family changes it and no stage gives it.
  fileprivate func constant(
    _ varied: Set<String>, _ stage: ResolvedStage, _ setting: String
  ) throws -> SettingValue? {
    switch self {
    case .value(let value): return value
    case .variable(let name, let value): return varied.contains(name) ? nil : value
    case .output, .member: return nil
    case .list(let elements):
      var values: [SettingValue] = []
      var isConstant = true
      for element in elements {
        if case .output = element {
          let place = stage.settingPlaces[setting] ?? stage.place
          throw PlanError.outputInList(stage: stage.name, setting: setting, place: place)
        }
        if let value = try element.constant(varied, stage, setting) {
          values.append(value)
        } else {
          isConstant = false
        }
      }
      return isConstant ? .list(values) : nil
    }
  }
}

/// What two nodes must have in common to be one: the stage (or, below 0, the noise), the settings that may
/// differ, where the inputs come from, and a family's members.
struct NodeContent: Hashable, Sendable {
  var stage: Int
  var settings: [NodeSetting?]
  var sources: [NodePort]
  var members: [[Double]] = []

  func renumbered(_ ids: [Int?]) -> NodeContent? {
    var content = self
    content.sources = sources.compactMap { $0.renumbered(ids) }
    content.settings = settings.map { setting in
      guard case .output(let source)? = setting, let source = source.renumbered(ids) else { return setting }
      return .output(source)
    }
    return content.sources.count == sources.count ? content : nil
  }
}
