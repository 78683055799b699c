public import NumericCore

/// Vertical prisms on a regular grid, one a cell, each `spacing` wide about its node, so that the
/// layer reaches half a cell beyond the grid's region.
public struct PrismLayer: Equatable, Sendable {
  /// Centres of the cells.
  public let geometry: GridGeometry
  /// Upper and lower faces, metres upward, one value a cell; a cell where either is NaN is empty.
  public var top, bottom: [Double]
  /// Signed density contrast, kg/m³; a cell of NaN is empty.
  public var density: [Double]
  /// Whether the layer's surface is the cell's lower face (the surface lies below the reference).
  public let surfaceIsBottom: [Bool]

  /// The mass between a surface and a reference level: top = max(surface, reference), bottom =
  /// min(surface, reference), density = +contrast where surface ≥ reference, else −contrast.
  ///
  /// - Parameters:
  ///   - topography: height of the surface, metres upward, one value a cell.
  ///   - reference: height of the reference level, one value a cell.
  ///   - densityContrast: of what is below the surface minus what is above, kg/m³.
  /// - Precondition: one value a cell each.
  public init(
    topography: [Double], geometry: GridGeometry, reference: [Double], densityContrast: [Double]
  ) {
    precondition(topography.count == geometry.count)
    precondition(reference.count == geometry.count && densityContrast.count == geometry.count)
    self.geometry = geometry
    top = zip(topography, reference).map { $0 >= $1 ? $0 : $1 }
    bottom = zip(topography, reference).map { $0 >= $1 ? $1 : $0 }
    density = topography.indices.map {
      topography[$0] >= reference[$0] ? densityContrast[$0] : -densityContrast[$0]
    }
    surfaceIsBottom = zip(topography, reference).map { $0 < $1 }
    for cell in topography.indices where topography[cell].isNaN || reference[cell].isNaN {
      (top[cell], bottom[cell], density[cell]) = (.nan, .nan, .nan)
    }
  }

  /// Prisms with given faces; the surface counts as their upper face.
  ///
  /// - Precondition: one value a cell each, top ≥ bottom wherever both are finite.
  public init(geometry: GridGeometry, top: [Double], bottom: [Double], density: [Double]) {
    precondition([top.count, bottom.count, density.count].allSatisfy { $0 == geometry.count })
    precondition(zip(top, bottom).allSatisfy { !($0 < $1) })
    (self.geometry, self.top, self.bottom, self.density) = (geometry, top, bottom, density)
    surfaceIsBottom = Array(repeating: false, count: geometry.count)
  }
}

/// Where gravity is observed: metres east, north and up, one value a point.
public struct ObservationPoints: Equatable, Sendable {
  /// Metres, one value a point.
  public var easting, northing, upward: [Double]

  /// - Precondition: as many values of each.
  public init(easting: [Double], northing: [Double], upward: [Double]) {
    precondition(easting.count == northing.count && easting.count == upward.count)
    (self.easting, self.northing, self.upward) = (easting, northing, upward)
  }

  /// The nodes of a grid, south row first, at one height.
  public init(grid: GridGeometry, upward height: Double) {
    let eastings = grid.eastings
    easting = (0..<grid.rows).flatMap { _ in eastings }
    northing = grid.northings.flatMap { Array(repeating: $0, count: grid.columns) }
    upward = Array(repeating: height, count: grid.count)
  }

  /// Points.
  public var count: Int { easting.count }
}
