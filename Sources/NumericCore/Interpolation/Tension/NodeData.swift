/// Data assigned to their nearest nodes: each node keeps the nearest one, and the mean of those at the same place.
struct NodeData {
  /// In the order of the nodes.
  private(set) var kept: [NodeDatum] = []
  /// Further than half a cell from all nodes.
  private(set) var outside = 0
  /// Left out because another datum is nearer to their node.
  private(set) var crowded = 0

  /// - Parameter data: eastwards and northwards of the south-western node, in cells, with their values.
  init(_ data: [(x: Double, y: Double, value: Double)], columns: Int, rows: Int) {
    var atNode = [Int: [NodeDatum]]()
    for datum in data {
      let (column, row) = ((datum.x + 0.5).rounded(.down), (datum.y + 0.5).rounded(.down))
      // A datum half a cell north or east of the last node is still its own.
      let isInside =
        datum.x >= -0.5 && datum.x <= Double(columns) - 0.5 && datum.y >= -0.5
        && datum.y <= Double(rows) - 0.5
      guard isInside else {
        outside += 1
        continue
      }
      let place = (row: min(Int(row), rows - 1), column: min(Int(column), columns - 1))
      atNode[place.row * columns + place.column, default: []].append(
        NodeDatum(
          row: place.row, column: place.column, east: datum.x - Double(place.column),
          north: datum.y - Double(place.row), value: datum.value))
    }
    for (_, all) in atNode.sorted(by: { $0.key < $1.key }) {
      var nearest = all[0]
      for datum in all.dropFirst() where Self.square(datum) < Self.square(nearest) { nearest = datum }
      let same = all.filter { $0.east == nearest.east && $0.north == nearest.north }
      crowded += all.count - same.count
      nearest.value = Statistics.sum(same.map(\.value)) / Double(same.count)
      kept.append(nearest)
    }
  }

  private static func square(_ datum: NodeDatum) -> Double {
    datum.east * datum.east + datum.north * datum.north
  }
}
