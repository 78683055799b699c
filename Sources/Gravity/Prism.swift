public import NumericCore

/// A right rectangular prism of one density.
public struct Prism: Equatable, Sendable {
  /// West, east, south and north faces, metres.
  public var region: Region
  /// Heights of the lower and the upper face, metres.
  public var bottom, top: Double
  /// kg/m³; may be negative.
  public var density: Double

  /// The faces in metres, the density in kg/m³.
  public init(region: Region, bottom: Double, top: Double, density: Double) {
    (self.region, self.bottom, self.top, self.density) = (region, bottom, top, density)
  }
}

/// Where one value of gravity is observed: metres east, north and up.
public struct Observation: Equatable, Sendable {
  /// Metres.
  public var easting, northing, upward: Double

  /// Metres.
  public init(easting: Double, northing: Double, upward: Double) {
    (self.easting, self.northing, self.upward) = (easting, northing, upward)
  }
}
