import Artefacts
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
    var sums = [equal, weights].compactMap { $0 }.map { WeightedSums(weights: $0, nodes: nodes) }
    (minimum, maximum) = (
      Array(repeating: .infinity, count: nodes), Array(repeating: -.infinity, count: nodes)
    )
    for index in 0..<count {
      let values = try member(index)
      for place in sums.indices { sums[place].addToMean(values, index) }
      for (node, value) in values.enumerated() {
        minimum[node] = min(minimum[node], value)
        maximum[node] = max(maximum[node], value)
      }
    }
    for place in sums.indices { sums[place].finishMean() }
    for index in 0..<count {
      let values = try member(index)
      for place in sums.indices { sums[place].addToVariance(values, index) }
    }
    (mean, deviation) = (sums[0].mean, sums[0].deviation)
    weighted = weights == nil ? nil : (sums[1].mean, sums[1].deviation)
  }
}

/// Σ w x and then Σ w (x − mean)² of every node.
private struct WeightedSums {
  private let weights: [Double]
  private let total: Double
  private(set) var mean: [Double]
  private var variance: [Double]

  init(weights: [Double], nodes: Int) {
    (self.weights, total) = (weights, weights.reduce(0, +))
    (mean, variance) = (Array(repeating: 0, count: nodes), Array(repeating: 0, count: nodes))
  }

  mutating func addToMean(_ values: [Double], _ member: Int) {
    for (node, value) in values.enumerated() { mean[node] += weights[member] * value }
  }

  mutating func finishMean() {
    for node in mean.indices { mean[node] /= total }
  }

  mutating func addToVariance(_ values: [Double], _ member: Int) {
    for (node, value) in values.enumerated() {
      let difference = value - mean[node]
      variance[node] += weights[member] * difference * difference
    }
  }

  var deviation: [Double] { variance.map { ($0 / total).squareRoot() } }
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
