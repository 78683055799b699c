import Gravity
import NumericCore
import Optimisation
import TestSupport
import Testing

@testable import Topography

private let cells = GridGeometry(
  region: Region(west: 0, east: 15_000, south: 0, north: 11_000), spacing: 1000)

private let contrasts = (0..<cells.count).map { $0 % cells.columns < 8 ? 1800.0 : 2900 }

/// A known surface on both sides of its reference, and the gravity of two provinces of density.
private func problem() -> InversionProblem {
  let surface = SyntheticTopography.simple(geometry: cells).values
  let reference = Array(repeating: 500.0, count: cells.count)
  let points = ObservationPoints(grid: cells, upward: 1200)
  let layer = PrismLayer(
    topography: surface, geometry: cells, reference: reference, densityContrast: contrasts)
  return InversionProblem(
    model: cells, startingTopography: surface, reference: reference,
    densityContrast: Array(repeating: 2300, count: cells.count), points: points,
    anomaly: PrismGravity.gz(of: layer, at: points, workers: .serial))
}

private func settings(_ path: InversionPath = .dense, damping: Double = 1e-5) -> InversionSettings {
  InversionSettings(
    damping: damping,
    stopping: StoppingRule(maximumIterations: 10, l2NormTolerance: 1e-3, deltaL2NormTolerance: 1.0001),
    path: path)
}

@Suite struct DensityInversionTests {
  /// Without noise the provinces come back where the cells are thick, in one step nearly, on both paths.
  @Test(arguments: [InversionPath.dense, .fast]) func recoversTheProvinces(_ path: InversionPath) throws {
    let given = problem()
    let result = try invertDensity(given, settings: settings(path), workers: .upTo(2))
    #expect(result.method.path == path)
    #expect(result.history[1].rmse < 1e-3 * result.history[0].rmse)
    let found = given.contrast(ofSigned: result.density, topography: result.topography)
    let layer = given.layer(of: given.startingTopography)
    for cell in 0..<cells.count where layer.top[cell] - layer.bottom[cell] > 100 {
      #expect(abs(found[cell] / contrasts[cell] - 1) <= 0.02, "\(cell): \(found[cell])")
    }
    #expect(result.topography == given.startingTopography)
  }

  /// Every iteration is the one before and its correction, and the returned one is the result.
  @Test(arguments: [InversionPath.dense, .fast]) func iterationsFollowFromEachOther(
    _ path: InversionPath
  ) throws {
    let given = problem()
    var seen: [IterationSnapshot] = []
    let result = try invertDensity(given, settings: settings(path, damping: 1e-2), workers: .upTo(2)) {
      seen.append($0)
    }
    #expect(seen.count > 2 && seen.map(\.record) == result.history)
    #expect(seen[0].densityContrast == given.densityContrast)
    #expect(seen[0].correction.allSatisfy { $0 == 0 })
    for (before, after) in zip(seen, seen.dropFirst()) {
      let sum = zip(before.densityContrast ?? [], after.correction).map { $0 + $1 }
      #expect(after.densityContrast == sum && after.topography == given.startingTopography)
    }
    let returned = seen[result.returnedIteration]
    let found = given.contrast(ofSigned: result.density, topography: result.topography)
    #expect(returned.densityContrast == found)
    #expect(returned.correction == result.correction && returned.residual == result.residual)
  }

  @Test func bothPathsAgree() throws {
    let dense = try invertDensity(problem(), settings: settings(.dense, damping: 1e-3), workers: .serial)
    let fast = try invertDensity(problem(), settings: settings(.fast, damping: 1e-3), workers: .serial)
    #expect(largestDifference(dense.density, fast.density) <= 1e-4)
    #expect(largestDifference(dense.forward, fast.forward) <= 1e-8)
  }

  /// The result's gravity is that of its densities.
  @Test func gravityIsThatOfTheDensities() throws {
    var given = problem()
    given.free = given.free.indices.map { $0 % 3 != 0 }
    let result = try invertDensity(given, settings: settings(), workers: .serial)
    let forward = try given.gravity(
      of: result.topography, density: result.density, at: given.points, workers: .serial)
    #expect(largestDifference(forward, result.forward) <= 1e-9)
    let found = given.contrast(ofSigned: result.density, topography: result.topography)
    for cell in 0..<cells.count where !given.free[cell] { #expect(found[cell] == 2300) }
  }

  @Test func boundsHold() throws {
    let bounds = DensityBounds(lower: 2000, upper: 2600)
    let result = try invertDensity(
      problem(), settings: settings(), bounds: bounds, workers: .serial)
    let found = problem().contrast(ofSigned: result.density, topography: result.topography)
    #expect(found.allSatisfy { 2000 <= $0 && $0 <= 2600 })
    #expect(found.contains(2000) && found.contains(2600))
  }

  /// Smoothness acts on the contrast, whatever the sign of the cell.
  @Test func smoothnessJoinsCellsOnBothSidesOfTheReference() throws {
    var chosen = settings(damping: 0)
    chosen.regularisation = Regularisation(firstDifferences: 1)
    let result = try invertDensity(problem(), settings: chosen, workers: .serial)
    let found = problem().contrast(ofSigned: result.density, topography: result.topography)
    #expect((found.max() ?? 0) - (found.min() ?? 0) < 100)
  }

  @Test func flatCellsHaveNoDensity() {
    var given = problem()
    given.startingTopography = given.reference
    #expect(throws: InversionError.noThickness) {
      try invertDensity(given, settings: settings(), workers: .serial)
    }
    #expect(throws: InversionError.settingOutOfRange(name: "density_range", value: 1)) {
      try invertDensity(
        problem(), settings: settings(), bounds: DensityBounds(lower: 2, upper: 1), workers: .serial)
    }
  }
}
