import CKernels
import Datasets
import Foundation
import NumericCore
import Testing

@testable import Gravity

private let cube = Prism(
  region: Region(west: -500, east: 500, south: -300, north: 300), bottom: -200, top: 100, density: 2670)

private func gz(_ easting: Double, _ northing: Double, _ upward: Double) -> Double {
  PrismGravity.gz(of: cube, at: Observation(easting: easting, northing: northing, upward: upward))
}

@Suite struct PrismGravityTests {
  @Test func farAwayAPrismIsAPointMass() {
    let mass: Double = 2670 * 1000 * 600 * 300
    let places: [(Double, Double, Double)] = [
      (20_000, 5_000, 3_000), (-9_000, 30_000, 8_000), (0, 0, 40_000),
    ]
    for (x, y, z) in places {
      let dz = z + 50
      let r = (x * x + y * y + dz * dz).squareRoot()
      let newton: Double = 1e5 * PrismGravity.gravitationalConstant * mass
      let point = newton * dz / (r * r * r)
      // The quadrupole is (size / distance)² of the point mass.
      #expect(abs(gz(x, y, z) - point) <= 3e-3 * abs(point))
    }
  }

  @Test func mirroringThePrismMirrorsItsGravity() {
    let places: [(Double, Double, Double)] = [
      (700, 100, 300), (100, 50, 20), (500, 300, 100), (12_000, 7_000, 900),
    ]
    for (x, y, z) in places {
      let value = gz(x, y, z)
      #expect(gz(-x, y, z) == value)
      #expect(gz(x, -y, z) == value)
      #expect(abs(gz(x, y, -100 - z) + value) <= 1e-12)
    }
  }

  /// Divergence of gravity: 4πGρ inside (Poisson), 0 outside (Laplace).
  @Test func divergenceIsPoissons() {
    let step = 1.0
    let inside = (gz(0, 0, -50 + step) - gz(0, 0, -50 - step)) / (2 * step)
    let mirrored = laplacianOfHorizontalPart(0, 0, -50)
    let poisson = 1e5 * 4 * Double.pi * PrismGravity.gravitationalConstant * 2670
    #expect(abs(inside + mirrored - poisson) <= 1e-4 * poisson)
    let outside = (gz(0, 0, 300 + step) - gz(0, 0, 300 - step)) / (2 * step)
    #expect(abs(outside + laplacianOfHorizontalPart(0, 0, 300)) <= 1e-4 * poisson)
  }

  /// ∂g_x/∂x + ∂g_y/∂y, with g_x of the prism = g_z of the prism turned by 90 degrees.
  private func laplacianOfHorizontalPart(_ x: Double, _ y: Double, _ z: Double) -> Double {
    func turned(_ a: Double, _ b: Double, _ c: Double, alongX: Bool) -> Double {
      // The axis of interest becomes the vertical one.
      var prism = cube
      if alongX {
        (prism.region.west, prism.region.east) = (cube.bottom, cube.top)
        (prism.bottom, prism.top) = (cube.region.west, cube.region.east)
        return PrismGravity.gz(of: prism, at: Observation(easting: c, northing: b, upward: a))
      }
      (prism.region.south, prism.region.north) = (cube.bottom, cube.top)
      (prism.bottom, prism.top) = (cube.region.south, cube.region.north)
      return PrismGravity.gz(of: prism, at: Observation(easting: a, northing: c, upward: b))
    }
    let h = 1.0
    let east =
      (turned(x + h, y, z, alongX: true) - turned(x - h, y, z, alongX: true)) / (2 * h)
    let north =
      (turned(x, y + h, z, alongX: false) - turned(x, y - h, z, alongX: false)) / (2 * h)
    return east + north
  }

  @Test func derivativeOfTheTopIsTheLimitOfDifferences() {
    let places: [(Double, Double, Double)] = [
      (0, 0, 200), (480, 290, 130), (2_000, -900, 400), (0, 0, 101), (30, 10, -500),
    ]
    for (x, y, z) in places {
      let place = Observation(easting: x, northing: y, upward: z)
      let exact = PrismGravity.derivativeWithRespectToTop(of: cube, at: place)
      func raised(_ by: Double) -> Double {
        var prism = cube
        prism.top += by
        return PrismGravity.gz(of: prism, at: place)
      }
      let h = 0.05
      let difference = (8 * (raised(h) - raised(-h)) - (raised(2 * h) - raised(-2 * h))) / (12 * h)
      #expect(abs(exact - difference) <= 1e-10 + 1e-7 * abs(exact))
    }
  }

  @Test func everyNumberOfThreadsGivesTheSameBits() {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 9000, south: 0, north: 7000), spacing: 1000)
    let topography = (0..<geometry.count).map { 100 + 37 * Double($0 * 7 % 11) }
    let layer = PrismLayer(
      topography: topography, geometry: geometry,
      reference: Array(repeating: 250, count: geometry.count),
      densityContrast: Array(repeating: 300, count: geometry.count))
    let points = ObservationPoints(grid: geometry.refined(by: 2), upward: 600)
    let one = PrismGravity.gz(of: layer, at: points, workers: .serial)
    #expect(one == PrismGravity.gz(of: layer, at: points, workers: .upTo(2)))
    #expect(one == PrismGravity.gz(of: layer, at: points, workers: .upTo(7)))
    // The layer is the sum of its prisms.
    let sum = (0..<geometry.count).reduce(0.0) { sum, cell in
      let (e, n) = (geometry.easting(cell % geometry.columns), geometry.northing(cell / geometry.columns))
      return sum
        + PrismGravity.gz(
          of: Prism(
            region: Region(west: e - 500, east: e + 500, south: n - 500, north: n + 500),
            bottom: layer.bottom[cell], top: layer.top[cell], density: layer.density[cell]),
          at: Observation(easting: points.easting[20], northing: points.northing[20], upward: 600))
    }
    #expect(abs(sum - one[20]) <= 1e-11)
  }

  @Test func emptyCellsCarryNoMass() {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 1000, south: 0, north: 1000), spacing: 1000)
    let points = ObservationPoints(grid: geometry, upward: 600)
    let full = PrismLayer(
      topography: [300, 200, 100, .nan], geometry: geometry, reference: [0, 0, 0, 0],
      densityContrast: [100, 0, .nan, 100])
    let one = PrismLayer(
      topography: [300, 0, 0, 0], geometry: geometry, reference: [0, 0, 0, 0],
      densityContrast: [100, 100, 100, 100])
    #expect(
      PrismGravity.gz(of: full, at: points, workers: .serial)
        == PrismGravity.gz(of: one, at: points, workers: .serial))
  }

  @Test func elementaryFunctionsOfTheKernel() {
    for exponent in stride(from: -200.0, through: 200, by: 0.37) {
      let (a, b) = (Foundation.pow(10, exponent), 3.7)
      let expected = Foundation.log(a) - Foundation.log(b)
      #expect(abs(ck_logarithm(a, b) - expected) <= 4e-16 * (2 + abs(expected)))
    }
    for near in stride(from: -0.9, through: 2, by: 0.0137) {
      let expected = Foundation.log1p(near)
      #expect(
        abs(ck_logarithm(1 + near, 1) - expected)
          <= 3e-16 * max(1e-0, abs(expected)))
    }
    for degrees in stride(from: -179.9, through: 180, by: 0.1) {
      let angle = degrees * .pi / 180
      let found = ck_angle(5e7 * Foundation.cos(angle), 5e7 * Foundation.sin(angle))
      #expect(abs(found - angle) <= 1e-15)
    }
    #expect(ck_angle(0, 0).isFinite)
  }
}
