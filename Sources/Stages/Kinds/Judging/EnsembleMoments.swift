import Inference

/// Moments of an ensemble node by node, from one pass over the members for the means and one for the
/// deviations: population deviations as Invert4Geom, sums in the order of the members.
struct EnsembleMoments {
  let count: Int
  private(set) var mean, deviation, minimum, maximum: [Double]
  private(set) var weighted: (mean: [Double], deviation: [Double])?

  init(count: Int, nodes: Int, weights: [Double]?, member: (Int) throws -> [Double]) rethrows {
    self.count = count
    let equal = Array(repeating: 1.0, count: count)
    (mean, deviation) = try Self.moments(equal, nodes: nodes, member: member)
    (minimum, maximum) = (
      Array(repeating: .infinity, count: nodes), Array(repeating: -.infinity, count: nodes)
    )
    for index in 0..<count {
      for (node, value) in try member(index).enumerated() {
        minimum[node] = min(minimum[node], value)
        maximum[node] = max(maximum[node], value)
      }
    }
    weighted = try weights.map { try Self.moments($0, nodes: nodes, member: member) }
  }

  private static func moments(
    _ weights: [Double], nodes: Int, member: (Int) throws -> [Double]
  ) rethrows -> (mean: [Double], deviation: [Double]) {
    let total = weights.reduce(0, +)
    var mean = Array(repeating: 0.0, count: nodes)
    for (index, weight) in weights.enumerated() {
      for (node, value) in try member(index).enumerated() { mean[node] += weight * value }
    }
    for node in 0..<nodes { mean[node] /= total }
    var variance = Array(repeating: 0.0, count: nodes)
    for (index, weight) in weights.enumerated() {
      for (node, value) in try member(index).enumerated() {
        let difference = value - mean[node]
        variance[node] += weight * difference * difference
      }
    }
    return (mean, variance.map { ($0 / total).squareRoot() })
  }
}

/// How mean and deviation settle as members come in, in their order; unweighted.
struct EnsembleConvergence {
  /// Means over the nodes after so many members, in the unit of the members.
  struct Row {
    var members: Int
    var deviation, meanError, deviationError: Double
    /// Standard error of the deviation in units of it.
    var relativeError: Double
  }

  /// From two members on; of large ensembles about a hundred rows, the last one always.
  private(set) var rows: [Row] = []

  init(count: Int, nodes: Int, member: (Int) throws -> [Double]) rethrows {
    var moments = RunningMoments(quantities: nodes)
    let step = (count + 99) / 100
    for index in 0..<count {
      moments.add(try member(index))
      let isLast = index + 1 == count
      if isLast || (moments.count > 1 && moments.count % step == 0) { rows.append(Self.row(moments)) }
    }
  }

  private static func row(_ moments: RunningMoments) -> Row {
    func mean(_ values: [Double]) -> Double {
      let finite = values.filter(\.isFinite)
      return finite.isEmpty ? .nan : finite.reduce(0, +) / Double(finite.count)
    }
    return Row(
      members: moments.count, deviation: mean(moments.deviation), meanError: mean(moments.meanError),
      deviationError: mean(moments.deviationError), relativeError: moments.relativeDeviationError)
  }
}
