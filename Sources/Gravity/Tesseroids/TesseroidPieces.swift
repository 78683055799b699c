import CKernels
import NumericCore

/// What all cells of one width in longitude and latitude share, for every number of bisections: widths, and
/// sines and cosines of the distances of halves and of quadrature nodes from a centre.
///
/// With them the unit vectors of every piece follow from its parent's by the theorems of addition, so that
/// no trigonometric function is called for any observation.
struct TesseroidLevels: Sendable {
  /// One number of bisections along one axis.
  struct Level: Sendable {
    /// Width, radians; sine of its half.
    let width, sinHalf: Double
    /// Sine and cosine of a quarter of the width (the halves' centres), and of width / (2 √3) (the nodes).
    let half, node: (sin: Double, cos: Double)
  }

  /// More halvings than a double distinguishes on the globe.
  static let count = 48
  let longitude, latitude: [Level]

  /// - Parameters: widths of the cells, degrees.
  init(widthLongitude: Double, widthLatitude: Double) {
    longitude = Self.levels(widthLongitude * Double.pi / 180)
    latitude = Self.levels(widthLatitude * Double.pi / 180)
  }

  private static func levels(_ width: Double) -> [Level] {
    (0..<count).map { level in
      let width = width / Double(UInt64(1) << UInt64(level))
      return Level(
        width: width, sinHalf: Elementary.sin(width / 2), half: Elementary.sincos(width / 4),
        node: Elementary.sincos(width / (2 * 3.0.squareRoot())))
    }
  }
}

/// The horizontal part of a piece.
struct TesseroidPiece {
  var east, north: Int
  var sinLatitude, cosLatitude, sinLongitude, cosLongitude: Double

  /// Centre of the western or eastern half.
  func half(east positive: Bool, _ half: (sin: Double, cos: Double)) -> TesseroidPiece {
    let s = positive ? half.sin : -half.sin
    var result = self
    result.east += 1
    result.sinLongitude = sinLongitude * half.cos + cosLongitude * s
    result.cosLongitude = cosLongitude * half.cos - sinLongitude * s
    return result
  }

  /// Centre of the southern or northern half.
  func half(north positive: Bool, _ half: (sin: Double, cos: Double)) -> TesseroidPiece {
    let s = positive ? half.sin : -half.sin
    var result = self
    result.north += 1
    result.sinLatitude = sinLatitude * half.cos + cosLatitude * s
    result.cosLatitude = cosLatitude * half.cos - sinLatitude * s
    return result
  }
}

/// Cuts the tesseroids seen from one observation into pieces and sums their quadratures [Uieda2016].
///
/// A piece is cut in two along an axis in which it is longer than distance / ratio, the distance being that of
/// the observation from its centre; radially nothing is cut. Values go to `out[owner]`, in the order of the
/// pieces, from a buffer that the loops in C take whole.
struct TesseroidSum {
  /// As in Harmonica, more pieces of one tesseroid are an error.
  static let mostPieces = 100_000
  private static let capacity = 256
  private static let columns = 11

  private let levels: TesseroidLevels
  private let field: TesseroidGravity.Field
  private let set: ck_set
  private let place: ct_place
  private let squaredRatio: Double
  private let buffer, values: UnsafeMutablePointer<Double>
  private let owners: UnsafeMutablePointer<Int>
  private let out: UnsafeMutablePointer<Double>
  private var count = 0
  private var pieces = 0

  /// Room for the pieces of one observation after the other.
  final class Room {
    let buffer = UnsafeMutablePointer<Double>.allocate(capacity: capacity * columns)
    let values = UnsafeMutablePointer<Double>.allocate(capacity: capacity)
    let owners = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
    deinit {
      buffer.deallocate()
      values.deallocate()
      owners.deallocate()
    }
  }

  init(
    _ levels: TesseroidLevels, _ field: TesseroidGravity.Field, on set: ck_set,
    from place: ct_place, into out: UnsafeMutablePointer<Double>, room: Room
  ) {
    (self.levels, self.field, self.set, self.place, self.out) = (levels, field, set, place, out)
    squaredRatio = field.distanceSizeRatio * field.distanceSizeRatio
    (buffer, values, owners) = (room.buffer, room.values, room.owners)
  }

  /// One tesseroid: radii, and density times the constants of the field.
  struct Body {
    let bottom, top, factor: Double
    let owner: Int
  }

  /// Adds a tesseroid whose horizontal extent is `piece`. Returns whether few enough pieces did.
  mutating func add(_ body: Body, _ piece: TesseroidPiece, angleEasting: Double) -> Bool {
    pieces = 0
    return cut(piece, body, angle: angleEasting)
  }

  private mutating func cut(_ piece: TesseroidPiece, _ body: Body, angle: Double) -> Bool {
    let radius = (body.bottom + body.top) / 2
    let dx = place.x - piece.cosLatitude * piece.cosLongitude
    let dy = place.y - piece.cosLatitude * piece.sinLongitude
    let dz = place.z - piece.sinLatitude
    let up = place.radius - radius
    let square = up * up + place.radius * radius * ((dx * dx + dy * dy) + dz * dz)
    let east = body.top * angle
    let north = body.top * levels.latitude[piece.north].width
    let cutEast = square < squaredRatio * (east * east)
    let cutNorth = square < squaredRatio * (north * north)
    guard cutEast || cutNorth else { return take(piece, body) }
    guard piece.east + 2 < TesseroidLevels.count, piece.north + 2 < TesseroidLevels.count else {
      return false
    }
    let (halfEast, halfNorth) = (levels.longitude[piece.east].half, levels.latitude[piece.north].half)
    for isEast in cutEast ? [false, true] : [false] {
      let column = cutEast ? piece.half(east: isEast, halfEast) : piece
      for isNorth in cutNorth ? [false, true] : [false] {
        let part = cutNorth ? column.half(north: isNorth, halfNorth) : column
        guard cut(part, body, angle: width(of: part)) else { return false }
      }
    }
    return true
  }

  /// Angle between the middles of the west and east edges, on the great circle.
  private func width(of piece: TesseroidPiece) -> Double {
    2 * Self.arcsine(abs(piece.cosLatitude) * levels.longitude[piece.east].sinHalf)
  }

  static func arcsine(_ x: Double) -> Double {
    guard x > 0.06 else {
      let u = x * x
      let low = 1.0 / 6 + u * (3.0 / 40 + u * (5.0 / 112))
      return x + x * (u * (low + (u * u * u) * (35.0 / 1152 + u * (63.0 / 2816 + u * (231.0 / 13312)))))
    }
    return Elementary.atan2(x, (max(0, 1 - x * x)).squareRoot())
  }

  private mutating func take(_ piece: TesseroidPiece, _ body: Body) -> Bool {
    pieces += 1
    guard pieces <= Self.mostPieces else { return false }
    if count == Self.capacity { flush() }
    let (east, north) = (levels.longitude[piece.east], levels.latitude[piece.north])
    let thickness = body.top - body.bottom
    let row = buffer + count
    row[0] = piece.sinLatitude
    row[Self.capacity] = piece.cosLatitude
    row[2 * Self.capacity] = piece.sinLongitude
    row[3 * Self.capacity] = piece.cosLongitude
    row[4 * Self.capacity] = north.node.sin
    row[5 * Self.capacity] = north.node.cos
    row[6 * Self.capacity] = east.node.sin
    row[7 * Self.capacity] = east.node.cos
    row[8 * Self.capacity] = (body.bottom + body.top) / 2
    row[9 * Self.capacity] = thickness / 2 * 0.5773502691896258
    row[10 * Self.capacity] = body.factor * (east.width * north.width * thickness / 8)
    owners[count] = body.owner
    count += 1
    return true
  }

  mutating func flush() {
    func column(_ index: Int) -> UnsafePointer<Double> { UnsafePointer(buffer + index * Self.capacity) }
    var pieces = ct_pieces(
      count: count, sin_latitude: column(0), cos_latitude: column(1), sin_longitude: column(2),
      cos_longitude: column(3), sin_north: column(4), cos_north: column(5), sin_east: column(6),
      cos_east: column(7), radius: column(8), half: column(9), weight: column(10))
    var place = place
    switch field {
    case .gz: ct_attraction(set, &pieces, &place, values)
    case .potential: ct_potential(set, &pieces, &place, values)
    }
    for index in 0..<count { out[owners[index]] += values[index] }
    count = 0
  }
}
