import NumericCore
import TestSupport
import Testing

@testable import Inference

@Suite struct EnsembleKalmanTests {
  /// A linear problem with a normal prior N(0, I): y = G θ + noise of deviation s.
  struct Linear {
    var matrix: Matrix
    var y: [Double]
    var deviation: Double

    init(data: Int, parameters: Int, deviation: Double, seed: UInt64) {
      let random = CounterRandom(seed: seed, stream: "linear")
      matrix = Matrix(
        rows: data, columns: parameters, values: random.normal(data * parameters, row: 0))
      let truth = random.normal(parameters, row: 1)
      let noise = random.normal(data, row: 2)
      y = zip(matrix.times(truth), noise).map { $0 + deviation * $1 }
      self.deviation = deviation
    }

    func residual(_ point: [Double]) -> [Double] {
      zip(y, matrix.times(point)).map { ($0 - $1) / deviation }
    }

    /// Mean and covariance of the posterior.
    func posterior() throws -> (mean: [Double], covariance: Matrix) {
      let columns = matrix.columns
      var normal = Matrix.identity(columns)
      for row in 0..<matrix.rows {
        for i in 0..<columns {
          for j in 0..<columns {
            normal[i, j] += matrix[row, i] * matrix[row, j] / (deviation * deviation)
          }
        }
      }
      let factor = try Cholesky(normal)
      let right = matrix.transposedTimes(y).map { $0 / (deviation * deviation) }
      return (factor.solve(right), factor.inverse())
    }
  }

  private func prior(_ members: Int, _ parameters: Int, seed: UInt64) -> [[Double]] {
    let random = CounterRandom(seed: seed, stream: "prior")
    return (0..<members).map { random.normal(parameters, row: $0) }
  }

  @Test(arguments: [[1.0], EnsembleSmoother.equal(4), EnsembleSmoother.falling(4, ratio: 2)])
  func theConjugateCase(inflations: [Double]) throws {
    let problem = Linear(data: 6, parameters: 3, deviation: 0.5, seed: 2)
    let exact = try problem.posterior()
    let smoother = EnsembleSmoother(inflations: inflations, seed: 4)
    let count = Effort.count(1000, long: 4000)
    // Of standard errors.
    let scale = (4000 / Double(count)).squareRoot()
    var members = prior(count, 3, seed: 3)
    for assimilation in inflations.indices {
      members = smoother.update(members, residuals: members.map(problem.residual), assimilation: assimilation)
    }
    let mean = EnsembleUpdate.mean(members)
    for axis in 0..<3 {
      let sigma = exact.covariance[axis, axis].squareRoot()
      #expect(
        abs(mean[axis] - exact.mean[axis]) < 5 * sigma * scale / 63,
        "\(axis): \(mean[axis]), \(exact.mean[axis])")
      let spread = Statistics.deviation(members.map { $0[axis] })
      #expect(abs(spread / sigma - 1) < 0.06 * scale, "\(axis): \(spread), \(sigma)")
    }
    let products: Double = members.reduce(0.0) { $0 + ($1[0] - mean[0]) * ($1[1] - mean[1]) }
    let deviations = (exact.covariance[0, 0] * exact.covariance[1, 1]).squareRoot()
    #expect(abs(products / Double(count) - exact.covariance[0, 1]) < 0.08 * scale * deviations)
  }

  /// The gain against the textbook's: S_θ Aᵀ (A Aᵀ + α I)⁻¹, solved in the space of the data.
  @Test func theGainInTheSpaceOfTheData() throws {
    let problem = Linear(data: 5, parameters: 4, deviation: 0.3, seed: 6)
    let members = prior(7, 4, seed: 1)
    let residuals = members.map(problem.residual)
    let (alpha, root) = (1.7, 6.0.squareRoot())
    let centre = EnsembleUpdate.mean(residuals)
    let mean = EnsembleUpdate.mean(members)
    var matrix = Matrix.identity(5)
    for index in 0..<5 { matrix[index, index] = alpha }
    for residual in residuals {
      for i in 0..<5 {
        for j in 0..<5 { matrix[i, j] += (centre[i] - residual[i]) * (centre[j] - residual[j]) / 6 }
      }
    }
    let factor = try Cholesky(matrix)
    let update = EnsembleUpdate(members: members, residuals: residuals, inflation: alpha)
    let innovation = [1.0, -2, 0.5, 0, 3]
    let solved = factor.solve(innovation)
    let expected = (0..<4).map { axis in
      zip(members, residuals).reduce(0) { sum, pair in
        let along = (0..<5).reduce(0) { $0 + (centre[$1] - pair.1[$1]) / root * solved[$1] }
        return sum + (pair.0[axis] - mean[axis]) / root * along
      }
    }
    let found = update.times([innovation])[0]
    let tapered = update.times([innovation], taper: { _ in [1, 1, 1, 1, 1] })[0]
    for axis in 0..<4 {
      #expect(abs(found[axis] - expected[axis]) < 1e-12)
      #expect(abs(tapered[axis] - expected[axis]) < 1e-12)
    }
    let none = update.times([innovation], taper: { $0 == 2 ? [0, 0, 0, 0, 0] : [1, 1, 1, 1, 1] })[0]
    #expect(none[2] == 0 && none[1] == tapered[1])
  }

  @Test func inflations() {
    #expect(EnsembleSmoother.complaint(EnsembleSmoother.equal(7)) == nil)
    #expect(EnsembleSmoother.complaint(EnsembleSmoother.falling(5, ratio: 3)) == nil)
    #expect(EnsembleSmoother.falling(2, ratio: 3) == [4, 4.0 / 3])
    #expect(
      EnsembleSmoother.complaint([4, 4]) == "the inverses of the inflations sum to 0.5 instead of 1")
    #expect(EnsembleSmoother.complaint([]) == "inflations are positive numbers, at least one")
  }

  @Test func gaspariCohn() {
    #expect(GaspariCohn.value(0) == 1 && GaspariCohn.value(2) == 0 && GaspariCohn.value(3) == 0)
    #expect(abs(GaspariCohn.value(1) - 5.0 / 24) < 1e-15)
    #expect(abs(GaspariCohn.value(1 - 1e-9) - GaspariCohn.value(1 + 1e-9)) < 1e-8)
    // Positive definite on a line: all eigenvalues of a tapered matrix are.
    let count = 40
    var matrix = Matrix.identity(count)
    for i in 0..<count {
      for j in 0..<count { matrix[i, j] = GaspariCohn.value(Double(i - j) / 7) }
    }
    #expect((try? Cholesky(matrix)) != nil)
  }

  @Test func membersThatFailAreDrawnAnew() {
    let members = prior(500, 2, seed: 9).map { [3 + 2 * $0[0], $0[0] + 0.1 * $0[1]] }
    let failed = Set(250..<500)
    let full = EnsembleSmoother.replaced(members, failed: failed, seed: 1, stream: "test", round: 0)
    #expect(full[..<250] == members[..<250])
    let drawn = full[250...].map { $0[0] }
    #expect(abs(Statistics.mean(drawn) - 3) < 0.5 && abs(Statistics.deviation(drawn) - 2) < 0.3)
    let off = full[250...].map { $0[1] - ($0[0] - 3) / 2 }
    #expect(Statistics.deviation(off) < 0.15)
    #expect(EnsembleSmoother.replaced(members, failed: [], seed: 1, stream: "test", round: 0) == members)
  }

  @Test func theInversionFindsTheBestFitAndCollapses() throws {
    let problem = Linear(data: 8, parameters: 3, deviation: 0.1, seed: 12)
    let control = EnsembleInversion.Control()
    var state = EnsembleInversion(members: prior(30, 3, seed: 5), control: control)
    var steps: [Double] = []
    for _ in 0..<60 {
      let trial = state.trial
      let mean = problem.residual(EnsembleUpdate.mean(trial))
      state.fold(tried: trial, residuals: trial.map(problem.residual), mean: mean, control: control)
      steps.append(state.step)
    }
    // Least squares without a prior.
    let matrix = problem.matrix
    var normal = Matrix(rows: 3, columns: 3)
    for row in 0..<8 {
      for i in 0..<3 { for j in 0..<3 { normal[i, j] += matrix[row, i] * matrix[row, j] } }
    }
    let best = try Cholesky(normal).solve(matrix.transposedTimes(problem.y))
    let exact = try problem.posterior()
    let mean = EnsembleUpdate.mean(state.members)
    for axis in 0..<3 {
      let sigma = exact.covariance[axis, axis].squareRoot()
      #expect(abs(mean[axis] - best[axis]) < 0.05 * sigma)
      let ratio = Statistics.deviation(state.members.map { $0[axis] }) / sigma
      #expect(ratio < 0.1, "a spread that is \(ratio) of the posterior's deviation")
    }
    #expect(steps[0] == 0.1 && abs(steps[1] - 0.125) < 1e-15)
  }

  @Test func aStepThatIsRefused() {
    let control = EnsembleInversion.Control()
    var state = EnsembleInversion(members: [[1], [2], [4]], control: control)
    state.fold(tried: state.trial, residuals: [[1], [2], [4]], mean: [7.0 / 3], control: control)
    #expect(state.iteration == 0 && state.step == 0.1)
    let before = state
    let isRefused = !state.fold(tried: state.trial, residuals: [[9], [9], [9]], mean: [9], control: control)
    #expect(isRefused)
    #expect(state.members == before.members && state.change == before.change)
    #expect(state.step == 0.05 && state.refused == 1 && state.iteration == 0)
    let isTaken = state.fold(
      tried: state.trial, residuals: [[1], [2], [4]], mean: [7.0 / 3], control: control)
    #expect(isTaken && state.step == 0.0625 && state.refused == 0 && state.iteration == 1)
  }
}
