import Planning

/// A sampler whose members depend on their number makes all of them anew when that changes: said before it costs hours.
enum SamplerNotice {
  /// Nil where nothing is lost.
  static func text(_ node: Node, _ run: Run) -> String? {
    guard let family = node.signature.family, let members = node.members, !members.variables.isEmpty,
      case .value(.word(let sampler))? = node.settings["sampler"], let spec = family.samplers[sampler],
      !spec.isExtensible, node.name.members.isEmpty, node.chunkSizes.isEmpty,
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
    for lines in newest(10, of: pipeline) {
      var count: Int?
      lines.forEach(holding: "{\"name\":\"\(stage)\",") { line in
        count = Self.members(line.text)
        return false
      }
      if let count { return count }
    }
    return nil
  }

  /// The numbers of the members among the inputs of a node, which are called `port[number]`.
  private static func members(_ line: String) -> Int? {
    guard let inputs = line.firstRange(of: "\"inputs\":{") else { return nil }
    var indices: Set<Substring> = []
    for part in line[inputs.upperBound...].split(separator: "]\":") {
      if let open = part.lastIndex(of: "[") { indices.insert(part[part.index(after: open)...]) }
    }
    return indices.count { Int($0) != nil }
  }

  /// What a family came to in the newest run of a pipeline: `27 rounds, 30 filter and 27 search_step nodes, 12.3 s`.
  func lastFamily(_ stage: String, pipeline: String) -> String? {
    for lines in newest(10, of: pipeline) {
      var (rounds, seconds, kinds): (Int, Double, [String: Int]) = (0, 0, [:])
      lines.forEach(holding: "[\(stage) ") { line in
        guard let name = line.value(of: "\"name\":\""), name.contains("[\(stage) "),
          let kind = line.value(of: "\"kind\":\"")
        else { return true }
        kinds[kind, default: 0] += 1
        if name.hasPrefix(stage + ".step[") || name.hasPrefix(stage + ".check[") { rounds += 1 }
        seconds += line.number(of: "\"seconds\":") ?? 0
        return true
      }
      guard rounds > 0 else { continue }
      let counts = kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
      return "\(rounds) rounds, nodes: \(counts), \(ProgressText.duration(seconds))"
    }
    return nil
  }

  /// Seconds that a node of each of some stages took in the newest run of a pipeline in which one ran.
  func costs(of stages: Set<String>, pipeline: String) -> [String: Double] {
    var costs: [String: Double] = [:]
    for lines in newest(5, of: pipeline) where costs.count < stages.count {
      var sums: [String: (seconds: Double, count: Int)] = [:]
      lines.forEach(holding: "\"outcome\":\"executed\"") { line in
        guard let stage = line.value(of: "\"stage\":\""), stages.contains(stage),
          let seconds = line.number(of: "\"seconds\":")
        else { return true }
        let sum = sums[stage] ?? (0, 0)
        sums[stage] = (sum.seconds + seconds, sum.count + 1)
        return true
      }
      costs.merge(sums.mapValues { $0.seconds / Double($0.count) }) { newer, _ in newer }
    }
    return costs
  }

  /// The newest runs of a pipeline among the last so many of all, each read when it is asked for.
  private func newest(_ count: Int, of pipeline: String) -> some Sequence<RecordLines> {
    ids.reversed().prefix(count).lazy.compactMap { id -> RecordLines? in
      guard let bytes = try? data(id), Self.pipeline(of: bytes) == pipeline else { return nil }
      return RecordLines(bytes)
    }
  }
}
