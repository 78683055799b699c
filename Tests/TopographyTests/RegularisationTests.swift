import Gravity
import NumericCore
import Optimisation
import TestSupport
import Testing

@testable import Topography

private let cells = GridGeometry(
  region: Region(west: 0, east: 15_000, south: 0, north: 11_000), spacing: 1000)

private func flat(_ value: Double) -> [Double] { Array(repeating: value, count: cells.count) }

/// A bumpy surface on both sides of its reference with exact gravity, and every new term at hand.
private func problem(noise: Double = 0) -> InversionProblem {
  let truth = SyntheticTopography.simple(geometry: cells).values
  let points = ObservationPoints(grid: cells, upward: 1500)
  var result = InversionProblem(
    model: cells, startingTopography: flat(500), reference: flat(500), densityContrast: flat(2000),
    points: points, anomaly: [])
  let layer = PrismLayer(
    topography: truth, geometry: cells, reference: flat(500), densityContrast: flat(2000))
  let clean = PrismGravity.gz(of: layer, at: points, workers: .serial)
  result.anomaly = noise > 0 ? contaminate(clean, .absolute(noise), seed: 3) : clean
  return result
}

private func settings(
  _ derivative: Derivative = .exact, damping: Double = 0.01, iterations: Int = 5,
  path: InversionPath = .dense
) -> InversionSettings {
  InversionSettings(
    derivative: derivative, damping: damping,
    stopping: StoppingRule(maximumIterations: iterations, l2NormTolerance: 1e-9, deltaL2NormTolerance: 0),
    returnedIteration: .last, path: path)
}

private func sum(_ terms: Regularisation, _ m: [Double], reference: [Double]? = nil) -> Double {
  var total = 0.0
  func at(_ row: Int, _ column: Int) -> Double { m[row * cells.columns + column] }
  for row in 0..<cells.rows {
    for column in 0..<cells.columns {
      for (east, north) in [(1, 0), (0, 1)] {
        if column + east < cells.columns, row + north < cells.rows {
          let slope = terms.firstDifferences * (at(row + north, column + east) - at(row, column))
          total += slope * slope
        }
        if column + 2 * east < cells.columns, row + 2 * north < cells.rows {
          let bend =
            terms.secondDifferences
            * (at(row, column) - 2 * at(row + north, column + east)
              + at(row + 2 * north, column + 2 * east))
          total += bend * bend
        }
      }
      if let reference {
        let distance =
          terms.referenceModel * (at(row, column) - reference[row * cells.columns + column])
        total += distance * distance
      }
    }
  }
  return total
}

@Suite struct RegularisationTests {
  private let terms = Regularisation(firstDifferences: 0.3, secondDifferences: 0.2, referenceModel: 0.7)

  /// product and gradient are those of the sum of squares: half its second and first derivative.
  @Test func termsAreTheSumOfSquares() {
    var given = problem()
    given.referenceModel = (0..<cells.count).map { 400 + Double($0 % 5) }
    let penalty = GridPenalty(terms, given)
    let m = (0..<cells.count).map { 10 * Double($0 * 37 % 19) }
    let x = (0..<cells.count).map { Double($0 * 13 % 7) - 3 }
    let here = sum(terms, m, reference: given.referenceModel)
    let there = sum(terms, zip(m, x).map { $0 + $1 }, reference: given.referenceModel)
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let expected = here + 2 * dot(penalty.gradient(at: m), x) + dot(x, penalty.product(x))
    #expect(abs(there / expected - 1) <= 1e-12)
  }

  /// The symbol is the eigenvalue of a plane wave.
  @Test func symbolOfAWave() {
    let penalty = GridPenalty(terms, problem())
    let cycles = (0.2, 0.11)
    let wave = (0..<cells.count).map { index in
      Elementary.cos(
        2 * Double.pi
          * (cycles.0 * Double(index % cells.columns) + cycles.1 * Double(index / cells.columns)))
    }
    let image = penalty.product(wave)
    let symbol = terms.symbol(cyclesEasting: cycles.0, cyclesNorthing: cycles.1)
    for row in 3..<cells.rows - 3 {
      for column in 3..<cells.columns - 3 {
        let cell = row * cells.columns + column
        #expect(abs(image[cell] - symbol * wave[cell]) <= 1e-12)
      }
    }
  }

  /// The step is the minimiser of misfit + damping + terms: the gradient of the whole vanishes there. For every
  /// derivative, with data weights, a frozen cell, and on both paths.
  @Test(arguments: [Derivative.exact, .annulus, .finiteDifference(step: 1)], [InversionPath.dense, .fast])
  func stepMinimises(_ derivative: Derivative, _ path: InversionPath) throws {
    var given = problem()
    // Below the reference and above it, so that thickness and height differ in sign.
    given.startingTopography = (0..<cells.count).map { index in
      let bump = index * 7 % 11 - 5
      return 501 + 30 * Double(bump)
    }
    given.referenceModel = flat(450)
    given.uncertainty = (0..<cells.count).map { 0.5 + 0.1 * Double($0 % 4) }
    given.free[40] = false
    var chosen = settings(derivative, damping: 0.05, iterations: 1, path: path)
    chosen.regularisation = terms
    let result = try invert(given, settings: chosen, workers: .serial)
    #expect(result.method.path == path)
    let step = result.correction
    #expect(step[40] == 0)
    let layer = given.layer(of: given.startingTopography)
    let stride = LayerJacobian.stride(columns: cells.count)
    let matrix = derivative.matrix(
      of: layer, cells: Array(0..<cells.count), at: given.points, workers: .serial)
    let signs = layer.surfaceIsBottom.map { $0 && !derivative.isByHeight ? -1.0 : 1 }
    let start = given.residual(
      forward: PrismGravity.gz(of: layer, at: given.points, workers: .serial))
    let sigma = given.uncertainty ?? []
    let left = (0..<cells.count).map { row in
      var value = start[row]
      for cell in 0..<cells.count { value -= matrix[row * stride + cell] * signs[cell] * step[cell] }
      return value / (sigma[row] * sigma[row])
    }
    let penalty = GridPenalty(terms, given)
    let pull = penalty.gradient(at: zip(given.startingTopography, step).map { $0 + $1 })
    for cell in 0..<cells.count where cell != 40 {
      var gradient = pull[cell] + 0.05 * 0.05 * step[cell]
      for row in 0..<cells.count { gradient -= matrix[row * stride + cell] * signs[cell] * left[row] }
      #expect(abs(gradient) <= 1e-5, "\(cell): \(gradient)")
    }
  }

  @Test func bothPathsAgree() throws {
    var given = problem(noise: 0.5)
    given.uncertainty = (0..<cells.count).map { 0.3 + 0.05 * Double($0 % 9) }
    var surfaces: [[Double]] = []
    for path in [InversionPath.dense, .fast] {
      var chosen = settings(damping: 0.02, path: path)
      chosen.regularisation = Regularisation(firstDifferences: 0.01, secondDifferences: 0.005)
      surfaces.append(try invert(given, settings: chosen, workers: .upTo(2)).topography)
    }
    #expect(largestDifference(surfaces[0], surfaces[1]) <= 1e-5)
  }

  /// More smoothness, a smoother surface; a strong reference model is nearly reached.
  @Test func termsDoWhatTheySay() throws {
    let noisy = problem(noise: 1)
    func roughness(_ smoothness: Double) throws -> Double {
      var chosen = settings(damping: 0.01)
      chosen.regularisation = Regularisation(firstDifferences: smoothness)
      let surface = try invert(noisy, settings: chosen, workers: .serial).topography
      return sum(Regularisation(firstDifferences: 1), surface)
    }
    let found = try [0, 0.01, 0.1].map(roughness)
    #expect(found[0] > found[1] && found[1] > found[2])
    var near = noisy
    near.referenceModel = flat(470)
    var chosen = settings()
    chosen.regularisation = Regularisation(referenceModel: 100)
    let surface = try invert(near, settings: chosen, workers: .serial).topography
    #expect(surface.allSatisfy { abs($0 - 470) < 0.1 })
  }

  /// A datum of great uncertainty has no say.
  @Test func aBadDatumIsIgnoredWhenItsUncertaintySaysSo() throws {
    var given = problem()
    given.anomaly[70] += 50
    given.uncertainty = flat(0.1)
    let naive = try invert(given, settings: settings(damping: 0.1), workers: .serial).topography
    given.uncertainty?[70] = 1e4
    let wise = try invert(given, settings: settings(damping: 0.1), workers: .serial).topography
    let truth = SyntheticTopography.simple(geometry: cells).values
    func error(_ surface: [Double]) -> Double { Statistics.rms(zip(surface, truth).map { $0 - $1 }) }
    #expect(error(wise) < 0.5 * error(naive))
  }

  /// Quirk Q4: with data weights the damping counts in standard deviations. The same one for all data is the same as
  /// none and the damping multiplied by it, and twice the contrast in twice the noise needs the same damping.
  @Test func dampingInStandardDeviations() throws {
    let plain = try invert(problem(), settings: settings(damping: 0.06, iterations: 3), workers: .serial)
    var weighed = problem()
    weighed.uncertainty = flat(0.3)
    let scaled = try invert(weighed, settings: settings(damping: 0.2, iterations: 3), workers: .serial)
    #expect(largestDifference(plain.topography, scaled.topography) <= 1e-6)
    weighed.uncertainty = flat(0.6)
    weighed.densityContrast = weighed.densityContrast.map { 2 * $0 }
    weighed.anomaly = weighed.anomaly.map { 2 * $0 }
    let twice = try invert(weighed, settings: settings(damping: 0.2, iterations: 3), workers: .serial)
    #expect(largestDifference(twice.topography, scaled.topography) <= 1e-6)
  }

  @Test func stepLimitShortensTheStep() throws {
    var chosen = settings(iterations: 1)
    let free = try invert(problem(), settings: chosen, workers: .serial).correction
    chosen.stepLimit = 20
    let limited = try invert(problem(), settings: chosen, workers: .serial).correction
    let longest = free.map { abs($0) }.max() ?? 0
    #expect(longest > 20)
    #expect(abs((limited.map { abs($0) }.max() ?? 0) - 20) <= 1e-9)
    #expect(largestDifference(limited, free.map { $0 * 20 / longest }) <= 1e-9)
  }

  /// Quirk Q7: a start beyond a bound ends at it even where a weight is small.
  @Test func boundsHoldWithWeights() throws {
    var given = problem()
    given.upperLayer = flat(480)
    given.weights = flat(0.1)
    let surface = try invert(given, settings: settings(iterations: 1), workers: .serial).topography
    #expect(surface.allSatisfy { $0 <= 480 })
  }

  /// Quirk Q8: finite differences with a mask of any shape.
  @Test(arguments: [InversionPath.dense, .fast]) func maskOfAnyShape(_ path: InversionPath) throws {
    var given = problem()
    for cell in 0..<cells.count where (cell * 7) % 5 == 0 || cell == 33 { given.free[cell] = false }
    let result = try invert(
      given, settings: settings(.finiteDifference(step: 1), damping: 0.02, path: path), workers: .serial)
    for cell in 0..<cells.count where !given.free[cell] { #expect(result.topography[cell] == 500) }
    #expect(result.history.last?.rmse ?? .infinity < 0.5 * result.history[0].rmse)
  }

  /// About a reference its bumps are no roughness: a heavy weight keeps them, and flattens what differs.
  @Test(arguments: [InversionPath.dense, .fast])
  func smoothnessActsOnTheDifference(path: InversionPath) throws {
    var given = problem()
    let bumps = (0..<cells.count).map { 500 + 30 * Elementary.sin(Double($0 % cells.columns) * 1.3) }
    given.startingTopography = bumps
    given.referenceModel = bumps
    func roughness(_ isAbout: Bool) throws -> (own: Double, difference: Double) {
      var chosen = settings(damping: 0.01, path: path)
      chosen.regularisation = Regularisation(firstDifferences: 3)
      chosen.regularisation.isAboutReference = isAbout
      let surface = try invert(given, settings: chosen, workers: .serial).topography
      let terms = Regularisation(firstDifferences: 1)
      return (sum(terms, surface).squareRoot(), sum(terms, zip(surface, bumps).map { $0 - $1 }).squareRoot())
    }
    let (plain, about) = (try roughness(false), try roughness(true))
    #expect(about.difference < 0.2 * plain.difference && about.own > 5 * plain.own, "\(plain) \(about)")
    given.referenceModel = nil
    #expect(throws: InversionError.referenceModelMissing) { try roughness(true) }
  }

  @Test func mistakesAreNamed() {
    var chosen = settings()
    chosen.regularisation = Regularisation(referenceModel: 1)
    #expect(throws: InversionError.referenceModelMissing) {
      try invert(problem(), settings: chosen, workers: .serial)
    }
    chosen.regularisation = Regularisation(firstDifferences: -1)
    #expect(throws: InversionError.settingOutOfRange(name: "smoothness", value: -1)) {
      try invert(problem(), settings: chosen, workers: .serial)
    }
    var given = problem()
    given.uncertainty = flat(0)
    #expect(throws: InversionError.badUncertainty(easting: 0, northing: 0, value: 0)) {
      try invert(given, settings: settings(), workers: .serial)
    }
    given = problem()
    given.shape = .tesseroids
    #expect(throws: InversionError.wrongCoordinates(shape: .tesseroids)) {
      try invert(given, settings: settings(), workers: .serial)
    }
  }
}
