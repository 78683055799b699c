/// A section with its absorbing layers. In a layer the medium goes on as on the section's edge.
struct PaddedGrid: Equatable, Hashable, Sendable {
  let section: Section
  let surface: Surface
  /// Cells of the layers on the left, the right and below.
  let cells: Int

  var above: Int { surface == .free ? 0 : cells }
  var columns: Int { section.columns + 2 * cells }
  var rows: Int { section.rows + above + cells }
  var count: Int { columns * rows }

  /// Values on the nodes of the section, carried on into the layers.
  func extended(_ values: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    for row in 0..<rows {
      let from = min(max(row - above, 0), section.rows - 1) * section.columns
      for column in 0..<columns {
        result[row * columns + column] = values[from + min(max(column - cells, 0), section.columns - 1)]
      }
    }
    return result
  }

  /// The transpose of `extended`: what belongs to a layer is added to the edge it was carried from.
  func folded(_ values: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: section.count)
    for row in 0..<rows {
      let to = min(max(row - above, 0), section.rows - 1) * section.columns
      for column in 0..<columns {
        result[to + min(max(column - cells, 0), section.columns - 1)] += values[row * columns + column]
      }
    }
    return result
  }
}

/// Means between a node of a padded grid and its neighbours, which at the last node are itself, with the
/// transposes of their derivatives.
struct HalfNodes {
  let grid: PaddedGrid

  enum Direction { case x, z }

  private func next(_ row: Int, _ column: Int, _ direction: Direction) -> Int {
    switch direction {
    case .x: row * grid.columns + min(column + 1, grid.columns - 1)
    case .z: min(row + 1, grid.rows - 1) * grid.columns + column
    }
  }

  /// 2/(a + b): buoyancy half-way between densities a and b.
  func buoyancy(_ density: [Double], _ direction: Direction) -> [Double] {
    map(direction) { 2 / (density[$0] + density[$1]) }
  }

  /// dχ/dρ from dχ/dB: −B²/2 to each of the two nodes.
  func buoyancyTransposed(
    _ gradient: [Double], _ buoyancy: [Double], _ direction: Direction
  ) -> [Double] {
    var result = [Double](repeating: 0, count: grid.count)
    forEach(direction) { here, there in
      let share = -0.5 * buoyancy[here] * buoyancy[here] * gradient[here]
      result[here] += share
      result[there] += share
    }
    return result
  }

  /// The harmonic mean 2/(1/a + 1/b).
  func harmonic(_ values: [Double], _ direction: Direction) -> [Double] {
    map(direction) { 2 / (1 / values[$0] + 1 / values[$1]) }
  }

  /// dχ/da from dχ/dH: ½ (H/a)².
  func harmonicTransposed(
    _ gradient: [Double], of values: [Double], _ direction: Direction
  ) -> [Double] {
    var result = [Double](repeating: 0, count: grid.count)
    forEach(direction) { here, there in
      let mean = 2 / (1 / values[here] + 1 / values[there])
      for node in [here, there] {
        let ratio = mean / values[node]
        result[node] += 0.5 * ratio * ratio * gradient[here]
      }
    }
    return result
  }

  /// The harmonic mean of the four nodes around (row + ½, column + ½).
  func harmonicOfFour(_ values: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: grid.count)
    forEachFour { here, nodes in
      result[here] =
        4 / ((1 / values[nodes.0] + 1 / values[nodes.1]) + (1 / values[nodes.2] + 1 / values[nodes.3]))
    }
    return result
  }

  func harmonicOfFourTransposed(_ gradient: [Double], of values: [Double]) -> [Double] {
    let means = harmonicOfFour(values)
    var result = [Double](repeating: 0, count: grid.count)
    forEachFour { here, nodes in
      for node in [nodes.0, nodes.1, nodes.2, nodes.3] {
        let ratio = means[here] / values[node]
        result[node] += 0.25 * ratio * ratio * gradient[here]
      }
    }
    return result
  }

  private func map(_ direction: Direction, _ value: (Int, Int) -> Double) -> [Double] {
    var result = [Double](repeating: 0, count: grid.count)
    forEach(direction) { result[$0] = value($0, $1) }
    return result
  }

  private func forEach(_ direction: Direction, _ body: (Int, Int) -> Void) {
    for row in 0..<grid.rows {
      for column in 0..<grid.columns { body(row * grid.columns + column, next(row, column, direction)) }
    }
  }

  private func forEachFour(_ body: (Int, (Int, Int, Int, Int)) -> Void) {
    for row in 0..<grid.rows {
      for column in 0..<grid.columns {
        let (right, below) = (min(column + 1, grid.columns - 1), min(row + 1, grid.rows - 1))
        let here = row * grid.columns + column
        body(
          here,
          (here, row * grid.columns + right, below * grid.columns + column, below * grid.columns + right))
      }
    }
  }
}
