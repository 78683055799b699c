/// What nodes said as people are told of it: once, with how many members of a family said it.
public struct MessageGroup: Sendable, Equatable {
  /// The first node that said it.
  public var node: NodeName
  /// What it said. The others of the group said the same with other numbers.
  public var text: String
  /// Nodes that said it.
  public var count: Int
  /// Nodes that could have: the copies of the stage in the members of the same families; 1 for a stage's own node.
  public var total: Int

  /// `fit[ensemble 3] and 11 more of 40 members: …`
  public var description: String {
    guard !node.members.isEmpty else { return "\(node): \(text)" }
    let others = count == 1 ? ", 1 of \(total) members" : " and \(count - 1) more of \(total) members"
    return "\(node)\(others): \(text)"
  }

  /// A text with a mark for every number, so that two that differ in numbers alone are equal.
  static func pattern(_ text: String) -> String {
    var pattern: [UInt8] = []
    let bytes = Array(text.utf8)
    func isDigit(_ position: Int) -> Bool {
      bytes.indices.contains(position) && (0x30...0x39).contains(bytes[position])
    }
    func isSign(_ position: Int) -> Bool {
      bytes.indices.contains(position) && [UInt8(ascii: "-"), UInt8(ascii: "+")].contains(bytes[position])
    }
    var position = 0
    while position < bytes.count {
      guard isDigit(position) || isSign(position) && isDigit(position + 1) else {
        pattern.append(bytes[position])
        position += 1
        continue
      }
      pattern.append(UInt8(ascii: "#"))
      position += 1
      while position < bytes.count {
        let isPoint = bytes[position] == UInt8(ascii: ".") && isDigit(position + 1)
        let isExponent =
          bytes[position] | 0x20 == UInt8(ascii: "e")
          && (isDigit(position + 1) || isSign(position + 1) && isDigit(position + 2))
        guard isDigit(position) || isPoint || isExponent else { break }
        position += isExponent ? 2 : 1
      }
    }
    return String(decoding: pattern, as: UTF8.self)
  }
}

extension RunRecord {
  /// All warnings of the run in the order of the plan. Members of a family that say the same, but for numbers, are one.
  public var warningGroups: [MessageGroup] { groups { nodes[$0].warnings } }

  /// What went wrong in nodes that failed, in the same way.
  public var failureGroups: [MessageGroup] {
    groups { nodes[$0].outcome == .failed ? [nodes[$0].message ?? "failed"] : [] }
  }

  /// By position, and copying records of those alone that said something.
  private func groups(_ messagesOfNode: (Int) -> [String]) -> [MessageGroup] {
    var groups: [MessageGroup] = []
    var places: [[String]: Int] = [:]
    for index in nodes.indices {
      let messages = messagesOfNode(index)
      guard !messages.isEmpty else { continue }
      let node = nodes[index]
      var isNew: Set<String> = []
      for message in messages {
        let pattern = node.members.isEmpty ? message : MessageGroup.pattern(message)
        guard isNew.insert(pattern).inserted else { continue }
        let identity = [pattern, node.stage] + node.members.map(\.family)
        if let place = places[identity] {
          groups[place].count += 1
        } else {
          places[identity] = groups.count
          groups.append(MessageGroup(node: node.nodeName, text: message, count: 1, total: 1))
        }
      }
    }
    guard groups.contains(where: { !$0.node.members.isEmpty }) else { return groups }
    var totals: [[String]: Int] = [:]
    for node in nodes where !node.members.isEmpty {
      totals[[node.stage] + node.members.map(\.family), default: 0] += 1
    }
    for index in groups.indices where !groups[index].node.members.isEmpty {
      let name = groups[index].node
      groups[index].total = totals[[name.stage] + name.members.map(\.family)] ?? groups[index].count
    }
    return groups
  }
}

extension MessageGroup {
  /// What the messages of a group have in common.
  public static func identity(_ node: NodeName, _ message: String) -> [String] {
    [pattern(message), node.stage] + node.members.map(\.family)
  }
}
