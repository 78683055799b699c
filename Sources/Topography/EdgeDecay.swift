internal import Gravity
public import NumericCore

/// A layer of mass whose gravity falls off towards its edges, and the zone of further cells around it that lessens
/// the fall.
public struct EdgeLayer: Sendable, Equatable {
  /// Where the gravity is wanted.
  public var region: Region
  /// Metres; must divide the region.
  public var spacing: Double
  /// Width of the zone around the region as a part of the region's longer side; rounded to whole cells.
  public var buffer: Double
  /// Mean height of the layer's surface and height of its other face, metres.
  public var top, reference: Double
  /// kg/m³, the same in the whole layer.
  public var density: Double
  /// Height of the observations, metres.
  public var observationHeight: Double
  /// The surface is top + amplitude · sin(2πe/wavelength) · cos(2πn/wavelength); nil: level.
  public var checkerboard: Checkerboard?

  /// The layer without its relief.
  public struct Slab: Sendable, Equatable {
    /// Height of the surface's mean and of the other face, metres.
    public var top, reference: Double
    /// kg/m³.
    public var density: Double

    /// Heights in metres, the density in kg/m³.
    public init(top: Double, reference: Double, density: Double) {
      (self.top, self.reference, self.density) = (top, reference, density)
    }
  }

  /// A relief of hills and hollows along both axes.
  public struct Checkerboard: Sendable, Equatable {
    /// Metres.
    public var amplitude, wavelength: Double
    /// Metres.
    public init(amplitude: Double, wavelength: Double) {
      (self.amplitude, self.wavelength) = (amplitude, wavelength)
    }
  }

  /// A layer of one density between a surface and a reference level.
  public init(
    region: Region, spacing: Double, buffer: Double, slab: Slab, observationHeight: Double,
    checkerboard: Checkerboard? = nil
  ) {
    (self.region, self.spacing, self.buffer) = (region, spacing, buffer)
    (top, reference, density) = (slab.top, slab.reference, slab.density)
    (self.observationHeight, self.checkerboard) = (observationHeight, checkerboard)
  }

  /// The gravity of the layer over the region with and without the effect of its edges.
  public struct Decay: Sendable, Equatable {
    /// mGal.
    public var gravity, withoutEdges: Grid
    /// The greatest loss as a part of the greatest gravity.
    public var decay: Double
    /// Metres, and in cells.
    public var bufferWidth: Double
    /// Width of the zone in cells.
    public var bufferCells: Int
  }

  /// Gravity g₁ of the layer with its zone, and g₂ without edges: that of the surface's relief about its mean, which has
  /// next to none, raised so that both have the same maximum. The decay is −min(g₁ − g₂) / max(g₁).
  ///
  /// Invert4Geom's published 49.33355 % is met (`EdgeDecayTests`).
  /// - Throws: `EdgeDecayError`.
  public func decay(workers: Workers = .serial) throws(EdgeDecayError) -> Decay {
    try check()
    let cells = (max(region.width, region.height) * buffer / spacing).rounded(.toNearestOrEven)
    let width = cells * spacing
    let padded = GridGeometry(region: region.shrunk(by: -width), spacing: spacing)
    let surface = surface(on: padded)
    let highest = surface.max() ?? top
    guard max(highest, reference) < observationHeight else {
      throw .observationsInLayer(height: observationHeight, top: max(highest, reference))
    }
    let inner = GridGeometry(region: region, spacing: spacing)
    let points = ObservationPoints(grid: inner, upward: observationHeight)
    let whole = PrismLayer(
      geometry: padded, top: surface.map { max($0, reference) }, bottom: surface.map { min($0, reference) },
      density: Array(repeating: density, count: padded.count))
    let relief = PrismLayer(
      topography: surface, geometry: padded,
      reference: Array(repeating: Statistics.mean(surface), count: padded.count),
      densityContrast: Array(repeating: density, count: padded.count))
    let gravity = ForwardModel.gz(of: whole, at: points, workers: workers).gravity
    var without = ForwardModel.gz(of: relief, at: points, workers: workers).gravity
    guard let most = gravity.max(), let other = without.max(), most > 0 else {
      throw .noGravity(thickness: top - reference)
    }
    for index in without.indices { without[index] += most - other }
    let loss = zip(gravity, without).map { $0 - $1 }.min() ?? 0
    return Decay(
      gravity: Grid(geometry: inner, values: gravity), withoutEdges: Grid(geometry: inner, values: without),
      decay: -loss / most, bufferWidth: width, bufferCells: Int(cells))
  }

  private func surface(on geometry: GridGeometry) -> [Double] {
    guard let checkerboard else { return Array(repeating: top, count: geometry.count) }
    let nodes = geometry.nodes
    let turn = 2 * Double.pi / checkerboard.wavelength
    return (0..<geometry.count).map { node in
      top + checkerboard.amplitude * Elementary.sincos(turn * nodes.easting[node]).sin
        * Elementary.sincos(turn * nodes.northing[node]).cos
    }
  }

  private func check() throws(EdgeDecayError) {
    let numbers = [
      ("spacing", spacing), ("density", density), ("wavelength", checkerboard?.wavelength ?? 1),
      ("width of the region", region.width), ("height of the region", region.height),
    ]
    for (name, value) in numbers where !(value > 0 && value.isFinite) { throw .notPositive(name, value) }
    for (name, value) in [("buffer", buffer)] where !(value >= 0 && value.isFinite) {
      throw .notPositive(name, value)
    }
    for value in [top, reference, observationHeight, checkerboard?.amplitude ?? 0] where !value.isFinite {
      throw .notPositive("height", value)
    }
  }
}

/// Why a layer's decay can't be told.
public enum EdgeDecayError: Error, Equatable, Sendable, CustomStringConvertible {
  case notPositive(String, Double)
  /// Metres.
  case observationsInLayer(height: Double, top: Double)
  /// The layer has no mass.
  case noGravity(thickness: Double)

  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .notPositive(let what, let value): "the \(what) is \(value), which can't be"
    case .observationsInLayer(let height, let top):
      "the observations at \(height) m must lie above the layer, which reaches \(top) m"
    case .noGravity(let thickness):
      "the layer is \(thickness) m thick and has no gravity; 'top' and 'zref' must differ"
    }
  }
}
