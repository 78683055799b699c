import CKernels
import NumericCore

/// The cells around each observation, summed directly: a band matrix whose entries stand in tables
/// with one value a cell, one table for each distance that an offset can have.
struct NearField: Sendable {
  /// What a cell contributes.
  enum Response: Equatable, Sendable {
    /// F(level) − F(base).
    case attraction(base: Double)
    /// dF/dz.
    case angle
    case annulus
    /// (F(level + step) − F(level)) / step.
    case slab(step: Double)
  }

  /// One neighbour: offset of the cell from the observation's, and its table.
  private struct Neighbour: Sendable {
    let east, north, table: Int
  }

  private let columns, rows: Int
  private let neighbours: [[Neighbour]]
  private var tables: [[Double]]

  init(
    _ response: Response, geometry: GridGeometry, lattice: ObservationLattice, radius: Int,
    levels: [Double], factors: [Double], workers: Workers
  ) {
    (columns, rows) = (geometry.columns, geometry.rows)
    var distances: [ObservationLattice.Place: Int] = [:]
    var places: [ObservationLattice.Place] = []
    neighbours = lattice.places.map { place in
      (-radius...radius).flatMap { north in
        (-radius...radius).map { east in
          let distance = ObservationLattice.Place(
            easting: abs(Double(east) - place.easting), northing: abs(Double(north) - place.northing))
          if distances[distance] == nil {
            distances[distance] = places.count
            places.append(distance)
          }
          return Neighbour(east: east, north: north, table: distances[distance] ?? 0)
        }
      }
    }
    tables = places.map { place in
      Self.table(
        response, geometry: geometry, place: place, heights: levels.map { $0 - lattice.upward },
        upward: lattice.upward, factors: factors, workers: workers)
    }
  }

  /// out[observation's cell] += Σ entry · x[cell], for observations at one place.
  func add(
    _ x: UnsafePointer<Double>, to out: UnsafeMutablePointer<Double>, place: Int, workers: Workers
  ) {
    nonisolated(unsafe) let (x, out) = (x, out)
    workers.forEach(rows) { row in
      for neighbour in neighbours[place] {
        let source = row + neighbour.north
        guard source >= 0, source < rows else { continue }
        let first = max(0, -neighbour.east)
        let count = min(columns, columns - neighbour.east) - first
        guard count > 0 else { continue }
        let start = source * columns + first + neighbour.east
        tables[neighbour.table].withUnsafeBufferPointer {
          ck_add_product(
            .best, $0.baseAddress.unsafelyUnwrapped + start, x + start, out + row * columns + first,
            count)
        }
      }
    }
  }

  /// out[cell] += Σ entry · x[observation's cell].
  func addTransposed(
    _ x: UnsafePointer<Double>, to out: UnsafeMutablePointer<Double>, place: Int, workers: Workers
  ) {
    nonisolated(unsafe) let (x, out) = (x, out)
    workers.forEach(rows) { row in
      for neighbour in neighbours[place] {
        let source = row - neighbour.north
        guard source >= 0, source < rows else { continue }
        let first = max(0, neighbour.east)
        let count = min(columns, columns + neighbour.east) - first
        guard count > 0 else { continue }
        let start = row * columns + first
        tables[neighbour.table].withUnsafeBufferPointer {
          ck_add_product(
            .best, $0.baseAddress.unsafelyUnwrapped + start,
            x + source * columns + first - neighbour.east, out + start, count)
        }
      }
    }
  }

  private static func table(
    _ response: Response, geometry: GridGeometry, place: ObservationLattice.Place,
    heights: [Double], upward: Double, factors: [Double], workers: Workers
  ) -> [Double] {
    let x = [Double](repeating: place.easting * geometry.spacingEasting, count: geometry.columns)
    let y = place.northing * geometry.spacingNorthing
    var result = [Double](repeating: 0, count: geometry.count)
    result.withUnsafeMutableBufferPointer { result in
      nonisolated(unsafe) let out = result.baseAddress.unsafelyUnwrapped
      workers.forEach(geometry.rows) { row in
        let start = row * geometry.columns
        let range = start..<start + geometry.columns
        x.withUnsafeBufferPointer { x in
          var offsets = ck_offsets(
            count: geometry.columns, half_easting: geometry.spacingEasting / 2,
            half_northing: geometry.spacingNorthing / 2, x: x.baseAddress, y: y)
          fill(out + start, response, &offsets, Array(heights[range]), upward: upward)
        }
        for cell in range { out[cell] = factors[cell] == 0 ? 0 : out[cell] * factors[cell] }
      }
    }
    return result
  }

  private static func fill(
    _ row: UnsafeMutablePointer<Double>, _ response: Response,
    _ offsets: UnsafePointer<ck_offsets>, _ z: [Double], upward: Double
  ) {
    switch response {
    case .angle: ck_angle_offsets(.best, offsets, z, row)
    case .annulus: ck_annulus_offsets(.best, offsets, z, row)
    case .attraction(let base):
      ck_face_row(.best, offsets, z, row)
      // One face for the whole row: its place is the same for every cell.
      var (single, common) = (offsets.pointee, 0.0)
      single.count = 1
      ck_face_row(.best, &single, [base - upward], &common)
      for index in z.indices { row[index] -= common }
    case .slab(let step):
      var other = [Double](repeating: 0, count: z.count)
      ck_face_row(.best, offsets, z.map { ($0 + upward + step) - upward }, row)
      ck_face_row(.best, offsets, z, &other)
      for index in other.indices { row[index] = (row[index] - other[index]) / step }
    }
  }
}
