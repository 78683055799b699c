/// Point sources below the data that produce the same field: Σ cⱼ / |x − xⱼ|, harmonic above them
/// [Dampney1969].
///
/// Coefficients come from `LeastSquares`, so their field can be evaluated at any points and heights above the
/// sources (gridding, upward continuation).
public struct EquivalentSources: Sendable, Equatable {
  /// Places of the sources, metres.
  public let sources: Points
  /// Height of each source, metres.
  public let upward: [Double]
  /// Strength of every source, in the data's unit times metres.
  public let coefficients: [Double]
  /// Depth of the sources below the data, metres.
  public let depth: Double

  /// Fits the coefficients of one source below each datum, or below the median position of each block.
  ///
  /// - Throws: `tooFewPoints` (no data; or a single source and no depth), `notPositive` depth or block size,
  ///   `nonFinite`, `negative`.
  /// - Complexity: n·m² time, n·m memory for n data and m sources.
  public static func fit(
    _ field: FieldValues, settings: EquivalentSourcesFit, workers: Workers = .serial
  ) throws(NumericError) -> EquivalentSources {
    let placed = try place(points: field.points, upward: field.upward, settings: settings)
    return try fit(
      field, sources: placed.sources, levels: placed.upward, depth: placed.depth, damping: settings.damping,
      workers: workers)
  }

  /// Where the sources lie: below each datum, or below the medians of each block.
  static func place(
    points: Points, upward: [Double], settings: EquivalentSourcesFit
  ) throws(NumericError) -> (sources: Points, upward: [Double], depth: Double) {
    try requireFinite(points)
    try requireFinite(upward, "upward")
    var (sources, tops) = (points, upward)
    if let blockSize = settings.blockSize {
      let blocks = try BlockReduce(points: points, size: blockSize)
      (sources, tops) = (blocks.medianPoints(of: points), blocks.median(upward))
    }
    let depth = if let given = settings.depth { given } else { try defaultDepth(of: sources) }
    try requirePositive(depth, "depth")
    return (sources, tops.map { $0 - depth }, depth)
  }

  /// Fits the coefficients of sources at given places.
  static func fit(
    _ field: FieldValues, sources: Points, levels: [Double], depth: Double, damping: Double?, workers: Workers
  ) throws(NumericError) -> EquivalentSources {
    let design = response(from: sources, levels, at: field.points, field.upward)
    let coefficients = try LeastSquares.solve(
      design: design, data: field.values, weights: field.weights, damping: damping, workers: workers)
    return EquivalentSources(sources: sources, upward: levels, coefficients: coefficients, depth: depth)
  }

  /// One over the distance between each target (rows) and each source (columns).
  private static func response(
    from sources: Points, _ levels: [Double], at targets: Points, _ heights: [Double]
  ) -> Matrix {
    var design = Matrix(rows: targets.count, columns: sources.count)
    for row in 0..<targets.count {
      for column in 0..<sources.count {
        let east = targets.easting[row] - sources.easting[column]
        let north = targets.northing[row] - sources.northing[column]
        let up = heights[row] - levels[column]
        design.values[row * sources.count + column] =
          1 / (east * east + north * north + up * up).squareRoot()
      }
    }
    return design
  }

  /// 4.5 times the mean distance between each point and its nearest neighbour, metres.
  ///
  /// - Throws: `tooFewPoints` below two points.
  public static func defaultDepth(of points: Points) throws(NumericError) -> Double {
    guard points.count >= 2 else { throw .tooFewPoints(found: points.count, needed: 2) }
    return 4.5 * Statistics.mean(NearestNeighbours.distances(among: points))
  }

  /// The sources' field at each point; infinite or NaN exactly at a source.
  ///
  /// - Precondition: one height a point.
  public func evaluate(
    _ points: Points, _ upward: [Double], workers: Workers = .serial
  ) -> [Double] {
    precondition(points.count == upward.count)
    return parallelMap(points.count, workers) { index in
      var sum = 0.0
      for source in 0..<coefficients.count {
        let east = points.easting[index] - sources.easting[source]
        let north = points.northing[index] - sources.northing[source]
        let up = upward[index] - self.upward[source]
        sum += coefficients[source] / (east * east + north * north + up * up).squareRoot()
      }
      return sum
    }
  }
}

/// How equivalent sources are placed and fitted.
public struct EquivalentSourcesFit: Sendable, Equatable {
  /// Depth of the sources below the data, metres (nil: 4.5 times the mean distance to the nearest other source);
  /// ridge parameter on the scaled coefficients (nil: none); side of the blocks that share a source, metres (nil:
  /// a source a datum).
  public var depth, damping, blockSize: Double?

  /// A source a datum, undamped, at a depth that follows from their distances, unless told otherwise.
  public init(depth: Double? = nil, damping: Double? = nil, blockSize: Double? = nil) {
    (self.depth, self.damping, self.blockSize) = (depth, damping, blockSize)
  }
}

/// Values of a field at points in space, with their weights.
public struct FieldValues: Sendable, Equatable {
  /// Where the values hold, metres.
  public var points: Points
  /// Heights, metres.
  public var upward: [Double]
  /// In the field's unit.
  public var values: [Double]
  /// ≥ 0, typically 1/σ²; nil for ones.
  public var weights: [Double]?

  /// - Precondition: one height and value (and weight) a point.
  public init(points: Points, upward: [Double], values: [Double], weights: [Double]? = nil) {
    precondition(points.count == upward.count && points.count == values.count)
    precondition((weights?.count ?? points.count) == points.count)
    (self.points, self.upward, self.values, self.weights) = (points, upward, values, weights)
  }

  /// Those at the given places of the list.
  func subset(_ indices: [Int]) -> FieldValues {
    FieldValues(
      points: points.subset(indices), upward: indices.map { upward[$0] }, values: indices.map { values[$0] },
      weights: weights.map { all in indices.map { all[$0] } })
  }
}
