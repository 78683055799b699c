import NumericCore

/// How the values of a map are coloured.
public struct MapStyle: Sendable, Equatable {
  /// What order the values have.
  public enum Colours: Sendable, Equatable {
    /// For quantities with an order, such as a topography.
    case sequential
    /// For quantities about zero, such as a misfit: limits are symmetric.
    case diverging
  }

  /// Which values the colours reach when no limits are given.
  public enum Reach: Sendable, Equatable {
    /// 2nd to 98th percentile.
    case robust
    /// Least to greatest value.
    case full
  }

  /// The number under the title.
  public enum Statistic: Sendable, Equatable { case none, mean, rootMeanSquare }

  /// What the axes of a map are.
  public enum Axes: Sendable, Equatable {
    /// Easting and northing, or longitude and latitude.
    case ground
    /// Distance and, downwards, depth: northings are heights.
    case section
  }

  /// What order the values have.
  public var colours: Colours
  /// Nil: those that go with `colours`.
  public var palette: ColourMap?
  /// Shared between maps that are to be compared; nil: from the map's own values.
  public var limits: ClosedRange<Double>?
  /// Which values the colours reach where no limits are given.
  public var reach = Reach.robust
  /// The number under the title.
  public var statistic: Statistic
  /// Longest side of the map itself, pixels.
  public var extent: Double
  /// Most cells on a side of the picture: grids with more nodes are drawn at every n-th.
  public var mostCells = 360
  /// Most dots of a set of points; of more every n-th is drawn.
  public var mostDots = 1500
  /// What is told beside them.
  public var axes = Axes.ground
  /// Light from the north-west on the field taken as a surface.
  public var isShaded = false

  /// The usual palette of these colours.
  public init(
    _ colours: Colours, limits: ClosedRange<Double>? = nil, statistic: Statistic = .none, extent: Double = 270
  ) {
    (self.colours, self.limits, self.statistic, self.extent) = (colours, limits, statistic, extent)
  }

  /// For quantities with an order.
  public static let sequential = MapStyle(.sequential)
  /// For quantities about zero.
  public static let diverging = MapStyle(.diverging)

  /// The same with these limits.
  public func with(limits: ClosedRange<Double>) -> MapStyle {
    var style = self
    style.limits = limits
    return style
  }

  /// The same with this number under the title.
  public func with(statistic: Statistic) -> MapStyle {
    var style = self
    style.statistic = statistic
    return style
  }

  var map: ColourMap { palette ?? (colours == .sequential ? .sequential : .diverging) }

  /// Colour limits for `values`, missing ones ignored: the given ones, or those of `reach`, made symmetric
  /// about zero for diverging colours; never empty.
  public func colourLimits(of values: [Double]) -> ClosedRange<Double> {
    if let limits { return Self.widened(limits) }
    let sorted = PlotMath.finite(values).sorted()
    guard !sorted.isEmpty else { return colours == .sequential ? 0...1 : -1...1 }
    let margin = reach == .robust ? 0.02 : 0
    let (low, high) = (PlotMath.percentile(sorted, margin), PlotMath.percentile(sorted, 1 - margin))
    switch colours {
    case .sequential: return Self.widened(low...high)
    case .diverging:
      let reach = max(abs(low), abs(high))
      return reach > 0 ? -reach...reach : -1...1
    }
  }

  private static func widened(_ limits: ClosedRange<Double>) -> ClosedRange<Double> {
    let middle = (limits.lowerBound + limits.upperBound) / 2
    let reach = max(abs(middle) * 1e-6, 1e-12)
    if limits.upperBound - limits.lowerBound > reach { return limits }
    let space = middle == 0 ? 1 : abs(middle) * 0.01
    return (middle - space)...(middle + space)
  }
}

extension Grid {
  /// The grid read at the nodes of `other` by bilinear interpolation; missing outside and beside missing
  /// values.
  func sampled(at other: GridGeometry) -> Grid {
    if geometry == other { return self }
    let (sampler, nodes) = (BilinearSampler(self, rules: .ofMaps), other.nodes)
    return Grid(
      geometry: other,
      values: zip(nodes.easting, nodes.northing).map { sampler.value(easting: $0, northing: $1) })
  }
}
