import NumericCore

/// A point that swells or shrinks in an elastic half space. [Mogi1958]
///
/// At the horizontal distance r from above a source at depth D, with change of volume ΔV and Poisson's ratio ν, the ground
/// moves by
///
///     outwards  (1 − ν) ΔV/π · r/(r² + D²)^(3/2)
///     upwards   (1 − ν) ΔV/π · D/(r² + D²)^(3/2)
///
/// A far-field solution: good where the source is small against its depth.
public struct BuriedPointSource: Sendable, Equatable {
  /// Place above the source, metres.
  public var easting, northing: Double
  /// Metres below the surface, positive.
  public var depth: Double
  /// Cubic metres, positive where it swells.
  public var volumeChange: Double
  /// Poisson's ratio of the half space.
  public var poisson: Double

  /// - Precondition: depth above 0.
  public init(easting: Double, northing: Double, depth: Double, volumeChange: Double, poisson: Double = 0.25)
  {
    precondition(depth > 0, "a source at the surface moves it without bound")
    (self.easting, self.northing, self.depth) = (easting, northing, depth)
    (self.volumeChange, self.poisson) = (volumeChange, poisson)
  }

  /// Eastward, northward and upward displacement of a place of the surface, metres.
  public func displacement(easting x: Double, northing y: Double) -> (east: Double, north: Double, up: Double)
  {
    let (east, north) = (x - easting, y - northing)
    let square = east * east + north * north + depth * depth
    let factor = (1 - poisson) * volumeChange / (Double.pi * square * square.squareRoot())
    return (factor * east, factor * north, factor * depth)
  }
}
