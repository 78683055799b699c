import NumericCore

/// Circulant embedding on the nodes, and the points from the nodes about them.
struct EmbeddingSampler: FieldSampler {
  /// Nodes of a window along each axis.
  private static let window = 6
  /// Points beyond so many of the longest length from the nodes are drawn by themselves: their correlation with any
  /// node is below 4·10⁻⁴ (m32).
  private static let reach = 6.0

  let quality: CirculantEmbedding.Quality
  private let embedding: CirculantEmbedding
  /// Of the grid within that of the embedding.
  private let part: (row: Int, column: Int)
  private let geometry: GridGeometry
  private let groups: [Group]
  /// Points too far from the nodes, and the factor of their covariance.
  private let far: [Int]
  private let farFactor: Cholesky?
  private let pointCount: Int

  init(
    _ covariance: Covariance, _ geometry: GridGeometry, _ points: Points, _ workers: Workers
  ) throws(CirculantEmbedding.Obstacle) {
    (self.geometry, pointCount) = (geometry, points.count)
    let extended = Extent(geometry, points, reach: Self.reach * covariance.longest)
    part = (extended.south, extended.west)
    far = extended.far
    embedding = try CirculantEmbedding(extended.geometry, covariance, workers: workers)
    quality = embedding.quality
    groups = Self.groups(covariance, extended.geometry, points, without: Set(extended.far))
    farFactor =
      far.isEmpty
      ? nil : FactorSampler.factor(covariance.matrix(points.subset(far)), covariance.variance)
  }

  func draw(_ random: CounterRandom, member: Int, workers: Workers) -> FieldSimulation.Draw {
    let whole = embedding.draw(random, member: member, workers: workers)
    var nodes = Grid(geometry: geometry, repeating: 0)
    for row in 0..<geometry.rows {
      for column in 0..<geometry.columns {
        nodes[row, column] = whole[row + part.row, column + part.column]
      }
    }
    // Deviates of the points stand in a round of their own, in the order of the points.
    let deviates = random.normal(pointCount, row: member, round: 1)
    var values = [Double](repeating: 0, count: pointCount)
    for group in groups {
      let left = group.factor.factorTimes(group.indices.map { deviates[$0] })
      let known = group.weights.times(group.nodes.map { whole.values[$0] })
      for (place, index) in group.indices.enumerated() { values[index] = known[place] + left[place] }
    }
    if let farFactor {
      let drawn = farFactor.factorTimes(far.map { deviates[$0] })
      for (place, index) in far.enumerated() { values[index] = drawn[place] }
    }
    return .init(nodes: nodes, points: values)
  }

  /// The points of one cell.
  private struct Group: Sendable {
    let indices: [Int]
    /// Places of the window's nodes in the embedding's grid.
    let nodes: [Int]
    /// K_pw K_ww⁻¹.
    let weights: Matrix
    /// Of K_pp − K_pw K_ww⁻¹ K_wp.
    let factor: Cholesky
  }

  private static func groups(
    _ covariance: Covariance, _ geometry: GridGeometry, _ points: Points, without far: Set<Int>
  ) -> [Group] {
    var cells: [Int: [Int]] = [:]
    for index in 0..<points.count where !far.contains(index) {
      cells[cell(geometry, points.easting[index], points.northing[index]), default: []].append(index)
    }
    return cells.keys.sorted().compactMap { cell in
      group(covariance, geometry, points, cells[cell] ?? [], cell: cell)
    }
  }

  private static func cell(_ geometry: GridGeometry, _ easting: Double, _ northing: Double) -> Int {
    func index(_ position: Double, _ count: Int) -> Int {
      min(max(0, Int(position.rounded(.down))), count - 2)
    }
    let column = index((easting - geometry.region.west) / geometry.spacingEasting, geometry.columns)
    let row = index((northing - geometry.region.south) / geometry.spacingNorthing, geometry.rows)
    return row * geometry.columns + column
  }

  private static func group(
    _ covariance: Covariance, _ geometry: GridGeometry, _ points: Points, _ indices: [Int], cell: Int
  ) -> Group? {
    func span(_ first: Int, _ count: Int) -> Range<Int> {
      let size = min(window, count)
      let start = min(max(0, first - (size / 2 - 1)), count - size)
      return start..<start + size
    }
    let nodes = span(cell / geometry.columns, geometry.rows).flatMap { row in
      span(cell % geometry.columns, geometry.columns).map { row * geometry.columns + $0 }
    }
    let places = Points(
      easting: nodes.map { geometry.easting($0 % geometry.columns) },
      northing: nodes.map { geometry.northing($0 / geometry.columns) })
    let own = points.subset(indices)
    guard let known = FactorSampler.factor(covariance.matrix(places), covariance.variance) else { return nil }
    let between = covariance.matrix(own, places)
    var weights = between
    for row in 0..<indices.count {
      let start = row * nodes.count
      let solved = known.solve(Array(between.values[start..<start + nodes.count]))
      for column in solved.indices { weights[row, column] = solved[column] }
    }
    var left = covariance.matrix(own)
    for row in 0..<indices.count {
      for column in 0..<indices.count {
        for node in nodes.indices { left[row, column] -= weights[row, node] * between[column, node] }
      }
    }
    guard let factor = FactorSampler.factor(left, covariance.variance) else { return nil }
    return Group(indices: indices, nodes: nodes, weights: weights, factor: factor)
  }
}

/// The lattice of a grid, continued as far as points need it.
struct Extent {
  let geometry: GridGeometry
  /// Columns added in the west, rows added in the south.
  let west, south: Int
  /// Points that are too far away.
  let far: [Int]

  /// - Parameter reach: how far a point may lie outside the grid, metres.
  init(_ geometry: GridGeometry, _ points: Points, reach: Double) {
    let region = geometry.region
    let limit = region.shrunk(by: -reach)
    far = (0..<points.count).filter {
      !limit.contains(easting: points.easting[$0], northing: points.northing[$0])
    }
    let near = (0..<points.count).filter {
      limit.contains(easting: points.easting[$0], northing: points.northing[$0])
    }
    let (east, north) = (geometry.spacingEasting, geometry.spacingNorthing)
    let box = points.subset(near).boundingRegion ?? region
    // Three nodes around the points, so that their windows lie about them.
    func nodes(_ distance: Double, _ spacing: Double) -> Int {
      distance > -2 * spacing ? max(0, Int((distance / spacing).rounded(.up)) + 3) : 0
    }
    let added =
      near.isEmpty
      ? (0, 0, 0, 0)
      : (
        nodes(region.west - box.west, east), nodes(box.east - region.east, east),
        nodes(region.south - box.south, north), nodes(box.north - region.north, north)
      )
    (west, south) = (added.0, added.2)
    self.geometry = GridGeometry(
      region: Region(
        west: region.west - Double(added.0) * east, east: region.east + Double(added.1) * east,
        south: region.south - Double(added.2) * north, north: region.north + Double(added.3) * north),
      columns: geometry.columns + added.0 + added.1, rows: geometry.rows + added.2 + added.3)
  }
}

/// The factor on a coarser grid, bicubic between its nodes.
struct CoarseSampler: FieldSampler {
  private static let mostNodes = 4000
  /// Lengths a spacing.
  private static let density = 8.0
  private static let mostVarianceError = 0.02

  let ratio, varianceError: Double
  private let geometry: GridGeometry
  private let points: Points
  private let coarse: FactorSampler

  /// Nil where the shortest length is below 10 cells, where the coarse grid would be too large, or too far from the
  /// field between its nodes.
  init?(_ covariance: Covariance, _ geometry: GridGeometry, _ points: Points, _ workers: Workers) {
    let stretch = covariance.anisotropy?.ratio ?? 1
    guard let shortest = covariance.structures.map({ $0.length * stretch }).min() else { return nil }
    let cell = max(geometry.spacingEasting, geometry.spacingNorthing)
    guard shortest >= 10 * cell else { return nil }
    let spacing = shortest / Self.density
    let box = (geometry.nodes + points).boundingRegion ?? geometry.region
    let around = box.shrunk(by: -2 * spacing)
    let columns = Int((around.width / spacing).rounded(.up)) + 1
    let rows = Int((around.height / spacing).rounded(.up)) + 1
    guard columns * rows <= Self.mostNodes else { return nil }
    let lattice = GridGeometry(region: around, columns: columns, rows: rows)
    varianceError = Self.varianceError(covariance, lattice)
    guard varianceError <= Self.mostVarianceError,
      let coarse = FactorSampler(covariance, lattice, Points(easting: [], northing: []), workers)
    else { return nil }
    (self.coarse, self.geometry, self.points) = (coarse, geometry, points)
    ratio = spacing / cell
  }

  /// |wᵀKw/s² − 1| in the middle of a cell and of its sides.
  private static func varianceError(_ covariance: Covariance, _ lattice: GridGeometry) -> Double {
    let half = [-0.0625, 0.5625, 0.5625, -0.0625]
    let whole = [0.0, 1, 0, 0]
    let cases = [(half, half), (half, whole), (whole, half)]
    return cases.map { east, north in
      var sum = 0.0
      for i in 0..<16 {
        for j in 0..<16 {
          let weight = east[i % 4] * north[i / 4] * east[j % 4] * north[j / 4]
          guard weight != 0 else { continue }
          let distance = covariance.metric.distance(
            Double(i % 4 - j % 4) * lattice.spacingEasting, Double(i / 4 - j / 4) * lattice.spacingNorthing)
          sum += weight * covariance.value(distance)
        }
      }
      return abs(sum / covariance.variance - 1)
    }.max() ?? 0
  }

  func draw(_ random: CounterRandom, member: Int, workers: Workers) -> FieldSimulation.Draw {
    let field = coarse.draw(random, member: member, workers: workers).nodes
    return .init(
      nodes: Grid(
        geometry: geometry,
        values: BicubicSampler.sample(grid: field, at: geometry.nodes, singlePrecision: false)),
      points: BicubicSampler.sample(grid: field, at: points, singlePrecision: false))
  }
}

extension Points {
  static func + (first: Points, second: Points) -> Points {
    Points(easting: first.easting + second.easting, northing: first.northing + second.northing)
  }
}
