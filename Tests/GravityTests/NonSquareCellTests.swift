import NumericCore
import Testing

@testable import Gravity

/// Cells 1100 m by 640 m: no result may depend on which of the two spacings is the easting's.
@Suite struct NonSquareCellTests {
  static let derivatives = [LayerJacobian.annulus, .finiteDifference(step: 1), .exact]

  /// A layer and observations, and the same with eastings and northings exchanged.
  struct Model {
    let geometry: GridGeometry
    let layer: PrismLayer
    let points: ObservationPoints

    /// - Parameter isTurned: whether rows are columns. Values follow their nodes.
    init(isTurned: Bool, isLevel: Bool = true) {
      let (columns, rows) = (9, 12)
      let region = Region(west: 2000, east: 2000 + 1100 * 8, south: -900, north: -900 + 640 * 11)
      geometry =
        isTurned
        ? GridGeometry(
          region: Region(west: region.south, east: region.north, south: region.west, north: region.east),
          columns: rows, rows: columns)
        : GridGeometry(region: region, columns: columns, rows: rows)
      func onNodes(_ value: (Int) -> Double) -> [Double] {
        (0..<columns * rows).map { value(isTurned ? $0 % rows * columns + $0 / rows : $0) }
      }
      layer = PrismLayer(
        topography: onNodes { 200 + 53 * Double($0 * 5 % 13) }, geometry: geometry,
        reference: onNodes { _ in 500 },
        densityContrast: onNodes { $0 % 4 == 0 ? -400 : 2669 })
      var points = ObservationPoints(grid: geometry, upward: 1000)
      if !isLevel { points.upward = onNodes { 1000 + 40 * Double($0 % 3) } }
      self.points = points
    }

    /// Where a node of the other one is.
    func turned(_ node: Int) -> Int { node % geometry.columns * geometry.rows + node / geometry.columns }
  }

  @Test(arguments: [true, false]) func gravityTurns(_ isLevel: Bool) throws {
    let (one, other) = (Model(isTurned: false, isLevel: isLevel), Model(isTurned: true, isLevel: isLevel))
    let gravity = PrismGravity.gz(of: one.layer, at: one.points, workers: .serial)
    let turned = PrismGravity.gz(of: other.layer, at: other.points, workers: .serial)
    for node in gravity.indices { #expect(abs(gravity[node] - turned[one.turned(node)]) <= 1e-11) }
  }

  @Test(arguments: derivatives) func rowsTurn(_ derivative: LayerJacobian) {
    let (one, other) = (Model(isTurned: false, isLevel: false), Model(isTurned: true, isLevel: false))
    let cells = Array(0..<one.geometry.count)
    let stride = LayerJacobian.stride(columns: cells.count)
    let matrix = derivative.matrix(of: one.layer, cells: cells, at: one.points, workers: .serial)
    let turned = derivative.matrix(of: other.layer, cells: cells, at: other.points, workers: .serial)
    let largest = matrix.map { abs($0) }.max() ?? 0
    for point in cells {
      for cell in cells {
        let found = turned[one.turned(point) * stride + one.turned(cell)]
        #expect(abs(matrix[point * stride + cell] - found) <= 1e-11 * largest)
      }
    }
  }

  /// The fast products are the matrix', and so turn with it.
  @Test(arguments: derivatives, [true, false])
  func fastProductsAreTheMatrix(_ derivative: LayerJacobian, _ isTurned: Bool) throws {
    let model = Model(isTurned: isTurned)
    let cells = Array(0..<model.geometry.count)
    var gravity = try GridGravity(
      of: .init(
        geometry: model.geometry, reference: Array(repeating: 500, count: cells.count),
        densityContrast: model.layer.density.map { abs($0) }, isPresent: cells.map { _ in true }),
      lattice: ObservationLattice(model.points, on: model.geometry), tolerance: .init(1e-9), workers: .serial)
    let fast = try gravity.jacobian(
      derivative, of: model.layer, free: cells.map { _ in true }, workers: .serial)
    let x = cells.map { Double($0 * 7 % 17) - 8 }
    let product = fast.product(x, workers: .serial)
    let matrix = derivative.matrix(of: model.layer, cells: cells, at: model.points, workers: .serial)
    let stride = LayerJacobian.stride(columns: cells.count)
    for point in cells {
      let sum = cells.reduce(0.0) { $0 + matrix[point * stride + $1] * x[$1] }
      #expect(abs(product[point] - sum) <= 1e-6)
    }
  }

  /// Far away the ring has the cell's mass: the annulus nears the derivative itself, whichever side is longer. A ring as
  /// wide as one of the sides alone would be off by their ratio, 1.7.
  @Test(arguments: [true, false]) func farAnnulusHasTheCellsMass(_ isTurned: Bool) {
    let columns = isTurned ? 64 : 38
    let geometry = GridGeometry(
      region: Region(
        west: 0, east: Double(columns - 1) * (isTurned ? 640 : 1100), south: 0,
        north: Double(101 - columns) * (isTurned ? 1100 : 640)),
      columns: columns, rows: 102 - columns)
    let flat = Array(repeating: 500.0, count: geometry.count)
    let layer = PrismLayer(
      topography: flat, geometry: geometry, reference: flat.map { _ in 0 },
      densityContrast: Array(repeating: 2669, count: geometry.count))
    let point = ObservationPoints(easting: [0], northing: [0], upward: [1500])
    let far = (0..<geometry.count).filter {
      geometry.easting($0 % geometry.columns) + geometry.northing($0 / geometry.columns) > 12_000
    }
    let rows = [LayerJacobian.annulus, .exact].map {
      $0.matrix(of: layer, cells: far, at: point, workers: .serial).prefix(far.count)
    }
    #expect(far.count > 1000)
    for (annulus, exact) in zip(rows[0], rows[1]) { #expect(abs(annulus / exact - 1) <= 0.02) }
  }

  /// Fields of prisms: what is along one axis is along the other after a turn.
  @Test func fieldsTurn() {
    let (one, other) = (Model(isTurned: false), Model(isTurned: true))
    for (field, across) in [
      (PrismField.potential, PrismField.potential), (.east, .north), (.eastEast, .northNorth),
      (.eastDown, .northDown), (.eastNorth, .eastNorth), (.downDown, .downDown),
    ] {
      let values = PrismGravity.values(of: field, layer: one.layer, at: one.points, workers: .serial)
      let turned = PrismGravity.values(of: across, layer: other.layer, at: other.points, workers: .serial)
      let largest = values.map { abs($0) }.max() ?? 0
      for node in values.indices {
        #expect(abs(values[node] - turned[one.turned(node)]) <= 1e-10 * largest)
      }
    }
  }
}
