import Manifests

/// The families of a pipeline, each with the stages that its members need copies of: those on a path from a change to a
/// target. Another family on such a path is a barrier, unless it is nested; a nested family stands for everything that
/// its own members use.
struct FamilyShapes: Sendable {
  let graph: StageGraph
  private(set) var shapes: [Int: FamilyShape] = [:]
  private(set) var faults: [FamilyFault] = []
  /// Families whose shape is being made, outermost first.
  private var unfinished: [Int] = []
  private var failed: Set<Int> = []

  init(graph: StageGraph) {
    self.graph = graph
    for stage in graph.stages.indices where graph.isFamily(stage) { _ = shape(of: stage) }
  }

  private mutating func shape(of position: Int) -> FamilyShape? {
    if let known = shapes[position] { return known }
    if failed.contains(position) { return nil }
    if let start = unfinished.firstIndex(of: position) {
      let names = (unfinished[start...] + [position]).map { graph.stages[$0].name }
      let reason = "nests families in each other: \(names.joined(separator: " → "))"
      let fact = GraphFact.memberSettingUnfit(setting: "nested", reason: reason)
      faults.append(FamilyFault(error: .graph(fact, place: graph.stages[position].place)))
      return nil
    }
    unfinished.append(position)
    defer { unfinished.removeLast() }
    let (family, faults) = FamilyReader.read(position, in: graph)
    self.faults += faults
    guard let family else {
      failed.insert(position)
      return nil
    }
    var nested: [Int: FamilyShape] = [:]
    for inner in family.nested { nested[inner] = shape(of: inner) }
    var walk = FamilyWalk(graph: graph, family: family, nested: nested)
    walk.walk()
    self.faults += walk.faults()
    let depth = 1 + (nested.values.map(\.depth).max() ?? 0)
    let shape = FamilyShape(family, affected: walk.affected, needed: walk.needed(), depth: depth)
    shapes[position] = shape
    return shape
  }

  /// What every stage depends on, members' copies among it.
  var dependencies: [[Int]] {
    graph.edges.enumerated().map { stage, edges in
      let own = edges.map(\.output.stage)
      return shapes[stage].map { own + $0.needed } ?? own
    }
  }
}

/// One family's walk over the stages above its targets.
private struct FamilyWalk {
  let graph: StageGraph
  let family: Family
  let nested: [Int: FamilyShape]
  /// In topological order.
  private(set) var affected: [Int] = []
  private var isAffected: Set<Int> = []
  private var seen: Set<Int> = []
  /// Families met that are not nested.
  private var barriers: Set<Int> = []
  /// Positions of the changes that something uses.
  private var usedVariables: Set<Int> = []
  private var usedPerturbations: Set<Int> = []
  private var usedMemberSettings: Set<StageSetting> = []
  /// Stages met with an arrow that is moved, or that draw around themselves.
  private var moved: Set<Int> = []
  private var usesEach = false

  init(graph: StageGraph, family: Family, nested: [Int: FamilyShape]) {
    (self.graph, self.family, self.nested) = (graph, family, nested)
  }

  private func isBarrier(_ stage: Int) -> Bool { graph.isFamily(stage) && nested[stage] == nil }

  /// Arrows into a stage as a member sees them: a varied setting takes nothing from elsewhere.
  private func edges(into stage: Int) -> [StageGraph.Edge] {
    graph.edges[stage].filter { edge in
      let setting = StageSetting(stage: stage, setting: edge.name)
      return !edge.isSetting
        || (family.variedSettings[setting] == nil && family.memberSettings[setting] == nil)
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
    var stack: [(stage: Int, dependencies: [Int], next: Int)] = []
    for target in family.targets where seen.insert(target).inserted {
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
      if stage != family.stage { barriers.insert(stage) }
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
    let isUsed = markVariables(in: stage)
    let isOfEvent = family.each.map { graph.stages[stage].usesVariable($0) } ?? false
    if isOfEvent { usesEach = true }
    if family.moves.keys.contains(where: { $0.stage == stage }) || family.conditionals[stage] != nil {
      moved.insert(stage)
      return true
    }
    let own = family.memberSettings.keys.filter { $0.stage == stage }
    usedMemberSettings.formUnion(own)
    return isUsed || isOfEvent || !own.isEmpty || graph.stages[stage].usesMember
  }

  private mutating func markVariables(in stage: Int) -> Bool {
    var (variables, perturbations): (Set<Int>, Set<Int>) = ([], [])
    for (key, variable) in family.variedSettings where key.stage == stage { variables.insert(variable) }
    if !family.variedNames.isEmpty {
      for source in graph.stages[stage].settings.values {
        source.forEachVariable { name in
          if let variable = family.variedNames[name] { variables.insert(variable) }
        }
      }
    }
    if !family.perturbed.isEmpty {
      for edge in edges(into: stage) {
        if let perturbation = family.perturbed[edge.output] { perturbations.insert(perturbation) }
      }
    }
    usedVariables.formUnion(variables)
    usedPerturbations.formUnion(perturbations)
    return !variables.isEmpty || !perturbations.isEmpty
  }

  /// What the copies use and is not copied itself, each once.
  func needed() -> [Int] {
    var needed: Set<Int> = []
    for stage in affected { needed.formUnion(dependencies(of: stage)) }
    needed.formUnion(family.targets)
    needed.formUnion(family.variables.compactMap { $0.cell?.output.stage })
    // What a member draws around is the stage itself, and so is a table that it has a row of.
    let bases =
      moved.filter { family.conditionals[$0] != nil } + family.variables.compactMap { $0.cell?.output.stage }
    return needed.subtracting(isAffected).union(bases).sorted()
  }

  // MARK: - what has no effect

  func faults() -> [FamilyFault] {
    let stage = graph.stages[family.stage]
    var faults: [FamilyFault] = []
    func refuse(_ target: String, at place: SourcePlace?) {
      let fact = GraphFact.variationNotUpstream(
        target: target, repeated: graph.stages[family.repeated].name,
        barriers: barriers.sorted().map { graph.stages[$0].name })
      faults.append(FamilyFault(error: .graph(fact, place: place ?? stage.place)))
    }
    for (index, variable) in family.variables.enumerated()
    where !variable.isGiven && !usedVariables.contains(index) {
      refuse(variable.variation.target.inWords, at: variable.variation.place)
    }
    for (index, perturbation) in family.perturbations.enumerated() where !usedPerturbations.contains(index) {
      refuse(name(perturbation.output), at: perturbation.place)
    }
    for change in stage.memberSettings {
      guard let position = graph.positions[change.stage] else { continue }
      let key = StageSetting(stage: position, setting: change.setting)
      guard family.memberSettings[key] != nil, !usedMemberSettings.contains(key) else { continue }
      refuse("\(change.stage).\(change.setting)", at: stage.settingPlaces[change.origin])
    }
    for key in family.moves.keys where !moved.contains(key.stage) {
      refuse("\(graph.stages[key.stage].name).\(key.setting)", at: stage.settingPlaces[FamilySpec.moves])
    }
    for conditional in family.conditionals.values where !moved.contains(conditional.stage) {
      refuse("\(graph.stages[conditional.stage].name).\(conditional.spec.output)", at: conditional.place)
    }
    if let each = family.each, !usesEach {
      refuse("pipeline.\(each)", at: stage.settingPlaces[FamilySpec.each.setting])
    }
    return faults + nestedFaults(stage) + (faults.isEmpty ? scoreFaults(stage) : [])
  }

  private func nestedFaults(_ stage: ResolvedStage) -> [FamilyFault] {
    family.nested.filter { !seen.contains($0) }.map { inner in
      let fact = GraphFact.nestedNotUpstream(
        stage: graph.stages[inner].name, repeated: graph.stages[family.repeated].name)
      return FamilyFault(error: .graph(fact, place: stage.settingPlaces["nested"] ?? stage.place))
    }
  }

  /// Every trial would have the same score.
  private func scoreFaults(_ stage: ResolvedStage) -> [FamilyFault] {
    // Where lines could not be read, it may be they that change it.
    let changes =
      family.variables.count + family.perturbations.count + family.memberSettings.count
      + family.moves.count + family.conditionals.count + family.cases.count
    guard changes > 0 else { return [] }
    return family.roles.filter { $0.isScore && !isAffected.contains($0.output.stage) }.map { role in
      let setting = stage.scoreSetting?.name ?? ""
      return FamilyFault(
        error: .graph(
          .scoreWithoutEffect(score: name(role.output)), place: stage.settingPlaces[setting] ?? stage.place))
    }
  }

  private func name(_ output: StagePort) -> String { "\(graph.stages[output.stage].name).\(output.port)" }
}
