import Planning

/// A sampler whose members depend on their number makes all of them anew when that changes: said before it costs hours.
enum SamplerNotice {
  /// Nil where nothing is lost.
  static func text(_ node: Node, _ run: Run) -> String? {
    guard let family = node.signature.family, let members = node.members, !members.variables.isEmpty,
      case .value(.word(let sampler))? = node.settings["sampler"], let spec = family.samplers[sampler],
      !spec.isExtensible, node.name.members.isEmpty,
      let before = RunRecords(layout: run.layout).lastMemberCount(
        of: node.name.stage, pipeline: run.plan.pipeline.name),
      before != members.values.count
    else { return nil }
    let able = family.samplers.filter(\.value.isExtensible).keys.sorted().joined(separator: " or ")
    return
      "\(before) → \(members.values.count) members of \(sampler), which depends on their number: all of them are "
      + "new (\(able) would keep the first)"
  }
}

extension RunRecords {
  /// How many members a family had in the newest run of a pipeline; nil if it was in none of the last.
  func lastMemberCount(of stage: String, pipeline: String) -> Int? {
    for id in ids.reversed().prefix(10) {
      guard let bytes = try? data(id), Self.pipeline(of: bytes) == pipeline else { continue }
      let mark = "{\"name\":\"\(stage)\","
      for line in String(decoding: bytes, as: UTF8.self).utf8.split(separator: 10)
      where Substring(line).hasPrefix(mark) {
        let text = Substring(line)
        guard let inputs = text.firstRange(of: "\"inputs\":{") else { return nil }
        var indices: Set<Substring> = []
        for part in text[inputs.upperBound...].split(separator: "]\":") {
          if let open = part.lastIndex(of: "[") { indices.insert(part[part.index(after: open)...]) }
        }
        return indices.filter { Int($0) != nil }.count
      }
    }
    return nil
  }
}
