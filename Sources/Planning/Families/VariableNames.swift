import Manifests

/// What the settings that a family varies are called in recipes and files: by the setting, and where two share that by
/// kind and setting, with `.2` for a second stage of the kind. No name of a stage is in it.
enum VariableNames {
  /// - Parameter variations: the varied quantity and the kind of its stage, nil for a setting of the pipeline; those of
  ///   one kind and setting in the order of the graph.
  static func names(_ variations: [(quantity: String, kind: String?)]) -> [String] {
    var shared: [String: Int] = [:]
    for variation in variations { shared[variation.quantity, default: 0] += 1 }
    var counts: [String: Int] = [:]
    return variations.map { variation in
      guard shared[variation.quantity, default: 0] > 1 else { return variation.quantity }
      let name = "\(variation.kind ?? "pipeline").\(variation.quantity)"
      counts[name, default: 0] += 1
      return counts[name] == 1 ? name : "\(name).\(counts[name, default: 1])"
    }
  }

  /// The name as one of a variable in a file, or part of a port's.
  static func inFiles(_ name: String) -> String { String(name.map { $0 == "." ? "_" : $0 }) }
}

extension MemberVariable {
  /// `first_filter_width` for `first_filter.width`: the name in files and ports.
  public var fileName: String { VariableNames.inFiles(name) }
}

extension StageGraph {
  /// Whether one stage uses, by others, what another gives.
  func isUpstream(_ first: Int, of second: Int) -> Bool {
    var open = [second]
    var seen: Set<Int> = []
    while let stage = open.popLast() {
      for edge in edges[stage] where seen.insert(edge.output.stage).inserted {
        if edge.output.stage == first { return true }
        open.append(edge.output.stage)
      }
    }
    return false
  }
}
