import Manifests

/// The order of a family's variations decides which column of a Latin hypercube each one gets, so it may
/// depend neither on the order of lines in the manifest nor on the names of stages: it goes by the kind of
/// the stage, the setting and the distribution. Two that are alike in all of these (the same port of two
/// stages that read a file) are told apart by what their stages feed and how they are set; only if that
/// is the same too does the order of lines decide.
enum VariationOrder {
  static func sorted(_ variations: [Variation], in graph: StageGraph) -> [Variation] {
    guard variations.count > 1 else { return variations }
    var keys = variations.map {
      [isOwn($0) ? "0" : "1"] + name(of: $0, in: graph) + [text(of: $0.distribution)]
    }
    var counts: [[String]: Int] = [:]
    for key in keys { counts[key, default: 0] += 1 }
    for index in keys.indices where counts[keys[index], default: 0] > 1 {
      keys[index] += role(of: variations[index], in: graph)
    }
    return variations.indices.sorted { left, right in
      keys[left] == keys[right] ? left < right : keys[left].lexicographicallyPrecedes(keys[right])
    }.map { variations[$0] }
  }

  private static func isOwn(_ variation: Variation) -> Bool { variation.distribution.name == "own" }

  private static func name(of variation: Variation, in graph: StageGraph) -> [String] {
    switch variation.target {
    case .setting(let stage, let setting): ["setting", kind(of: stage, in: graph), setting]
    case .variable(let name): ["variable", "", name]
    case .output(let reference): ["output", kind(of: reference.stage, in: graph), reference.port]
    }
  }

  private static func kind(of stage: String, in graph: StageGraph) -> String {
    graph.positions[stage].map { graph.stages[$0].signature.kind } ?? ""
  }

  private static func text(of distribution: Distribution) -> String {
    var text = TextBuffer()
    RecipeText.append(distribution, fileHash: nil, to: &text)
    return text.text
  }

  /// Kinds and ports that the stage feeds, and its own settings, without names and paths.
  private static func role(of variation: Variation, in graph: StageGraph) -> [String] {
    let name: String
    switch variation.target {
    case .setting(let stage, _): name = stage
    case .output(let reference): name = reference.stage
    case .variable: return []
    }
    guard let position = graph.positions[name] else { return [] }
    var uses: [String] = []
    for (consumer, edges) in graph.edges.enumerated() {
      for edge in edges where edge.output.stage == position {
        uses.append("\(graph.stages[consumer].signature.kind).\(edge.name) \(edge.output.port)")
      }
    }
    let settings = graph.stages[position].settings.sorted { $0.key < $1.key }.map { setting, source in
      var text = TextBuffer()
      text += setting
      text += " "
      append(source, to: &text)
      return text.text
    }
    return [uses.sorted().joined(separator: " "), settings.joined(separator: "\n")]
  }

  private static func append(_ source: SettingSource, to text: inout TextBuffer) {
    switch source {
    case .value(let value), .variable(_, let value):
      RecipeText.append(value, fileHash: { _ in "" }, to: &text)
    case .list(let elements):
      for element in elements {
        append(element, to: &text)
        text += ","
      }
    case .output(let reference): text += "<- \(reference.port)" as String
    case .member: text += "member"
    }
  }
}
