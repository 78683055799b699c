import CKernels
import NumericCore

/// The cells around each observation, summed directly: a band matrix whose entries stand in tables, one
/// value a cell. Observations at one height share a table for each distance that an offset can have, in
/// the order of the cells that act; others have one for every offset, in the order of the cells that
/// they stand in.
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
  private let isLevel: Bool
  private let neighbours: [[Neighbour]]
  private let tables: PooledArray

  init(
    _ cells: GridOperator.Cells, geometry: GridGeometry, lattice: ObservationLattice, radius: Int,
    pool: BufferPool, workers: Workers
  ) {
    (columns, rows, isLevel) = (geometry.columns, geometry.rows, lattice.isLevel)
    var distances: [ObservationLattice.Place: Int] = [:]
    var strips: [Strip] = []
    neighbours = lattice.places.enumerated().map { index, place in
      (-radius...radius).flatMap { north in
        (-radius...radius).map { east in
          let strip = Strip(place: index, phase: place, east: east, north: north)
          let known = lattice.isLevel ? distances[strip.distance] : nil
          if known == nil {
            distances[strip.distance] = strips.count
            strips.append(strip)
          }
          return Neighbour(east: east, north: north, table: known ?? strips.count - 1)
        }
      }
    }
    tables = PooledArray(strips.count * geometry.count, from: pool)
    let filler = NearFieldFiller(cells: cells, geometry: geometry, lattice: lattice)
    for (index, strip) in strips.enumerated() {
      filler.fill(tables.start + index * geometry.count, strip, workers: workers)
    }
  }

  private init(_ other: NearField, neighbours: [[Neighbour]]) {
    (columns, rows, isLevel, tables) = (other.columns, other.rows, other.isLevel, other.tables)
    self.neighbours = neighbours
  }

  /// The nearer ones of the cells, in the same tables.
  func within(radius: Int) -> NearField {
    NearField(self, neighbours: neighbours.map { $0.filter { max(abs($0.east), abs($0.north)) <= radius } })
  }

  /// A table: offsets of the cell from the observation's, which stands at a place within it.
  struct Strip {
    let place: Int
    let phase: ObservationLattice.Place
    let east, north: Int

    var distance: ObservationLattice.Place {
      .init(
        easting: abs(Double(east) - phase.easting), northing: abs(Double(north) - phase.northing))
    }
  }

  /// The cells of a row that have a neighbour, and where: nil where none has.
  private func overlap(_ row: Int, _ neighbour: Neighbour) -> (first: Int, count: Int, source: Int)? {
    let source = row + neighbour.north
    guard source >= 0, source < rows else { return nil }
    let first = max(0, -neighbour.east)
    let count = min(columns, columns - neighbour.east) - first
    guard count > 0 else { return nil }
    return (first, count, source * columns + first + neighbour.east)
  }

  /// out[observation's cell] += Σ entry · x[cell], for observations at one place.
  func add(
    _ x: UnsafePointer<Double>, to out: UnsafeMutablePointer<Double>, place: Int, workers: Workers
  ) {
    let shared = SharedPointer((x: x, out: out))
    let (set, size) = (workers.instructions.code, columns * rows)
    workers.forEach(rows) { row in
      for neighbour in neighbours[place] {
        guard let (first, count, source) = overlap(row, neighbour) else { continue }
        let target = row * columns + first
        let entries = tables.start + neighbour.table * size + (isLevel ? source : target)
        ck_add_product(set, entries, shared.start.x + source, shared.start.out + target, count)
      }
    }
  }

  /// out[cell] += Σ entry · x[observation's cell].
  func addTransposed(
    _ x: UnsafePointer<Double>, to out: UnsafeMutablePointer<Double>, place: Int, workers: Workers
  ) {
    let shared = SharedPointer((x: x, out: out))
    let (set, size) = (workers.instructions.code, columns * rows)
    workers.forEach(rows) { row in
      for neighbour in neighbours[place] {
        // The observation's row: the neighbour's offset the other way.
        let mirrored = Neighbour(east: -neighbour.east, north: -neighbour.north, table: neighbour.table)
        guard let (first, count, source) = overlap(row, mirrored) else { continue }
        let target = row * columns + first
        let entries = tables.start + neighbour.table * size + (isLevel ? target : source)
        ck_add_product(set, entries, shared.start.x + source, shared.start.out + target, count)
      }
    }
  }
}

/// Fills the tables of a near field.
private struct NearFieldFiller: Sendable {
  let cells: GridOperator.Cells
  let geometry: GridGeometry
  let lattice: ObservationLattice

  func fill(_ table: UnsafeMutablePointer<Double>, _ strip: NearField.Strip, workers: Workers) {
    let (shared, set) = (SharedPointer(table), workers.instructions.code)
    let distance = strip.distance
    let x = [Double](repeating: distance.easting * geometry.spacingEasting, count: geometry.columns)
    workers.forEach(geometry.rows) { row in
      let range = row * geometry.columns..<(row + 1) * geometry.columns
      let (levels, factors, upwards) = entries(range, strip)
      x.withUnsafeBufferPointer { x in
        var offsets = ck_offsets(
          count: geometry.columns, half_easting: geometry.spacingEasting / 2,
          half_northing: geometry.spacingNorthing / 2, x: x.baseAddress,
          y: distance.northing * geometry.spacingNorthing)
        fill(shared.start + range.lowerBound, &offsets, levels, upwards, set)
      }
      let table = shared.start
      for (cell, factor) in zip(range, factors) { table[cell] = factor == 0 ? 0 : table[cell] * factor }
    }
  }

  /// Levels and factors of the cells that act, and heights of the observations, for a row of a table.
  private func entries(_ range: Range<Int>, _ strip: NearField.Strip) -> ([Double], [Double], [Double]) {
    if lattice.isLevel {
      return (
        Array(cells.levels[range]), Array(cells.factors[range]),
        Array(repeating: lattice.lowest, count: range.count)
      )
    }
    let row = range.lowerBound / geometry.columns + strip.north
    let sources = range.indices.map { index -> Int? in
      let column = index - range.lowerBound + strip.east
      let isInside =
        (0..<geometry.rows).contains(row) && (0..<geometry.columns).contains(column)
      return isInside ? row * geometry.columns + column : nil
    }
    return (
      sources.map { $0.map { cells.levels[$0] } ?? cells.levels[0] },
      sources.map { $0.map { cells.factors[$0] } ?? 0 },
      Array(lattice.heights[strip.place][range])
    )
  }

  private func fill(
    _ row: UnsafeMutablePointer<Double>, _ offsets: UnsafePointer<ck_offsets>, _ levels: [Double],
    _ upwards: [Double], _ set: ck_set
  ) {
    let z = zip(levels, upwards).map { $0 - $1 }
    switch cells.response {
    case .angle: ck_angle_offsets(set, offsets, z, row)
    case .annulus: ck_annulus_offsets(set, offsets, z, row)
    case .attraction(let base):
      ck_face_row(set, offsets, z, row)
      // At one height the common face is one number for the whole row.
      var first = offsets.pointee
      if lattice.isLevel { first.count = 1 }
      var common = [Double](repeating: 0, count: first.count)
      ck_face_row(set, &first, upwards.prefix(first.count).map { base - $0 }, &common)
      for index in z.indices { row[index] -= common[lattice.isLevel ? 0 : index] }
    case .slab(let step):
      var other = [Double](repeating: 0, count: z.count)
      ck_face_row(set, offsets, zip(levels, upwards).map { ($0 + step) - $1 }, row)
      ck_face_row(set, offsets, z, &other)
      for index in other.indices { row[index] = (row[index] - other[index]) / step }
    }
  }
}
