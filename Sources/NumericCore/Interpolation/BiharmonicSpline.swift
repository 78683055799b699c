/// A bi-harmonic spline: a thin elastic sheet held by vertical point forces at the data.
///
/// s(x) = Σ pⱼ g(|x − xⱼ|) with g(d) = d² (ln d − 1), the sheet's response to a unit force [Sandwell1987].
/// The forces come from `LeastSquares`: undamped they reproduce the data, a damping makes the sheet
/// smoother.
public struct BiharmonicSpline: Sendable, Equatable {
  /// Where the forces act.
  public let points: Points
  /// The force at each point.
  public let forces: [Double]
  /// Weight of the forces' squares in the fit; nil: an interpolation, which goes through the data.
  public let damping: Double?
  /// Nil for a sheet without tension.
  public let tension: SplineTension?
  /// What the sheet lies about: the mean of the data under tension, else 0.
  public let level: Double

  /// Fits the forces.
  ///
  /// - Parameters:
  ///   - tension: nil for none.
  ///   - points, values: the data.
  ///   - weights: ≥ 0, typically 1/σ²; nil for ones.
  ///   - damping: ridge parameter on the scaled forces; nil or 0 for none.
  /// - Throws: `tooFewPoints` without points; `nonFinite`, `negative`.
  /// - Precondition: one value (and weight) a point.
  /// - Complexity: n³ time, n² memory for n points.
  public static func fit(
    points: Points, values: [Double], weights: [Double]? = nil, damping: Double?,
    tension: SplineTension? = nil, workers: Workers = .serial
  ) throws(NumericError) -> BiharmonicSpline {
    precondition(points.count == values.count)
    try requireFinite(points)
    let level = tension == nil ? 0 : Statistics.mean(values)
    let forces = try LeastSquares.solve(
      design: response(from: points, at: points, tension: tension),
      data: tension == nil ? values : values.map { $0 - level }, weights: weights, damping: damping,
      workers: workers)
    return BiharmonicSpline(
      points: points, forces: forces, damping: damping, tension: tension, level: level)
  }

  /// The spline at each of `targets`.
  public func evaluate(at targets: Points, workers: Workers = .serial) -> [Double] {
    parallelMap(targets.count, workers) { index in
      let (easting, northing) = (targets.easting[index], targets.northing[index])
      var sum = 0.0
      for source in 0..<points.count {
        let east = easting - points.easting[source]
        let north = northing - points.northing[source]
        let distance = (east * east + north * north).squareRoot()
        sum += forces[source] * (tension?.value(distance) ?? Self.green(distance))
      }
      return tension == nil ? sum : sum + level
    }
  }

  /// The spline on the nodes of a grid.
  public func evaluate(on geometry: GridGeometry, workers: Workers = .serial) -> Grid {
    Grid(geometry: geometry, values: evaluate(at: geometry.nodes, workers: workers))
  }

  /// d² (ln d − 1), and its limit 0 at d = 0.
  static func green(_ distance: Double) -> Double {
    distance == 0 ? 0 : distance * distance * (Elementary.log(distance) - 1)
  }

  /// The response at `targets` (rows) to a unit force at each of `sources` (columns).
  static func response(
    from sources: Points, at targets: Points, tension: SplineTension? = nil
  ) -> Matrix {
    var matrix = Matrix(rows: targets.count, columns: sources.count)
    for row in 0..<targets.count {
      for column in 0..<sources.count {
        let east = targets.easting[row] - sources.easting[column]
        let north = targets.northing[row] - sources.northing[column]
        let distance = (east * east + north * north).squareRoot()
        matrix[row, column] = tension?.value(distance) ?? green(distance)
      }
    }
    return matrix
  }
}

/// `count` numbers, each computed by one call; chunks of 64 are shared out among the workers.
func parallelMap(
  _ count: Int, _ workers: Workers, _ body: @Sendable (Int) -> Double
) -> [Double] {
  [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
    if let base = buffer.baseAddress, count > 0 {
      let shared = SharedPointers(input: UnsafePointer(base), output: base)
      workers.forEach((count + 63) / 64) { chunk in
        for index in (64 * chunk)..<min(64 * chunk + 64, count) {
          shared.output[index] = body(index)
        }
      }
    }
    initialized = count
  }
}
