import NumericCore
import TestSupport
import Testing
import Topography

@Suite struct RegionalSeparationTests {
  /// Five by four nodes 10 km apart: the published example, misfit (e² + n²)/10⁷ − 100.
  static let geometry = GridGeometry(
    region: Region(west: 0, east: 40_000, south: 0, north: 30_000), spacing: 10_000)

  static var misfit: Grid {
    let nodes = geometry.nodes
    return Grid(
      geometry: geometry,
      values: zip(nodes.easting, nodes.northing).map { ($0 * $0 + $1 * $1) / 1e7 - 100 })
  }

  static let upward = Grid(geometry: geometry, repeating: 1000)
  static let constraints = ConstraintPoints(
    points: Points(
      easting: [5000, 35_000, 5000, 35_000], northing: [5000, 25_000, 25_000, 5000]),
    upward: [500, 400, 500, 400])

  static func separate(
    _ settings: RegionalSettings, constraints: ConstraintPoints? = constraints, misfit: Grid = misfit
  ) throws -> RegionalResult {
    try separateRegional(
      misfit: misfit, upward: upward, settings: settings, constraints: constraints, workers: .serial)
  }

  @Test func publishedSamples() {
    let found = BicubicSampler.sample(grid: Self.misfit, at: Self.constraints.points)
    #expect(largestDifference(found, [-91.25, 88.75, -31.25, 28.75]) <= 1e-12)
  }

  @Test(arguments: [
    (
      RegionalMethod.constraintSpline(dampings: [1e-3]),
      [-129.87915086, -86.90383075, -46.64122827, -6.83913916, 33.70990694]
    ),
    (
      .constraintEquivalentSources(EquivalentSourcesSettings(depth: 100_000, observationHeight: 1000)),
      [-121.35803396, -86.18668308, -46.75683717, -6.1701828, 32.34455063]
    ),
  ])
  func publishedFirstRow(_ method: RegionalMethod, _ row: [Double]) throws {
    let result = try Self.separate(RegionalSettings(method: method))
    #expect(largestDifference(result.regional.values.prefix(5), row) <= 1.5e-8)
    #expect(result.notes.isEmpty)
  }

  static let methods: [RegionalMethod] = [
    .constant(3), .constraintsMedian, .trend(degree: 1), .filter(.lowPass(wavelength: 20_000)),
    .filter(.highPass(wavelength: 20_000)), .equivalentSources(.init(damping: 1)),
    .constraintEquivalentSources(.init(damping: 1)), .constraintSpline(dampings: [1e-2]),
    .filter(.upwardContinuation(height: 5000)), .constraintMinimumCurvature(tension: 0.3),
  ]

  @Test(arguments: methods)
  func shiftMaskAndExchange(_ method: RegionalMethod) throws {
    let plain = try Self.separate(RegionalSettings(method: method))
    let misfit = Self.misfit.values
    let sum = zip(plain.regional.values, plain.residual.values).map { $0 + $1 }
    #expect(largestDifference(sum, misfit) <= 1e-12)
    var mask = [Double](repeating: 1, count: 20)
    for index in 0..<7 { mask[index] = 0 }
    let other = try Self.separate(RegionalSettings(method: method, shift: 2.5, mask: mask, reverse: true))
    for index in 0..<20 {
      let residual = index < 7 ? 0 : misfit[index] - plain.regional.values[index] - 2.5
      #expect(abs(other.regional.values[index] - residual) <= 1e-12)
      #expect(abs(other.residual.values[index] - (misfit[index] - residual)) <= 1e-12)
    }
  }

  @Test(arguments: methods)
  func missingNodesStayMissingInTheResidual(_ method: RegionalMethod) throws {
    var misfit = Self.misfit
    misfit[0, 4] = .nan
    let result = try Self.separate(RegionalSettings(method: method), misfit: misfit)
    for index in 0..<20 { #expect(result.residual.values[index].isNaN == (index == 4)) }
  }

  /// Every filter works on the misfit about its mean, with any padding.
  @Test(arguments: [
    GridFilter.lowPass(wavelength: 30_000), .highPass(wavelength: 30_000), .upwardContinuation(height: 3000),
    .upwardDerivative, .eastingDerivative, .northingDerivative, .totalGradient,
  ])
  func filters(_ filter: GridFilter) throws {
    let mean = Statistics.mean(Self.misfit.values)
    for padding in [
      GridPadding(), GridPadding(mode: .reflect, widthFactor: 2), GridPadding(widthFactor: nil),
    ] {
      let result = try Self.separate(RegionalSettings(method: .filter(filter, padding: padding)))
      let centred = Grid(geometry: Self.geometry, values: Self.misfit.values.map { $0 - mean })
      let expected = try filter.apply(to: centred, padding: padding).values.map { $0 + mean }
      #expect(result.regional.values == expected)
    }
  }

  /// Of several dampings the one with the best R² is taken, and the notes tell all.
  @Test func sourcesAreCrossValidated() throws {
    let dampings = [1e-4, 1e-1, 1e2]
    let nodes = Self.geometry.nodes
    let choice = try SourceCrossValidation.choose(
      FieldValues(points: nodes, upward: Self.upward.values, values: Self.misfit.values), dampings: dampings,
      settings: EquivalentSourcesFit(depth: 30_000), windows: nil)
    var sources = EquivalentSourcesSettings(depth: 30_000, dampings: dampings, observationHeight: 4000)
    let found = try Self.separate(RegionalSettings(method: .equivalentSources(sources)))
    #expect(choice.scores.map(\.score).max() == choice.scores.first { $0.damping == choice.damping }?.score)
    #expect(found.notes.count { $0.contains("R²") } == 3)
    (sources.damping, sources.dampings) = (choice.damping, [])
    let fixed = try Self.separate(RegionalSettings(method: .equivalentSources(sources)))
    #expect(found.regional == fixed.regional)
    sources.observationHeight = nil
    #expect(
      try Self.separate(RegionalSettings(method: .equivalentSources(sources))).regional != fixed.regional)
    // At constraints, too.
    let points = try Self.separate(
      RegionalSettings(method: .constraintEquivalentSources(.init(depth: 30_000, dampings: dampings))))
    #expect(points.notes.count { $0.contains("R²") } == 3)
  }

  /// Weights with blocks, which fail in the peer. Blocks of one constraint each change nothing as long as the
  /// greatest weight is 1, to which a block's weight is scaled.
  @Test func weightedBlocksOfOneAreTheConstraints() throws {
    var weighted = Self.constraints
    weighted.weights = [1, 0.5, 0.25, 0.8]
    let method = RegionalMethod.constraintEquivalentSources(.init(depth: 20_000, damping: 0.5))
    let plain = try Self.separate(RegionalSettings(method: method), constraints: weighted)
    let blocks = try Self.separate(
      RegionalSettings(method: method, constraintBlockSize: 5000), constraints: weighted)
    #expect(largestDifference(plain.regional.values, blocks.regional.values) <= 1e-9)
    let unweighted = try Self.separate(RegionalSettings(method: method))
    #expect(largestDifference(plain.regional.values, unweighted.regional.values) > 0.1)
  }

  @Test func trendOfAPolynomialLeavesNothing() throws {
    let result = try Self.separate(RegionalSettings(method: .trend(degree: 2)))
    #expect(result.residual.values.allSatisfy { abs($0) <= 1e-10 })
  }

  @Test func outsideConstraintsAreCounted() throws {
    var constraints = Self.constraints
    constraints.points.easting[1] = 40_300
    let one = try Self.separate(RegionalSettings(method: .constraintsMedian), constraints: constraints)
    #expect(one.notes == ["1 of 4 constraints lies outside the grid and was left out"])
    #expect(abs(one.regional.values[0] + 31.25) <= 1e-12)
    constraints.points.easting[0] = -300
    let two = try Self.separate(RegionalSettings(method: .constraintsMedian), constraints: constraints)
    #expect(two.notes == ["2 of 4 constraints lie outside the grid and were left out"])
  }

  @Test func constraintsWhereTheMisfitIsMissingAreCounted() throws {
    var misfit = Self.misfit
    for index in [0, 1, 5, 6] { misfit.values[index] = .nan }
    let result = try Self.separate(RegionalSettings(method: .constraintsMedian), misfit: misfit)
    #expect(result.notes == ["1 of 4 constraints lies where the misfit is missing and was left out"])
  }

  @Test func chosenSettingsAreNoted() throws {
    let sources = try Self.separate(
      RegionalSettings(method: .constraintEquivalentSources(.init(damping: 1))))
    #expect(sources.notes == ["depth of the equivalent sources: 90000 m"])
    let spline = try Self.separate(RegionalSettings(method: .constraintSpline(dampings: [1e-3, 1e-1])))
    #expect(spline.notes == ["4 points: cross-validation with 2 folds in place of 5"])
    #expect(spline.scores.count == 2)
    #expect(spline.chosenDamping != nil)
  }

  /// A best value at the end of those tried is to be doubted, unless it damps nothing.
  @Test(arguments: [[1e-6, 1, 1e6], [1, 1e3, 1e6], [1e-9, 1e-6, 1e-3]]) func limitsAreWarnedOf(
    _ dampings: [Double]
  ) throws {
    let spline = try Self.separate(RegionalSettings(method: .constraintSpline(dampings: dampings)))
    let chosen = try #require(spline.chosenDamping)
    let expected =
      chosen == dampings[1] ? [] : ["the best spline damping, \(chosen), is at the end of the trial dampings"]
    #expect(spline.warnings == expected)
    let sources = try Self.separate(
      RegionalSettings(method: .constraintEquivalentSources(.init(dampings: dampings))))
    #expect(sources.warnings.isEmpty == (sources.chosenDamping == dampings[1]))
    let undamped = try Self.separate(
      RegionalSettings(method: .constraintSpline(dampings: [1e-12, 1e-11, 1e-10])))
    #expect(undamped.warnings.isEmpty)
  }

  @Test func refusals() throws {
    let median = RegionalSettings(method: .constraintsMedian)
    #expect(throws: RegionalError.noConstraints) { try Self.separate(median, constraints: nil) }
    let none = ConstraintPoints(points: Points(easting: [], northing: []), upward: [])
    #expect(throws: RegionalError.noConstraints) { try Self.separate(median, constraints: none) }
    let far = ConstraintPoints(points: Points(easting: [-900, 1e6], northing: [0, 0]), upward: [1, 2])
    #expect(throws: RegionalError.noConstraintInside(count: 2)) {
      try Self.separate(median, constraints: far)
    }
    var weighted = Self.constraints
    weighted.weights = [1, -1, 1, 1]
    #expect(throws: RegionalError.badWeight(index: 1, value: -1)) {
      try Self.separate(median, constraints: weighted)
    }
    #expect(throws: RegionalError.differentNodes(what: "mask", expected: 20, found: 3)) {
      try Self.separate(RegionalSettings(method: .constant(0), mask: [1, 1, 1]))
    }
    #expect(throws: RegionalError.noMisfit(count: 20)) {
      try Self.separate(
        RegionalSettings(method: .constant(0)), misfit: Grid(geometry: Self.geometry, repeating: .nan))
    }
    #expect(throws: RegionalError.numeric(.notPositive(what: "depth", value: -5))) {
      try Self.separate(RegionalSettings(method: .equivalentSources(.init(depth: -5))))
    }
    #expect(throws: RegionalError.numeric(.notPositive(what: "damping", value: 0))) {
      try Self.separate(RegionalSettings(method: .constraintSpline(dampings: [0])))
    }
    #expect(throws: RegionalError.numeric(.notPositive(what: "wavelength", value: -1))) {
      try Self.separate(RegionalSettings(method: .filter(.lowPass(wavelength: -1))))
    }
  }
}
