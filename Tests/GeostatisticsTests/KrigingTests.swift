import NumericCore
import Testing

@testable import Geostatistics

@Suite struct KrigingTests {
  private let places = GridGeometry(
    region: Region(west: -5000, east: 60_000, south: -5000, north: 50_000), columns: 8, rows: 7
  ).nodes
  private let model = KrigingModel(Covariance(.matern32, deviation: 250, length: 12_000), jitter: 10)

  private func kriging(
    _ data: KrigingData? = nil, drift: Drift = .constant, model: KrigingModel? = nil
  ) throws -> Kriging {
    try Kriging(data ?? scatter(30, deviation: 15), drift: drift, model: model ?? self.model)
  }

  @Test func correlationsAndTheirSlopes() {
    for correlation in Correlation.allCases {
      #expect(correlation.value(0) == 1)
      for h in [1e-6, 0.1, 0.7, 1.9, 4.2] {
        // ∂/∂ln ℓ at h = d/ℓ is −h d/dh.
        let step = 1e-5
        let slope =
          (correlation.value(h * Elementary.exp(-step)) - correlation.value(h * Elementary.exp(step)))
          / (2 * step)
        #expect(abs(correlation.valueAndSlope(h).slope - slope) < 1e-9)
      }
    }
  }

  /// Along azimuth 30° the length is ℓ, across it ℓ/2.
  @Test func anisotropyTurnsClockwiseFromNorth() {
    let covariance = Covariance(
      .matern32, deviation: 2, length: 1000, anisotropy: .init(azimuth: 30, ratio: 0.5))
    let along = covariance.metric.distance(500, 1000 * 0.75.squareRoot())
    let across = covariance.metric.distance(1000 * 0.75.squareRoot(), -500)
    #expect(abs(along - 1000) < 1e-9 && abs(across - 2000) < 1e-9)
  }

  @Test func exactDataAreMet() throws {
    var data = scatter(20)
    data.deviations[3] = 50
    let kriging = try kriging(data, model: KrigingModel(model.covariance))
    let prediction = kriging.predict(at: data.points)
    for index in 0..<20 where index != 3 {
      #expect(abs(prediction.mean[index] - data.values[index]) < 1e-7)
      #expect(prediction.deviation[index] < 1e-3)
    }
    #expect(abs(prediction.mean[3] - data.values[3]) > 1 && prediction.deviation[3] > 5)
  }

  /// W F = F_q: data that are a drift give that drift, everywhere and without a doubt about it.
  @Test(arguments: [0, 1, 2]) func driftIsReproduced(degree: Int) throws {
    let drift = Drift(
      degree: degree, over: Region(west: 0, east: 60_000, south: 0, north: 50_000),
      covariates: [.init { Elementary.sin($0 / 20_000) * $1 / 10_000 }])
    let data = scatter(30, deviation: 15)
    let coefficients = (0..<drift.columns).map { Double($0) * 37 - 50 }
    let exact = drift.matrix(at: data.points).times(coefficients)
    let kriging = try kriging(data, drift: drift)
    let mean = kriging.mean(of: exact, at: places)
    #expect(deviation(mean, drift.matrix(at: places).times(coefficients)) < 1e-10)
  }

  @Test func aConstantChangesNothingElse() throws {
    let data = scatter(30, deviation: 15)
    var shifted = data
    shifted.values = data.values.map { $0 + 1e5 }
    let (before, after) = (try kriging(data), try kriging(shifted))
    let (first, second) = (before.predict(at: places), after.predict(at: places))
    #expect(
      deviation(zip(second.mean, first.mean).map { $0 - $1 - 1e5 }, [Double](repeating: 0, count: 56)) < 1e-8)
    #expect(first.deviation == second.deviation)
    let (one, other) = (try before.likelihood(.restricted), try after.likelihood(.restricted))
    #expect(abs(one.value - other.value) < 1e-9)
  }

  @Test func farAwayNothingIsKnownButTheDrift() throws {
    let kriging = try kriging()
    let far = kriging.predict(at: Points(easting: [1e7], northing: [0]))
    #expect(abs(far.mean[0] - kriging.coefficients[0]) < 1e-9)
    #expect(far.deviation[0] > 250 && far.deviation[0] < 350)
  }

  @Test func orderOfDataDoesNotMatter() throws {
    let data = scatter(30, deviation: 15)
    let (first, second) = (
      try kriging(data).predict(at: places), try kriging(data.subset((0..<30).reversed())).predict(at: places)
    )
    #expect(
      deviation(first.mean, second.mean) < 1e-11 && deviation(first.deviation, second.deviation) < 1e-11)
  }

  @Test func varianceIsTheDiagonalOfTheCovariance() throws {
    let kriging = try kriging(drift: Drift(degree: 1, over: Region(west: 0, east: 5e4, south: 0, north: 4e4)))
    let covariance = kriging.covariance(at: places)
    let prediction = kriging.predict(at: places)
    for index in 0..<places.count {
      #expect(abs(covariance[index, index].squareRoot() - prediction.deviation[index]) < 1e-8)
    }
  }

  @Test func leavingOutIsRefitting() throws {
    let data = scatter(30, deviation: 15)
    let kriging = try kriging(data)
    let (residuals, deviations) = kriging.leaveOneOut()
    for left in [0, 11, 29] {
      let others = data.subset((0..<30).filter { $0 != left })
      let prediction = try self.kriging(others).predict(at: data.points.subset([left]))
      #expect(abs(data.values[left] - prediction.mean[0] - residuals[left]) < 1e-8)
      let own = data.deviations[left] * data.deviations[left] + 100
      #expect(
        abs((prediction.deviation[0] * prediction.deviation[0] + own).squareRoot() - deviations[left]) < 1e-8)
    }
    let block = [2, 3, 17, 25]
    let left = try kriging.leaveOut([block])[0]
    let others = try self.kriging(data.subset((0..<30).filter { !block.contains($0) }))
    let mean = others.mean(at: data.points.subset(block))
    #expect(deviation(left.residuals, zip(block, mean).map { data.values[$0] - $1 }) < 1e-9)
    var expected = others.covariance(at: data.points.subset(block))
    for (place, index) in block.enumerated() {
      expected[place, place] += data.deviations[index] * data.deviations[index] + 100
    }
    #expect(deviation(left.covariance.values, expected.values) < 1e-9)
  }

  @Test(arguments: CovarianceLikelihood.Kind.allCases) func gradientIsThatOfDifferences(
    kind: CovarianceLikelihood.Kind
  ) throws {
    let data = scatter(25, deviation: 8)
    let likelihood = try CovarianceLikelihood(data, drift: .constant, kind: kind)
    func at(_ theta: [Double]) throws -> (value: Double, gradient: [Double]) {
      let exps = theta.map { Elementary.exp($0) }
      return try #require(
        likelihood.evaluate(
          KrigingModel(
            Covariance(
              [
                .init(.matern52, deviation: exps[0], length: exps[1]),
                .init(.exponential, deviation: exps[2], length: exps[3]),
              ], anisotropy: .init(azimuth: 70, ratio: 0.6)), jitter: exps[4])))
    }
    let theta = [200.0, 15_000, 60, 3000, 9].map { Elementary.log($0) }
    let gradient = try at(theta).gradient
    for index in theta.indices {
      var (above, below) = (theta, theta)
      above[index] += 1e-4
      below[index] -= 1e-4
      let difference = (try at(above).value - at(below).value) / 2e-4
      #expect(abs(gradient[index] - difference) < 1e-5 * max(1, abs(difference)))
    }
  }

  /// E = σ²I is the same as deviations σ.
  @Test func givenCovarianceIsAdded() throws {
    var data = scatter(20)
    var given = data
    data.deviations = Array(repeating: 30, count: 20)
    var matrix = Matrix.identity(20)
    for index in 0..<20 { matrix[index, index] = 900 }
    given.given = matrix
    let (one, other) = (try kriging(data).predict(at: places), try kriging(given).predict(at: places))
    #expect(deviation(one.mean, other.mean) < 1e-13 && deviation(one.deviation, other.deviation) < 1e-13)
  }

  @Test func threadsChangeNoBit() throws {
    let data = scatter(300, deviation: 15)
    let (one, two) = (Workers.serial, Workers.upTo(2))
    let search = CovarianceSearch(frame: .surface(data, estimatesJitter: true))
    let estimate = try search.estimate(data, drift: .constant, workers: one)
    #expect(try search.estimate(data, drift: .constant, workers: two) == estimate)
    let kriging = try Kriging(data, drift: .constant, model: estimate.model, workers: one)
    let other = try Kriging(data, drift: .constant, model: estimate.model, workers: two)
    #expect(kriging.predict(at: places, workers: one) == other.predict(at: places, workers: two))
    #expect(kriging.covariance(at: places, workers: one) == other.covariance(at: places, workers: two))
    #expect(kriging.leaveOneOut(workers: one) == other.leaveOneOut(workers: two))
  }

  /// Data drawn from a covariance give it back, within what 400 points can tell.
  @Test func estimatesWhatWasDrawn() throws {
    var data = scatter(400, extent: 100_000)
    let truth = Covariance(.matern32, deviation: 100, length: 8000)
    let factor = try Cholesky(truth.matrix(data.points))
    let noise = CounterRandom(seed: 4, stream: "test")
    data.values = factor.factorTimes(noise.normal(400, row: 0))
    data.values = zip(data.values, noise.normal(400, row: 1)).map { 1000 + $0 + 5 * $1 }
    data.deviations = Array(repeating: 3, count: 400)
    let estimate = try CovarianceSearch(frame: .surface(data, estimatesJitter: true))
      .estimate(data, drift: .constant)
    let structure = estimate.model.covariance.structures[0]
    #expect(abs(structure.deviation / 100 - 1) < 0.15 && abs(structure.length / 8000 - 1) < 0.2)
    #expect(abs(estimate.model.jitter - 4) < 1)
  }

  @Test func refusals() throws {
    let data = scatter(30)
    var twin = data
    twin.points.easting[7] = twin.points.easting[2]
    twin.points.northing[7] = twin.points.northing[2]
    #expect(throws: KrigingError.closePoints(first: 2, second: 7, distance: 0)) {
      try kriging(twin, model: KrigingModel(model.covariance))
    }
    #expect(throws: KrigingError.tooFewPoints(found: 3, driftColumns: 3)) {
      try kriging(data.subset([0, 1, 2]), drift: Drift(degree: 1))
    }
    let line = KrigingData(
      points: Points(easting: [1, 2, 3, 4], northing: [0, 0, 0, 0]), values: [1, 2, 3, 4],
      deviations: [0, 0, 0, 0])
    #expect(throws: KrigingError.driftDependent(rank: 2, columns: 3)) {
      try kriging(line, drift: Drift(degree: 1))
    }
    let grid = Grid(
      geometry: GridGeometry(region: Region(west: 0, east: 1e5, south: 0, north: 2e4), columns: 3, rows: 3),
      values: (0..<9).map(Double.init))
    let outside = try #require((0..<30).first { data.points.northing[$0] > 2e4 })
    #expect(
      throws: KrigingError.driftUndefined(
        covariate: 0, easting: data.points.easting[outside], northing: data.points.northing[outside])
    ) { try kriging(data, drift: Drift(degree: 0, covariates: [.grid(grid)])) }
    var bad = data
    bad.values[4] = .nan
    #expect(throws: KrigingError.badPoint(index: 4)) { try kriging(bad) }
    let many = KrigingData(
      points: Points(easting: Array(repeating: 0, count: 5001), northing: Array(repeating: 0, count: 5001)),
      values: Array(repeating: 0, count: 5001), deviations: Array(repeating: 1, count: 5001))
    #expect(throws: KrigingError.tooManyPoints(found: 5001, limit: 5000)) { try kriging(many) }
    #expect("\(KrigingError.tooManyPoints(found: 5001, limit: 5000))".contains("block_size"))
  }

  @Test func blocksStayTogether() throws {
    let data = scatter(80)
    let folds = try KrigingFolds.blocks(data.points, size: 8000, folds: 4, seed: 5)
    #expect(folds.flatMap(\.self).sorted() == Array(0..<80))
    let box = try #require(data.points.boundingRegion)
    var fold: [SIMD2<Double>: Int] = [:]
    for (number, members) in folds.enumerated() {
      for index in members {
        let block = SIMD2(
          ((data.points.easting[index] - box.west) / 8000).rounded(.down),
          ((data.points.northing[index] - box.south) / 8000).rounded(.down))
        #expect(fold[block] ?? number == number)
        fold[block] = number
      }
    }
    #expect(throws: KrigingError.numeric(.tooFewBlocks(found: 1, needed: 4))) {
      try KrigingFolds.blocks(data.points, size: 1e6, folds: 4, seed: 5)
    }
  }
}
