import NumericCore
import Testing

@testable import Gravity

@Suite struct LayerJacobianTests {
  private let geometry = GridGeometry(
    region: Region(west: 0, east: 6000, south: 0, north: 4000), spacing: 1000)

  /// Cells above, below and at the reference, positive and negative contrasts.
  private var topography: [Double] { (0..<geometry.count).map { 200 + 53 * Double($0 * 5 % 13) } }
  private var contrast: [Double] { (0..<geometry.count).map { $0 % 4 == 0 ? -400 : 2669 } }

  private func layer(_ topography: [Double]) -> PrismLayer {
    PrismLayer(
      topography: topography, geometry: geometry,
      reference: Array(repeating: 500, count: geometry.count), densityContrast: contrast)
  }

  private var points: ObservationPoints {
    var points = ObservationPoints(grid: geometry, upward: 1000)
    points.upward = points.upward.indices.map { 1000 + 40 * Double($0 % 3) }
    // One observation below the layer.
    points.upward[3] = -300
    return points
  }

  @Test func exactIsTheDerivativeOfTheForwardModelWithRespectToTheSurface() {
    let count = geometry.count
    let matrix = LayerJacobian.exact.matrix(
      of: layer(topography), cells: Array(0..<count), at: points, workers: .serial)
    let stride = LayerJacobian.stride(columns: count)
    for cell in 0..<count {
      func moved(_ by: Double) -> [Double] {
        var surface = topography
        surface[cell] += by
        return PrismGravity.gz(of: layer(surface), at: points, workers: .serial)
      }
      let h = 1.0
      let (one, two) = (
        zip(moved(h), moved(-h)).map { $0 - $1 }, zip(moved(2 * h), moved(-2 * h)).map { $0 - $1 }
      )
      for point in 0..<points.count {
        let difference = (8 * one[point] - two[point]) / (12 * h)
        let exact = matrix[point * stride + cell]
        #expect(abs(exact - difference) <= 1e-9 + 1e-7 * abs(exact))
      }
    }
  }

  @Test func columnsOfChosenCellsAreThoseOfTheWholeMatrix() {
    let cells = [3, 4, 17, 30]
    for derivative in [LayerJacobian.annulus, .finiteDifference(step: 2), .exact] {
      let whole = derivative.matrix(
        of: layer(topography), cells: Array(0..<geometry.count), at: points, workers: .serial)
      let some = derivative.matrix(of: layer(topography), cells: cells, at: points, workers: .upTo(3))
      for point in 0..<points.count {
        for (column, cell) in cells.enumerated() {
          #expect(
            some[point * LayerJacobian.stride(columns: 4) + column]
              == whole[point * LayerJacobian.stride(columns: geometry.count) + cell])
        }
        #expect(some[point * 8 + 4..<point * 8 + 8].allSatisfy { $0 == 0 })
      }
    }
  }

  /// 10 km cells 500 m below the observations: numbers of Invert4Geom's own test grid.
  @Test func coarseCells() {
    let geometry = GridGeometry(
      region: Region(west: 0, east: 40_000, south: 0, north: 30_000), spacing: 10_000)
    let flat = Array(repeating: 500.0, count: geometry.count)
    let layer = PrismLayer(
      topography: flat, geometry: geometry, reference: flat,
      densityContrast: Array(repeating: 2669, count: geometry.count))
    let points = ObservationPoints(grid: geometry, upward: 1000)
    let expected: [(LayerJacobian, [Double])] = [
      (.annulus, [0.03384827, 0.00117907, 0.00011863]),
      (.finiteDifference(step: 1), [0.10190154, 0.00127286, 0.00012191]),
      // The slab is centred half a metre nearer to the observation.
      (.exact, [0.10189, 0.001274, 0.000122]),
    ]
    for (derivative, values) in expected {
      let row = derivative.matrix(
        of: layer, cells: [0, 1, 2], at: points, workers: .serial)[..<3]
      let tolerance = derivative == .exact ? 2e-5 : 6e-9
      #expect(zip(row, values).allSatisfy { abs($0 - $1) <= tolerance })
    }
  }

  /// Quirk Q3: straight below an observation, and far wider than deep, a cell is a Bouguer plate, and the annulus makes
  /// of it a π-th.
  @Test func theAnnulusOfAWideCellIsAPiTh() {
    let geometry = GridGeometry(region: Region(west: 0, east: 2e6, south: 0, north: 2e6), spacing: 1e6)
    let flat = Array(repeating: 0.0, count: geometry.count)
    let layer = PrismLayer(
      topography: flat, geometry: geometry, reference: flat.map { $0 - 100 },
      densityContrast: Array(repeating: 2000, count: geometry.count))
    let point = ObservationPoints(easting: [1e6], northing: [1e6], upward: [10])
    let plate = 2 * Double.pi * PrismGravity.gravitationalConstant * 2000 * 1e5
    let values = [LayerJacobian.exact, .annulus].map {
      $0.matrix(of: layer, cells: [4], at: point, workers: .serial)[0]
    }
    #expect(abs(values[0] / plate - 1) <= 1e-4)
    #expect(abs(values[1] * Double.pi / plate - 1) <= 1e-4)
  }
}
