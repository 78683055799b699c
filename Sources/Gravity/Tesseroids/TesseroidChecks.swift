import NumericCore

extension TesseroidLayer {
  /// Throws the first thing that makes the cells no tesseroids.
  public func check() throws(TesseroidError) {
    guard geometry.columns > 1, geometry.rows > 1 else {
      throw .gridTooSmall(columns: geometry.columns, rows: geometry.rows)
    }
    let region = geometry.region
    let (east, north) = (geometry.spacingEasting, geometry.spacingNorthing)
    // Edges are sums of nodes and halves: a rounding beyond the bound is none.
    let slack = 1e-9
    let (southEdge, northEdge) = (region.south - north / 2, region.north + north / 2)
    guard southEdge >= -90 - slack, northEdge <= 90 + slack else {
      throw .latitudeOutOfRange(south: southEdge, north: northEdge)
    }
    let (westEdge, eastEdge) = (region.west - east / 2, region.east + east / 2)
    guard eastEdge - westEdge <= 360 + slack else { throw .overlapsItself(degrees: eastEdge - westEdge) }
    guard westEdge >= -180 - slack, eastEdge <= 360 + slack else {
      throw .longitudeOutOfRange(west: westEdge, east: eastEdge)
    }
    for cell in 0..<geometry.count where top[cell] < bottom[cell] || bottom[cell] < 0 {
      throw .badRadii(
        longitude: geometry.easting(cell % geometry.columns),
        latitude: geometry.northing(cell / geometry.columns), bottom: bottom[cell], top: top[cell])
    }
  }

  /// Throws for points that are not finite, or inside a cell (on an upper or lower face is outside).
  public func check(_ points: GeocentricPoints) throws(TesseroidError) {
    try points.checkFinite()
    for point in 0..<points.count {
      guard let cell = cell(around: points, point) else { continue }
      throw .pointInside(
        longitude: points.longitude[point], latitude: points.latitude[point],
        radius: points.radius[point], bottom: bottom[cell], top: top[cell])
    }
  }

  /// The cell that a point is in; an edge belongs to both neighbours.
  package func cell(around points: GeocentricPoints, _ point: Int) -> Int? {
    let north = (points.latitude[point] - geometry.region.south) / geometry.spacingNorthing
    for turn in [-360.0, 0, 360, -720, 720] {
      let longitude = points.longitude[point] + turn
      let east = (longitude - geometry.region.west) / geometry.spacingEasting
      for row in Self.holders(of: north, count: geometry.rows) {
        for column in Self.holders(of: east, count: geometry.columns) {
          let cell = row * geometry.columns + column
          guard density[cell] != 0, !density[cell].isNaN else { continue }
          if points.radius[point] > bottom[cell], points.radius[point] < top[cell] { return cell }
        }
      }
    }
    return nil
  }

  private static func holders(of position: Double, count: Int) -> [Int] {
    guard position >= -0.5, position <= Double(count) - 0.5 else { return [] }
    let (lower, upper) = (Int((position - 0.5).rounded(.up)), Int((position + 0.5).rounded(.down)))
    return [lower, upper].filter { (0..<count).contains($0) }
  }
}

extension Tesseroid {
  /// The tesseroid with its west edge below its east one.
  func checked() throws(TesseroidError) -> Tesseroid {
    var result = self
    if west > east {
      func turned(_ longitude: Double) -> Double {
        let whole = ((longitude + 180) / 360).rounded(.down)
        return longitude - 360 * whole
      }
      (result.west, result.east) = (turned(west), turned(east))
    }
    guard south >= -90, north <= 90, south <= north else {
      throw .latitudeOutOfRange(south: south, north: north)
    }
    guard result.west <= result.east, result.west >= -180, result.east <= 360 else {
      throw .longitudeOutOfRange(west: west, east: east)
    }
    guard result.east - result.west <= 360 else { throw .overlapsItself(degrees: result.east - result.west) }
    guard bottom >= 0, bottom <= top else {
      throw .badRadii(
        longitude: (result.west + result.east) / 2, latitude: (south + north) / 2, bottom: bottom, top: top)
    }
    return result
  }

  func check(_ points: GeocentricPoints) throws(TesseroidError) {
    try points.checkFinite()
    for point in 0..<points.count {
      let isBeside = [-720.0, -360, 0, 360, 720].contains {
        west <= points.longitude[point] + $0 && points.longitude[point] + $0 <= east
      }
      let (latitude, radius) = (points.latitude[point], points.radius[point])
      guard isBeside, south <= latitude, latitude <= north, bottom < radius, radius < top else { continue }
      throw .pointInside(
        longitude: points.longitude[point], latitude: latitude, radius: radius, bottom: bottom, top: top)
    }
  }
}

extension GeocentricPoints {
  func checkFinite() throws(TesseroidError) {
    for point in 0..<count
    where !(longitude[point].isFinite && latitude[point].isFinite && radius[point].isFinite) {
      throw .nonFinitePoint(index: point)
    }
  }
}
