/// Windows by which equivalent sources of many data are fitted one after the other.
public struct BoostingWindows: Sendable, Equatable {
  /// Side of the square windows, metres; nil: such that a window holds about 5000 data, or a single window for not
  /// more than those.
  public var size: Double?
  /// Of NumPy's `RandomState`, which shuffles the order of the windows.
  public var seed: UInt32

  /// - Parameters:
  ///   - size: side of a window, metres; nil: such that it holds about 5000 data.
  ///   - seed: of the order of the windows.
  public init(size: Double? = nil, seed: UInt32 = 0) { (self.size, self.seed) = (size, seed) }
}

/// Equivalent sources fitted by gradient boosting [Soler2021]: windows that overlap by half are taken in random order,
/// each fits its sources to what the ones before left of its data. The largest system is that of one window.
public struct GradientBoostedSources: Sendable {
  /// The sources of all windows together.
  public let sources: EquivalentSources
  /// RMS of the residual before the first window and after each.
  public let errors: [Double]
  /// Side of the windows, metres; nil for a single one.
  public let windowSize: Double?
  /// Most data and most sources of a window.
  public let largestWindow: (data: Int, sources: Int)

  /// Numbers agree with harmonica's `EquivalentSourcesGB(random_state=seed)` to rounding.
  ///
  /// - Throws: as `EquivalentSources.fit`; `notPositive` for a window size.
  /// - Complexity: for n data in windows of w sources and d data: d·w² time a window and n·w for what it
  ///   leaves, d·w memory.
  public static func fit(
    _ field: FieldValues, settings: EquivalentSourcesFit, windows: BoostingWindows, workers: Workers = .serial
  ) throws(NumericError) -> GradientBoostedSources {
    try requireFinite(field.values, "data")
    let placed = try EquivalentSources.place(points: field.points, upward: field.upward, settings: settings)
    let cut = try WindowCut(data: field.points, sources: placed.sources, windows: windows)
    var coefficients = [Double](repeating: 0, count: placed.sources.count)
    var left = field
    var errors = [Statistics.rms(left.values)]
    for window in cut.windows {
      let part = try EquivalentSources.fit(
        left.subset(window.data), sources: placed.sources.subset(window.sources),
        levels: window.sources.map { placed.upward[$0] },
        depth: placed.depth, damping: settings.damping, workers: workers)
      let predicted = part.evaluate(field.points, field.upward, workers: workers)
      for index in predicted.indices { left.values[index] -= predicted[index] }
      for (index, source) in window.sources.enumerated() { coefficients[source] += part.coefficients[index] }
      errors.append(Statistics.rms(left.values))
    }
    let sources = EquivalentSources(
      sources: placed.sources, upward: placed.upward, coefficients: coefficients, depth: placed.depth)
    return GradientBoostedSources(
      sources: sources, errors: errors, windowSize: cut.size,
      largestWindow: (cut.windows.map(\.data.count).max() ?? 0, cut.windows.map(\.sources.count).max() ?? 0))
  }
}

/// Windows of data and sources, in the order in which they are fitted.
private struct WindowCut {
  struct Window {
    var data, sources: [Int]
  }

  private(set) var windows: [Window] = []
  let size: Double?

  init(data: Points, sources: Points, windows settings: BoostingWindows) throws(NumericError) {
    guard let region = data.boundingRegion, let other = sources.boundingRegion else {
      throw .tooFewPoints(found: 0, needed: 1)
    }
    let whole = Region(
      west: min(region.west, other.west), east: max(region.east, other.east),
      south: min(region.south, other.south), north: max(region.north, other.north))
    let usual = 5000.0
    if let size = settings.size {
      try requirePositive(size, "window size")
      self.size = size
    } else if Double(data.count) <= usual || whole.width * whole.height == 0 {
      size = nil
    } else {
      size = (usual / (Double(data.count) / (whole.width * whole.height))).squareRoot()
    }
    guard let size else {
      windows = [Window(data: Array(0..<data.count), sources: Array(0..<sources.count))]
      return
    }
    let (across, up) = (
      Self.centres(from: whole.west, to: whole.east, size: size),
      Self.centres(from: whole.south, to: whole.north, size: size)
    )
    let (ownData, ownSources) = (Strips(data, across, size: size), Strips(sources, across, size: size))
    var all: [Window] = []
    for north in up {
      for column in across.indices {
        all.append(Window(data: ownData.rows(column, north), sources: ownSources.rows(column, north)))
      }
    }
    var random = LegacyRandom(seed: settings.seed)
    windows = random.permutation(all.count).map { all[$0] }.filter { !$0.data.isEmpty && !$0.sources.isEmpty }
  }

  /// Centres half a window apart, as nearly as that divides the extent; one in the middle where it is smaller.
  private static func centres(from low: Double, to high: Double, size: Double) -> [Double] {
    guard high - low > size else { return [low + (high - low) / 2] }
    let (first, last) = (low + size / 2, high - size / 2)
    let steps = Int(((last - first) / (size / 2)).rounded(.toNearestOrEven))
    guard steps > 0 else { return [first, last] }
    return (0...steps).map { first + (last - first) * Double($0) / Double(steps) }
  }

  /// Points by columns of windows.
  private struct Strips {
    let points: Points
    let columns: [[Int]]
    let reach: Double

    init(_ points: Points, _ centres: [Double], size: Double) {
      self.points = points
      let reach = size / 2 * (1 + 1e-12)
      columns = centres.map { centre in
        (0..<points.count).filter { abs(points.easting[$0] - centre) <= reach }
      }
      self.reach = reach
    }

    func rows(_ column: Int, _ north: Double) -> [Int] {
      columns[column].filter { abs(points.northing[$0] - north) <= reach }
    }
  }
}
