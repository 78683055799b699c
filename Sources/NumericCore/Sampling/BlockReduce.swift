/// Reductions of scattered values by rectangular blocks.
///
/// A region is cut into round(extent / size) blocks along each axis, at least one, whose size is adjusted
/// to fit. A point belongs to the block with the nearest centre; midway between two it belongs to the
/// western or southern one (a k-d tree, as other programs use, decides such ties by its own layout).
/// Results are ordered by block, northing slow, easting fast; empty blocks are left out.
public struct BlockReduce: Equatable, Sendable {
  /// The places of each block's points in the list, ascending.
  public let members: [[Int]]
  /// The centres of the blocks.
  public let centers: Points

  /// - Parameters:
  ///   - size: side of a block, metres.
  ///   - region: what the blocks cover; nil for the bounding box of the points. Points outside fall into
  ///     the nearest block.
  /// - Throws: `notPositive` for the size, `nonFinite` for coordinates, `tooFewPoints` without points.
  public init(points: Points, size: Double, region: Region? = nil) throws(NumericError) {
    try requirePositive(size, "block size")
    try self.init(points: points, region: region) { region in
      (Axis.count(extent: region.width, size: size), Axis.count(extent: region.height, size: size))
    }
  }

  /// As many blocks from south to north as `rows`, and as `columns` from west to east.
  /// - Throws: `nonFinite` for coordinates, `tooFewPoints` without points.
  /// - Precondition: positive counts.
  public init(points: Points, rows: Int, columns: Int, region: Region? = nil) throws(NumericError) {
    precondition(rows > 0 && columns > 0, "positive counts")
    try self.init(points: points, region: region) { _ in (columns, rows) }
  }

  private init(
    points: Points, region: Region?, counts: (Region) -> (columns: Int, rows: Int)
  ) throws(NumericError) {
    try requireFinite(points)
    guard let region = region ?? points.boundingRegion else {
      throw .tooFewPoints(found: 0, needed: 1)
    }
    let (columns, rows) = counts(region)
    let across = Axis(from: region.west, to: region.east, count: columns)
    let up = Axis(from: region.south, to: region.north, count: rows)
    var blocks = [Int: [Int]]()
    for index in 0..<points.count {
      let label = up.block(points.northing[index]) * across.count + across.block(points.easting[index])
      blocks[label, default: []].append(index)
    }
    let filled = blocks.sorted { $0.key < $1.key }
    let labels = filled.map(\.key)
    members = filled.map(\.value)
    centers = Points(
      easting: labels.map { across.center($0 % across.count) },
      northing: labels.map { up.center($0 / across.count) })
  }

  /// One point a block: the mean of its coordinates.
  public func meanPoints(of points: Points) -> Points {
    Points(easting: mean(points.easting), northing: mean(points.northing))
  }

  /// One point a block: the medians of its coordinates.
  public func medianPoints(of points: Points) -> Points {
    Points(easting: median(points.easting), northing: median(points.northing))
  }

  /// The median of each block's values.
  public func median(_ values: [Double]) -> [Double] { reduce(values, Statistics.median) }

  /// The mean of each block's values.
  public func mean(_ values: [Double]) -> [Double] { reduce(values, Statistics.mean) }

  /// The mean of each block's values, and weights from the sample variance (n − 1) within the block.
  public func meanWithSpread(_ values: [Double]) -> WeightedValues {
    let variances = reduce(values) { Statistics.variance($0, lostDegrees: 1) }
    return WeightedValues(values: mean(values), weights: Self.weights(fromVariances: variances))
  }

  /// The weighted mean of each block's values, and weights from what `spread` takes for its variance.
  ///
  /// - Precondition: as many weights as values.
  public func weightedMean(
    _ values: [Double], weights: [Double], spread: Spread = .propagated
  ) -> WeightedValues {
    precondition(values.count == weights.count)
    var (means, variances) = ([Double](), [Double]())
    for block in members {
      let (inside, kept) = (block.map { values[$0] }, block.map { weights[$0] })
      means.append(Statistics.weightedMean(inside, weights: kept))
      switch spread {
      case .propagated: variances.append(1 / Statistics.sum(kept))
      case .weighted: variances.append(Statistics.weightedVariance(inside, weights: kept))
      }
    }
    return WeightedValues(values: means, weights: Self.weights(fromVariances: variances))
  }

  /// What stands for the variance of a block's weighted mean.
  public enum Spread: Equatable, Sendable {
    /// 1/Σw: the weights are inverse variances of the values.
    case propagated
    /// The weighted variance of the values within the block.
    case weighted
  }

  /// Values with a weight each.
  public struct WeightedValues: Equatable, Sendable {
    /// As many of each, in the order of the blocks.
    public var values, weights: [Double]
  }

  /// Weights between 0 and 1: the smallest variance above 1e-15 over each; 1 for variances not above
  /// that, and for missing ones (a block of one point).
  public static func weights(fromVariances variances: [Double]) -> [Double] {
    let least = 1e-15
    let smallest = variances.filter { $0 > least }.min() ?? 1
    return variances.map { $0 > least ? smallest / $0 : 1 }
  }

  private func reduce(_ values: [Double], _ reduction: ([Double]) -> Double) -> [Double] {
    members.map { block in reduction(block.map { values[$0] }) }
  }

  /// Blocks along one axis.
  private struct Axis {
    let start, step: Double
    let count: Int

    static func count(extent: Double, size: Double) -> Int {
      max(1, Int((extent / size).rounded(.toNearestOrEven)))
    }

    init(from start: Double, to end: Double, count: Int) {
      (self.start, self.count) = (start, count)
      step = (end - start) / Double(count)
    }

    func center(_ block: Int) -> Double { start + (Double(block) + 0.5) * step }

    func block(_ value: Double) -> Int {
      guard step > 0 else { return 0 }
      let edge = ((value - start) / step).rounded(.up)
      return edge <= 1 ? 0 : edge >= Double(count) ? count - 1 : Int(edge) - 1
    }
  }
}
