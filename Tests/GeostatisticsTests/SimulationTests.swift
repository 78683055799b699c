import Datasets
import NumericCore
import TestSupport
import Testing

@testable import Geostatistics

@Suite struct CirculantEmbeddingTests {
  private struct Padding: Decodable {
    struct Row: Decodable {
      var covariance: String
      var lengthM, minOverMaxEigenvalueAtMinimal, worstCorrelationErrorIfClippedAtMinimal: Double
      var minimal: [Int]
      var neededSize: [Int?]
      var neededFactor: Double?
    }
    var nx, ny: Int
    var spacingM: Double
    var rows: [Row]
  }

  @Test(.needsReference) func paddingOfAnotherProgram() throws {
    let padding = try Reference.json("circulant_padding.json", as: Padding.self)
    let geometry = GridGeometry(
      region: Region(
        west: 0, east: Double(padding.nx - 1) * padding.spacingM, south: 0,
        north: Double(padding.ny - 1) * padding.spacingM), columns: padding.nx, rows: padding.ny)
    #expect(padding.rows.count == 24)
    for row in padding.rows {
      let correlation = try #require(Correlation(rawValue: row.covariance))
      let covariance = Covariance(correlation, deviation: 1, length: row.lengthM)
      let minimal = CirculantEmbedding(
        geometry, covariance, rows: row.minimal[1], columns: row.minimal[0])
      let (least, most) = (minimal.eigenvalues.min() ?? .nan, minimal.eigenvalues.max() ?? .nan)
      #expect(abs(least / most - row.minOverMaxEigenvalueAtMinimal) < 1e-12)
      let found = Result { () throws(CirculantEmbedding.Obstacle) in
        try CirculantEmbedding(geometry, covariance)
      }
      guard let neededColumns = row.neededSize[0], let neededRows = row.neededSize[1] else {
        // Not by 8: clipped only if that changes next to nothing.
        switch found {
        case .success(let embedding):
          guard case .clipped(_, let error) = embedding.quality else {
            Issue.record("\(row)")
            continue
          }
          #expect(error <= 1e-3)
        case .failure(.correlationError(let error, _)): #expect(error > 1e-3)
        case .failure(let other): Issue.record("\(other)")
        }
        continue
      }
      let embedding = try found.get()
      guard case .exact = embedding.quality else {
        Issue.record("\(row) \(embedding.quality)")
        continue
      }
      // Sizes differ by what counts as friendly to the transform.
      #expect(embedding.columns <= neededColumns * 9 / 8 && embedding.rows <= neededRows * 9 / 8)
    }
  }

  @Test(.needsReference) func drawsOfAnotherProgram() throws {
    let file = try Reference.dataset("circulant_m32.nc", of: "uncertainty")
    let geometry = GridGeometry(
      region: Region(west: 0, east: 40_000, south: 0, north: 30_000), columns: 41, rows: 31)
    let covariance = Covariance(.matern32, deviation: 1, length: 6000)
    let embedding = CirculantEmbedding(geometry, covariance, rows: 66, columns: 88)
    let first = CirculantEmbedding.firstRow(geometry, covariance, rows: 66, columns: 88, workers: .serial)
    #expect(deviation(first, try file.doubles("first_row")) < 1e-14)
    #expect(deviation(embedding.eigenvalues, try file.doubles("eigenvalues")) < 1e-12)
    let draws = embedding.draws(real: try file.doubles("w_re"), imaginary: try file.doubles("w_im"))
    #expect(deviation(draws.first.values, try file.doubles("draw_1")) < 1e-10)
    #expect(deviation(draws.second.values, try file.doubles("draw_2")) < 1e-10)
  }

  /// With anisotropy, too, the covariance on the grid is what the eigenvalues say.
  @Test func covarianceOfTheDrawsIsExact() throws {
    let geometry = GridGeometry(region: Region(west: 0, east: 19, south: 0, north: 14), columns: 20, rows: 15)
    let covariance = Covariance(
      [.init(.matern32, deviation: 2, length: 2), .init(.exponential, deviation: 1, length: 4)],
      anisotropy: .init(azimuth: 30, ratio: 0.5))
    let embedding = try CirculantEmbedding(geometry, covariance)
    guard case .exact = embedding.quality else {
      Issue.record("\(embedding.quality)")
      return
    }
    let whole = CirculantEmbedding.spectrum(
      embedding.eigenvalues, rows: embedding.rows, columns: embedding.columns, workers: .serial)
    for row in 0..<15 {
      for column in -19..<20 {
        let index = row * embedding.columns + (column + embedding.columns) % embedding.columns
        let expected = covariance.value(covariance.metric.distance(Double(column), Double(row)))
        #expect(abs(whole[index] / Double(whole.count) - expected) < 1e-12 * 5)
      }
    }
  }

  /// Where the torus would have to be too large nothing is clipped in silence.
  @Test func neverClipsWithoutSaying() throws {
    let geometry = GridGeometry(region: Region(west: 0, east: 40, south: 0, north: 30), columns: 41, rows: 31)
    let covariance = Covariance(.matern32, deviation: 1, length: 300)
    #expect(throws: CirculantEmbedding.Obstacle.self) {
      try CirculantEmbedding(geometry, covariance, largest: 1)
    }
  }
}

@Suite struct FieldSimulationTests {
  /// Deviation and correlation of 2000 draws on 41 × 31 nodes and at points between, by both methods, against the
  /// covariance: within 5 standard errors.
  @Test(arguments: [true, false]) func moments(byFactor: Bool) throws {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 20_000, south: 0, north: 15_000), columns: 21, rows: 16)
    let covariance = Covariance(.matern32, deviation: 10, length: 3000)
    // Within a cell, at a node, twice in one cell, outside, far outside.
    let points = Points(
      easting: [4300, 7000, 9100, 9700, 21_500, 90_000], northing: [2600, 5000, 9800, 9200, 400, 0])
    let sampler: any FieldSampler =
      byFactor
      ? try #require(FactorSampler(covariance, geometry, points, .serial))
      : try EmbeddingSampler(covariance, geometry, points, .serial)
    let (random, count) = (CounterRandom(seed: 11, stream: "field"), 2000)
    let nodes = geometry.nodes
    let all = Points(easting: nodes.easting + points.easting, northing: nodes.northing + points.northing)
    let places = [0, 5 * 21 + 7, 130, 335] + (336..<342)
    var sums = Matrix(rows: places.count, columns: places.count)
    for member in 0..<count {
      let draw = sampler.draw(random, member: member, workers: .serial)
      let values = places.map { ($0 < 336 ? draw.nodes.values[$0] : draw.points[$0 - 336]) / 10 }
      for i in places.indices {
        for j in places.indices { sums[i, j] += values[i] * values[j] / Double(count) }
      }
    }
    let expected = covariance.matrix(all.subset(places))
    for i in places.indices {
      for j in places.indices {
        let correlation = expected[i, j] / 100
        let error = ((1 + correlation * correlation) / Double(count)).squareRoot()
        #expect(abs(sums[i, j] - correlation) < 5 * error, "\(i) \(j)")
      }
    }
  }

  @Test func methodsAreChosenAndTold() throws {
    func grid(_ columns: Int, _ rows: Int) -> GridGeometry {
      GridGeometry(
        region: Region(west: 0, east: Double(columns - 1), south: 0, north: Double(rows - 1)),
        columns: columns, rows: rows)
    }
    #expect(
      try FieldSimulation(Covariance(.matern32, deviation: 1, length: 30), geometry: grid(20, 20)).method
        == .factor)
    let embedded = try FieldSimulation(
      Covariance(.matern32, deviation: 1, length: 10), geometry: grid(90, 80))
    guard case .embedding(.exact) = embedded.method else {
      Issue.record("\(embedded.method)")
      return
    }
    let long = try FieldSimulation(Covariance(.matern52, deviation: 1, length: 200), geometry: grid(90, 80))
    guard case .coarse(let ratio, let error) = long.method else {
      Issue.record("\(long.method)")
      return
    }
    #expect(abs(ratio - 25) < 1 && error < 1e-3)
  }

  @Test func aMemberDependsOnNothingElse() throws {
    let geometry = GridGeometry(region: Region(west: 0, east: 70, south: 0, north: 60), columns: 71, rows: 61)
    let points = Points(easting: [3.3, 50.1], northing: [20.2, 9])
    let simulation = try FieldSimulation(
      Covariance(.matern32, deviation: 1, length: 8), geometry: geometry, points: points)
    let random = CounterRandom(seed: 5, stream: "field")
    let alone = simulation.draw(random, member: 4)
    for member in 0..<4 { #expect(simulation.draw(random, member: member) != alone) }
    #expect(simulation.draw(random, member: 4, workers: .upTo(2)) == alone)
    let again = try FieldSimulation(
      Covariance(.matern32, deviation: 1, length: 8), geometry: geometry, points: points, workers: .upTo(2))
    #expect(again.draw(random, member: 4) == alone)
  }
}

@Suite struct ConditionalSimulationTests {
  /// Deviation of 2000 draws against the kriging's at every node, mean against the kriging's mean: 3 % and more than
  /// the chance of one of 176 nodes, 4.5 standard errors. By the factor and by embedding.
  @Test(arguments: [true, false]) func spreadIsThatOfTheKriging(drawnData: Bool) throws {
    let data = scatter(14, deviation: 12)
    let kriging = try Kriging(
      data, drift: .constant,
      model: KrigingModel(Covariance(.matern32, deviation: 250, length: 12_000), jitter: 9))
    let geometry = GridGeometry(
      region: Region(west: 0, east: 45_000, south: 0, north: 30_000), columns: 16, rows: 11)
    let simulation = try ConditionalSimulation(kriging, on: geometry)
    let prediction = kriging.predict(at: geometry.nodes)
    let count = 2000
    var (sum, squares) = ([Double](repeating: 0, count: 176), [Double](repeating: 0, count: 176))
    let (own, streams) = (CounterRandom(seed: 77, stream: "points"), Streams(seed: 1))
    for member in 0..<count {
      let noise = zip(own.normal(14, row: member), data.deviations).map { $0 * $1 }
      let drawn = zip(data.values, noise).map { $0 + $1 }
      let draw =
        drawnData
        ? try simulation.draw(streams, member: member, data: drawn)
        : try simulation.draw(streams, member: member)
      for node in 0..<176 {
        let away = draw.values[node] - prediction.mean[node]
        sum[node] += away
        squares[node] += away * away
      }
    }
    for node in 0..<176 {
      let mean = sum[node] / Double(count)
      let deviation = (squares[node] / Double(count) - mean * mean).squareRoot()
      #expect(abs(mean) < 4.5 * prediction.deviation[node] / Double(count).squareRoot())
      #expect(abs(deviation / prediction.deviation[node] - 1) < 4.5 / (2 * Double(count)).squareRoot())
    }
  }

  @Test func threadsChangeNoBit() throws {
    let data = scatter(25, deviation: 12)
    let kriging = try Kriging(
      data, drift: .constant,
      model: KrigingModel(Covariance(.matern32, deviation: 250, length: 6000), jitter: 9))
    let geometry = GridGeometry(
      region: Region(west: 0, east: 45_000, south: 0, north: 40_000), columns: 61, rows: 54)
    let one = try ConditionalSimulation(kriging, on: geometry)
    let two = try ConditionalSimulation(kriging, on: geometry, workers: .upTo(2))
    let streams = Streams(seed: 3, name: "start")
    #expect(try one.draw(streams, member: 8) == two.draw(streams, member: 8, workers: .upTo(2)))
  }
}
