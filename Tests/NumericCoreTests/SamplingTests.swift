import NumericCore
import Testing

@Suite struct SplineSamplerTests {
  private static func grid(_ columns: Int, _ rows: Int, _ f: (Double, Double) -> Double) -> Grid {
    let geometry = GridGeometry(
      region: Region(
        west: -3, east: -3 + 0.5 * Double(columns - 1), south: 10, north: 10 + 2 * Double(rows - 1)),
      columns: columns, rows: rows)
    let nodes = geometry.nodes
    return Grid(geometry: geometry, values: zip(nodes.easting, nodes.northing).map(f))
  }

  /// Not a knot: cubics are met everywhere, by as few as four nodes a side; parabolas by three, planes by two.
  @Test(arguments: [(9, 7, 3), (4, 5, 3), (3, 3, 2), (2, 2, 1), (2, 6, 1)])
  func polynomials(_ columns: Int, _ rows: Int, _ degree: Int) {
    func f(_ e: Double, _ n: Double) -> Double {
      let (x, y) = (e + 1, n - 12)
      let parts = [
        1 + 2 * x - y + 0.5 * x * y, x * x - 0.3 * x * y * y + y * y, x * x * x - 0.2 * y * y * y * x,
      ]
      return parts.prefix(degree).reduce(0, +)
    }
    let grid = Self.grid(columns, rows, f)
    let sampler = SplineSampler(grid)
    let region = grid.geometry.region
    for step in 0...40 {
      let e = region.west + region.width * Double(step) / 40
      let n = region.south + region.height * Double(step * 17 % 41) / 40
      #expect(abs(sampler.value(easting: e, northing: n) - f(e, n)) < 1e-11 * max(1, abs(f(e, n))))
    }
    #expect(
      sampler.value(easting: region.west - 0.02 * grid.geometry.spacingEasting, northing: region.south).isNaN)
  }

  @Test func nodesAreMetAndBendsAreContinuous() {
    var noise = Noise(11)
    let values = noise.values(63)
    var index = -1
    let grid = Self.grid(9, 7) { _, _ in
      index += 1
      return values[index]
    }
    let sampler = SplineSampler(grid)
    let nodes = grid.geometry.nodes
    for (place, value) in values.enumerated() {
      let found = sampler.value(easting: nodes.easting[place], northing: nodes.northing[place])
      #expect(abs(found - value) < 1e-13)
    }
    // Second differences on both sides of a node approach each other with the step.
    func bend(_ e: Double, _ h: Double) -> Double {
      let line = [-1.0, 0, 1].map { sampler.value(easting: e + $0 * h, northing: 13.1) }
      return (line[0] - 2 * line[1] + line[2]) / (h * h)
    }
    #expect(abs(bend(-1.5 - 1e-3, 1e-3) - bend(-1.5 + 1e-3, 1e-3)) < 0.2)
  }

  /// Fourth order in the spacing, where convolution has the third.
  @Test func convergence() {
    func error(_ cells: Int) -> Double {
      let geometry = GridGeometry(
        region: Region(west: 0, east: 1, south: 0, north: 1), columns: cells + 1, rows: cells + 1)
      func f(_ x: Double, _ y: Double) -> Double { Elementary.exp(x) / (1 + y) }
      let nodes = geometry.nodes
      let sampler = SplineSampler(Grid(geometry: geometry, values: zip(nodes.easting, nodes.northing).map(f)))
      return (1..<20).map { step in
        let (x, y) = (Double(step) / 20, Double(step * 7 % 20) / 20)
        return abs(sampler.value(easting: x, northing: y) - f(x, y))
      }.max() ?? 0
    }
    #expect(error(14) / error(28) > 10)
  }
}

@Suite struct BicubicSamplerTests {
  static let geometry = GridGeometry(
    region: Region(west: -3, east: 5, south: 10, north: 16), columns: 9, rows: 4)

  @Test func nodesAreMetToSinglePrecision() {
    var noise = Noise(4)
    let grid = Grid(geometry: Self.geometry, values: noise.values(36))
    let single = BicubicSampler.sample(grid: grid, at: Self.geometry.nodes)
    #expect(single == grid.values.map { Double(Float($0)) })
    let double = BicubicSampler.sample(grid: grid, at: Self.geometry.nodes, singlePrecision: false)
    #expect(double == grid.values)
  }

  @Test func planeIsExactEverywhere() {
    var grid = Grid(geometry: Self.geometry, repeating: 0)
    for (index, (e, n)) in zip(Self.geometry.nodes.easting, Self.geometry.nodes.northing).enumerated() {
      grid.values[index] = 2 + 3 * e - 0.5 * n
    }
    let points = Points(easting: [-2.9, 4.99, 0.3, 5], northing: [10.01, 15.9, 13.3, 16])
    let found = BicubicSampler.sample(grid: grid, at: points, singlePrecision: false)
    for index in 0..<4 {
      let expected = 2 + 3 * points.easting[index] - 0.5 * points.northing[index]
      #expect(abs(found[index] - expected) <= 1e-13)
    }
  }

  @Test func insideCellIsKeysConvolution() {
    // One node of height 1: the field around it is the kernel; at half a cell (1 − t)²-weights 9/16.
    var grid = Grid(
      geometry: GridGeometry(region: Region(west: 0, east: 6, south: 0, north: 6), columns: 7, rows: 7),
      repeating: 0)
    grid[3, 3] = 1
    let points = Points(easting: [2.5, 3.5, 1.5, 2.5], northing: [3, 3, 3, 2.5])
    let found = BicubicSampler.sample(grid: grid, at: points)
    #expect(found == [0.5625, 0.5625, -0.0625, 0.31640625])
  }

  @Test func missingOutsideAndNearMissingNodes() {
    var grid = Grid(geometry: Self.geometry, repeating: 2)
    grid[1, 4] = .nan
    let points = Points(
      easting: [-3.05, 5.05, 1, 1, 1.9, 1.1], northing: [12, 12, 9.9, 16.1, 12.2, 12.2])
    let found = BicubicSampler.sample(grid: grid, at: points)
    #expect(found.prefix(4).allSatisfy { $0.isNaN })
    #expect(abs(found[4] - 2) <= 1e-12)
    #expect(found[5].isNaN)
  }
}

@Suite struct BlockReduceTests {
  static let points = Points(easting: [0, 1, 4, 10, 6, 9], northing: [0, 1, 4, 10, 1, 1])

  @Test func blocksAndReductions() throws {
    let blocks = try BlockReduce(points: Self.points, size: 5)
    #expect(blocks.members == [[0, 1, 2], [4, 5], [3]])
    #expect(blocks.centers == Points(easting: [2.5, 7.5, 7.5], northing: [2.5, 2.5, 7.5]))
    let values = [1.0, 2, 9, 5, 4, 8]
    #expect(blocks.median(values) == [2, 6, 5])
    #expect(blocks.mean(values) == [4, 6, 5])
    #expect(blocks.medianPoints(of: Self.points) == Points(easting: [1, 7.5, 10], northing: [1, 1, 10]))
    // Variances 19, 8 and none.
    #expect(blocks.meanWithSpread(values).weights == [8.0 / 19, 1, 1])
    let weighted = blocks.weightedMean(values, weights: [1, 1, 2, 1, 3, 1])
    #expect(weighted.values == [5.25, 5, 5])
    #expect(weighted.weights == [1, 1, 0.25])
    // Weighted variances 14.1875 and 3; a single point has none.
    let within = blocks.weightedMean(values, weights: [1, 1, 2, 1, 3, 1], spread: .weighted)
    #expect(within.weights == [3 / 14.1875, 1, 1])
  }

  @Test func pointsBetweenBlocksGoWestAndSouth() throws {
    let points = Points(easting: [0, 5, 10], northing: [0, 5, 10])
    #expect(try BlockReduce(points: points, size: 5).members == [[0, 1], [2]])
  }

  @Test func outsidePointsFallIntoTheNearestBlock() throws {
    let region = Region(west: 0, east: 10, south: 0, north: 10)
    let points = Points(easting: [-5, 50], northing: [3, 70])
    let blocks = try BlockReduce(points: points, size: 5, region: region)
    #expect(blocks.centers == Points(easting: [2.5, 7.5], northing: [2.5, 7.5]))
  }

  @Test func blocksLargerThanTheRegionAreOne() throws {
    #expect(try BlockReduce(points: Self.points, size: 1000).members == [[0, 1, 2, 3, 4, 5]])
    let single = Points(easting: [3], northing: [4])
    #expect(try BlockReduce(points: single, size: 10).members == [[0]])
  }

  @Test func refusals() {
    #expect(throws: NumericError.notPositive(what: "block size", value: -2)) {
      try BlockReduce(points: Self.points, size: -2)
    }
    #expect(throws: NumericError.tooFewPoints(found: 0, needed: 1)) {
      try BlockReduce(points: Points(easting: [], northing: []), size: 2)
    }
  }
}

@Suite struct NearestNeighboursTests {
  @Test func matchesAllPairs() {
    var noise = Noise(8)
    let points = Points(easting: noise.values(150), northing: noise.values(150))
    let targets = Points(easting: noise.values(40), northing: noise.values(40))
    func plain(_ e: Double, _ n: Double, _ set: Points, skip: Int?) -> Double {
      (0..<set.count).filter { $0 != skip }.map {
        let (east, north) = (set.easting[$0] - e, set.northing[$0] - n)
        return (east * east + north * north).squareRoot()
      }.min()!
    }
    let among = NearestNeighbours.distances(among: points)
    let other = NearestNeighbours.distances(from: points, to: targets)
    for index in 0..<150 {
      let (e, n) = (points.easting[index], points.northing[index])
      #expect(among[index] == plain(e, n, points, skip: index))
      #expect(other[index] == plain(e, n, targets, skip: nil))
    }
  }

  @Test func coincidentAndLonePoints() {
    let twins = Points(easting: [1, 1, 5], northing: [2, 2, 2])
    #expect(NearestNeighbours.distances(among: twins) == [0, 0, 4])
    #expect(NearestNeighbours.distances(among: Points(easting: [1], northing: [1])) == [.infinity])
  }

  @Test func fillTakesTheNearestNode() throws {
    let geometry = GridGeometry(region: Region(west: 0, east: 40, south: 0, north: 30), columns: 5, rows: 4)
    var noise = Noise(21)
    var grid = Grid(geometry: geometry, values: noise.values(20))
    for index in [0, 1, 5, 6, 7, 12, 13, 19] { grid.values[index] = .nan }
    let filled = try NearestFill.fill(grid)
    let nodes = geometry.nodes
    let present = (0..<20).filter { !grid.values[$0].isNaN }
    for index in 0..<20 {
      let distance = { (other: Int) in
        let (e, n) = (
          nodes.easting[other] - nodes.easting[index], nodes.northing[other] - nodes.northing[index]
        )
        return e * e + n * n
      }
      let nearest = present.map(distance).min()!
      let source = present.first { grid.values[$0] == filled.values[index] }
      #expect(source.map(distance) == nearest)
    }
  }
}
