import Testing

@testable import NumericCore

@Suite struct PolynomialTrendTests {
  @Test(arguments: 0...3)
  func polynomialIsExact(degree: Int) throws {
    let geometry = GridGeometry(
      region: Region(west: 1000, east: 9000, south: -3000, north: 4000), columns: 9, rows: 8)
    var grid = Grid(geometry: geometry, repeating: 0)
    let nodes = geometry.nodes
    for index in 0..<geometry.count {
      let (x, y) = (nodes.easting[index] / 1000, nodes.northing[index] / 1000)
      let terms = [3, 2 * x - y, x * y + 0.5 * y * y, x * x * y - 0.1 * y * y * y]
      grid.values[index] = terms.prefix(degree + 1).reduce(0, +)
    }
    let trend = try PolynomialTrend.fit(points: nodes, values: grid.values, degree: degree)
    let size = grid.values.map { abs($0) }.max()!
    #expect(zip(trend.evaluate(on: geometry).values, grid.values).allSatisfy { abs($0 - $1) <= 1e-13 * size })
  }

  @Test func refusals() {
    let points = Points(easting: [0], northing: [0])
    #expect(throws: NumericError.negative(what: "degree", value: -1)) {
      try PolynomialTrend.fit(points: points, values: [1], degree: -1)
    }
  }
}

@Suite struct BiharmonicSplineTests {
  static var data: (points: Points, values: [Double]) {
    var noise = Noise(17)
    let points = Points(
      easting: noise.values(30).map { 5000 * $0 }, northing: noise.values(30).map { 4000 * $0 })
    return (points, noise.values(30).map { 100 * $0 })
  }

  @Test func undampedReproducesItsData() throws {
    let (points, values) = Self.data
    let spline = try BiharmonicSpline.fit(points: points, values: values, damping: nil)
    #expect(zip(spline.evaluate(at: points), values).allSatisfy { abs($0 - $1) <= 1e-8 })
  }

  @Test func dampingSmooths() throws {
    let (points, values) = Self.data
    var before = 0.0
    for damping in [1e-6, 1e-3, 1, 1000] {
      let spline = try BiharmonicSpline.fit(points: points, values: values, damping: damping)
      let missed = Statistics.rms(zip(spline.evaluate(at: points), values).map(-))
      #expect(missed > before)
      before = missed
    }
  }

  @Test func sameBitsForAnyNumberOfWorkers() throws {
    let (points, values) = Self.data
    let spline = try BiharmonicSpline.fit(points: points, values: values, damping: 1e-3)
    let parallel = try BiharmonicSpline.fit(
      points: points, values: values, damping: 1e-3, workers: .upTo(2))
    #expect(spline == parallel)
    let geometry = GridGeometry(
      region: Region(west: -5000, east: 5000, south: -4000, north: 4000), spacing: 500)
    #expect(spline.evaluate(on: geometry) == spline.evaluate(on: geometry, workers: .upTo(3)))
  }

  @Test func refusals() {
    let points = Points(easting: [0, .nan], northing: [0, 1])
    #expect(throws: NumericError.nonFinite(what: "easting", index: 1)) {
      try BiharmonicSpline.fit(points: points, values: [1, 2], damping: nil)
    }
    #expect(throws: NumericError.tooFewPoints(found: 0, needed: 1)) {
      try BiharmonicSpline.fit(points: Points(easting: [], northing: []), values: [], damping: 1)
    }
  }
}

@Suite struct SplineTensionTests {
  /// K₀(x) + ln x of Abramowitz and Stegun, on both sides of where the series ends.
  @Test func theResponseOfASheetUnderTension() {
    let unit = SplineTension(0.5, points: Points(easting: [0, 1], northing: [0, 0]))
    for (x, bessel) in [
      (0.1, 2.427069024702017), (1, 0.4210244382407083), (2, 0.1138938727495334), (2.5, 0.06234755320036619),
      (5, 0.003691098334042594), (20, 5.741237815336524e-10),
    ] {
      #expect(abs(unit.value(x) - (bessel + Elementary.log(x))) < 1e-13, "\(x)")
    }
    #expect(abs(unit.value(0) - 0.1159315156584124) < 1e-13)
    #expect(abs(unit.value(2) - unit.value(2 + 1e-12)) < 1e-11)
  }
}

@Suite struct SplineCrossValidationTests {
  @Test(arguments: [(12, 5), (9, 4), (7, 3), (5, 2), (4, 2), (3, 0), (1, 0)])
  func fewDataLowerTheFolds(count: Int, folds: Int) throws {
    let (points, values) = BiharmonicSplineTests.data
    let few = Array(0..<count)
    let choice = try SplineCrossValidation.choose(
      points: points.subset(few), values: few.map { values[$0] }, weights: nil,
      dampings: [1e-3, 1e-1, 10])
    #expect(choice.folds == folds)
    #expect(choice.scores.count == (folds == 0 ? 0 : 3))
    #expect((choice.damping == nil) == (folds == 0))
  }

  @Test func firstOfEqualScoresWinsAndLimitsAreSeen() throws {
    let points = BiharmonicSplineTests.data.points
    // Zeros are predicted perfectly by every damping.
    let choice = try SplineCrossValidation.choose(
      points: points, values: Array(repeating: 0, count: 30), weights: nil, dampings: [0.1, 1, 10])
    #expect(choice.damping == 0.1)
    #expect(choice.isAtLimit)
  }

  @Test func refusals() {
    let (points, values) = BiharmonicSplineTests.data
    #expect(throws: NumericError.notPositive(what: "damping", value: 0)) {
      try SplineCrossValidation.choose(points: points, values: values, weights: nil, dampings: [1, 0])
    }
  }
}

@Suite struct EquivalentSourcesTests {
  @Test func fieldIsReproducedAndContinued() throws {
    // A point source far below: its field at other heights follows from the fit at one.
    let geometry = GridGeometry(
      region: Region(west: -9000, east: 9000, south: -9000, north: 9000), spacing: 1000)
    let nodes = geometry.nodes
    func field(_ height: Double) -> [Double] {
      zip(nodes.easting, nodes.northing).map { e, n in
        1e5 / (e * e + n * n + (height + 6000) * (height + 6000)).squareRoot()
      }
    }
    let level = [Double](repeating: 0, count: nodes.count)
    let sources = try EquivalentSources.fit(
      FieldValues(points: nodes, upward: level, values: field(0)), settings: .init(depth: 3000, damping: 1e-8)
    )
    let same = zip(sources.evaluate(nodes, level), field(0)).map { abs($0 - $1) }.max()!
    #expect(same <= 1e-3)
    let higher = sources.evaluate(nodes, level.map { _ in 1000 })
    let middle = nodes.count / 2
    #expect(abs(higher[middle] - field(1000)[middle]) <= 0.01 * field(1000)[middle])
  }

  @Test func defaultDepth() throws {
    let points = Points(easting: [0, 3, 10], northing: [0, 4, 4])
    #expect(try EquivalentSources.defaultDepth(of: points) == 4.5 * (5 + 5 + 7) / 3)
    #expect(throws: NumericError.tooFewPoints(found: 1, needed: 2)) {
      try EquivalentSources.defaultDepth(of: Points(easting: [0], northing: [0]))
    }
    // The published example: 25 points of NumPy's RandomState(0) in a region shrunk by 500 m.
    var random = LegacyRandom(seed: 0)
    let scattered = Points(
      easting: random.uniform(500, 39_500, 25), northing: random.uniform(500, 29_500, 25))
    #expect(abs(try EquivalentSources.defaultDepth(of: scattered) - 16_139.929612) <= 1e-6)
  }

  @Test func refusals() {
    let points = Points(easting: [0, 1], northing: [0, 0])
    #expect(throws: NumericError.notPositive(what: "depth", value: 0)) {
      try EquivalentSources.fit(
        FieldValues(points: points, upward: [0, 0], values: [1, 2]), settings: .init(depth: 0))
    }
  }
}
