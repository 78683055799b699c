import Planning

/// The tree of recipes behind an artefact, each recipe once.
struct ProvenanceText {
  let provenance: Provenance
  private var told: Set<String> = []
  private var lines: [String] = []

  static func lines(_ provenance: Provenance) -> [String] {
    var text = ProvenanceText(provenance: provenance)
    guard let root = provenance.root else { return ["made by: no recipe of this project"] }
    text.tell(root, label: "made by", indent: 0)
    return text.lines
  }

  private init(provenance: Provenance) { self.provenance = provenance }

  private mutating func tell(_ key: String, label: String, indent: Int) {
    let margin = String(repeating: "  ", count: indent)
    guard let maker = provenance.makers[key] else {
      lines.append("\(margin)\(label): recipe \(key.prefix(12)), which is no longer known")
      return
    }
    guard told.insert(key).inserted else {
      lines.append("\(margin)\(label): \(maker.node), as above")
      return
    }
    let run = maker.run.map { "in run \($0)" } ?? "in a run without a record"
    lines.append("\(margin)\(label): \(maker.node), \(maker.kind) version \(maker.version), \(run)")
    lines.append("\(margin)  recipe: \(key)")
    for setting in maker.settings { lines.append("\(margin)  \(setting.name) = \(setting.value)") }
    for file in maker.files {
      lines.append("\(margin)  file \(file.path ?? file.setting): sha256 \(file.hash)")
    }
    for origin in maker.origins { tell(origin.maker, label: "setting \(origin.setting)", indent: indent + 1) }
    tellInputs(maker, indent: indent + 1)
  }

  /// Members of a family stand for each other: the first is told in full.
  private mutating func tellInputs(_ maker: Provenance.Maker, indent: Int) {
    var members: [String: [Provenance.Input]] = [:]
    for input in maker.inputs where input.member != nil { members[input.port, default: []].append(input) }
    for input in maker.inputs {
      let count = members[input.port]?.count ?? 0
      if input.member != nil, members[input.port]?.first?.member != input.member { continue }
      let label =
        "input \(input.port)"
        + (input.member.map { "[\($0)]\(count > 1 ? " of \(count) members" : "")" } ?? "")
      if let key = input.maker {
        tell(key, label: label, indent: indent)
      } else {
        let margin = String(repeating: "  ", count: indent)
        lines.append("\(margin)\(label): object \(input.hash.prefix(12)), whose recipe is no longer known")
      }
    }
  }
}
