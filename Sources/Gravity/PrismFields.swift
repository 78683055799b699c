import CKernels
public import NumericCore

/// A field of right rectangular prisms: potential, three components of attraction, six of the tensor.
///
/// Components follow Harmonica: `e` east, `n` north, `z` down, so that g_z is positive above a mass, and
/// g_zz = ∂g_z/∂z (down). Accelerations are in mGal, the tensor in Eötvös (10⁻⁹ s⁻²), the potential in J/kg.
public enum PrismField: String, CaseIterable, Equatable, Hashable, Sendable {
  case potential
  case east = "g_e"
  case north = "g_n"
  case down = "g_z"
  case eastEast = "g_ee"
  case northNorth = "g_nn"
  case downDown = "g_zz"
  case eastNorth = "g_en"
  case eastDown = "g_ez"
  case northDown = "g_nz"

  /// Unit in files.
  public var units: String {
    switch self {
    case .potential: "J kg-1"
    case .east, .north, .down: "mGal"
    default: "Eotvos"
    }
  }

  /// One line for files and messages.
  public var longName: String {
    switch self {
    case .potential: "gravitational potential"
    case .east: "gravity towards east"
    case .north: "gravity towards north"
    case .down: "gravity downwards"
    case .eastEast, .northNorth, .downDown, .eastNorth, .eastDown, .northDown:
      "gravity gradient \(rawValue), e east, n north, z down"
    }
  }

  /// Newton's constant in the field's unit; negative where the axis down is one of the component's.
  fileprivate var scale: Double {
    let constant = PrismGravity.gravitationalConstant
    switch self {
    case .potential: return constant
    case .east, .north: return constant * PrismGravity.milligal
    case .down: return -constant * PrismGravity.milligal
    case .eastDown, .northDown: return -constant * 1e9
    default: return constant * 1e9
    }
  }
}

extension PrismGravity {
  /// A field of one prism at one point [Nagy2000, Fukushima2020].
  ///
  /// Potential and attraction are defined everywhere. A tensor component is NaN on the edges where it is
  /// infinite: a diagonal one on the edges across its axis, g_en on vertical edges, g_ez on those along
  /// northing, g_nz on those along easting. On a face that its axis crosses, a diagonal component jumps by
  /// 4πGρ; there its value is the limit from outside.
  ///
  /// Absolute accuracy 10⁻¹⁵ of Gρ times the distance's power (square for the potential, none for the
  /// tensor), but for `g_z`, which goes by `gz`.
  public static func value(of field: PrismField, of prism: Prism, at place: Observation) -> Double {
    guard field != .down else { return gz(of: prism, at: place) }
    let region = prism.region
    let body = PrismOffsets(
      west: region.west - place.easting, east: region.east - place.easting,
      south: region.south - place.northing, north: region.north - place.northing,
      bottom: prism.bottom - place.upward, top: prism.top - place.upward)
    return field.scale * prism.density * body.value(of: field)
  }

  /// A field of a layer of prisms, one value a point; `g_z` as `gz(of:at:workers:)`.
  ///
  /// The sums run in a fixed order; the result has the same bits for any number of workers. Empty cells (zero
  /// or NaN density, NaN or equal faces) are left out. Time is proportional to points · cells, some tenths of
  /// a microsecond each.
  public static func values(
    of field: PrismField, layer: PrismLayer, at points: ObservationPoints, workers: Workers
  ) -> [Double] {
    guard field != .down else { return gz(of: layer, at: points, workers: workers) }
    let geometry = layer.geometry
    let (halfEast, halfNorth) = (geometry.spacingEasting / 2, geometry.spacingNorthing / 2)
    let cells = layer.density.indices.filter {
      layer.density[$0] != 0 && !layer.density[$0].isNaN && layer.top[$0] > layer.bottom[$0]
    }
    let (eastings, northings) = (geometry.eastings, geometry.northings)
    return perPoint(points.count, workers: workers) { point in
      var sum = 0.0
      for cell in cells {
        let easting = eastings[cell % geometry.columns] - points.easting[point]
        let northing = northings[cell / geometry.columns] - points.northing[point]
        let body = PrismOffsets(
          west: easting - halfEast, east: easting + halfEast, south: northing - halfNorth,
          north: northing + halfNorth, bottom: layer.bottom[cell] - points.upward[point],
          top: layer.top[cell] - points.upward[point])
        sum += layer.density[cell] * body.value(of: field)
      }
      return field.scale * sum
    }
  }
}

/// A prism's faces as seen from the observation.
///
/// With X, Y, Z an edge's distances east, north and up, r = √(X² + Y² + Z²), L(X) = ln(X + r) and
/// T(y, x) = arctan(y / x), every field is a sum over the eight corners, plus for upper limits, minus for each
/// lower one, of (times Gρ):
/// potential X Y L(Z) + Y Z L(X) + X Z L(Y) − ½ (X² T(Y Z, X r) + Y² T(X Z, Y r) + Z² T(X Y, Z r));
/// ∂/∂e −(Y L(Z) + Z L(Y) − X T(Y Z, X r)); ∂²/∂e² −T(Y Z, X r); ∂²/∂e∂n L(Z); the others by exchange.
private struct PrismOffsets {
  let west, east, south, north, bottom, top: Double

  func value(of field: PrismField) -> Double {
    if isSingular(field) { return .nan }
    var sum = 0.0
    for (x, signX) in [(east, 1.0), (west, -1.0)] {
      for (y, signY) in [(north, signX), (south, -signX)] {
        sum += signY * (Self.corner(field, x, y, top) - Self.corner(field, x, y, bottom))
      }
    }
    return isOnUpperFace(field) ? sum + 4 * Double.pi : sum
  }

  @inline(__always)
  private static func corner(_ field: PrismField, _ x: Double, _ y: Double, _ z: Double) -> Double {
    let r = (x * x + y * y + z * z).squareRoot()
    switch field {
    case .potential:
      let logarithms = x * y * log(z, x, y, r) + y * z * log(x, y, z, r) + x * z * log(y, x, z, r)
      let angles = x * x * angle(y * z, x * r) + y * y * angle(x * z, y * r) + z * z * angle(x * y, z * r)
      return logarithms - 0.5 * angles
    case .east: return x * angle(y * z, x * r) - y * log(z, x, y, r) - z * log(y, x, z, r)
    case .north: return y * angle(x * z, y * r) - x * log(z, x, y, r) - z * log(x, y, z, r)
    case .down: return z * angle(x * y, z * r) - x * log(y, x, z, r) - y * log(x, y, z, r)
    case .eastEast: return -angle(y * z, x * r)
    case .northNorth: return -angle(x * z, y * r)
    case .downDown: return -angle(x * y, z * r)
    case .eastNorth: return log(z, x, y, r)
    case .eastDown: return log(y, x, z, r)
    case .northDown: return log(x, y, z, r)
    }
  }

  /// ln(a + r), r² = a² + b² + c², without cancellation for a < 0 and finite on the axis.
  @inline(__always)
  private static func log(_ a: Double, _ b: Double, _ c: Double, _ r: Double) -> Double {
    guard r > 0 else { return 0 }
    guard a < 0 else { return ck_logarithm(a + r, 1) }
    let square = b * b + c * c
    return square == 0
      ? ck_logarithm(1, -2 * a) : ck_logarithm(square, r - a)
  }

  /// arctan(y / x) in [−π/2, π/2], 0 for 0/0.
  @inline(__always)
  private static func angle(_ y: Double, _ x: Double) -> Double {
    guard y != 0 else { return 0 }
    return ck_angle(abs(x), x < 0 ? -y : y)
  }

  private var spansEast: Bool { west <= 0 && 0 <= east }
  private var spansNorth: Bool { south <= 0 && 0 <= north }
  private var spansUp: Bool { bottom <= 0 && 0 <= top }
  private var atEast: Bool { west == 0 || east == 0 }
  private var atNorth: Bool { south == 0 || north == 0 }
  private var atUp: Bool { bottom == 0 || top == 0 }
  private var onEdgeAlongEast: Bool { spansEast && atNorth && atUp }
  private var onEdgeAlongNorth: Bool { atEast && spansNorth && atUp }
  private var onEdgeAlongUp: Bool { atEast && atNorth && spansUp }

  private func isSingular(_ field: PrismField) -> Bool {
    switch field {
    case .eastEast: onEdgeAlongNorth || onEdgeAlongUp
    case .northNorth: onEdgeAlongEast || onEdgeAlongUp
    case .downDown: onEdgeAlongEast || onEdgeAlongNorth
    case .eastNorth: onEdgeAlongUp
    case .eastDown: onEdgeAlongNorth
    case .northDown: onEdgeAlongEast
    default: false
    }
  }

  /// On an upper face the corners give the limit from inside; on a lower one that from outside.
  private func isOnUpperFace(_ field: PrismField) -> Bool {
    let insideEast = west < 0 && 0 < east
    let insideNorth = south < 0 && 0 < north
    let insideUp = bottom < 0 && 0 < top
    return switch field {
    case .eastEast: east == 0 && insideNorth && insideUp
    case .northNorth: north == 0 && insideEast && insideUp
    case .downDown: top == 0 && insideEast && insideNorth
    default: false
    }
  }
}
