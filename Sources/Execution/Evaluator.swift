import Manifests
import Planning

/// The part of a plan that the engine needs; tests make their own.
protocol PlanSource: Sendable {
  var pipeline: ResolvedPipeline { get }
  var nodes: [Node] { get }
  var families: [FamilyPlan] { get }
  func node(_ id: Int) -> Node
  func nodes(_ range: Range<Int>) -> ArraySlice<Node>
  mutating func grow(family: Int, _ answer: StepAnswer, catalogue: Catalogue) throws -> Plan.Growth
}

extension Plan: PlanSource {
  func node(_ id: Int) -> Node { nodes[id] }
  func nodes(_ range: Range<Int>) -> ArraySlice<Node> { nodes[range] }
}

extension Store {
  /// What a step that ran has planned and reported; nil if an object is missing.
  func stepAnswer(_ outputs: [OutputSpec], _ hashes: [String]) throws -> StepAnswer? {
    func hash(_ port: String) -> String? {
      outputs.firstIndex { $0.name == port }.map { hashes[$0] }
    }
    if let plan = hash("plan"), let report = hash("report") {
      guard let planText = try texts.value(plan, store: objects),
        let reportText = try texts.value(report, store: objects)
      else { return nil }
      return .texts(plan: planText, report: reportText)
    }
    guard let value = hash("value") else { return .value(nil) }
    return try scalars.value(value, store: objects).map { .value($0) }
  }
}

/// A node whose recipe is known.
struct EvaluatedNode: Sendable {
  var recipe: Recipe
  /// Content hash of every input, nil for those of failed members.
  var inputHashes: [String?]
  /// Settings that other nodes give.
  var scalars: [String: Double]
  /// Input files with the content that the recipe holds.
  var files: [(path: String, hash: String)]

  /// Every setting of the node with its value; made only for nodes that run.
  func settings(of node: Node) -> Settings {
    var values: [String: SettingValue] = [:]
    for (name, setting) in node.settings {
      if case .value(let value) = setting { values[name] = value }
    }
    for (name, number) in scalars { values[name] = .number(ExactDecimal(number)) }
    return Settings(values)
  }
}

/// Makes recipes out of nodes and the content of what they use.
struct Evaluator: Sendable {
  let store: Store

  enum Outcome {
    case known(EvaluatedNode)
    /// Scalars that can't be read as their objects are missing: the nodes that make them.
    case needs([Int])
  }

  /// A node by itself.
  func evaluate(_ node: Node, output: (NodePort) -> String?, name: (Int) -> NodeName) throws -> Outcome {
    var lines = MemberLines()
    return try evaluate(node, &lines, output: output, name: name)
  }

  /// - Parameters:
  ///   - lines: of the members of the node before.
  ///   - output: content hash of a port of a finished node, nil if that failed.
  func evaluate(
    _ node: Node, _ lines: inout MemberLines, output: (NodePort) -> String?, name: (Int) -> NodeName
  ) throws -> Outcome {
    var scalars: [String: Double] = [:]
    var files: [(path: String, hash: String)] = []
    var hashes: [String: String] = [:]
    var missing: [Int] = []
    for (setting, source) in node.settings {
      guard case .output(let port) = source else { continue }
      guard let hash = output(port), let number = try store.scalars.value(hash, store: store.objects) else {
        missing.append(port.node)
        continue
      }
      guard number.isFinite else {
        throw NodeError.scalarNotFinite(setting: setting, source: "\(name(port.node)).\(port.port)")
      }
      scalars[setting] = number
    }
    if !missing.isEmpty { return .needs(Set(missing).sorted()) }
    for (setting, path) in Recipe.files(of: node) {
      let hash = try fileHash(path, node)
      hashes[setting] = hash
      files.append((path, hash))
    }
    let inputHashes = node.inputs.map { output($0.source) }
    let recipe = Recipe(
      node: node, scalars: scalars, inputHashes: inputHashes, fileHashes: hashes, lines: &lines)
    files.sort { $0.path < $1.path }
    return .known(
      EvaluatedNode(recipe: recipe, inputHashes: inputHashes, scalars: scalars, files: files))
  }

  private func fileHash(_ path: String, _ node: Node) throws -> String {
    do {
      return try store.files.hash(path)
    } catch let error as StoreError {
      let place = "\(node.place.file):\(node.place.line)"
      var reason = error.description
      if case .system(_, _, let code) = error { reason = Posix.text(code) }
      throw NodeError.inputUnreadable(path: path, place: place, reason: reason)
    }
  }
}
