public import NumericCore

/// A block between two meridians, two parallels and two spheres, of one density.
public struct Tesseroid: Equatable, Sendable {
  /// Edges, degrees. A west edge greater than the east one means that the block crosses the meridian of
  /// 180° or of 0°.
  public var west, east, south, north: Double
  /// Radii, metres.
  public var bottom, top: Double
  /// kg/m³.
  public var density: Double

  /// - Parameters:
  ///   - region: degrees.
  ///   - bottom, top: radii, metres.
  public init(region: Region, bottom: Double, top: Double, density: Double) {
    (west, east, south, north) = (region.west, region.east, region.south, region.north)
    (self.bottom, self.top, self.density) = (bottom, top, density)
  }
}

/// Tesseroids on a regular grid of longitudes and latitudes, one a cell, each one spacing wide about its
/// node.
public struct TesseroidLayer: Equatable, Sendable {
  /// Centres of the cells in degrees: the grid's "easting" is longitude, its "northing" latitude, taken as
  /// spherical coordinates.
  public let geometry: GridGeometry
  /// Radii of the faces, metres, one value a cell; a cell where either is NaN is empty.
  public var top, bottom: [Double]
  /// Signed density contrast, kg/m³; a cell of 0 or NaN is empty.
  public var density: [Double]
  /// Whether the layer's surface is the cell's lower face.
  public let surfaceIsBottom: [Bool]

  /// The mass between a surface and a reference level, as `PrismLayer` has it.
  ///
  /// - Parameters:
  ///   - topography, reference: heights, metres, one value a cell.
  ///   - densityContrast: kg/m³, one value a cell.
  ///   - sphere: radius that heights are counted from, metres, one value a cell
  ///     (`GeocentricRadius.wgs84`).
  public init(
    topography: [Double], geometry: GridGeometry, reference: [Double], densityContrast: [Double],
    sphere: [Double]
  ) {
    precondition(sphere.count == geometry.count)
    let heights = PrismLayer(
      topography: topography, geometry: geometry, reference: reference,
      densityContrast: densityContrast)
    self.geometry = geometry
    top = zip(heights.top, sphere).map { $0 + $1 }
    bottom = zip(heights.bottom, sphere).map { $0 + $1 }
    density = heights.density
    surfaceIsBottom = heights.surfaceIsBottom
  }

  /// Tesseroids with given faces; the surface counts as their upper face.
  ///
  /// - Precondition: one value a cell each.
  public init(geometry: GridGeometry, top: [Double], bottom: [Double], density: [Double]) {
    precondition([top.count, bottom.count, density.count].allSatisfy { $0 == geometry.count })
    (self.geometry, self.top, self.bottom, self.density) = (geometry, top, bottom, density)
    surfaceIsBottom = Array(repeating: false, count: geometry.count)
  }
}

/// Where the gravity of tesseroids is observed: longitude and latitude in degrees, radius in metres.
public struct GeocentricPoints: Equatable, Sendable {
  /// Degrees, degrees and metres; one value a point.
  public var longitude, latitude, radius: [Double]

  /// - Precondition: as many values of each.
  public init(longitude: [Double], latitude: [Double], radius: [Double]) {
    precondition(longitude.count == latitude.count && longitude.count == radius.count)
    (self.longitude, self.latitude, self.radius) = (longitude, latitude, radius)
  }

  /// Points.
  public var count: Int { longitude.count }
}

/// Distance of the ellipsoid from the Earth's centre.
public enum GeocentricRadius {
  /// Radius of WGS84 (a = 6 378 137 m, f = 1/298.257223563) at a geodetic latitude in degrees:
  /// R² = ((a² cos φ)² + (b² sin φ)²) / ((a cos φ)² + (b sin φ)²), metres.
  public static func wgs84(latitude: Double) -> Double {
    let a = 6_378_137.0
    let b = a * (1 - 1 / 298.257223563)
    let (sine, cosine) = Elementary.sincos(latitude * Double.pi / 180)
    let (x, y) = (a * cosine, b * sine)
    let (p, q) = (a * x, b * y)
    return ((p * p + q * q) / (x * x + y * y)).squareRoot()
  }
}

/// Why the gravity of tesseroids can't be computed.
public enum TesseroidError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A grid of one row or column has no cell size.
  case gridTooSmall(columns: Int, rows: Int)
  /// Edges of cells beyond the poles.
  case latitudeOutOfRange(south: Double, north: Double)
  /// Edges of cells outside −180° … 360°.
  case longitudeOutOfRange(west: Double, east: Double)
  /// The cells go more than once around the globe.
  case overlapsItself(degrees: Double)
  case badRadii(longitude: Double, latitude: Double, bottom: Double, top: Double)
  case nonFinitePoint(index: Int)
  case pointInside(longitude: Double, latitude: Double, radius: Double, bottom: Double, top: Double)
  /// A point so near a tesseroid that it would have to be cut into more pieces than allowed.
  case pointTooNear(longitude: Double, latitude: Double, radius: Double, pieces: Int)

  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .gridTooSmall(let columns, let rows):
      "the layer has \(columns) columns and \(rows) rows, at least 2 of each are needed"
    case .latitudeOutOfRange(let south, let north):
      "the cells reach from latitude \(south)° to \(north)°, they must lie within -90° to 90°"
    case .longitudeOutOfRange(let west, let east):
      "the cells reach from longitude \(west)° to \(east)°, they must lie within -180° to 360°"
    case .overlapsItself(let degrees):
      "the cells are \(degrees)° wide together and overlap around the globe; leave out the last meridian"
    case .badRadii(let longitude, let latitude, let bottom, let top):
      "the cell at longitude \(longitude)°, latitude \(latitude)° has its bottom at radius \(bottom) m and its "
        + "top at \(top) m; radii must not be negative, nor the bottom above the top"
    case .nonFinitePoint(let index): "observation \(index) has a coordinate that is not a number"
    case .pointInside(let longitude, let latitude, let radius, let bottom, let top):
      "the observation at longitude \(longitude)°, latitude \(latitude)°, radius \(radius) m lies in a "
        + "tesseroid between the radii \(bottom) m and \(top) m"
    case .pointTooNear(let longitude, let latitude, let radius, let pieces):
      "the observation at longitude \(longitude)°, latitude \(latitude)°, radius \(radius) m is so near a "
        + "tesseroid that it needs more than \(pieces) pieces; move it away from the surface"
    }
  }
}
