public import NumericCore

/// Gravity of a layer by the cheapest of the sums that applies.
public enum ForwardModel {
  /// Gravity with how it was computed.
  public struct Result: Sendable {
    /// mGal, one value a point.
    public var gravity: [Double]
    /// Which sum it is and why, for a log.
    public var method: String
  }

  /// Error of the fast sum, mGal: far below any datum's.
  public static let tolerance = 1e-9
  /// Pairs of points and cells from which the fast sum is the quicker one (measured).
  public static let crossover = 500_000
  /// Pairs that direct sums take a second or two for: where the last digit of small models counts, fast sums begin here.
  public static let patience = 1_000_000_000

  /// Gravity of a layer of prisms, as `PrismGravity.gz(of:at:workers:)`.
  ///
  /// Points that are a lattice on the layer's grid go by fast operators, within `tolerance`; others, and
  /// few, by direct sums with the far-field series. Where a point lies inside the layer both hold.
  ///
  /// - Parameter fewest: pairs of points and cells from which fast operators are tried.
  public static func gz(
    of layer: PrismLayer, at points: ObservationPoints, cache: KernelCache = KernelCache(),
    fewest: Int = crossover, workers: Workers
  ) -> Result {
    let pairs = points.count * layer.geometry.count
    guard pairs >= fewest else {
      return direct(layer, points, "there are only \(pairs) pairs of points and cells", workers)
    }
    do throws(ObservationLattice.Obstacle) {
      let lattice = try ObservationLattice(points, on: layer.geometry)
      do throws(GridGravity.TooRough) {
        return try fast(layer, lattice, cache, workers)
      } catch { return direct(layer, points, error.description, workers) }
    } catch { return direct(layer, points, error.description, workers) }
  }

  private static func direct(
    _ layer: PrismLayer, _ points: ObservationPoints, _ reason: String, _ workers: Workers
  ) -> Result {
    Result(
      gravity: PrismGravity.gz(of: layer, at: points, workers: workers),
      method: "direct sums: \(reason)")
  }

  private static func fast(
    _ layer: PrismLayer, _ lattice: ObservationLattice, _ cache: KernelCache, _ workers: Workers
  ) throws(GridGravity.TooRough) -> Result {
    let cells = layer.density.indices
    let isPresent = cells.map { !layer.top[$0].isNaN && !layer.bottom[$0].isNaN }
    var gravity = try GridGravity(
      of: .init(
        geometry: layer.geometry,
        reference: cells.map { layer.surfaceIsBottom[$0] ? layer.top[$0] : layer.bottom[$0] },
        densityContrast: cells.map { layer.surfaceIsBottom[$0] ? -layer.density[$0] : layer.density[$0] },
        isPresent: isPresent), lattice: lattice, tolerance: .init(tolerance), cache: cache, workers: workers)
    let surface = cells.map { layer.surfaceIsBottom[$0] ? layer.bottom[$0] : layer.top[$0] }
    return Result(
      gravity: try gravity.gz(ofSurface: surface, workers: workers),
      method: "fast operators: the points are a lattice on the layer's grid; \(gravity.description)")
  }
}
