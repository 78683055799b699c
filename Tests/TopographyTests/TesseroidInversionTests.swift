import Gravity
import NumericCore
import Optimisation
import Testing

@testable import Topography

private let cells = GridGeometry(
  region: Region(west: -60, east: -48, south: -30, north: -20), spacing: 1, isGeographic: true)

private let truth = SyntheticTopography.regional(geometry: cells, scale: 50, offset: -35e3).values

/// A Moho with the gravity of its tesseroids.
private func problem() throws -> InversionProblem {
  var result = InversionProblem(
    model: cells, startingTopography: Array(repeating: -35e3, count: cells.count),
    reference: Array(repeating: -35e3, count: cells.count),
    densityContrast: Array(repeating: 400, count: cells.count),
    points: ObservationPoints(grid: cells, upward: 10e3), anomaly: [])
  result.shape = .tesseroids
  result.anomaly = try result.gravity(of: truth, at: result.points, workers: .upTo(2))
  return result
}

private func settings(_ derivative: Derivative) -> InversionSettings {
  InversionSettings(
    derivative: derivative, damping: 1e-4,
    stopping: StoppingRule(maximumIterations: 12, l2NormTolerance: 0.05, deltaL2NormTolerance: 1.0001))
}

@Suite struct TesseroidInversionTests {
  @Test(arguments: [Derivative.exact, .finiteDifference(step: 1)])
  func theMohoComesBack(_ derivative: Derivative) throws {
    let result = try invert(problem(), settings: settings(derivative), workers: .upTo(2))
    let error = Statistics.rms(zip(result.topography, truth).map { $0 - $1 })
    let relief = Statistics.rms(truth.map { $0 + 35e3 })
    #expect(error < 0.03 * relief, "\(error) of \(relief) m, \(result.history.map(\.rmse))")
    #expect(result.method == InversionMethod(path: .dense, reason: TesseroidEngine.reason))
    #expect(result.reasons == [.l2NormTolerance])
  }

  /// Columns of the exact matrix are difference quotients of gravity by the height of the surface.
  @Test func exactDerivative() throws {
    let given = try problem()
    let engine = TesseroidEngine(given)
    let stride = LayerJacobian.stride(columns: cells.count)
    var matrix = [Double](repeating: 0, count: cells.count * stride)
    try engine.fill(
      &matrix, .exact, of: given.layer(of: truth), cells: Array(0..<cells.count), workers: .upTo(2))
    for cell in [0, 40, 77] {
      func gravity(_ change: Double) throws -> [Double] {
        var moved = truth
        moved[cell] += change
        return try engine.gz(ofSurface: moved, workers: .upTo(2))
      }
      let (up, down) = (try gravity(5), try gravity(-5))
      for point in [0, 41, 78] {
        let quotient = (up[point] - down[point]) / 10
        // Quadrature and cutting change with the cell's thickness; the sheet's is the better one.
        #expect(abs(matrix[point * stride + cell] / quotient - 1) <= 0.02)
      }
    }
  }

  @Test func densities() throws {
    var given = try problem()
    given.startingTopography = truth
    given.densityContrast = Array(repeating: 300, count: cells.count)
    let chosen = InversionSettings(
      damping: 1e-4, stopping: StoppingRule(maximumIterations: 5, l2NormTolerance: 1e-3))
    let result = try invertDensity(given, settings: chosen, workers: .upTo(2))
    let found = given.contrast(ofSigned: result.density, topography: truth)
    for cell in 0..<cells.count where abs(truth[cell] + 35e3) > 1000 {
      #expect(abs(found[cell] - 400) < 1, "\(cell): \(found[cell])")
    }
  }

  @Test func bits() throws {
    let given = try problem()
    let one = try invert(given, settings: settings(.exact), workers: .serial)
    #expect(one == (try invert(given, settings: settings(.exact), workers: .upTo(3))))
  }

  @Test func mistakesAreNamed() throws {
    let given = try problem()
    #expect(throws: InversionError.annulusOfTesseroids) {
      try invert(given, settings: settings(.annulus), workers: .serial)
    }
    var chosen = settings(.exact)
    chosen.path = .fast
    #expect(throws: InversionError.fastPathUnavailable(reason: TesseroidEngine.reason)) {
      try invert(given, settings: chosen, workers: .serial)
    }
    var inside = given
    inside.startingTopography[60] = 20e3
    #expect(throws: InversionError.self) {
      try invert(inside, settings: settings(.exact), workers: .serial)
    }
    var flat = given
    flat.shape = .prisms
    #expect(throws: InversionError.wrongCoordinates(shape: .prisms)) {
      try invert(flat, settings: settings(.exact), workers: .serial)
    }
  }
}
