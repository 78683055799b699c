import Testing

@testable import NumericCore

@Suite struct MinimumCurvatureTests {
  static let geometry = GridGeometry(
    region: Region(west: 2000, east: 46_000, south: -9000, north: 28_000), spacing: 1000)

  /// Points between the nodes, well apart, with a smooth field.
  static func points(_ count: Int, seed: UInt32 = 3) -> Points {
    var random = LegacyRandom(seed: seed)
    return Points(
      easting: random.uniform(2000, 46_000, count), northing: random.uniform(-9000, 28_000, count))
  }

  static func field(_ points: Points) -> [Double] {
    zip(points.easting, points.northing).map {
      10 * Elementary.sin($0 / 9000) * Elementary.cos($1 / 12_000) + $0 / 5000
    }
  }

  static func difference(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { abs($0 - $1) }.max() ?? 0
  }

  static func fit(
    _ points: Points, _ values: [Double], _ tension: Double, on geometry: GridGeometry = geometry
  ) throws -> Grid {
    try MinimumCurvature.fit(points: points, values: values, on: geometry, tension: tension).surface
  }

  @Test(arguments: [0, 0.25, 1])
  func aPlaneStaysAPlane(_ tension: Double) throws {
    let points = Self.points(30)
    let plane = { (e: Double, n: Double) in 12 + e / 700 - n / 300 }
    let found = try Self.fit(points, zip(points.easting, points.northing).map(plane), tension)
    let nodes = Self.geometry.nodes
    #expect(Self.difference(found.values, zip(nodes.easting, nodes.northing).map(plane)) <= 1e-9)
  }

  @Test func fewPoints() throws {
    let one = Points(easting: [12_345], northing: [6789])
    #expect(try Self.fit(one, [5], 0).values.allSatisfy { $0 == 5 })
    // Between two points it is straight along their line and level across.
    let two = Points(easting: [10_000, 20_000], northing: [10_000, 10_000])
    let found = try Self.fit(two, [0, 100], 0)
    for row in 0..<Self.geometry.rows {
      #expect(abs(found[row, 8]) <= 1e-9 && abs(found[row, 18] - 100) <= 1e-9)
      #expect(abs(found[row, 13] - 50) <= 1e-9)
    }
  }

  /// On nodes exactly; between them the bicubic surface passes by within a part of the field's range.
  @Test(arguments: [0, 0.35, 1])
  func dataAreMet(_ tension: Double) throws {
    var points = Self.points(40)
    for index in 0..<10 {
      points.easting[index] = (points.easting[index] / 1000).rounded() * 1000
      points.northing[index] = (points.northing[index] / 1000).rounded() * 1000
    }
    let values = Self.field(points)
    let result = try MinimumCurvature.fit(
      points: points, values: values, on: Self.geometry, tension: tension)
    #expect(result.crowded == 0 && result.outside == 0)
    let met = BicubicSampler.sample(grid: result.surface, at: points, singlePrecision: false)
    #expect(Self.difference(Array(met.prefix(10)), Array(values.prefix(10))) <= 1e-9)
    #expect(Self.difference(met, values) <= (tension == 1 ? 1.5 : 0.3))
  }

  /// The difference equation holds off the data, checked by its thirteen numbers written out.
  @Test(arguments: [0, 0.3, 1])
  func theEquationHolds(_ tension: Double) throws {
    let points = Self.points(25)
    let surface = try Self.fit(points, Self.field(points), tension)
    let taken = Set(
      (0..<points.count).map { index in
        let column = Int(((points.easting[index] - 2000) / 1000).rounded())
        return Int(((points.northing[index] + 9000) / 1000).rounded()) * Self.geometry.columns + column
      })
    var largest = 0.0
    for row in 2..<(Self.geometry.rows - 2) {
      for column in 2..<(Self.geometry.columns - 2)
      where !taken.contains(row * Self.geometry.columns + column) {
        func z(_ north: Int, _ east: Int) -> Double { surface[row + north, column + east] }
        let beside = z(0, 1) + z(0, -1) + z(1, 0) + z(-1, 0)
        let far = z(0, 2) + z(0, -2) + z(2, 0) + z(-2, 0)
        let diagonal = z(1, 1) + z(1, -1) + z(-1, 1) + z(-1, -1)
        let biharmonic = far + 2 * diagonal - 8 * beside + 20 * z(0, 0)
        let laplacian = beside - 4 * z(0, 0)
        largest = max(largest, abs((1 - tension) * biharmonic - tension * laplacian))
      }
    }
    #expect(largest <= 1e-8)
  }

  /// With full tension no node without a datum exceeds its neighbours.
  @Test func harmonicExtremaLieAtData() throws {
    let points = Self.points(25)
    let values = Self.field(points)
    let surface = try Self.fit(points, values, 1)
    var extrema = 0
    for row in 1..<(Self.geometry.rows - 1) {
      for column in 1..<(Self.geometry.columns - 1) {
        let here = surface[row, column]
        let around = [
          surface[row, column - 1], surface[row, column + 1], surface[row - 1, column],
          surface[row + 1, column],
        ]
        guard here > around.max()! + 1e-9 || here < around.min()! - 1e-9 else { continue }
        extrema += 1
        let nearest = zip(points.easting, points.northing).map { east, north in
          max(
            abs(east - Self.geometry.easting(column)), abs(north - Self.geometry.northing(row)))
        }.min()!
        #expect(nearest <= 500, "an extremum \(nearest) m from all data")
      }
    }
    #expect(extrema > 3)
  }

  @Test func tensionTakesOvershootAway() throws {
    let points = Points(
      easting: [10_000, 20_000, 22_000, 30_000, 15_000, 33_000],
      northing: [0, 5000, 5000, 10_000, 20_000, -5000])
    let values = [0.0, 10, -10, 0, 0, 0]
    let spans = try [0, 0.2, 0.6, 1].map { tension in
      let found = try Self.fit(points, values, tension).values
      return found.max()! - found.min()!
    }
    #expect(spans[0] > 1.3 * spans[1] && spans[1] > spans[2] && spans[2] >= spans[3] - 1e-9, "\(spans)")
    #expect(spans[3] <= 22)
  }

  @Test(arguments: [0, 0.5, 1])
  func mirroredAndTurned(_ tension: Double) throws {
    let points = Self.points(30)
    let values = Self.field(points)
    let surface = try Self.fit(points, values, tension)
    let mirrored = try Self.fit(
      Points(easting: points.easting.map { 48_000 - $0 }, northing: points.northing), values, tension)
    let turned = try Self.fit(
      Points(easting: points.northing, northing: points.easting), values, tension,
      on: GridGeometry(region: Region(west: -9000, east: 28_000, south: 2000, north: 46_000), spacing: 1000))
    var largest = 0.0
    for row in 0..<Self.geometry.rows {
      for column in 0..<Self.geometry.columns {
        let here = surface[row, column]
        largest = max(largest, abs(here - mirrored[row, Self.geometry.columns - 1 - column]))
        largest = max(largest, abs(here - turned[column, row]))
      }
    }
    #expect(largest <= 1e-8)
  }

  /// Cells of two sides: the equation is the same in the middle, in lengths of which neither axis is the measure, and on a
  /// finer grid along one axis the surface between stays about the same.
  @Test(arguments: [0.1, 0.6]) func cellsOfTwoSides(_ tension: Double) throws {
    let region = Region(west: 0, east: 24_000, south: 0, north: 18_000)
    let points = Points(
      easting: [3000, 21_000, 9000, 15_000, 6000, 18_000],
      northing: [3000, 3000, 9000, 15_000, 15_000, 9000])
    let values = [3.0, -1, 4, 1, -5, 2]
    let surface = try Self.fit(
      points, values, tension, on: GridGeometry(region: region, columns: 49, rows: 13))
    // Sides of 500 m and 1500 m, in units of the root of their product.
    let (x2, y2) = (1.0 / 3, 3.0)
    let taken = Set(zip(points.easting, points.northing).map { [Int($1 / 1500), Int($0 / 500)] })
    for row in 2..<11 {
      for column in 2..<47 where !taken.contains([row, column]) {
        func z(_ north: Int, _ east: Int) -> Double { surface[row + north, column + east] }
        func across(_ north: Int) -> Double { (z(north, 1) - 2 * z(north, 0) + z(north, -1)) / x2 }
        func up(_ east: Int) -> Double { (z(1, east) - 2 * z(0, east) + z(-1, east)) / y2 }
        let x4 = (z(0, 2) - 4 * z(0, 1) + 6 * z(0, 0) - 4 * z(0, -1) + z(0, -2)) / (x2 * x2)
        let y4 = (z(2, 0) - 4 * z(1, 0) + 6 * z(0, 0) - 4 * z(-1, 0) + z(-2, 0)) / (y2 * y2)
        let mixed = (across(1) - 2 * across(0) + across(-1)) / y2
        let left = (1 - tension) * (x4 + 2 * mixed + y4) - tension * (across(0) + up(0))
        #expect(abs(left) <= 1e-7)
      }
    }
  }

  /// A surface does not depend on units, and is linear in the data.
  @Test func linearInTheData() throws {
    let points = Self.points(20)
    let (a, b) = (Self.field(points), points.easting.map { Elementary.cos($0 / 4000) })
    let first = try Self.fit(points, a, 0.3)
    let second = try Self.fit(points, b, 0.3)
    let sum = try Self.fit(points, zip(a, b).map { 3 * $0 - 2 * $1 }, 0.3)
    #expect(
      Self.difference(sum.values, zip(first.values, second.values).map { 3 * $0 - 2 * $1 }) <= 1e-8)
  }

  /// Halved cells bring the surface without tension nearer to its limit, each time by half at least.
  @Test func convergesAsCellsShrink() throws {
    let region = Region(west: 0, east: 24_000, south: 0, north: 18_000)
    var random = LegacyRandom(seed: 11)
    let places = random.permutation(9 * 7).prefix(14)
    let points = Points(
      easting: places.map { Double($0 % 9) * 3000 }, northing: places.map { Double($0 / 9) * 3000 })
    let values = Self.field(points)
    let surfaces = try [1500.0, 750, 375, 187.5].map { spacing in
      try Self.fit(points, values, 0, on: GridGeometry(region: region, spacing: spacing))
    }
    let steps = (1..<4).map { finer in
      var sum = 0.0
      for row in 0...12 {
        for column in 0...16 {
          let (low, high) = (1 << (finer - 1), 1 << finer)
          let step = surfaces[finer][row * high, column * high] - surfaces[finer - 1][row * low, column * low]
          sum += step * step
        }
      }
      return (sum / (13 * 17)).squareRoot()
    }
    #expect(steps[1] <= 0.5 * steps[0] && steps[2] <= 0.5 * steps[1], "\(steps)")
  }

  /// Large grids are solved by multigrid, small ones by elimination: the same surface.
  @Test(arguments: [0, 0.02, 0.4, 1], [1, 2.0])
  func multigridIsElimination(_ tension: Double, _ aspect: Double) throws {
    var random = LegacyRandom(seed: 5)
    let data = NodeData(
      (0..<90).map { _ in (random.uniform(0, 74), random.uniform(0, 51), random.uniform(-1, 1)) },
      columns: 75,
      rows: 52)
    let equation = TensionEquation(tension: tension, aspect: aspect)
    func solve(_ limit: Double) throws -> (heights: [Double], directions: Int) {
      try TensionMultigrid.solve(
        columns: 75, rows: 52, equation: equation, data: data.kept, eliminationLimit: limit)
    }
    let (direct, cycled) = (try solve(.infinity), try solve(0))
    #expect(direct.directions <= 2)
    #expect(cycled.directions > 4 && cycled.directions < 150, "\(cycled.directions) directions")
    #expect(Self.difference(direct.heights, cycled.heights) <= 1e-7)
  }

  /// The same for grids and data of awkward shapes.
  @Test(arguments: [(33, 17), (10, 60), (64, 20), (23, 23)], [9, 150])
  func awkwardGridsAreSolvedToo(_ size: (columns: Int, rows: Int), _ count: Int) throws {
    for (seed, aspect) in [(1, 1.0), (2, 0.4), (3, 2.5)] {
      for tension in [0, 0.01, 0.5, 1] {
        var random = LegacyRandom(seed: UInt32(seed))
        // A third of the data in one corner, on edges and beyond them by less than half a cell.
        let points = (0..<count).map { index in
          let part = index % 3 == 0 ? 0.2 : 1
          return (
            x: random.uniform(-0.45, part * Double(size.columns) - 0.6),
            y: random.uniform(-0.45, part * Double(size.rows) - 0.6), value: random.uniform(-1, 1)
          )
        }
        let data = NodeData(points, columns: size.columns, rows: size.rows)
        #expect(data.outside == 0)
        func solve(_ limit: Double) throws -> [Double] {
          try TensionMultigrid.solve(
            columns: size.columns, rows: size.rows,
            equation: TensionEquation(tension: tension, aspect: aspect), data: data.kept,
            eliminationLimit: limit
          ).heights
        }
        let (direct, cycled) = (try solve(.infinity), try solve(0))
        let scale = max(1, direct.map(abs).max()!)
        let difference = Self.difference(direct, cycled) / scale
        #expect(difference <= 1e-5, "seed \(seed), tension \(tension): \(difference)")
      }
    }
  }

  @Test func crowdedAndOutsideAreCounted() throws {
    let points = Points(
      easting: [10_010, 10_020, 30_000, 30_000, 5000, 47_000, 46_400],
      northing: [0, 0, 10_000, 10_000, 20_000, 0, 3000])
    let found = try MinimumCurvature.fit(
      points: points, values: [1, 100, 4, 6, 2, 50, 3], on: Self.geometry, tension: 0.5)
    #expect(found.crowded == 1 && found.outside == 1)
    // Data at one place are averaged.
    #expect(abs(found.surface[19, 28] - 5) <= 1e-9)
    #expect(abs(found.surface[9, 8] - 1) <= 0.1)
  }

  /// Four data make a twisted sheet.
  @Test func fourPointsTwist() throws {
    let points = Points(easting: [5000, 40_000, 5000, 40_000], northing: [0, 0, 20_000, 20_000])
    let found = try Self.fit(points, [0, 0, 0, 70], 0)
    for row in 0..<Self.geometry.rows {
      for column in 0..<Self.geometry.columns {
        let (x, y) = (Double(column - 3) / 35, Double(row - 9) / 20)
        #expect(abs(found[row, column] - 70 * x * y) <= 1e-6)
      }
    }
  }

  @Test func refusals() throws {
    let points = Self.points(5)
    for tension in [-0.1, 1.1, .nan] {
      #expect(throws: NumericError.self) { try Self.fit(points, Self.field(points), tension) }
    }
    let small = GridGeometry(region: Region(west: 0, east: 2, south: 0, north: 9), spacing: 1)
    #expect(throws: NumericError.gridTooSmall(columns: 3, rows: 10, needed: 4)) {
      try Self.fit(points, Self.field(points), 0, on: small)
    }
    #expect(throws: NumericError.nonFinite(what: "value", index: 2)) {
      try Self.fit(points, [1, 2, .nan, 4, 5], 0)
    }
    let far = Points(easting: [1e7], northing: [0])
    #expect(throws: NumericError.tooFewPoints(found: 0, needed: 1)) { try Self.fit(far, [1], 0) }
    let line = Points(easting: [10_000, 20_000, 30_000], northing: [1000, 2000, 3000])
    #expect(throws: NumericError.undetermined(count: 3)) { try Self.fit(line, [0, 5, 0], 0) }
    // Two profiles that cross at right angles leave a twist free.
    let cross = Points(
      easting: [5000, 15_000, 25_000, 20_000, 20_000, 20_000],
      northing: [4000, 4000, 4000, 0, 9000, 20_000])
    #expect(throws: NumericError.undetermined(count: 6)) { try Self.fit(cross, [0, 5, 0, 1, 3, 2], 0) }
    // Few data at the edge of a long strip of flat cells.
    let strip = GridGeometry(region: Region(west: 0, east: 9, south: 0, north: 147.5), columns: 10, rows: 60)
    let few = Points(
      easting: [0.36, 3.84, 1.57, 0.04, 0.88], northing: [-0.35, 61.775, 91.525, 17.275, 75.725])
    #expect(throws: NumericError.undetermined(count: 5)) { try Self.fit(few, [0, 5, 0, 1, 3], 0, on: strip) }
    #expect(try Self.fit(few, [0, 5, 0, 1, 3], 0.1, on: strip).values.allSatisfy(\.isFinite))
    #expect(try Self.fit(cross, [0, 5, 0, 1, 3, 2], 0.01).values.allSatisfy(\.isFinite))
    #expect(try Self.fit(line, [0, 5, 0], 0.2).values.allSatisfy(\.isFinite))
  }
}

@Suite struct LinearSolverTests {
  static func matrix(_ size: Int, reach: Int) -> Matrix {
    var random = LegacyRandom(seed: 9)
    var matrix = Matrix(rows: size, columns: size)
    for row in 0..<size {
      for column in max(0, row - reach)...min(size - 1, row + reach) {
        matrix[row, column] = random.uniform(-1, 1)
      }
    }
    return matrix
  }

  @Test(arguments: [0, 1, 4])
  func bandedFactorSolves(_ reach: Int) throws {
    let matrix = Self.matrix(40, reach: reach)
    let factor = try BandedFactor(size: 40, reach: reach) { set in
      for row in 0..<40 {
        for column in 0..<40 where matrix[row, column] != 0 { set(row, column, matrix[row, column]) }
      }
    }
    let truth = (0..<40).map { Double($0 % 7) - 3 }
    let found = factor.solve(matrix.times(truth))
    #expect(MinimumCurvatureTests.difference(found, truth) <= 1e-9)
  }

  @Test func singularMatricesAreTold() {
    #expect(throws: NumericError.singular(row: 1)) {
      try BandedFactor(size: 2, reach: 1) { set in
        set(0, 0, 1)
        set(0, 1, 2)
        set(1, 0, 2)
        set(1, 1, 4)
      }
    }
  }

  @Test func minimalResidualsSolveAndGiveUp() throws {
    var matrix = Self.matrix(60, reach: 59)
    for index in 0..<60 { matrix[index, index] += 12 }
    let truth = (0..<60).map { Double($0 % 5) - 2 }
    let right = matrix.times(truth)
    let found = try MinimalResiduals(restart: 10).solve(right) { matrix.times($0) }
    #expect(MinimumCurvatureTests.difference(found.solution, truth) <= 1e-10)
    #expect(found.directions > 10)
    #expect(throws: NumericError.self) {
      try MinimalResiduals(restart: 3, limit: 3).solve(right) { matrix.times($0) }
    }
  }
}
