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

  /// As the loops name it; nil for g_z, which has loops of its own.
  fileprivate var code: cf_field? {
    switch self {
    case .potential: cf_potential
    case .east: cf_east
    case .north: cf_north
    case .down: nil
    case .eastEast: cf_east_east
    case .northNorth: cf_north_north
    case .downDown: cf_up_up
    case .eastNorth: cf_east_north
    case .eastDown: cf_east_up
    case .northDown: cf_north_up
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
    guard let code = field.code else { return gz(of: prism, at: place) }
    let region = prism.region
    let faces = cf_prism(
      west: region.west - place.easting, east: region.east - place.easting,
      south: region.south - place.northing, north: region.north - place.northing,
      bottom: prism.bottom - place.upward, top: prism.top - place.upward)
    return field.scale * prism.density * cf_value(code, faces)
  }

  /// A field of a layer of prisms, one value a point; `g_z` as `gz(of:at:workers:)`.
  ///
  /// Potential and horizontal attraction of square cells beyond 60, 20 and (potential) 11 half diagonals of the layer's
  /// thickest prism go by the first 2, 3 and 4 terms of the prism's series in its size, in error by less than 6·10⁻¹² of the
  /// cell's own field; nearer cells, cells that are not square, and the tensor by the closed form. The sums run in a fixed
  /// order; the result has the same bits for any number of workers and on every instruction set. Empty cells (zero or NaN
  /// density, NaN or equal faces) are left out. Time is proportional to points · cells: with AVX-512 60 to 85 million pairs
  /// a second and thread on a grid of 100 × 100 (`ci/bench-kernels`), memory to points + cells.
  public static func values(
    of field: PrismField, layer: PrismLayer, at points: ObservationPoints, workers: Workers
  ) -> [Double] {
    guard let code = field.code else { return gz(of: layer, at: points, workers: workers) }
    let set = workers.instructions.code
    let cells = layer.density.indices.filter {
      layer.density[$0] != 0 && !layer.density[$0].isNaN && layer.top[$0] > layer.bottom[$0]
    }
    let table = CellTable(
      layer.geometry, cells: cells, level: cells.map { layer.top[$0] },
      factor: cells.map { layer.density[$0] },
      thickest: cells.map { layer.top[$0] - layer.bottom[$0] }.max() ?? 0)
    let bottom = cells.map { layer.bottom[$0] }
    let scale = field.scale
    return perPoint(points.count, workers: workers) { point in
      scale * table.withCells { cf_sum(set, code, $0, bottom, points.place(point)) }
    }
  }
}
