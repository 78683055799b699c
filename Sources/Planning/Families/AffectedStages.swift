import Manifests

/// Finds for every family the stages that its members need copies of: those on a path from a change to a
/// target. Another family on such a path is a barrier, unless it is nested; a nested family stands for
/// everything that its own members use.
struct AffectedStages {
  let graph: StageGraph
  private(set) var shapes: [Int: FamilyShape] = [:]
  /// Families whose shape is being made, outermost first.
  private var unfinished: [Int] = []

  init(graph: StageGraph) throws {
    self.graph = graph
    for stage in graph.stages.indices where graph.isFamily(stage) { _ = try shape(of: stage) }
  }

  private mutating func shape(of family: Int) throws -> FamilyShape {
    if let known = shapes[family] { return known }
    if let start = unfinished.firstIndex(of: family) {
      let names = (unfinished[start...] + [family]).map { graph.stages[$0].name }
      throw PlanError.nestedInCircle(names, place: graph.stages[family].place)
    }
    unfinished.append(family)
    let changes = try FamilyChanges(family: family, in: graph)
    var nested: [Int: FamilyShape] = [:]
    for inner in changes.nested { nested[inner] = try shape(of: inner) }
    var search = AffectedSearch(graph: graph, changes: changes, nested: nested)
    search.walk()
    try search.checkEffects()
    let depth = 1 + (nested.values.map(\.depth).max() ?? 0)
    let shape = FamilyShape(changes, affected: search.affected, needed: search.needed(), depth: depth)
    shapes[family] = shape
    unfinished.removeLast()
    return shape
  }
}

/// One family's walk over the stages above its targets.
private struct AffectedSearch {
  let graph: StageGraph
  let changes: FamilyChanges
  let nested: [Int: FamilyShape]
  /// In topological order.
  private(set) var affected: [Int] = []
  private var isAffected: Set<Int> = []
  /// Families met that are not nested.
  private var barriers: Set<Int> = []
  /// Positions of the changes that something uses: variables first, then perturbations.
  private var effective: Set<Int> = []
  private var effectiveMemberSettings: Set<StageSetting> = []
  /// Stages met with an arrow that is moved, or that draw around themselves.
  private var moved: Set<Int> = []
  private var usesEach = false

  init(graph: StageGraph, changes: FamilyChanges, nested: [Int: FamilyShape]) {
    (self.graph, self.changes, self.nested) = (graph, changes, nested)
  }

  private func isBarrier(_ stage: Int) -> Bool { graph.isFamily(stage) && nested[stage] == nil }

  /// Arrows into a stage as a member sees them: a varied setting takes nothing from elsewhere.
  private func edges(into stage: Int) -> [StageGraph.Edge] {
    graph.edges[stage].filter { edge in
      let setting = StageSetting(stage: stage, setting: edge.name)
      return !edge.isSetting
        || (changes.variedSettings[setting] == nil && changes.memberSettings[setting] == nil)
    }
  }

  private func dependencies(of stage: Int) -> [Int] {
    if isBarrier(stage) { return [] }
    let own = edges(into: stage).map(\.output.stage)
    return nested[stage].map { own + $0.needed } ?? own
  }

  /// Depth first with a stack of its own: a chain may be a hundred thousand stages long. A stage is judged
  /// when all above it have been; arrows back into a cycle are passed over, since the order of all
  /// stages reports it.
  mutating func walk() {
    var seen: Set<Int> = []
    var stack: [(stage: Int, dependencies: [Int], next: Int)] = []
    for target in changes.targets where seen.insert(target).inserted {
      stack.append((target, dependencies(of: target), 0))
      while let top = stack.last {
        if top.next == top.dependencies.count {
          judge(top.stage, top.dependencies)
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let producer = top.dependencies[top.next]
        if seen.insert(producer).inserted { stack.append((producer, dependencies(of: producer), 0)) }
      }
    }
  }

  private mutating func judge(_ stage: Int, _ dependencies: [Int]) {
    if isBarrier(stage) {
      if stage != changes.family { barriers.insert(stage) }
      return
    }
    let direct = markChanges(in: stage)
    guard direct || dependencies.contains(where: { isAffected.contains($0) }) else { return }
    isAffected.insert(stage)
    affected.append(stage)
  }

  /// Notes which changes a stage, or for a nested family one of its members' stages, uses itself.
  private mutating func markChanges(in stage: Int) -> Bool {
    var found = markOwnChanges(in: stage)
    for inner in nested[stage]?.affected ?? [] where inner != stage {
      if markOwnChanges(in: inner) { found = true }
    }
    return found
  }

  private mutating func markOwnChanges(in stage: Int) -> Bool {
    var found: Set<Int> = []
    for (key, change) in changes.variedSettings where key.stage == stage { found.insert(change) }
    if !changes.variedNames.isEmpty {
      for source in graph.stages[stage].settings.values {
        source.forEachVariable { name in
          if let change = changes.variedNames[name] { found.insert(change) }
        }
      }
    }
    if !changes.perturbed.isEmpty {
      for edge in edges(into: stage) {
        if let change = changes.perturbed[edge.output] { found.insert(changes.variables.count + change) }
      }
    }
    effective.formUnion(found)
    if changes.moves.keys.contains(where: { $0.stage == stage }) || changes.conditionals[stage] != nil {
      moved.insert(stage)
      return true
    }
    if let each = changes.each, graph.stages[stage].usesVariable(each) {
      usesEach = true
      return true
    }
    let own = changes.memberSettings.keys.filter { $0.stage == stage }
    effectiveMemberSettings.formUnion(own)
    return !found.isEmpty || !own.isEmpty || graph.stages[stage].usesMember
  }

  /// What the copies use and is not copied itself, each once.
  func needed() -> [Int] {
    var needed: Set<Int> = []
    for stage in affected { needed.formUnion(dependencies(of: stage)) }
    needed.formUnion(changes.targets)
    // What a member draws around is the stage itself.
    return needed.subtracting(isAffected).union(moved.filter { changes.conditionals[$0] != nil }).sorted()
  }

  func checkEffects() throws {
    let stage = graph.stages[changes.family]
    for change in 0..<changes.count where !effective.contains(change) {
      let isVariable = change < changes.variables.count
      // Which stages the edges of regions reach is looked at below.
      if isVariable, changes.variables[change].isEdge { continue }
      let perturbation = isVariable ? nil : changes.perturbations[change - changes.variables.count]
      let variation = isVariable ? changes.variables[change].variation : nil
      let target =
        variation?.targetText
        ?? perturbation.map { "\(graph.stages[$0.output.stage].name).\($0.output.port)" } ?? ""
      throw PlanError.variationWithoutEffect(
        family: stage.name, target: target, repeated: graph.stages[changes.repeated].name,
        barriers: barriers.sorted().map { graph.stages[$0].name },
        place: variation?.place ?? perturbation?.place ?? stage.place)
    }
    try checkMemberSettings(stage)
    try checkMoves(stage)
    for score in changes.scores where !isAffected.contains(score.stage) {
      throw PlanError.scoreWithoutEffect(
        family: stage.name,
        score: PortReference(stage: graph.stages[score.stage].name, port: score.port),
        place: stage.settingPlaces["score"] ?? stage.place)
    }
  }

  private func checkMoves(_ stage: ResolvedStage) throws {
    func refuse(_ target: String, _ setting: String) -> PlanError {
      .variationWithoutEffect(
        family: stage.name, target: target, repeated: graph.stages[changes.repeated].name,
        barriers: barriers.sorted().map { graph.stages[$0].name },
        place: stage.settingPlaces[setting] ?? stage.place)
    }
    for key in changes.moves.keys where !moved.contains(key.stage) {
      throw refuse("\(graph.stages[key.stage].name).\(key.setting)", FamilySpec.moves)
    }
    for conditional in changes.conditionals.values where !moved.contains(conditional.stage) {
      throw refuse("\(graph.stages[conditional.stage].name).\(conditional.spec.output)", "")
    }
    if let each = changes.each, !usesEach { throw refuse("pipeline.\(each)", FamilySpec.each.setting) }
  }

  private func checkMemberSettings(_ stage: ResolvedStage) throws {
    for change in stage.memberSettings {
      guard let position = graph.positions[change.stage] else { continue }
      let key = StageSetting(stage: position, setting: change.setting)
      guard !effectiveMemberSettings.contains(key) else { continue }
      throw PlanError.variationWithoutEffect(
        family: stage.name, target: "\(change.stage).\(change.setting)",
        repeated: graph.stages[changes.repeated].name,
        barriers: barriers.sorted().map { graph.stages[$0].name },
        place: stage.settingPlaces[change.origin] ?? stage.place)
    }
  }
}

extension ResolvedStage {
  /// Whether one of its settings is `$name`.
  func usesVariable(_ name: String) -> Bool { settings.values.contains { $0.uses(name) } }
}
