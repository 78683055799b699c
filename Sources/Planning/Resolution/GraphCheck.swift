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

  mutating func checkGraph() {
    let edges = stages.indices.map { self.edges(into: $0) }
    var dependencies = edges.map { $0.map(\.source) }
    for index in stages.indices where stages[index].kind?.signature.family != nil {
      guard let repeated = RepeatedStages(of: index, in: self, edges: edges) else { continue }
      check(repeated)
      dependencies[index] += repeated.dependencies(edges)
    }
    for cycle in CycleFinder(dependencies).cycles() { report(cycle) }
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

  /// A circle, from the stage that comes first in the manifest, in the direction of the arrows.
  private mutating func report(_ cycle: [Int]) {
    guard let start = cycle.indices.min(by: { cycle[$0] < cycle[$1] }) else { return }
    let turned = Array(cycle[start...] + cycle[..<start]) + [cycle[start]]
    let chain = turned.reversed().map { stages[$0].name.text }
    report(.graph(.cycle(chain)), at: stages[cycle[start]].name.place)
  }

  /// Variations that don't reach the repeated stage, and nested stages that can't be.
  private mutating func check(_ repeated: RepeatedStages) {
    let family = repeated.family
    guard let stage = stages[family].resolved else { return }
    let target = stages[repeated.target].name.text
    for variation in stage.variations where !repeated.reaches(variation.target, in: self) {
      let fact = GraphFact.variationNotUpstream(target: variation.target.inWords, repeated: target)
      report(.graph(fact), at: variation.place)
    }
    for change in stage.memberSettings {
      let setting = VariationTarget.setting(stage: change.stage, setting: change.setting)
      guard !repeated.reaches(setting, in: self) else { continue }
      let fact = GraphFact.variationNotUpstream(target: setting.inWords, repeated: target)
      report(.graph(fact), at: self.place(of: change.origin, in: family))
    }
    let place = place(of: "nested", in: family)
    for name in repeated.nestedNames {
      guard let position = positions[name], let kind = stages[position].kind else { continue }
      if kind.signature.family == nil {
        report(.graph(.nestedNotFamily(stage: name, kind: kind.signature.kind)), at: place)
      } else if !repeated.upstream.contains(position) {
        report(.graph(.nestedNotUpstream(stage: name, repeated: target)), at: place)
      }
    }
  }
}

/// What a family repeats: the stages at and above its target, and those among them that a member has a copy of.
struct RepeatedStages {
  let family: Int
  let target: Int
  let nestedNames: [String]
  /// Stages at or above the target or the score's stage. Other families end the walk unless they are nested.
  private(set) var upstream: Set<Int> = []
  /// Families on the way that are computed once.
  private var barriers: Set<Int> = []
  /// Arrows of a member among `upstream`: those into varied settings are gone.
  private var edges: [Int: [Resolution.Edge]] = [:]
  /// Stages of which members have copies of their own.
  private var copied: Set<Int> = []

  /// Nil if the family names no stage to repeat.
  init?(of family: Int, in resolution: Resolution, edges: [[Resolution.Edge]]) {
    guard let target = resolution.target(of: family), let stage = resolution.stages[family].resolved else {
      return nil
    }
    (self.family, self.target) = (family, target)
    var roots = [target]
    roots += stage.namedScores.compactMap { resolution.positions[$0.stage] }
    nestedNames = stage.nestedStages
    let nested = Set(nestedNames.compactMap { resolution.positions[$0] })
    let varied = Self.varied(by: family, target, resolution)
    walk(from: roots, nested: nested, varied, resolution, edges)
    spread(from: roots, stage, resolution)
  }

  /// Settings that members give themselves, by stage.
  private static func varied(by family: Int, _ target: Int, _ resolution: Resolution) -> [Int: Set<String>] {
    var varied: [Int: Set<String>] = [:]
    if let own = resolution.stages[family].kind?.signature.family?.fixedSetting {
      varied[target, default: []].insert(own)
    }
    for variation in resolution.stages[family].resolved?.variations ?? [] {
      guard case .setting(let stage, let setting) = variation.target else { continue }
      if let position = resolution.positions[stage] { varied[position, default: []].insert(setting) }
    }
    for change in resolution.stages[family].resolved?.memberSettings ?? [] {
      if let position = resolution.positions[change.stage] {
        varied[position, default: []].insert(change.setting)
      }
    }
    return varied
  }

  private mutating func walk(
    from roots: [Int], nested: Set<Int>, _ varied: [Int: Set<String>], _ resolution: Resolution,
    _ allEdges: [[Resolution.Edge]]
  ) {
    var open = roots
    while let index = open.popLast() {
      guard upstream.insert(index).inserted else { continue }
      let isFamily = resolution.stages[index].kind?.signature.family != nil
      if isFamily, !nested.contains(index) {
        barriers.insert(index)
        continue
      }
      var own = allEdges[index]
      if let names = varied[index] { own.removeAll { names.contains($0.name) } }
      if isFamily {
        let stage = resolution.stages[index].resolved
        let scored = (stage?.namedScores ?? []).compactMap { resolution.positions[$0.stage] }
        let repeated = (resolution.target(of: index).map { [$0] } ?? []) + scored
        own += repeated.map { Resolution.Edge(name: "repeat", source: $0, port: "") }
      }
      edges[index] = own
      open.append(contentsOf: own.map(\.source))
    }
  }

  /// Everything between a change and a root has a copy in each member; so have the roots.
  private mutating func spread(from roots: [Int], _ stage: ResolvedStage, _ resolution: Resolution) {
    var users: [Int: [Int]] = [:]
    for (index, own) in edges { for edge in own { users[edge.source, default: []].append(index) } }
    var open = roots + upstream.filter { resolution.stages[$0].resolved?.usesMember == true }
    open += stage.memberSettings.compactMap { resolution.positions[$0.stage] }
    for variation in stage.variations {
      switch variation.target {
      case .setting(let name, _): open += resolution.positions[name].map { [$0] } ?? []
      case .variable(let name):
        open += upstream.filter { resolution.stages[$0].usedVariables.contains(name) }
      case .output(let port):
        guard let source = resolution.positions[port.stage] else { continue }
        open += edges.filter { $0.value.contains { $0.source == source && $0.port == port.port } }.map(\.key)
      }
    }
    while let index = open.popLast() {
      guard upstream.contains(index), !barriers.contains(index), copied.insert(index).inserted else {
        continue
      }
      open.append(contentsOf: users[index] ?? [])
    }
  }

  /// Stages whose results the members need but have no copies of.
  func dependencies(_ allEdges: [[Resolution.Edge]]) -> [Int] {
    var needed: Set<Int> = []
    for index in copied {
      for edge in edges[index] ?? [] where !copied.contains(edge.source) { needed.insert(edge.source) }
    }
    return needed.sorted()
  }

  func reaches(_ target: VariationTarget, in resolution: Resolution) -> Bool {
    switch target {
    case .setting(let name, _):
      guard let position = resolution.positions[name] else { return false }
      return upstream.contains(position) && !barriers.contains(position)
    case .variable(let name):
      return upstream.contains {
        !barriers.contains($0) && resolution.stages[$0].usedVariables.contains(name)
      }
    case .output(let port):
      guard let source = resolution.positions[port.stage] else { return false }
      return edges.values.contains { $0.contains { $0.source == source && $0.port == port.port } }
    }
  }
}

/// Circles in a graph of dependencies, without recursion: a chain may be a hundred thousand stages long.
struct CycleFinder {
  private let dependencies: [[Int]]

  init(_ dependencies: [[Int]]) { self.dependencies = dependencies }

  /// One circle for each stage where a walk first meets its own path; no stage is in two of them.
  func cycles() -> [[Int]] {
    // Manifests mostly name a stage before they use it, and then there is none.
    if dependencies.enumerated().allSatisfy({ node, used in used.allSatisfy { $0 < node } }) { return [] }
    var state = [UInt8](repeating: 0, count: dependencies.count)  // 1: on the path, 2: done
    var isReported = [Bool](repeating: false, count: dependencies.count)
    var found: [[Int]] = []
    for root in dependencies.indices where state[root] == 0 {
      var path = [(node: root, next: 0)]
      state[root] = 1
      while let top = path.last {
        guard top.next < dependencies[top.node].count else {
          state[top.node] = 2
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let next = dependencies[top.node][top.next]
        if state[next] == 0 {
          state[next] = 1
          path.append((next, 0))
        } else if state[next] == 1, let start = path.lastIndex(where: { $0.node == next }) {
          let cycle = path[start...].map(\.node)
          if cycle.contains(where: { isReported[$0] }) { continue }
          for node in cycle { isReported[node] = true }
          found.append(cycle)
        }
      }
    }
    return found
  }
}

extension ResolvedStage {
  /// The outputs that a search names as its scores.
  var namedScores: [PortReference] {
    switch settings["score"] {
    case .value(.output(let port))?: [port]
    case .value(.list(let elements))?:
      elements.compactMap { if case .output(let port) = $0 { port } else { nil } }
    default: []
    }
  }

  /// Families that this one repeats inside each member.
  var nestedStages: [String] { stageNames("nested") }
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
