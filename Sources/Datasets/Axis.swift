/// A regular coordinate: its ends, count and direction.
struct Axis {
  let name: String
  let low, high: Double
  let count: Int
  let isDescending: Bool

  /// Signed step from one node to the next; zero for a single node.
  var step: Double { count > 1 ? (isDescending ? low - high : high - low) / Double(count - 1) : 0 }

  /// - Parameter tolerance: largest distance of a node from its place in equal steps, as a part of a
  ///   step. Coordinates that were rounded to single precision or to a few decimals pass 1e-3.
  /// - Throws: `.coordinateNotFinite`, `.irregular`, `.wrongCount` for no node at all.
  init(name: String, values: [Double], tolerance: Double, path: String) throws(DatasetError) {
    guard let first = values.first, let last = values.last else {
      throw .wrongCount(path: path, variable: name, found: 0, expected: 1)
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .coordinateNotFinite(path: path, coordinate: name, index: index)
    }
    self.name = name
    (low, high) = (min(first, last), max(first, last))
    (count, isDescending) = (values.count, last < first)
    guard values.count > 1 else { return }
    let step = (last - first) / Double(values.count - 1)
    let isRegular =
      step != 0
      && values.indices.allSatisfy { abs(values[$0] - (first + Double($0) * step)) <= tolerance * abs(step) }
    guard isRegular else {
      let steps = zip(values.dropFirst(), values).map { $0 - $1 }
      throw .irregular(
        path: path, coordinate: name, smallest: steps.min() ?? 0, largest: steps.max() ?? 0)
    }
  }
}
