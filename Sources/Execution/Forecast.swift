public import Planning

/// What a run would do with a node.
public struct NodeForecast: Sendable {
  /// What would become of it.
  public enum State: String, Sendable {
    /// Its result is known.
    case cached
    case willRun
    /// Decided when what it uses has run: if that gives what it gave before, this is cached too.
    case unknown
    /// Its result is known, but its objects are missing and something that runs needs them.
    case willRestore
  }

  /// Of the node.
  public var name: NodeName
  /// Of its stage.
  public var kind: String
  /// What would become of it.
  public var state: State
  /// Empty for unknown nodes.
  public var key: String
  /// Why, in the user's words; for cached nodes empty, or that a copy in `results/` is written again.
  public var reason: String
  /// Everything that differs from the recipe of the last run, and that in the user's words.
  public var differences: [RecipeDifference.Difference]
  /// The differences in the user's words.
  public var words: [String] = []
}

extension Run {
  /// What `execute` would do, without doing it. Reads the index, input files and small scalars; writes
  /// nothing but the store's memories.
  /// - Throws: `StoreError`, or an error of the planner when a sequential family is continued.
  public func forecast() throws -> [NodeForecast] {
    let store = try Store(layout: layout, catalogue: catalogue, isParanoid: options.isParanoid)
    for notice in store.notices { observer.notice(notice) }
    var forecaster = Forecaster(run: self, store: store)
    try forecaster.walk()
    return forecaster.forecasts.compactMap(\.self)
  }
}

struct Forecaster {
  let run: Run
  let store: Store
  let evaluator: Evaluator
  var plan: any PlanSource
  var nodes: [Node]
  var forecasts: [NodeForecast?] = []
  var outputs: [[String]?] = []
  /// Nodes of families that will get further members.
  private var incomplete: Set<Int> = []
  /// Loaded when the first node has to run.
  var history: (keys: [String: String], texts: [String: String])?

  init(run: Run, store: Store) {
    (self.run, self.store) = (run, store)
    evaluator = Evaluator(store: store)
    plan = run.plan
    nodes = plan.nodes
  }

  mutating func walk() throws {
    forecasts = [NodeForecast?](repeating: nil, count: nodes.count)
    outputs = [[String]?](repeating: nil, count: nodes.count)
    try growFamilies()
    for id in 0..<nodes.count { try visit(id) }
    for id in nodes.indices where forecasts[id]?.state == .willRun { restoreUses(of: id) }
  }

  /// Families that learn go on while the store knows what their steps have planned. One may wait for an iteration of
  /// another, so what was not known yet is looked at again as long as any goes on.
  private mutating func growFamilies() throws {
    var hasGrown = true
    noteIncomplete()
    while hasGrown {
      hasGrown = false
      var next = 0
      while next < plan.families.count {
        if try grow(next) { hasGrown = true }
        next += 1
      }
      for id in nodes.indices where forecasts[id]?.state == .unknown { forecasts[id] = nil }
      noteIncomplete()
    }
  }

  private mutating func noteIncomplete() {
    incomplete = Set(plan.families.lazy.filter { !$0.isComplete }.map(\.node))
  }

  /// - Returns: whether any round was added.
  private mutating func grow(_ family: Int) throws -> Bool {
    var hasGrown = false
    while let step = plan.families[family].step {
      // Nothing more: what uses the family is decided once it has grown.
      try visit(step)
      guard let hashes = outputs[step], let answer = try store.stepAnswer(nodes[step].outputs, hashes)
      else { break }
      let growth = try plan.grow(family: family, answer, catalogue: run.catalogue)
      nodes += plan.nodes(growth.added)
      for id in growth.wantedMore + growth.resolved { nodes[id] = plan.node(id) }
      for id in growth.wantedMore { (forecasts[id], outputs[id]) = (nil, nil) }
      forecasts += [NodeForecast?](repeating: nil, count: growth.added.count)
      outputs += [[String]?](repeating: nil, count: growth.added.count)
      if plan.families[family].isComplete { incomplete.remove(plan.families[family].node) }
      for id in growth.families where !plan.families[id].isComplete {
        incomplete.insert(plan.families[id].node)
      }
      hasGrown = true
    }
    // Not in every round: the plan would copy what a node of ours shares with it, all rounds so far.
    if hasGrown { nodes[plan.families[family].node] = plan.node(plan.families[family].node) }
    return hasGrown
  }

  func output(_ port: NodePort) -> String? {
    guard let hashes = outputs[port.node],
      let index = nodes[port.node].outputs.firstIndex(where: { $0.name == port.port })
    else { return nil }
    return hashes[index].isEmpty ? nil : hashes[index]
  }

  /// Depth first, with a stack of our own: chains may be 100 000 long, and a family's node may stand
  /// before its members.
  private mutating func visit(_ first: Int) throws {
    var stack = [first]
    while let id = stack.last {
      let open = forecasts[id] == nil ? nodes[id].usedNodes.filter { forecasts[$0] == nil } : []
      if open.isEmpty {
        stack.removeLast()
        if forecasts[id] == nil { try decide(id) }
      } else {
        stack += open
      }
    }
  }

  private mutating func decide(_ id: Int) throws {
    var forecast = NodeForecast(
      name: nodes[id].name, kind: nodes[id].signature.kind, state: .unknown, key: "", reason: "",
      differences: [])
    if incomplete.contains(id) {
      forecast.reason = toCome(id)
    } else if nodes[id].relay != nil {
      passOn(id, &forecast)
    } else if let cause = nodes[id].usedNodes.filter({ outputs[$0] == nil }).min() {
      forecast.reason = waiting(id, for: cause)
    } else {
      try evaluate(id, &forecast)
    }
    if forecast.state != .cached, let note = SamplerNotice.text(nodes[id], run) {
      forecast.reason += (forecast.reason.isEmpty ? "" : "; ") + note
    }
    forecasts[id] = forecast
  }

  private mutating func evaluate(_ id: Int, _ forecast: inout NodeForecast) throws {
    let outcome: Evaluator.Outcome
    do {
      outcome = try evaluator.evaluate(nodes[id], output: output, name: { nodes[$0].name })
    } catch let error as NodeError {
      forecast.state = .willRun
      forecast.reason = "will fail: \(error)"
      return
    }
    guard case .known(let evaluated) = outcome else {
      forecast.reason = "a number that it uses is missing from the store and is made again"
      return
    }
    forecast.key = evaluated.recipe.key
    if let hashes = try store.index.lookup(forecast.key, ports: nodes[id].outputs, wanted: nodes[id].wanted) {
      outputs[id] = hashes
      forecast.state = .cached
      forecast.reason = staleCopy(id, hashes)
      return
    }
    forecast.state = .willRun
    try explain(&forecast, id, evaluated.recipe.text)
  }

  /// What a family that goes on may still come to, and what it came to last time.
  private func toCome(_ own: Int) -> String {
    var text = "more members are decided by what comes of those before"
    guard let family = plan.families.first(where: { $0.node == own }) else { return text }
    if let most = family.mostToCome { text += ", at most \(most) more" }
    let records = RunRecords(layout: store.layout)
    if let last = records.lastFamily(nodes[own].name.stage, pipeline: plan.pipeline.name) {
      text += "; last run: \(last)"
    }
    return text
  }

  /// A relay is known when its step is.
  private mutating func passOn(_ id: Int, _ forecast: inout NodeForecast) {
    guard let source = nodes[id].inputs.first?.source, let hash = output(source) else {
      forecast.reason = "the iteration is not reached yet"
      return
    }
    outputs[id] = [hash]
    forecast.state = .cached
  }

  /// Why a node can't be decided yet: `input data: model runs before it`.
  private func waiting(_ id: Int, for cause: Int) -> String {
    let verb = forecasts[cause]?.state == .willRun ? "runs" : "is decided"
    if let input = nodes[id].inputs.first(where: { $0.source.node == cause }) {
      if let member = input.member { return "member \(member) of it \(verb) before it" }
      return "input \(input.port): \(nodes[cause].name) \(verb) before it"
    }
    let setting = nodes[id].settings.keys.sorted().first { name in
      if case .output(let port)? = nodes[id].settings[name] { port.node == cause } else { false }
    }
    return "setting \(setting ?? ""): \(nodes[cause].name) \(verb) before it"
  }

  private func staleCopy(_ id: Int, _ hashes: [String]) -> String {
    guard run.options.exportResults, nodes[id].name.members.isEmpty, !nodes[id].name.isBetweenStages else {
      return ""
    }
    // What nobody wants has no content and no copy.
    for (port, hash) in zip(nodes[id].outputs, hashes) where !port.isVolatile && !hash.isEmpty {
      let name = Results.name(pipeline: plan.pipeline.name, stage: nodes[id].name.stage, port: port)
      if !store.results.isCurrent(name, hash: hash) { return "results/\(name) is written again" }
    }
    return ""
  }

  private mutating func explain(_ forecast: inout NodeForecast, _ id: Int, _ text: String) throws {
    if history == nil {
      var texts: [String: String] = [:]
      for entry in try store.recipes.entries() { texts[entry.key] = entry.text }
      history = (RunRecords(layout: store.layout).lastKeys(pipeline: plan.pipeline.name), texts)
    }
    guard let history, let key = history.keys[forecast.name.description] else {
      forecast.reason = "it has not run before"
      return
    }
    guard let old = history.texts[key] else {
      forecast.reason = "it has not finished before"
      return
    }
    forecast.differences = RecipeDifference.between(old: old, new: text)
    let context = try context(id, oldKey: key, forecast.differences)
    forecast.words = forecast.differences.map { $0.text(in: context) }
    forecast.reason = forecast.words.first ?? "its result is no longer known"
  }

  /// Units, files and sources of a node's settings and inputs.
  private mutating func context(
    _ id: Int, oldKey: String, _ differences: [RecipeDifference.Difference]
  ) throws -> RecipeDifference.Context {
    let node = nodes[id]
    var context = RecipeDifference.Context(stage: node.name.description)
    for setting in node.signature.settings { context.types[setting.name] = setting.type }
    context.files = Recipe.files(of: node).mapValues { store.layout.relative($0) }
    for input in node.inputs where input.member == nil { context.sources[input.port] = name(input.source) }
    for (setting, source) in node.settings {
      if case .output(let port) = source { context.sources[setting] = name(port) }
    }
    let hasOtherInput = differences.contains { if case .input(_, nil) = $0 { true } else { false } }
    if hasOtherInput, node.name.members.isEmpty {
      let records = RunRecords(layout: store.layout)
      context.oldSources = try records.sources(ofKey: oldKey, ports: context.sources.keys)
    }
    return context
  }

  private func name(_ port: NodePort) -> String { "\(nodes[port.node].name).\(port.port)" }

  /// Known nodes whose objects are gone are made again if a node that runs uses them.
  private mutating func restoreUses(of first: Int) {
    var stack = [first]
    while let id = stack.popLast() {
      for port in nodes[id].usedPorts where forecasts[port.node]?.state == .cached {
        let use = port.node
        guard let hash = output(port), !store.objects.exists(hash) else { continue }
        forecasts[use]?.state = .willRestore
        forecasts[use]?.reason = "its result is missing from the store and \(nodes[id].name) needs it"
        stack.append(use)
      }
    }
  }
}
