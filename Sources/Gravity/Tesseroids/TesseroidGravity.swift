import CKernels
public import NumericCore

/// Gravity of tesseroids by adaptive bisection and Gauss–Legendre quadrature with 2 × 2 × 2 nodes
/// [Uieda2016], in spherical coordinates.
///
/// The quadrature is in error by some 0.1 % of a tesseroid's attraction, as published and as in Harmonica:
/// both cut alike, so that they agree to rounding (10⁻⁸ mGal, TesseroidGravityTests).
public enum TesseroidGravity {
  /// What is computed.
  public enum Field: String, CaseIterable, Equatable, Sendable {
    /// Attraction towards the centre, mGal: positive above a mass.
    case gz
    /// J/kg, positive.
    case potential

    /// A piece is cut while it is longer than its distance from the observation divided by this.
    public var distanceSizeRatio: Double { self == .gz ? 2.5 : 1 }

    var scale: Double { PrismGravity.gravitationalConstant * (self == .gz ? PrismGravity.milligal : 1) }
  }

  /// Gravity of a layer, one value a point.
  ///
  /// The sums run in a fixed order; the result has the same bits for any number of workers. Empty cells (zero
  /// or NaN density, NaN or equal faces) are left out. Longitudes of points and cells may follow different
  /// conventions. Time is proportional to points · cells, memory to points + cells.
  ///
  /// - Throws: `TesseroidError` for cells that are none, for points inside a cell, and for points so near a
  ///   face that a cell would go into more than 100 000 pieces.
  public static func values(
    of field: Field, layer: TesseroidLayer, at points: GeocentricPoints, workers: Workers
  ) throws(TesseroidError) -> [Double] {
    try layer.check()
    try layer.check(points)
    let table = TesseroidTable(layer, cells: Array(0..<layer.geometry.count))
    let set = workers.instructions.code
    return try summed(points, workers) { point, out, room in
      table.addAll(field, on: set, to: out, from: place(points, point), room: room) { _ in 0 }
    }
  }

  /// Attraction, mGal, of a layer: `values(of: .gz, …)`.
  public static func gz(
    of layer: TesseroidLayer, at points: GeocentricPoints, workers: Workers
  ) throws(TesseroidError) -> [Double] {
    try values(of: .gz, layer: layer, at: points, workers: workers)
  }

  /// A single tesseroid's gravity, one value a point.
  public static func values(
    of field: Field, tesseroid: Tesseroid, at points: GeocentricPoints, workers: Workers = .serial
  ) throws(TesseroidError) -> [Double] {
    let body = try tesseroid.checked()
    try body.check(points)
    guard body.density != 0, body.top > body.bottom, body.east > body.west, body.north > body.south else {
      return Array(repeating: 0, count: points.count)
    }
    let table = TesseroidTable(body)
    let set = workers.instructions.code
    return try summed(points, workers) { point, out, room in
      table.addAll(field, on: set, to: out, from: place(points, point), room: room) { _ in 0 }
    }
  }

  static func place(_ points: GeocentricPoints, _ point: Int) -> ct_place {
    let longitude = Elementary.sincos(points.longitude[point] * Double.pi / 180)
    let latitude = Elementary.sincos(points.latitude[point] * Double.pi / 180)
    return ct_place(
      x: latitude.cos * longitude.cos, y: latitude.cos * longitude.sin, z: latitude.sin,
      radius: points.radius[point])
  }

  /// One sum a point; `body` returns whether it succeeded.
  private static func summed(
    _ points: GeocentricPoints, _ workers: Workers,
    _ body: @Sendable (Int, UnsafeMutablePointer<Double>, TesseroidSum.Room) -> Bool
  ) throws(TesseroidError) -> [Double] {
    var result = [Double](repeating: 0, count: points.count)
    result.withUnsafeMutableBufferPointer { buffer in
      let out = SharedPointer(buffer)
      forEachChunk(of: points.count, workers: workers) { chunk in
        let room = TesseroidSum.Room()
        for point in chunk {
          if !body(point, out.start + point, room) { out.start[point] = .nan }
        }
      }
    }
    if let failed = result.firstIndex(where: \.isNaN) { throw tooNear(points, failed) }
    return result
  }

  static func tooNear(_ points: GeocentricPoints, _ point: Int) -> TesseroidError {
    .pointTooNear(
      longitude: points.longitude[point], latitude: points.latitude[point],
      radius: points.radius[point], pieces: TesseroidSum.mostPieces)
  }
}

/// Cells of a layer, or one tesseroid, as the sums take them.
struct TesseroidTable: Sendable {
  let levels: TesseroidLevels
  private let columns: [(sin: Double, cos: Double)]
  private let rows: [(sin: Double, cos: Double)]
  /// Great-circle width of the cells of each row, radians.
  private let angles: [Double]
  private let cells: [Int]
  private let bottom, top, density: [Double]

  /// - Parameter cells: indices of the cells taken, ascending.
  init(_ layer: TesseroidLayer, cells: [Int]) {
    let geometry = layer.geometry
    self.init(
      levels: TesseroidLevels(
        widthLongitude: geometry.spacingEasting, widthLatitude: geometry.spacingNorthing),
      longitudes: geometry.eastings, latitudes: geometry.northings,
      cells: cells.filter {
        layer.density[$0] != 0 && !layer.density[$0].isNaN && layer.top[$0] > layer.bottom[$0]
      }, layer: layer)
  }

  init(_ body: Tesseroid) {
    let region = Region(
      west: (body.west + body.east) / 2, east: (body.west + body.east) / 2,
      south: (body.south + body.north) / 2, north: (body.south + body.north) / 2)
    self.init(
      levels: TesseroidLevels(
        widthLongitude: body.east - body.west, widthLatitude: body.north - body.south),
      longitudes: [region.west], latitudes: [region.south], cells: [0],
      layer: TesseroidLayer(
        geometry: GridGeometry(region: region, columns: 1, rows: 1), top: [body.top],
        bottom: [body.bottom], density: [body.density]))
  }

  private init(
    levels: TesseroidLevels, longitudes: [Double], latitudes: [Double], cells: [Int],
    layer: TesseroidLayer
  ) {
    (self.levels, self.cells) = (levels, cells)
    columns = longitudes.map { Elementary.sincos($0 * Double.pi / 180) }
    let rows = latitudes.map { Elementary.sincos($0 * Double.pi / 180) }
    self.rows = rows
    angles = rows.map { 2 * TesseroidSum.arcsine(abs($0.cos) * levels.longitude[0].sinHalf) }
    (bottom, top, density) = (layer.bottom, layer.top, layer.density)
  }

  /// Adds every cell to out[owner(cell)]; false where a cell needs too many pieces.
  func addAll(
    _ field: TesseroidGravity.Field, on set: ck_set, to out: UnsafeMutablePointer<Double>,
    from place: ct_place, room: TesseroidSum.Room, owner: (Int) -> Int
  ) -> Bool {
    var sum = TesseroidSum(levels, field, on: set, from: place, into: out, room: room)
    for (index, cell) in cells.enumerated() {
      let (row, column) = (cell / columns.count, cell % columns.count)
      let piece = TesseroidPiece(
        east: 0, north: 0, sinLatitude: rows[row].sin, cosLatitude: rows[row].cos,
        sinLongitude: columns[column].sin, cosLongitude: columns[column].cos)
      let body = TesseroidSum.Body(
        bottom: bottom[cell], top: top[cell], factor: field.scale * density[cell], owner: owner(index))
      guard sum.add(body, piece, angleEasting: angles[row]) else { return false }
    }
    sum.flush()
    return true
  }
}
