import Datasets
import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Geostatistics

/// A linear problem of 45 data and 60 cells with its exact posterior.
@Suite(.needsReference) struct LinearTwinTests {
  private struct Prior: Decodable {
    var theta, gradientLogTheta: [Double]
    var logEvidence: Double
  }

  private struct Twin {
    let file: Dataset
    let map: DenseData
    let covariance: GroupedCovariance
    let data, mean: [Double]
    let geometry: GridGeometry

    init() throws {
      file = try Reference.dataset("linear_twin.nc", of: "uncertainty")
      map = DenseData(Matrix(rows: 45, columns: 60, values: try file.doubles("A")))
      covariance = GroupedCovariance([
        try DataCovariance(Matrix(rows: 45, columns: 45, values: try file.doubles("C_d")))
      ])
      (data, mean) = (try file.doubles("data"), try file.doubles("m0"))
      let x = try file.doubles("x")
      geometry = GridGeometry(
        region: Region(west: x[0], east: x[59], south: 0, north: 0), columns: 60, rows: 1)
    }
  }

  private func check(_ name: String, _ prior: some FieldPrior, gradient: [Double]?, evidence: Double) throws {
    let twin = try Twin()
    let inversion = GaussianInversion(
      prior: prior, covariance: twin.covariance, map: twin.map, settings: .init(solver: 1e-13))
    let result = try inversion.minimise(data: twin.data, mean: twin.mean)
    #expect(result.converged)
    #expect(deviation(result.field, try twin.file.doubles("mean_" + name)) < 1e-8)
    let laplace = try LaplaceApproximation(prior: prior, covariance: twin.covariance, map: twin.map)
    #expect(deviation(laplace.deviations(), try twin.file.doubles("sd_" + name)) < 1e-8)
    let covariance = try twin.file.doubles("cov_" + name)
    for cell in [0, 17, 59] {
      var unit = [Double](repeating: 0, count: 60)
      unit[cell] = 1
      let row = laplace.covariance(ofCell: cell, prior: prior.times(unit, workers: .serial))
      #expect(deviation(row, Array(covariance[cell * 60..<cell * 60 + 60])) < 1e-8)
    }
    #expect(abs(laplace.logEvidence(objective: result.objective) - evidence) < 1e-8 * abs(evidence))
    if let gradient {
      let own = laplace.evidenceGradient(prior: prior, weights: result.weights)
      // As the gradients of the kriging likelihoods of the reference.
      #expect(deviation(own, gradient) < 1e-6)
    }
    let (references, drawn, members) = (
      try twin.file.doubles("rml_reference_" + name), try twin.file.doubles("rml_data_" + name),
      try twin.file.doubles("rml_member_" + name)
    )
    for draw in 0..<3 {
      let member = try inversion.minimise(
        data: Array(drawn[draw * 45..<draw * 45 + 45]), mean: Array(references[draw * 60..<draw * 60 + 60]))
      #expect(deviation(member.field, Array(members[draw * 60..<draw * 60 + 60])) < 1e-7)
    }
  }

  @Test func posteriorUnderMatern() throws {
    let numbers = try Reference.json("linear_twin.json", as: [String: Prior].self)
    let reference = try #require(numbers["matern"])
    let prior = StationaryPrior(
      Covariance(.matern32, deviation: reference.theta[0], length: reference.theta[1]),
      on: try Twin().geometry)
    try check("matern", prior, gradient: reference.gradientLogTheta, evidence: reference.logEvidence)
  }

  @Test func posteriorUnderSmoothness() throws {
    let numbers = try Reference.json("linear_twin.json", as: [String: Prior].self)
    let reference = try #require(numbers["smooth"])
    let prior = SmoothPrior(slope: reference.theta[0], level: reference.theta[1], on: try Twin().geometry)
    try check("smooth", prior, gradient: reference.gradientLogTheta, evidence: reference.logEvidence)
  }

  /// Spread and mean of 1000 draws by randomised maximum likelihood are the posterior's.
  @Test func drawsHaveThePosteriorsMoments() throws {
    let twin = try Twin()
    let prior = SmoothPrior(slope: 1 / 30, level: 1 / 200, on: twin.geometry)
    let inversion = GaussianInversion(prior: prior, covariance: twin.covariance, map: twin.map)
    let (mean, sd) = (try twin.file.doubles("mean_smooth"), try twin.file.doubles("sd_smooth"))
    let count = 1000
    var (sum, squares) = ([Double](repeating: 0, count: 60), [Double](repeating: 0, count: 60))
    for member in 0..<count {
      let away = prior.draw(CounterRandom(seed: 2, stream: "prior"), member: member, workers: .serial)
      let noise = try twin.covariance.draw(Streams(seed: 2), member: member)
      let field = try inversion.minimise(
        data: zip(twin.data, noise).map { $0 + $1 }, mean: zip(twin.mean, away).map { $0 + $1 }
      ).field
      for cell in 0..<60 {
        sum[cell] += field[cell] - mean[cell]
        squares[cell] += (field[cell] - mean[cell]) * (field[cell] - mean[cell])
      }
    }
    for cell in 0..<60 {
      let away = sum[cell] / Double(count)
      #expect(abs(away) < 4 * sd[cell] / Double(count).squareRoot())
      let ratio = (squares[cell] / Double(count) - away * away).squareRoot() / sd[cell]
      #expect(abs(ratio - 1) < 4 / (2 * Double(count)).squareRoot())
    }
  }

  /// Shares of cells that lie within ±1 and ±2 deviations, over truths of the prior with data drawn from them.
  private struct Counts {
    var laplace = [0.0, 0.0], members = [0.0, 0.0], variances = 0.0
  }

  /// Truths of the prior are covered as often as their intervals say, by Laplace and by 40 members of randomised maximum
  /// likelihood; the ideal of few members is Student's.
  @Test func truthsOfThePriorAreCovered() throws {
    let twin = try Twin()
    let prior = SmoothPrior(slope: 1 / 30, level: 1 / 200, on: twin.geometry)
    let inversion = GaussianInversion(prior: prior, covariance: twin.covariance, map: twin.map)
    let deviations = try LaplaceApproximation(prior: prior, covariance: twin.covariance, map: twin.map)
      .deviations()
    let truths = Effort.count(20, long: 200)
    var counts = Counts()
    for truth in 0..<truths {
      try count(truth, of: inversion, twin, prior, deviations, into: &counts)
    }
    let shares = { (sums: [Double]) in sums.map { $0 / Double(truths * 60) } }
    let (laplace, members) = (shares(counts.laplace), shares(counts.members))
    let ratio = counts.variances / Double(truths * 60)
    print(
      "linear twin, \(truths) truths: Laplace \(laplace), members \(members), variance ratio \(ratio)")
    // Neighbouring cells agree: a truth counts as about six.
    let slack = 3 / Double(truths * 6).squareRoot()
    #expect(abs(laplace[0] - 0.683) < 0.466 * slack && abs(laplace[1] - 0.954) < 0.209 * slack)
    #expect(abs(members[0] - 0.671) < 0.470 * slack && abs(members[1] - 0.945) < 0.228 * slack)
    #expect(abs(ratio - 1) < 0.05)
  }

  private func count(
    _ truth: Int, of inversion: GaussianInversion<SmoothPrior, DenseData>, _ twin: Twin, _ prior: SmoothPrior,
    _ deviations: [Double], into counts: inout Counts
  ) throws {
    let streams = Streams(seed: 100 + UInt64(truth))
    let away = { (member: Int) in
      prior.draw(
        CounterRandom(seed: 100 + UInt64(truth), stream: "field"), member: member, workers: .serial)
    }
    let surface = zip(twin.mean, away(0)).map { $0 + $1 }
    let noise = try twin.covariance.draw(streams, member: 0)
    let data = zip(twin.map.matrix.times(surface), noise).map { $0 + $1 }
    let mean = try inversion.minimise(data: data, mean: twin.mean).field
    var spread = Moments(count: 60)
    for member in 1...40 {
      let noise = try twin.covariance.draw(streams, member: member)
      spread.add(
        try inversion.minimise(
          data: zip(data, noise).map { $0 + $1 }, mean: zip(twin.mean, away(member)).map { $0 + $1 }
        ).field)
    }
    for cell in 0..<60 {
      let (error, membersError) = (
        abs(mean[cell] - surface[cell]) / deviations[cell],
        abs(spread.mean[cell] - surface[cell]) / spread.deviation(cell)
      )
      for level in 0..<2 {
        counts.laplace[level] += error < Double(level + 1) ? 1 : 0
        counts.members[level] += membersError < Double(level + 1) ? 1 : 0
      }
      counts.variances += pow(spread.deviation(cell) / deviations[cell], 2)
    }
  }

  /// Running mean and spread of fields.
  private struct Moments {
    private(set) var mean, squares: [Double]
    private(set) var added = 0.0

    init(count: Int) {
      (mean, squares) = (
        [Double](repeating: 0, count: count), [Double](repeating: 0, count: count)
      )
    }

    mutating func add(_ field: [Double]) {
      added += 1
      for cell in field.indices {
        let away = field[cell] - mean[cell]
        mean[cell] += away / added
        squares[cell] += away * (field[cell] - mean[cell])
      }
    }

    func deviation(_ cell: Int) -> Double { (squares[cell] / (added - 1)).squareRoot() }
  }
}

@Suite struct FieldPriorTests {
  private let geometry = GridGeometry(
    region: Region(west: 0, east: 8000, south: 0, north: 5000), columns: 9, rows: 6)

  private func dense(_ prior: some FieldPrior) -> Matrix {
    var result = Matrix(rows: 54, columns: 54)
    for cell in 0..<54 {
      var unit = [Double](repeating: 0, count: 54)
      unit[cell] = 1
      for (other, value) in prior.times(unit, workers: .serial).enumerated() { result[other, cell] = value }
    }
    return result
  }

  @Test func stationaryProductIsTheMatrix() {
    let covariance = Covariance(
      [.init(.matern32, deviation: 3, length: 4000), .init(.squaredExponential, deviation: 1, length: 900)],
      anisotropy: .init(azimuth: 20, ratio: 0.7))
    let prior = StationaryPrior(covariance, on: geometry)
    #expect(deviation(dense(prior).values, covariance.matrix(geometry.nodes).values) < 1e-13)
  }

  /// (s² DᵀD + w²) C = 1 on all cells, and on the free ones alone where some are fixed.
  @Test(arguments: [false, true]) func smoothProductInvertsThePrecision(fixed: Bool) {
    let free = (0..<54).map { !fixed || ($0 != 13 && $0 != 14 && $0 != 40) }
    let prior = SmoothPrior(slope: 0.3, level: 0.05, on: geometry, free: free)
    let matrix = dense(prior)
    for cell in 0..<54 where free[cell] {
      let image = prior.precision((0..<54).map { matrix[$0, cell] })
      for other in 0..<54 where free[other] {
        #expect(abs(image[other] - (other == cell ? 1 : 0)) < 1e-10)
      }
    }
    for cell in 0..<54 where !free[cell] { #expect((0..<54).allSatisfy { matrix[cell, $0] == 0 }) }
    let variances = prior.variances(workers: .upTo(2))
    for cell in 0..<54 { #expect(abs(variances[cell] - matrix[cell, cell]) < 1e-12 * 400) }
  }

  @Test func slopesAreThoseOfDifferences() {
    let x = CounterRandom(seed: 1, stream: "x").normal(54, row: 0)
    func check(_ make: ([Double]) -> any FieldPrior, _ theta: [Double]) {
      let slopes = make(theta).slopes(x, workers: .serial)
      for index in theta.indices {
        var (above, below) = (theta, theta)
        above[index] *= Elementary.exp(1e-5)
        below[index] *= Elementary.exp(-1e-5)
        let difference = zip(make(above).times(x, workers: .serial), make(below).times(x, workers: .serial))
          .map { ($0 - $1) / 2e-5 }
        #expect(deviation(slopes[index], difference) < 1e-7)
      }
    }
    check({ SmoothPrior(slope: $0[0], level: $0[1], on: geometry) }, [0.3, 0.05])
    check(
      { StationaryPrior(Covariance(.matern52, deviation: $0[0], length: $0[1]), on: geometry) }, [3, 2500])
  }

  /// Sample covariance of 4000 draws against C, within 5 standard errors.
  @Test func drawsHaveTheCovariance() throws {
    func check(_ prior: any FieldPrior) throws {
      let random = CounterRandom(seed: 9, stream: "prior")
      let cells = [0, 8, 22, 23, 53]
      var sums = Matrix(rows: 5, columns: 5)
      for member in 0..<4000 {
        let draw = try prior.draw(random, member: member, workers: .serial)
        for i in 0..<5 { for j in 0..<5 { sums[i, j] += draw[cells[i]] * draw[cells[j]] / 4000 } }
      }
      let matrix = dense(prior)
      for i in 0..<5 {
        for j in 0..<5 {
          let (a, b, c) = (matrix[cells[i], cells[i]], matrix[cells[j], cells[j]], matrix[cells[i], cells[j]])
          #expect(abs(sums[i, j] - c) < 5 * ((a * b + c * c) / 4000).squareRoot())
        }
      }
    }
    try check(SmoothPrior(slope: 0.3, level: 0.05, on: geometry))
    try check(StationaryPrior(Covariance(.matern32, deviation: 3, length: 2500), on: geometry))
  }
}

@Suite struct DataCovarianceTests {
  private let geometry = GridGeometry(
    region: Region(west: 0, east: 9000, south: 0, north: 7000), columns: 10, rows: 8)

  @Test func gridAndPointsAreTheMatrix() throws {
    let nodes = (0..<80).filter { $0 % 7 != 3 }
    let deviations = nodes.map { 0.2 + 0.01 * Double($0 % 3) }
    let field = Covariance(.matern52, deviation: 1.5, length: 20_000)
    let patterns = [nodes.map { _ in 30.0 }, nodes.map { 0.1 * Double($0) }]
    let x = CounterRandom(seed: 5, stream: "x").normal(nodes.count, row: 0)
    for places in [
      DataCovariance.Places.grid(geometry, nodes: nodes), .points(geometry.nodes.subset(nodes)),
    ] {
      let covariance = try DataCovariance(
        deviations: deviations, field: field, places: places, patterns: patterns)
      let matrix = covariance.matrix()
      let image = covariance.times(x)
      #expect(deviation(image, matrix.times(x)) < 1e-12)
      #expect(deviation(covariance.solve(image), x) < 1e-7)
      let parts = zip(covariance.fieldTimes(x), zip(x, deviations)).map { $0 + $1.0 * $1.1 * $1.1 }
      #expect(deviation(parts, image) < 1e-13)
    }
  }

  @Test func drawsHaveTheCovariance() throws {
    let nodes = Array(0..<80)
    let covariance = try DataCovariance(
      deviations: nodes.map { _ in 0.5 }, field: Covariance(.exponential, deviation: 1, length: 3000),
      places: .grid(geometry, nodes: nodes), patterns: [nodes.map { _ in 2 }])
    let random = CounterRandom(seed: 5, stream: "errors")
    let (matrix, count) = (covariance.matrix(), 4000)
    let cells = [0, 1, 45, 79]
    var sums = Matrix(rows: 4, columns: 4)
    for member in 0..<count {
      let draw = try covariance.draw(random, member: member)
      for i in 0..<4 { for j in 0..<4 { sums[i, j] += draw[cells[i]] * draw[cells[j]] / Double(count) } }
    }
    for i in 0..<4 {
      for j in 0..<4 {
        let (a, b, c) = (matrix[cells[i], cells[i]], matrix[cells[j], cells[j]], matrix[cells[i], cells[j]])
        #expect(abs(sums[i, j] - c) < 5 * ((a * b + c * c) / Double(count)).squareRoot())
      }
    }
  }
}
