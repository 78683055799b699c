/// Positions for the boxes and arrows of a small directed graph, layer by layer from top to bottom.
///
/// Layer = longest way from a source; an arrow over several layers gets a place of its own in each of them,
/// so that it goes round boxes; order in a layer by barycentres; horizontal places by least squares with
/// minimum distances.
struct GraphLayout {
  struct Item {
    /// Nil for the place of a passing arrow.
    var node: Int?
    var layer: Int
    var x = 0.0
    var width: Double
    var above: [Int] = []
    var below: [Int] = []
  }

  private(set) var items: [Item] = []
  /// For each arrow, the items it runs through from source to target.
  private(set) var routes: [[Int]] = []
  private(set) var layers: [[Int]] = []

  private static let gap = 26.0

  /// - Parameter edges: (source, target) without cycles; arrows of a cycle would be drawn backwards.
  init(count: Int, widths: [Double], edges: [(Int, Int)]) {
    let depth = Self.depths(count: count, edges: edges)
    items = (0..<count).map { Item(node: $0, layer: depth[$0], width: widths[$0]) }
    for (source, target) in edges { route(from: source, to: target) }
    let last = items.map(\.layer).max() ?? -1
    layers = (0...max(last, 0)).map { layer in items.indices.filter { items[$0].layer == layer } }
    order()
    place()
  }

  private static func depths(count: Int, edges: [(Int, Int)]) -> [Int] {
    var depth = [Int](repeating: 0, count: count)
    for _ in 0..<count {
      for (source, target) in edges { depth[target] = min(count, max(depth[target], depth[source] + 1)) }
    }
    return depth
  }

  private mutating func route(from source: Int, to target: Int) {
    var way = [source]
    for layer in stride(from: items[source].layer + 1, to: items[target].layer, by: 1) {
      items.append(Item(node: nil, layer: layer, width: 10))
      way.append(items.count - 1)
    }
    way.append(target)
    for (upper, lower) in zip(way, way.dropFirst()) {
      items[upper].below.append(lower)
      items[lower].above.append(upper)
    }
    routes.append(way)
  }

  private mutating func order() {
    for sweep in 0..<8 {
      let downwards = sweep % 2 == 0
      let sequence = downwards ? Array(layers.indices) : layers.indices.reversed()
      var rank = [Double](repeating: 0, count: items.count)
      for layer in layers { for (position, item) in layer.enumerated() { rank[item] = Double(position) } }
      for layer in sequence {
        let keys = layers[layer].enumerated().map { position, item -> (Double, Int, Int) in
          let neighbours = downwards ? items[item].above : items[item].below
          let mean = neighbours.reduce(0.0) { $0 + rank[$1] } / Double(max(1, neighbours.count))
          return (neighbours.isEmpty ? Double(position) : mean, position, item)
        }
        layers[layer] = keys.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
        for (position, item) in layers[layer].enumerated() { rank[item] = Double(position) }
      }
    }
  }

  private mutating func place() {
    for layer in layers {
      var x = 0.0
      for item in layer {
        items[item].x = x + items[item].width / 2
        x += items[item].width + Self.gap
      }
    }
    for sweep in 0..<16 {
      let downwards = sweep % 2 == 0
      for layer in downwards ? Array(layers.indices) : layers.indices.reversed() {
        let wishes = layers[layer].map { item -> Double in
          let neighbours =
            sweep < 12
            ? (downwards ? items[item].above : items[item].below) : items[item].above + items[item].below
          guard !neighbours.isEmpty else { return items[item].x }
          return neighbours.reduce(0.0) { $0 + items[$1].x } / Double(neighbours.count)
        }
        settle(layers[layer], wishes)
      }
    }
    let left = items.map { $0.x - $0.width / 2 }.min() ?? 0
    for index in items.indices { items[index].x -= left }
  }

  /// Nearest places to the wishes that keep order and distance: an isotonic regression after subtracting the
  /// distances that neighbours must have.
  private mutating func settle(_ layer: [Int], _ wishes: [Double]) {
    var offsets: [Double] = []
    for (position, item) in layer.enumerated() {
      let before = position == 0 ? 0 : offsets[position - 1]
      let step = position == 0 ? 0 : (items[layer[position - 1]].width + items[item].width) / 2 + Self.gap
      offsets.append(before + step)
    }
    var blocks: [(sum: Double, count: Int)] = []
    for (wish, offset) in zip(wishes, offsets) {
      blocks.append((wish - offset, 1))
      while blocks.count > 1 {
        let (low, high) = (blocks[blocks.count - 2], blocks[blocks.count - 1])
        guard low.sum / Double(low.count) > high.sum / Double(high.count) else { break }
        blocks.removeLast(2)
        blocks.append((low.sum + high.sum, low.count + high.count))
      }
    }
    var position = 0
    for block in blocks {
      for _ in 0..<block.count {
        items[layer[position]].x = block.sum / Double(block.count) + offsets[position]
        position += 1
      }
    }
  }
}
