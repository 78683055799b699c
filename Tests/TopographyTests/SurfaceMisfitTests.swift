import Gravity
import NumericCore
import Optimisation
import Testing

@testable import Topography

/// Gradients of the misfit against differences of it, on every path.
@Suite struct SurfaceMisfitTests {
  private static func problem(_ side: Int) -> InversionProblem {
    let geometry = GridGeometry(
      region: Region(west: 0, east: Double(side - 1) * 1000, south: 0, north: Double(side - 1) * 1000),
      columns: side, rows: side)
    let nodes = geometry.nodes
    let surface = (0..<geometry.count).map { 400 + 60 * Double(($0 * 7) % 11) / 11 }
    var problem = InversionProblem(
      model: geometry, startingTopography: surface, reference: Array(repeating: 430, count: geometry.count),
      densityContrast: (0..<geometry.count).map { 2400 + Double($0 % 5) * 100 },
      points: ObservationPoints(
        easting: nodes.easting, northing: nodes.northing,
        upward: Array(repeating: 1000, count: geometry.count)),
      anomaly: (0..<geometry.count).map { Double(($0 * 13) % 17) / 17 })
    problem.uncertainty = (0..<geometry.count).map { 0.2 + 0.05 * Double($0 % 3) }
    problem.referenceModel = Array(repeating: 410, count: geometry.count)
    return problem
  }

  private static let terms: [Regularisation] = {
    var about = Regularisation(firstDifferences: 0.02, secondDifferences: 0.01, referenceModel: 0.005)
    about.isAboutReference = true
    return [
      Regularisation(),
      Regularisation(firstDifferences: 0.02, secondDifferences: 0.01, referenceModel: 0.005), about,
    ]
  }()

  @Test(arguments: terms.indices) func heights(index: Int) throws {
    var problem = Self.problem(8)
    problem.free[5] = false
    problem.isObserved = problem.points.upward.indices.map { $0 != 20 }
    let terms = Self.terms[index]
    let found = try surfaceMisfit(problem, regularisation: terms, wantsGradient: true, workers: .serial)
    #expect(found.method.path == .dense)
    #expect(found.gradient[5] == 0)
    for cell in [0, 9, 27, 63] {
      func value(_ step: Double) throws -> Double {
        var moved = problem
        moved.startingTopography[cell] += step
        return try surfaceMisfit(moved, regularisation: terms, wantsGradient: false, workers: .serial).value
      }
      let difference = (try value(0.5) - value(-0.5)) / 1
      #expect(abs(difference - found.gradient[cell]) <= 1e-5 * abs(difference) + 1e-9, "\(cell)")
    }
  }

  @Test func fastAndDenseAgree() throws {
    let problem = Self.problem(24)
    let fast = try surfaceMisfit(
      problem, regularisation: Regularisation(firstDifferences: 0.01), wantsGradient: true, path: .fast,
      workers: .serial)
    let dense = try surfaceMisfit(
      problem, regularisation: Regularisation(firstDifferences: 0.01), wantsGradient: true, path: .dense,
      workers: .upTo(2))
    #expect(abs(fast.value / dense.value - 1) < 1e-8)
    let scale = dense.gradient.map { abs($0) }.max() ?? 0
    for (a, b) in zip(fast.gradient, dense.gradient) { #expect(abs(a - b) < 1e-7 * scale) }
  }

  @Test(arguments: [InversionPath.dense, .fast]) func densities(path: InversionPath) throws {
    var problem = Self.problem(12)
    problem.free[7] = false
    let terms = Regularisation(firstDifferences: 1e-4, secondDifferences: 0, referenceModel: 1e-4)
    func found(_ problem: InversionProblem, _ wants: Bool) throws -> SurfaceMisfit {
      try densityMisfit(problem, regularisation: terms, wantsGradient: wants, path: path, workers: .serial)
    }
    let gradient = try found(problem, true).gradient
    #expect(gradient[7] == 0)
    for cell in [0, 30, 77, 143] {
      func value(_ step: Double) throws -> Double {
        var moved = problem
        moved.densityContrast[cell] += step
        return try found(moved, false).value
      }
      let difference = (try value(10) - value(-10)) / 20
      #expect(abs(difference - gradient[cell]) <= 1e-6 * abs(difference) + 1e-10, "\(cell)")
    }
  }
}
