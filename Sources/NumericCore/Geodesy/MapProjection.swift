/// A conformal map projection between longitude, latitude (degrees) and easting, northing (metres).
///
/// Agrees with PROJ 9 to 1e-6 m where the projections are meant to be used, the transverse Mercator to that
/// within 40° of its meridian; `MapProjectionTests` holds the numbers.
public struct MapProjection: Equatable, Sendable {
  /// The projections, with what each needs; latitudes in degrees.
  public enum Kind: Equatable, Sendable {
    /// Cylinder about the equator, true to scale at ± `trueScaleLatitude` [Snyder1987].
    case mercator(trueScaleLatitude: Double)
    /// Cylinder about a meridian, with the scale there, by the series of Krüger in the third flattening to order
    /// six [Karney2011]; northings count from `originLatitude`.
    case transverseMercator(originLatitude: Double, scale: Double)
    /// Plane about a pole, true to scale at `trueScaleLatitude`, whose sign says which pole [Snyder1987]; northing
    /// grows along the central meridian away from the south pole, towards the north pole.
    case polarStereographic(trueScaleLatitude: Double)
  }

  /// Which projection.
  public let kind: Kind
  /// Longitude of the line that maps to easting = false easting.
  public let centralLongitude: Double
  /// Added to eastings and northings, metres.
  public let falseEasting, falseNorthing: Double
  /// The figure that is projected.
  public let ellipsoid: Ellipsoid
  private let constants: Constants

  /// - Throws: `.latitudeOutOfRange` for a latitude of true scale or origin that the projection can't have;
  ///   `.notPositive` for a scale.
  public init(
    _ kind: Kind, centralLongitude: Double, falseEasting: Double = 0, falseNorthing: Double = 0,
    ellipsoid: Ellipsoid = .wgs84
  ) throws(ProjectionError) {
    (self.kind, self.centralLongitude, self.ellipsoid) = (kind, centralLongitude, ellipsoid)
    (self.falseEasting, self.falseNorthing) = (falseEasting, falseNorthing)
    constants = try Constants(kind, ellipsoid)
  }

  /// Easting and northing of a place.
  ///
  /// - Throws: `.latitudeOutOfRange` beyond ±90°, `.notOnMap` for the poles of the Mercator, points a quarter turn
  ///   or more from the transverse Mercator's meridian, and the opposite pole; `.notFinite`.
  public func project(longitude: Double, latitude: Double) throws(ProjectionError) -> (
    easting: Double, northing: Double
  ) {
    guard longitude.isFinite, latitude.isFinite else { throw .notFinite(longitude, latitude) }
    guard abs(latitude) <= 90 else { throw .latitudeOutOfRange(latitude, limit: 90) }
    let offset = Degrees.wrapped(longitude - centralLongitude)
    let plane =
      switch kind {
      case .mercator: mercator(offset, latitude)
      case .transverseMercator: transverseMercator(offset, latitude)
      case .polarStereographic: polarStereographic(offset, latitude)
      }
    guard let plane else { throw .notOnMap(longitude: longitude, latitude: latitude) }
    return (plane.x + falseEasting, plane.y + falseNorthing)
  }

  /// The place of an easting and northing; longitudes lie within 180° of the central one.
  ///
  /// - Throws: `.notFinite`; `.notOnMap` for points that are the image of none.
  public func locate(easting: Double, northing: Double) throws(ProjectionError) -> (
    longitude: Double, latitude: Double
  ) {
    guard easting.isFinite, northing.isFinite else { throw .notFinite(easting, northing) }
    let (x, y) = (easting - falseEasting, northing - falseNorthing)
    let place =
      switch kind {
      case .mercator: inverseMercator(x, y)
      case .transverseMercator: inverseTransverseMercator(x, y)
      case .polarStereographic: inversePolarStereographic(x, y)
      }
    guard let place else { throw .noPlace(easting: easting, northing: northing) }
    return (centralLongitude + place.offset, place.latitude)
  }

  /// What follows from the kind and the ellipsoid.
  struct Constants: Equatable, Sendable {
    /// Multiplies the unit plane, metres.
    let scale: Double
    /// Northing of the origin before it is taken away, metres.
    var originNorthing = 0.0
    var series = KruegerSeries(thirdFlattening: 0)

    init(_ kind: Kind, _ ellipsoid: Ellipsoid) throws(ProjectionError) {
      let (a, squared) = (ellipsoid.semimajorAxis, ellipsoid.squaredEccentricity)
      switch kind {
      case .mercator(let latitude):
        guard abs(latitude) < 90 else { throw .latitudeOutOfRange(latitude, limit: 90) }
        let (sine, cosine) = Degrees.sincos(latitude)
        scale = a * cosine / (1 - squared * sine * sine).squareRoot()
      case .transverseMercator(let latitude, let factor):
        guard abs(latitude) <= 90 else { throw .latitudeOutOfRange(latitude, limit: 90) }
        guard factor > 0, factor.isFinite else { throw .notPositive(what: "scale", value: factor) }
        let third = ellipsoid.flattening / (2 - ellipsoid.flattening)
        let second = third * third
        scale =
          factor * a / (1 + third) * (1 + second / 4 + second * second / 64 + second * second * second / 256)
        series = KruegerSeries(thirdFlattening: third)
        originNorthing = scale * series.rectifying(latitude: latitude, ellipsoid)
      case .polarStereographic(let latitude):
        guard abs(latitude) > 0, abs(latitude) <= 90 else { throw .latitudeOutOfRange(latitude, limit: 90) }
        let sine = Degrees.sincos(abs(latitude)).sin
        let e = ellipsoid.eccentricity
        let width = a * (1 + sine) / (1 - squared * sine * sine).squareRoot()
        scale = width / Elementary.exp(e * Elementary.atanh(e * sine))
      }
    }
  }

  private var conformal: ConformalLatitude { ConformalLatitude(eccentricity: ellipsoid.eccentricity) }

  // MARK: Mercator

  private func mercator(_ offset: Double, _ latitude: Double) -> (x: Double, y: Double)? {
    guard abs(latitude) < 90 else { return nil }
    let (sine, cosine) = Degrees.sincos(latitude)
    let isometric = conformal.isometric(sine: sine, cosine: cosine)
    return (constants.scale * offset / Degrees.perRadian, constants.scale * isometric)
  }

  private func inverseMercator(_ x: Double, _ y: Double) -> (offset: Double, latitude: Double)? {
    let offset = x / constants.scale * Degrees.perRadian
    // Beyond this the cylinder is covered a second time.
    guard abs(offset) <= 360 else { return nil }
    let tau = conformal.geodetic(Elementary.sinh(y / constants.scale))
    return (offset, Elementary.atan(tau) * Degrees.perRadian)
  }

  // MARK: Transverse Mercator

  private func transverseMercator(_ offset: Double, _ latitude: Double) -> (x: Double, y: Double)? {
    guard abs(offset) < 90 else { return nil }
    let (sine, cosine) = Degrees.sincos(latitude)
    let (side, front) = Degrees.sincos(offset)
    let (xi, eta): (Double, Double)
    if cosine == 0 {
      (xi, eta) = (sine * Double.pi / 2, 0)
    } else {
      let tau = conformal.conformal(sine / cosine)
      xi = Elementary.atan2(tau, front)
      eta = Elementary.asinh(side / (tau * tau + front * front).squareRoot())
    }
    let rectified = constants.series.forward(xi, eta)
    return (constants.scale * rectified.eta, constants.scale * rectified.xi - constants.originNorthing)
  }

  private func inverseTransverseMercator(_ x: Double, _ y: Double) -> (offset: Double, latitude: Double)? {
    let (xi, eta) = constants.series.inverse(
      (y + constants.originNorthing) / constants.scale, x / constants.scale)
    // A quarter turn to the side lies at infinity; the series means nothing long before that.
    guard abs(eta) < 3, abs(xi) <= Double.pi / 2 + 1e-12 else { return nil }
    let (sine, cosine) = Elementary.sincos(xi)
    let (side, front) = (Elementary.sinh(eta), max(cosine, 0))
    let reach = (side * side + front * front).squareRoot()
    guard reach > 0 else { return (0, sine < 0 ? -90 : 90) }
    let latitude = Elementary.atan(conformal.geodetic(sine / reach)) * Degrees.perRadian
    return (Elementary.atan2(side, front) * Degrees.perRadian, latitude)
  }

  // MARK: Polar stereographic

  private var pole: Double {
    if case .polarStereographic(let latitude) = kind, latitude < 0 { -1 } else { 1 }
  }

  private func polarStereographic(_ offset: Double, _ latitude: Double) -> (x: Double, y: Double)? {
    let (sine, cosine) = Degrees.sincos(pole * latitude)
    guard sine > -1 else { return nil }
    let e = ellipsoid.eccentricity
    // tan(π/4 − χ/2); this form keeps its digits near the pole.
    let tangent = cosine / (1 + sine) * Elementary.exp(e * Elementary.atanh(e * sine))
    let (side, front) = Degrees.sincos(offset)
    return (constants.scale * tangent * side, -pole * constants.scale * tangent * front)
  }

  private func inversePolarStereographic(_ x: Double, _ y: Double) -> (offset: Double, latitude: Double)? {
    let radius = (x * x + y * y).squareRoot()
    guard radius > 0 else { return (0, pole * 90) }
    let tangent = radius / constants.scale
    let tau = conformal.geodetic((1 / tangent - tangent) / 2)
    let offset = Elementary.atan2(x, -pole * y) * Degrees.perRadian
    return (offset, pole * Elementary.atan(tau) * Degrees.perRadian)
  }
}

/// What a projection refuses.
public enum ProjectionError: Error, Equatable, Sendable, CustomStringConvertible {
  case notFinite(Double, Double)
  case latitudeOutOfRange(Double, limit: Double)
  case notPositive(what: String, value: Double)
  case notOnMap(longitude: Double, latitude: Double)
  case noPlace(easting: Double, northing: Double)

  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .notFinite(let first, let second): "the coordinates \(first), \(second) are not numbers"
    case .latitudeOutOfRange(let latitude, let limit):
      "the latitude \(latitude)° is not one for this projection: expected between −\(limit)° and \(limit)°"
    case .notPositive(let what, let value): "the \(what) \(value) of the projection must be above 0"
    case .notOnMap(let longitude, let latitude):
      "longitude \(longitude)°, latitude \(latitude)° has no place on this projection's map; "
        + "cut the data, or choose another central longitude or projection"
    case .noPlace(let easting, let northing):
      "easting \(easting) m, northing \(northing) m is the image of no place on the ellipsoid; "
        + "check the projection's settings and the region"
    }
  }
}
