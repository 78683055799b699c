public import Planning

/// Questions about old runs that are answered from the text of the records, a line a node: decoding all of
/// them takes seconds in a large project.
extension RunRecords {
  /// What a record says of a node.
  public struct Mention: Sendable {
    /// Id of the run.
    public var run: String
    /// JSON of a `NodeRecord`.
    public var line: String
  }

  /// For each recipe the newest run that tells of it.
  /// - Parameter outcome: only where the node ended so.
  public func mentions(
    ofKeys keys: Set<String>, outcome: NodeRecord.Outcome? = nil
  ) throws -> [String: Mention] {
    let mark = outcome.map { "\"outcome\":\"\($0.rawValue)\"" } ?? "\"key\":\""
    var (open, found): (Set<String>, [String: Mention]) = (keys, [:])
    for id in ids.reversed() where !open.isEmpty {
      RecordLines(try data(id)).forEach(holding: mark) { line in
        guard let key = line.value(of: "\"key\":\""), open.remove(key) != nil else { return true }
        found[key] = Mention(run: id, line: line.text)
        return !open.isEmpty
      }
    }
    return found
  }

  /// Which outputs fed the input ports of the node with this recipe when it last took part in a run.
  func sources(ofKey key: String, ports: some Sequence<String>) throws -> [String: String] {
    guard let line = try mentions(ofKeys: [key])[key]?.line,
      let start = line.firstRange(of: "\"inputs\":{")?.upperBound
    else { return [:] }
    let table = line[start...].prefix { $0 != "}" }
    var sources: [String: String] = [:]
    for port in ports { sources[port] = Self.value(of: "\"\(port)\":\"", in: table.utf8) }
    return sources
  }
}
