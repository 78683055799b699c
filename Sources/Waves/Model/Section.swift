/// The nodes of a vertical section, x to the right and z down, with one spacing in both directions.
///
/// Values are stored row by row, top row first: index = row · columns + column.
public struct Section: Equatable, Hashable, Sendable {
  /// Of node (0, 0), metres.
  public let x0, z0: Double
  /// Metres.
  public let spacing: Double
  public let columns, rows: Int

  /// - Precondition: at least two nodes along each axis, spacing above 0.
  public init(x0: Double, z0: Double, spacing: Double, columns: Int, rows: Int) {
    precondition(columns >= 2 && rows >= 2 && spacing > 0)
    (self.x0, self.z0, self.spacing) = (x0, z0, spacing)
    (self.columns, self.rows) = (columns, rows)
  }

  /// Number of nodes.
  public var count: Int { columns * rows }
  /// From the first column to the last, metres.
  public var width: Double { Double(columns - 1) * spacing }
  /// From the first row to the last, metres.
  public var depth: Double { Double(rows - 1) * spacing }
  /// Of a column, metres.
  public func x(_ column: Int) -> Double { x0 + Double(column) * spacing }
  /// Of a row, metres downwards.
  public func z(_ row: Int) -> Double { z0 + Double(row) * spacing }

  /// The section of the same extent with nodes at most `spacing` apart; the last nodes lie on or just
  /// beyond its right and lower edges.
  public func resampled(spacing: Double) -> Section {
    let slack = 1e-9
    return Section(
      x0: x0, z0: z0, spacing: spacing,
      columns: max(2, Int((width / spacing - slack).rounded(.up)) + 1),
      rows: max(2, Int((depth / spacing - slack).rounded(.up)) + 1))
  }
}

/// Bilinear interpolation from the nodes of one section to those of another, nodes outside taking the value
/// of the nearest edge, and its exact transpose. Between equal sections it is the identity.
public struct SectionMap: Sendable {
  private struct Axis: Sendable {
    let low: [Int]
    let weight: [Double]

    init(from: (start: Double, step: Double, count: Int), to: (start: Double, step: Double, count: Int)) {
      var low = [Int](repeating: 0, count: to.count)
      var weight = [Double](repeating: 0, count: to.count)
      for index in 0..<to.count {
        let place = (to.start + Double(index) * to.step - from.start) / from.step
        let inside = min(max(place, 0), Double(from.count - 1))
        low[index] = min(Int(inside), from.count - 2)
        weight[index] = inside - Double(low[index])
      }
      (self.low, self.weight) = (low, weight)
    }
  }

  public let source, target: Section
  private let along, across: Axis

  /// From the nodes of one section to those of another.
  public init(from source: Section, to target: Section) {
    (self.source, self.target) = (source, target)
    along = Axis(
      from: (source.x0, source.spacing, source.columns), to: (target.x0, target.spacing, target.columns))
    across = Axis(
      from: (source.z0, source.spacing, source.rows), to: (target.z0, target.spacing, target.rows))
  }

  /// - Precondition: one value a node of the source.
  public func applied(to values: [Double]) -> [Double] {
    precondition(values.count == source.count)
    if source == target { return values }
    var result = [Double](repeating: 0, count: target.count)
    for row in 0..<target.rows {
      let (upper, lower) = (across.low[row] * source.columns, (across.low[row] + 1) * source.columns)
      let v = across.weight[row]
      for column in 0..<target.columns {
        let (j, u) = (along.low[column], along.weight[column])
        let above = values[upper + j] * (1 - u) + values[upper + j + 1] * u
        let below = values[lower + j] * (1 - u) + values[lower + j + 1] * u
        result[row * target.columns + column] = above * (1 - v) + below * v
      }
    }
    return result
  }

  /// ⟨applied(a), b⟩ = ⟨a, transposed(b)⟩.
  ///
  /// - Precondition: one value a node of the target.
  public func transposed(_ values: [Double]) -> [Double] {
    precondition(values.count == target.count)
    if source == target { return values }
    var result = [Double](repeating: 0, count: source.count)
    for row in 0..<target.rows {
      let (upper, lower) = (across.low[row] * source.columns, (across.low[row] + 1) * source.columns)
      let v = across.weight[row]
      for column in 0..<target.columns {
        let (j, u) = (along.low[column], along.weight[column])
        let value = values[row * target.columns + column]
        result[upper + j] += value * (1 - v) * (1 - u)
        result[upper + j + 1] += value * (1 - v) * u
        result[lower + j] += value * v * (1 - u)
        result[lower + j + 1] += value * v * u
      }
    }
    return result
  }
}
