/// Stages in the order of what they depend on, and the circles that there are where there is no order. Without recursion:
/// a chain may be a hundred thousand stages long.
enum StageOrder {
  /// Each after what it depends on. Among those that are ready the lowest level goes first, and then the one that stands
  /// first in the manifest. What lies in a circle or behind one is left out.
  static func order(_ dependencies: [[Int]], levels: [Int]) -> [Int] {
    let isInOrder = dependencies.enumerated().allSatisfy { stage, used in used.allSatisfy { $0 < stage } }
    if isInOrder, !levels.contains(where: { $0 != 0 }) { return Array(dependencies.indices) }
    var missing = dependencies.map(\.count)
    var users = [[Int]](repeating: [], count: dependencies.count)
    for (stage, used) in dependencies.enumerated() {
      for producer in used { users[producer].append(stage) }
    }
    let count = dependencies.count
    var ready = MinimumHeap()
    for stage in dependencies.indices where missing[stage] == 0 {
      ready.insert(levels[stage] * count + stage)
    }
    var order: [Int] = []
    order.reserveCapacity(count)
    while let first = ready.removeFirst() {
      let stage = first % count
      order.append(stage)
      for user in users[stage] {
        missing[user] -= 1
        if missing[user] == 0 { ready.insert(levels[user] * count + user) }
      }
    }
    return order
  }

  /// One circle for each stage where a walk first meets its own path; no stage is in two of them.
  static func cycles(_ dependencies: [[Int]]) -> [[Int]] {
    // Manifests mostly name a stage before they use it, and then there is none.
    if dependencies.enumerated().allSatisfy({ node, used in used.allSatisfy { $0 < node } }) { return [] }
    var state = [UInt8](repeating: 0, count: dependencies.count)  // 1: on the path, 2: done
    var isReported = [Bool](repeating: false, count: dependencies.count)
    var found: [[Int]] = []
    for root in dependencies.indices where state[root] == 0 {
      var path = [(node: root, next: 0)]
      state[root] = 1
      while let top = path.last {
        guard top.next < dependencies[top.node].count else {
          state[top.node] = 2
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let next = dependencies[top.node][top.next]
        if state[next] == 0 {
          state[next] = 1
          path.append((next, 0))
        } else if state[next] == 1, let start = path.lastIndex(where: { $0.node == next }) {
          let cycle = path[start...].map(\.node)
          if cycle.contains(where: { isReported[$0] }) { continue }
          for node in cycle { isReported[node] = true }
          found.append(cycle)
        }
      }
    }
    return found
  }

  /// A circle from the stage that comes first in the manifest, in the direction of the arrows, that stage again at the end.
  static func chain(_ cycle: [Int]) -> [Int] {
    guard let start = cycle.indices.min(by: { cycle[$0] < cycle[$1] }) else { return [] }
    return (cycle[start...] + cycle[..<start] + [cycle[start]]).reversed()
  }
}

/// Numbers, smallest first.
private struct MinimumHeap {
  private var items: [Int] = []

  mutating func insert(_ item: Int) {
    items.append(item)
    var child = items.count - 1
    while child > 0, items[(child - 1) / 2] > items[child] {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeFirst() -> Int? {
    guard let first = items.first else { return nil }
    items.swapAt(0, items.count - 1)
    items.removeLast()
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < items.count else { return first }
      if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
      guard items[child] < items[parent] else { return first }
      items.swapAt(parent, child)
      parent = child
    }
  }
}
