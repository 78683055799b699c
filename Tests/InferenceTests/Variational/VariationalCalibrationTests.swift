import Inference
import NumericCore
import TestSupport
import Testing

/// Truths out of the prior, data of them, and their posteriors: a truth has every rank among draws of its posterior equally often.
@Suite struct VariationalCalibrationTests {
  /// Ten data of two parameters; with `bend` not quite linear.
  private static func predict(_ theta: [Double], bend: Double) -> [Double] {
    (0..<10).map { datum in
      let x = Double(datum) / 9
      let linear = theta[0] + theta[1] * (2 * x - 1)
      return linear + bend * (theta[0] * theta[1] * x + theta[1] * theta[1] * x * x)
    }
  }

  /// Ranks 0 … 19 of both parameters among 19 draws of the fitted Gaussian.
  private static func ranks(bend: Double, problems: Int) throws -> [Int] {
    let margins: [PriorMargin] = [.normal(mean: 1, deviation: 0.5), .uniform(low: -1, high: 2)]
    let coordinates = try PriorCoordinates(margins)
    let random = CounterRandom(seed: 11, stream: "truths of a calibration")
    var ranks: [Int] = []
    for problem in 0..<problems {
      let numbers = random.normal(12, row: problem)
      let truth = coordinates.physical(Array(numbers.prefix(2)))
      let data = zip(predict(truth, bend: bend), numbers.dropFirst(2)).map { $0 + 0.4 * $1 }
      let likelihood = try GaussianLikelihood(data, deviations: data.map { _ in 0.4 })
      let family = try fit(coordinates, likelihood, bend: bend, seed: UInt64(problem))
      let draws = NormalDraws(.monteCarlo, seed: UInt64(problem), stream: "ranks").rows(
        19, dimension: 2, draw: 0
      )
      .map { coordinates.physical(family.place($0)) }
      ranks += truth.indices.map { axis in draws.count { $0[axis] < truth[axis] } }
    }
    return ranks
  }

  private static func fit(
    _ coordinates: PriorCoordinates, _ likelihood: GaussianLikelihood, bend: Double, seed: UInt64
  ) throws -> GaussianFamily {
    let settings = VariationalSettings()
    let inference = VariationalInference(settings, coordinates: coordinates)
    let draws = NormalDraws(.sobol, seed: seed, stream: "variational in \(seed)")
    var state = VariationalState(inference.start(), settings: settings)
    while state.iteration < 16 {
      let normals = draws.rows(state.drawCount(settings), dimension: 2, draw: state.draw)
      let evaluations = try inference.places(state, normals: normals).map { x in
        let predicted = predict(coordinates.physical(x), bend: bend)
        return VariationalInference.Evaluation(
          logLikelihood: try likelihood.logDensity(predicted),
          residual: try likelihood.whitenedResidual(predicted))
      }
      let (next, report) = try inference.step(state, normals: normals, evaluations: evaluations)
      state = next
      if report.gradientNorm < 1e-6 { break }
    }
    return state.average
  }

  /// χ² of ten bins of two ranks each, 9 degrees of freedom: 21.67 is exceeded once in a hundred times.
  @Test(arguments: [0, 0.15]) func ranksAreUniform(bend: Double) throws {
    let problems = Effort.count(100, long: 400)
    let ranks = try Self.ranks(bend: bend, problems: problems)
    for axis in 0..<2 {
      var counts = [Int](repeating: 0, count: 10)
      for problem in 0..<problems { counts[ranks[2 * problem + axis] / 2] += 1 }
      let expected = Double(problems) / 10
      let chi = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
      #expect(chi < 21.67, "bend \(bend), setting \(axis): \(counts)")
    }
  }

  /// Data that are half as noisy as is said are found out.
  @Test func wrongNoiseIsFoundOut() throws {
    var counts = [Int](repeating: 0, count: 10)
    let coordinates = try PriorCoordinates([.normal(mean: 1, deviation: 0.5), .uniform(low: -1, high: 2)])
    let random = CounterRandom(seed: 11, stream: "truths of a calibration")
    for problem in 0..<100 {
      let numbers = random.normal(12, row: problem)
      let truth = coordinates.physical(Array(numbers.prefix(2)))
      let data = zip(Self.predict(truth, bend: 0), numbers.dropFirst(2)).map { $0 + 0.8 * $1 }
      let likelihood = try GaussianLikelihood(data, deviations: data.map { _ in 0.4 })
      let family = try Self.fit(coordinates, likelihood, bend: 0, seed: UInt64(problem))
      let draws = NormalDraws(.monteCarlo, seed: UInt64(problem), stream: "ranks").rows(
        19, dimension: 2, draw: 0
      )
      .map { coordinates.physical(family.place($0)) }
      counts[draws.count { $0[0] < truth[0] } / 2] += 1
    }
    let chi = counts.reduce(0.0) { $0 + (Double($1) - 10) * (Double($1) - 10) / 10 }
    #expect(chi > 21.67, "\(counts)")
  }
}
