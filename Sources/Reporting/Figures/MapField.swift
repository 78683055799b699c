import NumericCore

/// The picture of a grid: a cell a node, north up.
struct MapField {
  let grid: Grid
  let style: MapStyle
  let limits: ClosedRange<Double>

  private static let levels = 254

  func picture() -> Picture {
    let geometry = grid.geometry
    let step = (max(geometry.columns, geometry.rows) + style.mostCells - 1) / style.mostCells
    let columns = Array(stride(from: (geometry.columns - 1) % step / 2, to: geometry.columns, by: step))
    let rows = Array(stride(from: (geometry.rows - 1) % step / 2, to: geometry.rows, by: step).reversed())
    let scale = Double(Self.levels) / (limits.upperBound - limits.lowerBound)
    var cells: [UInt8] = []
    cells.reserveCapacity(columns.count * rows.count)
    for row in rows {
      for column in columns {
        let value = grid[row, column]
        let level = ((value - limits.lowerBound) * scale).rounded()
        cells.append(value.isFinite ? UInt8(min(max(level, 0), Double(Self.levels))) + 1 : 0)
      }
    }
    let palette =
      [Colour.white] + (0...Self.levels).map { style.map.colour(at: Double($0) / Double(Self.levels)) }
    let size = (columns.count, rows.count)
    guard style.isShaded else {
      return Picture(width: size.0, height: size.1, cells: .indexed(cells, palette: palette))
    }
    let light = Relief(grid).light(rows: rows, columns: columns)
    let shaded = zip(cells, light).map { cell, light in
      cell == 0 ? nil : Relief.lit(palette[Int(cell)], by: light)
    }
    return Picture(width: size.0, height: size.1, cells: .full(shaded))
  }
}

/// Light on a surface from the north-west, 45° above the horizon.
struct Relief {
  private let grid: Grid
  /// Metres of a step of a column and of a row.
  private let east, north: Double
  /// Heights are exaggerated so that a tenth of the slopes are steeper than 1 in 2.
  private var exaggeration = 1.0

  init(_ grid: Grid) {
    self.grid = grid
    let geometry = grid.geometry
    var (east, north) = (geometry.spacingEasting, geometry.spacingNorthing)
    if geometry.isGeographic {
      let degree = 111_195.0
      east *= degree * MapPanel.narrowing(geometry.region)
      north *= degree
    }
    (self.east, self.north) = (east > 0 ? east : 1, north > 0 ? north : 1)
    var slopes: [Double] = []
    let every = max(1, geometry.count / 20_000)
    for index in stride(from: 0, to: geometry.count, by: every) {
      let slope = slope(index / geometry.columns, index % geometry.columns)
      let steepness = (slope.x * slope.x + slope.y * slope.y).squareRoot()
      if steepness.isFinite { slopes.append(steepness) }
    }
    slopes.sort()
    let steep = PlotMath.percentile(slopes, 0.9)
    exaggeration = steep > 0 ? 0.5 / steep : 1
  }

  /// Brightness relative to that of flat ground; 1 where a neighbour is missing.
  func light(rows: [Int], columns: [Int]) -> [Double] {
    let root = 0.5.squareRoot()
    return rows.flatMap { row in
      columns.map { column in
        let slope = slope(row, column)
        let (x, y) = (slope.x * exaggeration, slope.y * exaggeration)
        let light = (0.5 * x - 0.5 * y + root) / (x * x + y * y + 1).squareRoot() / root
        return light.isFinite ? min(max(light, 0.4), 1.3) : 1
      }
    }
  }

  static func lit(_ colour: Colour, by light: Double) -> Colour {
    func part(_ component: UInt8) -> UInt8 {
      let value = Double(component)
      return UInt8((light <= 1 ? value * light : value + (255 - value) * (light - 1)).rounded())
    }
    return Colour(red: part(colour.red), green: part(colour.green), blue: part(colour.blue))
  }

  /// Slope eastwards and northwards by the neighbours on either side, one-sided at the edges.
  private func slope(_ row: Int, _ column: Int) -> Place {
    let geometry = grid.geometry
    let (west, right) = (max(column - 1, 0), min(column + 1, geometry.columns - 1))
    let (south, top) = (max(row - 1, 0), min(row + 1, geometry.rows - 1))
    return Place(
      (grid[row, right] - grid[row, west]) / (Double(max(right - west, 1)) * east),
      (grid[top, column] - grid[south, column]) / (Double(max(top - south, 1)) * north))
  }
}
