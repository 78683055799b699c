/// What stands around a grid before its Fourier transform, which continues it periodically. Modes are those of
/// NumPy's `pad`; northing is padded first, then easting over the padded rows.
public struct GridPadding: Equatable, Sendable {
  /// What the padding holds.
  public enum Mode: Equatable, Sendable {
    /// Straight from the edge value down to `end` at the outermost node; nil: the grid's median.
    case linearRamp(end: Double?)
    /// One value; nil: the grid's median.
    case constant(Double?)
    /// The edge value.
    case edge
    /// Mirrored at the edge node, which is not repeated.
    case reflect
    /// Mirrored beyond the edge node, which is repeated.
    case symmetric
    /// The other side of the grid.
    case wrap
    case maximum, minimum, mean, median
  }

  /// What it holds.
  public var mode: Mode
  /// Each side gets the number of nodes along the axis divided by this, rounded down; nil: no padding.
  public var widthFactor: Int?

  /// A third of the nodes on each side, ramping down to the median, unless told otherwise.
  public init(mode: Mode = .linearRamp(end: nil), widthFactor: Int? = 3) {
    (self.mode, self.widthFactor) = (mode, widthFactor)
  }

  func width(_ count: Int) -> Int { widthFactor.map { count / max(1, $0) } ?? 0 }
}

/// A grid with its padding.
struct PaddedGrid {
  let padColumns, padRows, columns, rows: Int
  var values: [Double]

  /// - Precondition: no missing value.
  init(_ grid: Grid, _ padding: GridPadding) {
    let geometry = grid.geometry
    (padColumns, padRows) = (padding.width(geometry.columns), padding.width(geometry.rows))
    (columns, rows) = (geometry.columns + 2 * padColumns, geometry.rows + 2 * padRows)
    values = Array(repeating: 0, count: columns * rows)
    for row in 0..<geometry.rows {
      for column in 0..<geometry.columns {
        self.values[(row + padRows) * columns + column + padColumns] = grid[row, column]
      }
    }
    let middle = Statistics.median(grid.values)
    for column in padColumns..<(padColumns + geometry.columns) {
      let line = Line(first: column, along: columns, pad: padRows, count: rows)
      fill(line, padding.mode, middle)
    }
    for row in 0..<rows {
      let line = Line(first: row * columns, along: 1, pad: padColumns, count: columns)
      fill(line, padding.mode, middle)
    }
  }

  /// Nodes of one row or column.
  private struct Line {
    var first, along, pad, count: Int
    func place(_ index: Int) -> Int { first + index * along }
    var core: Range<Int> { pad..<(count - pad) }
  }

  private mutating func fill(_ line: Line, _ mode: GridPadding.Mode, _ middle: Double) {
    guard line.pad > 0 else { return }
    switch mode {
    case .linearRamp(let end): ramp(line, end ?? middle)
    case .constant(let value): level(line, value ?? middle)
    case .maximum: level(line, core(line).max() ?? 0)
    case .minimum: level(line, core(line).min() ?? 0)
    case .mean: level(line, Statistics.mean(core(line)))
    case .median: level(line, Statistics.median(core(line)))
    case .edge, .reflect, .symmetric, .wrap: copy(line, mode)
    }
  }

  private func core(_ line: Line) -> [Double] { line.core.map { values[line.place($0)] } }

  private mutating func level(_ line: Line, _ value: Double) {
    for step in 0..<line.pad {
      values[line.place(step)] = value
      values[line.place(line.count - 1 - step)] = value
    }
  }

  /// `end` at the outermost node, then straight to the edge node.
  private mutating func ramp(_ line: Line, _ end: Double) {
    let last = line.count - 1
    let lower = (values[line.place(line.pad)] - end) / Double(line.pad)
    let upper = (values[line.place(last - line.pad)] - end) / Double(line.pad)
    for step in 0..<line.pad {
      values[line.place(step)] = end + Double(step) * lower
      values[line.place(last - step)] = end + Double(step) * upper
    }
  }

  private mutating func copy(_ line: Line, _ mode: GridPadding.Mode) {
    let count = line.count - 2 * line.pad
    for index in Array(0..<line.pad) + Array((line.count - line.pad)..<line.count) {
      let source = Self.source(index - line.pad, count, mode)
      values[line.place(index)] = values[line.place(line.pad + source)]
    }
  }

  /// Which of `count` nodes stands for one outside them.
  private static func source(_ index: Int, _ count: Int, _ mode: GridPadding.Mode) -> Int {
    func modulo(_ period: Int) -> Int { ((index % period) + period) % period }
    switch mode {
    case .reflect:
      guard count > 1 else { return 0 }
      let place = modulo(2 * count - 2)
      return place < count ? place : 2 * count - 2 - place
    case .symmetric:
      let place = modulo(2 * count)
      return place < count ? place : 2 * count - 1 - place
    case .wrap: return modulo(count)
    default: return min(count - 1, max(0, index))
    }
  }

  mutating func multiplySpectrum(
    geometry: GridGeometry, workers: Workers, _ response: (Double) -> Double
  ) {
    let turn = 2 * Double.pi
    let across = FourierTransform2D.frequencies(count: columns, spacing: geometry.spacingEasting)
      .map { turn * $0 }
    let up = FourierTransform2D.frequencies(count: rows, spacing: geometry.spacingNorthing)
      .map { turn * $0 }
    // The padded size is what it is: a prime above 61 in it needs the transform for any length.
    if RealTransform2D.takes(rows: rows, columns: columns) {
      multiplyReal(workers) { response(across[$1] * across[$1] + up[$0] * up[$0]) }
    } else {
      multiplyComplex { response(across[$1] * across[$1] + up[$0] * up[$0]) }
    }
  }

  mutating func multiplyReal(_ workers: Workers, _ factor: (_ row: Int, _ column: Int) -> Double) {
    let transform = RealTransform2D(rows: rows, columns: columns, instructions: workers.instructions)
    var half = transform.forward(&values, workers: workers)
    for column in 0...columns / 2 {
      for row in 0..<rows {
        let element = ((column / 8) * rows + row) * 16 + column % 8
        let factor = factor(row, column)
        half[element] *= factor
        half[element + 8] *= factor
      }
    }
    values = transform.inverse(&half, workers: workers)
  }

  mutating func multiplyComplex(_ factor: (_ row: Int, _ column: Int) -> Double) {
    let transform = FourierTransform2D(rows: rows, columns: columns)
    var imaginary = [Double](repeating: 0, count: values.count)
    transform.forward(&values, &imaginary)
    for row in 0..<rows {
      for column in 0..<columns {
        let factor = factor(row, column)
        values[row * columns + column] *= factor
        imaginary[row * columns + column] *= factor
      }
    }
    transform.inverse(&values, &imaginary)
  }

  /// Second-order differences between neighbours, first-order ones at both ends, along rows (`along` 1) or columns.
  mutating func differentiate(alongRows: Bool, spacing: Double) {
    let (lines, length) = alongRows ? (rows, columns) : (columns, rows)
    let (start, along) = alongRows ? (columns, 1) : (1, columns)
    let old = values
    for line in 0..<lines {
      for index in 0..<length {
        let (low, high) = (max(0, index - 1), min(length - 1, index + 1))
        let difference = old[line * start + high * along] - old[line * start + low * along]
        values[line * start + index * along] = difference / (Double(high - low) * spacing)
      }
    }
  }

  func core(_ geometry: GridGeometry) -> Grid {
    var result = Grid(geometry: geometry, repeating: 0)
    for row in 0..<geometry.rows {
      for column in 0..<geometry.columns {
        result[row, column] = values[(row + padRows) * columns + column + padColumns]
      }
    }
    return result
  }
}
