import NumericCore

/// The region of highest density of samples, for truncating a prior to it.
///
/// The density at a place is estimated by the distance to the k-th nearest of the samples, after whitening by their covariance.
/// The region holds all places whose distance is no greater than that of a share of the samples, each without itself; it may have
/// several parts. [Mack1979; Deistler2022]
public struct DensityRegion: Sendable {
  /// Why there is no region.
  public enum Failure: Error, Equatable, Sendable {
    /// Fewer samples than an estimate needs.
    case tooFewSamples(found: Int, needed: Int)
    /// A coordinate that is the same in all samples, or depends on the others.
    case singular
  }

  /// Bounds of the region: nothing outside of them belongs to it.
  public let low, high: [Double]
  private let dimensions, neighbours: Int
  private let mean: [Double]
  /// L of LLᵀ = Σ, row by row.
  private let factor: [Double]
  /// Whitened, one after the other.
  private let anchors: [Double]
  /// Square of the largest distance.
  private let reach: Double
  /// Samples that distances are taken to at most.
  private static let mostAnchors = 2000

  /// - Parameters:
  ///   - samples: one after the other, `dimensions` numbers each.
  ///   - share: of the samples that the region holds.
  ///   - neighbours: k.
  public init(_ samples: [Double], dimensions: Int, share: Double, neighbours: Int = 10) throws(Failure) {
    precondition(dimensions > 0 && share > 0 && share <= 1)
    let all = samples.count / dimensions
    guard all > 2 * neighbours else { throw .tooFewSamples(found: all, needed: 2 * neighbours + 1) }
    let step = (all + Self.mostAnchors - 1) / Self.mostAnchors
    let chosen = stride(from: 0, to: all, by: step).flatMap {
      samples[($0 * dimensions)..<(($0 + 1) * dimensions)]
    }
    let count = chosen.count / dimensions
    var mean = [Double](repeating: 0, count: dimensions)
    for (index, value) in chosen.enumerated() { mean[index % dimensions] += value / Double(count) }
    var covariance = Matrix(rows: dimensions, columns: dimensions)
    for start in stride(from: 0, to: chosen.count, by: dimensions) {
      for row in 0..<dimensions {
        for column in 0..<dimensions {
          covariance[row, column] +=
            (chosen[start + row] - mean[row]) * (chosen[start + column] - mean[column]) / Double(count - 1)
        }
      }
    }
    for axis in 0..<dimensions where !(covariance[axis, axis] > 1e-24 * mean[axis] * mean[axis]) {
      throw .singular
    }
    guard let factor = try? Cholesky(covariance).factor.values else { throw .singular }
    (self.dimensions, self.neighbours, self.mean, self.factor) = (dimensions, neighbours, mean, factor)
    var white: [Double] = []
    for start in stride(from: 0, to: chosen.count, by: dimensions) {
      white += Self.whitened(Array(chosen[start..<start + dimensions]), mean, factor)
    }
    anchors = white
    var distances = (0..<count).map { sample in
      Self.distance(
        Array(white[(sample * dimensions)..<((sample + 1) * dimensions)]), white, neighbours, except: sample,
        beyond: .infinity)
    }
    distances.sort()
    let place = min(count - 1, max(0, Int((share * Double(count)).rounded(.up)) - 1))
    let reach = distances[place]
    self.reach = reach
    let radius = reach.squareRoot()
    var (low, high) = (mean, mean)
    for axis in 0..<dimensions {
      let values = stride(from: axis, to: chosen.count, by: dimensions).map { chosen[$0] }
      let margin = radius * covariance[axis, axis].squareRoot()
      low[axis] = (values.min() ?? 0) - margin
      high[axis] = (values.max() ?? 0) + margin
    }
    (self.low, self.high) = (low, high)
  }

  /// Whether a place belongs to it.
  public func contains(_ point: [Double]) -> Bool {
    for axis in 0..<dimensions where point[axis] < low[axis] || point[axis] > high[axis] { return false }
    let white = Self.whitened(point, mean, factor)
    return Self.distance(white, anchors, neighbours, except: nil, beyond: reach) <= reach
  }

  /// L⁻¹(x − mean).
  private static func whitened(_ point: [Double], _ mean: [Double], _ factor: [Double]) -> [Double] {
    let count = mean.count
    var result = zip(point, mean).map { $0 - $1 }
    for row in 0..<count {
      for column in 0..<row { result[row] -= factor[row * count + column] * result[column] }
      result[row] /= factor[row * count + row]
    }
    return result
  }

  /// Square of the distance to the k-th nearest anchor; ends early where k of them are within `beyond`.
  private static func distance(
    _ point: [Double], _ anchors: [Double], _ neighbours: Int, except own: Int?, beyond: Double
  ) -> Double {
    let count = point.count
    var nearest: [Double] = []
    var within = 0
    for (number, start) in stride(from: 0, to: anchors.count, by: count).enumerated() where number != own {
      var sum = 0.0
      for axis in 0..<count {
        let difference = anchors[start + axis] - point[axis]
        sum += difference * difference
      }
      if sum <= beyond, beyond.isFinite {
        within += 1
        if within == neighbours { return sum }
        continue
      }
      guard !beyond.isFinite, nearest.count < neighbours || sum < nearest[nearest.count - 1] else { continue }
      let place = nearest.firstIndex { $0 > sum } ?? nearest.count
      nearest.insert(sum, at: place)
      if nearest.count > neighbours { nearest.removeLast() }
    }
    return beyond.isFinite ? .infinity : nearest[nearest.count - 1]
  }
}
