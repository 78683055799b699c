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
    edges = try stages.map { try Self.edges(into: $0, positions) }
  }

  func isFamily(_ stage: Int) -> Bool { stages[stage].signature.family != nil }

  func position(of name: String, usedBy user: ResolvedStage, setting: String) throws -> Int {
    guard let position = positions[name] else {
      throw PlanError.unknownStage(
        name, usedBy: user.name, place: user.settingPlaces[setting] ?? user.place)
    }
    return position
  }

  private static func edges(into stage: ResolvedStage, _ positions: [String: Int]) throws -> [Edge] {
    var edges: [Edge] = []
    func add(_ name: String, _ reference: PortReference, isSetting: Bool) throws {
      guard let producer = positions[reference.stage] else {
        throw PlanError.unknownStage(
          reference.stage, usedBy: stage.name, place: stage.settingPlaces[name] ?? stage.place)
      }
      let output = StagePort(stage: producer, port: reference.port)
      edges.append(Edge(name: name, isSetting: isSetting, output: output))
    }
    for (port, reference) in stage.inputs {
      try add(port, reference, isSetting: false)
    }
    for (name, source) in stage.settings {
      if case .output(let reference) = source { try add(name, reference, isSetting: true) }
    }
    return edges
  }

  /// Stages after what they depend on. Among those that are ready the lowest level goes first, and then the
  /// one that stands first in the manifest.
  func order(dependencies: [[Int]], levels: [Int]) throws -> [Int] {
    let isInOrder = dependencies.enumerated().allSatisfy { stage, used in used.allSatisfy { $0 < stage } }
    if isInOrder, !levels.contains(where: { $0 != 0 }) { return Array(stages.indices) }
    var missing = dependencies.map(\.count)
    var users = [[Int]](repeating: [], count: stages.count)
    for (stage, used) in dependencies.enumerated() {
      for producer in used { users[producer].append(stage) }
    }
    let count = stages.count
    var ready = MinimumHeap()
    for stage in stages.indices where missing[stage] == 0 { ready.insert(levels[stage] * count + stage) }
    var order: [Int] = []
    order.reserveCapacity(count)
    while let first = ready.removeFirst() {
      let stage = first % count
      order.append(stage)
      for user in users[stage] {
        missing[user] -= 1
        if missing[user] == 0 { ready.insert(levels[user] * count + user) }
      }
    }
    if order.count < count { throw cycle(dependencies, missing) }
    return order
  }

  /// A cycle among the stages that still miss something: each of them needs another one of them.
  private func cycle(_ dependencies: [[Int]], _ missing: [Int]) -> PlanError {
    var chain: [Int] = []
    var seen: [Int: Int] = [:]
    var stage = missing.firstIndex { $0 > 0 } ?? 0
    while seen[stage] == nil {
      seen[stage] = chain.count
      chain.append(stage)
      stage = dependencies[stage].first { missing[$0] > 0 } ?? stage
    }
    let start = seen[stage] ?? 0
    let names = (chain[start...] + [stage]).map { stages[$0].name }
    return .cycle(names, place: stages[stage].place)
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

/// Numbers, smallest first.
private struct MinimumHeap {
  private var items: [Int] = []

  mutating func insert(_ item: Int) {
    items.append(item)
    var child = items.count - 1
    while child > 0, items[(child - 1) / 2] > items[child] {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeFirst() -> Int? {
    guard let first = items.first else { return nil }
    items.swapAt(0, items.count - 1)
    items.removeLast()
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < items.count else { return first }
      if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
      guard items[child] < items[parent] else { return first }
      items.swapAt(parent, child)
      parent = child
    }
  }
}
