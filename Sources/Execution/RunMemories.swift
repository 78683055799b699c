import Planning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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

  /// What a family came to in the newest run of a pipeline: `27 rounds, 30 filter and 27 search_step nodes, 12.3 s`.
  func lastFamily(_ stage: String, pipeline: String) -> String? {
    for id in ids.reversed().prefix(10) {
      guard let bytes = try? data(id), Self.pipeline(of: bytes) == pipeline else { continue }
      var (rounds, seconds, kinds): (Int, Double, [String: Int]) = (0, 0, [:])
      for line in String(decoding: bytes, as: UTF8.self).utf8.split(separator: 10) {
        guard let name = Self.value(of: "\"name\":\"", in: line), name.contains("[\(stage) "),
          let kind = Self.value(of: "\"kind\":\"", in: line)
        else { continue }
        kinds[kind, default: 0] += 1
        if name.hasPrefix(stage + ".step[") || name.hasPrefix(stage + ".check[") { rounds += 1 }
        if let range = Substring(line).firstRange(of: "\"seconds\":") {
          seconds += Double(Substring(line)[range.upperBound...].prefix { $0 != "," && $0 != "}" }) ?? 0
        }
      }
      guard rounds > 0 else { return nil }
      let counts = kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
      return "\(rounds) rounds, nodes: \(counts), \(ProgressText.duration(seconds))"
    }
    return nil
  }

  /// Seconds that a node of each of some stages took in the newest run of a pipeline in which one ran.
  func costs(of stages: Set<String>, pipeline: String) -> [String: Double] {
    var costs: [String: Double] = [:]
    for id in ids.reversed().prefix(5) where costs.count < stages.count {
      guard let bytes = try? data(id), Self.pipeline(of: bytes) == pipeline else { continue }
      costs.merge(Self.costs(of: stages, in: bytes)) { newer, _ in newer }
    }
    return costs
  }

  /// A record may tell of a hundred thousand nodes: only lines of those that ran are looked at.
  private static func costs(of stages: Set<String>, in bytes: [UInt8]) -> [String: Double] {
    var sums: [String: (seconds: Double, count: Int)] = [:]
    let mark = Array("\"outcome\":\"executed\"".utf8)
    bytes.withUnsafeBytes { all in
      guard let base = all.baseAddress else { return }
      var start = 0
      // Few other places hold an x.
      while let found = memchr(base + start, Int32(UInt8(ascii: "x")), all.count - start) {
        let place = base.distance(to: UnsafeRawPointer(found))
        let begin = place - 12
        guard begin >= 0, begin + mark.count <= all.count, memcmp(base + begin, mark, mark.count) == 0 else {
          start = place + 1
          continue
        }
        let end = all[place...].firstIndex(of: 10) ?? all.count
        let first = all[..<place].lastIndex(of: 10).map { $0 + 1 } ?? 0
        start = end
        guard let stage = stage(all[first..<place]), stages.contains(stage) else { continue }
        let line = Substring(decoding: all[first..<end], as: UTF8.self)
        if let range = line.firstRange(of: "\"seconds\":"),
          let seconds = Double(line[range.upperBound...].prefix { $0 != "," && $0 != "}" })
        {
          let sum = sums[stage] ?? (0, 0)
          sums[stage] = (sum.seconds + seconds, sum.count + 1)
        }
      }
    }
    return sums.mapValues { $0.seconds / Double($0.count) }
  }

  /// Of a node's line, near the beginning of which it stands.
  private static func stage(_ line: Slice<UnsafeRawBufferPointer>) -> String? {
    let mark = Array("\"stage\":\"".utf8)
    var start = line.startIndex
    while start + mark.count <= line.endIndex {
      if line[start] == mark[0], line[start..<start + mark.count].elementsEqual(mark) {
        let value = line[(start + mark.count)...].prefix { $0 != UInt8(ascii: "\"") }
        return String(decoding: value, as: UTF8.self)
      }
      start += 1
    }
    return nil
  }
}
