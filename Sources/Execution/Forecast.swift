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

  /// Sequential families go on while all the scores they ask for are known.
  private mutating func growFamilies() throws {
    for family in plan.families.indices {
      while !plan.families[family].isComplete {
        // Nothing more: what uses the family is decided once it has grown.
        for port in plan.families[family].scores { try visit(port.node) }
        var scores: [Double?] = []
        for port in plan.families[family].scores {
          guard let hash = output(port), let value = try store.scalars.value(hash, store: store.objects)
          else { break }
          scores.append(value)
        }
        guard scores.count == plan.families[family].scores.count else { break }
        let added = try plan.extend(family: family, scores: scores, catalogue: run.catalogue)
        if added.isEmpty, !plan.families[family].isComplete { break }
        nodes = plan.nodes
        forecasts += [NodeForecast?](repeating: nil, count: added.count)
        outputs += [[String]?](repeating: nil, count: added.count)
      }
    }
  }

  private func isIncompleteFamily(_ id: Int) -> Bool {
    plan.families.contains { $0.node == id && !$0.isComplete }
  }

  func output(_ port: NodePort) -> String? {
    guard let hashes = outputs[port.node],
      let index = nodes[port.node].outputs.firstIndex(where: { $0.name == port.port })
    else { return nil }
    return hashes[index]
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
    if isIncompleteFamily(id) {
      forecast.reason = "more members are decided by the scores of those before"
    } else if let cause = nodes[id].usedNodes.filter({ outputs[$0] == nil }).min() {
      forecast.reason = waiting(id, for: cause)
    } else {
      try evaluate(id, &forecast)
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
    if let hashes = try store.index.lookup(forecast.key, ports: nodes[id].outputs) {
      outputs[id] = hashes
      forecast.state = .cached
      forecast.reason = staleCopy(id, hashes)
      return
    }
    forecast.state = .willRun
    try explain(&forecast, id, evaluated.recipe.text)
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
    for (port, hash) in zip(nodes[id].outputs, hashes) {
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
      for use in nodes[id].usedNodes where forecasts[use]?.state == .cached {
        guard let hashes = outputs[use], !hashes.allSatisfy(store.objects.exists) else { continue }
        forecasts[use]?.state = .willRestore
        forecasts[use]?.reason = "its result is missing from the store and \(nodes[id].name) needs it"
        stack.append(use)
      }
    }
  }
}
