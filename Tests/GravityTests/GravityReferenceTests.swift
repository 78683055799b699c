import Datasets
import Foundation
import NumericCore
import TestSupport
import Testing

@testable import Gravity

private let geometry = GridGeometry(
  region: Region(west: 0, east: 40_000, south: 0, north: 30_000), spacing: 1000)
private let mean = 492.2704164812973

private func layer(_ topography: [Double]) -> PrismLayer {
  PrismLayer(
    topography: topography, geometry: geometry,
    reference: Array(repeating: mean, count: geometry.count),
    densityContrast: Array(repeating: 2669, count: geometry.count))
}

private func rows(_ name: String) throws -> [[Substring]] {
  let text = try String(contentsOfFile: Reference.path(name), encoding: .utf8)
  return text.split(whereSeparator: \.isNewline).dropFirst().map {
    $0.split(separator: ",", omittingEmptySubsequences: false)
  }
}

@Suite(.needsReference)
struct GravityReferenceTests {
  /// Values of 60 digits. The sum of corner terms as large as the distance loses what a far prism
  /// has left: 10⁻¹⁶ · distance · Gρ, below 10⁻¹³ mGal within 10 km.
  @Test func singlePrisms() throws {
    let table = try rows("b_single_prism.csv")
    #expect(table.count == 148)
    for row in table {
      let v = row[1..<8].compactMap { Double($0) } + row[9...10].compactMap { Double($0) }
      let upward = try #require(Double(row[11]))
      let expected = try #require(Double(row[13]))
      let found = PrismGravity.gz(
        of: Prism(
          region: Region(west: v[0], east: v[1], south: v[2], north: v[3]), bottom: v[4], top: v[5],
          density: v[6]), at: Observation(easting: v[7], northing: v[8], upward: upward))
      let distance = max(abs(v[7]), abs(v[8]), 1000)
      #expect(
        abs(found - expected) <= 1e-11 * abs(expected) + 1e-16 * distance, "\(row[0]) \(row[8])")
    }
  }

  @Test func layerAgainstHarmonicaAndMpmath() throws {
    let file = try Reference.dataset("b_prism_forward.nc")
    let topography = try Reference.dataset("a_true_topography.nc").doubles("topography")
    let layer = layer(topography)
    #expect(layer.top == (try file.doubles("top")))
    #expect(layer.bottom == (try file.doubles("bottom")))
    #expect(layer.density == (try file.doubles("density")))
    let points = ObservationPoints(grid: geometry.refined(by: 2), upward: 1000)
    let found = PrismGravity.gz(of: layer, at: points, workers: .upTo(2))
    let expected = try file.doubles("g_z")
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-9 })
    for row in try rows("b_layer_mpmath.csv") {
      let (north, east) = (try #require(Int(row[0])), try #require(Int(row[1])))
      let exact = try #require(Double(row[5]))
      #expect(abs(found[north * 81 + east] - exact) <= 1e-11 * abs(exact))
    }
    let surface = SurfaceGravity(
      geometry: geometry, reference: Array(repeating: mean, count: geometry.count),
      densityContrast: Array(repeating: 2669, count: geometry.count),
      isPresent: Array(repeating: true, count: geometry.count), points: points, workers: .upTo(2))
    let moving = surface.gz(ofSurface: topography, workers: .upTo(2))
    #expect(zip(moving, found).allSatisfy { abs($0 - $1) <= 2e-11 })
  }

  @Test(arguments: ["flat", "truetopo"], ["annulus", "finite_difference"])
  func jacobians(_ start: String, _ kind: String) throws {
    let file = try Reference.dataset("c_jacobian_\(start)_\(kind).nc")
    let topography =
      start == "flat"
      ? Array(repeating: mean, count: geometry.count)
      : try Reference.dataset("a_true_topography.nc").doubles("topography")
    let derivative = kind == "annulus" ? LayerJacobian.annulus : .finiteDifference(step: 1)
    let points = ObservationPoints(grid: geometry, upward: 1000)
    let count = geometry.count
    let stride = LayerJacobian.stride(columns: count)
    let matrix = derivative.matrix(
      of: layer(topography), cells: Array(0..<count), at: points, workers: .upTo(2))
    // Up to 2·10⁻¹¹ mGal of a slab's gravity are rounding in the reference (uncombined logarithms of
    // terms as long as the distance); the smallest entries are 10⁻⁶.
    let tolerance = kind == "annulus" ? 1e-12 : 1e-7
    let data = try file.doubles("data").map { Int($0) }
    let expected = try file.doubles("jacobian")
    #expect(expected.count == data.count * count)
    var worst = 0.0
    for (index, row) in data.enumerated() {
      for column in 0..<count {
        let value = expected[index * count + column]
        let error = abs(matrix[row * stride + column] - value) - (kind == "annulus" ? 0 : 2e-11)
        worst = max(worst, error / abs(value))
      }
    }
    #expect(worst <= tolerance)
    let rowNorms = (0..<count).map { row in
      (0..<count).reduce(0.0) { $0 + matrix[row * stride + $1] * matrix[row * stride + $1] }
    }
    let columnNorms = (0..<count).map { column in
      (0..<count).reduce(0.0) { $0 + matrix[$1 * stride + column] * matrix[$1 * stride + column] }
    }
    for (norms, name) in [(rowNorms, "row_norm_all"), (columnNorms, "col_norm_all")] {
      for (square, norm) in zip(norms, try file.doubles(name)) {
        #expect(abs(square.squareRoot() - norm) <= tolerance * norm)
      }
    }
  }
}
