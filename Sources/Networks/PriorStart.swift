import NumericCore

/// The parameters with which a network begins: its outputs are the prior marginal of the targets, whatever the data.
struct PriorStart {
  /// Clusters of the targets of the training part.
  private struct Clusters {
    var centres: [[Double]]
    var counts: [Int]
    var members: [Int]
  }

  let shape: NetworkShape
  let random: CounterRandom
  let member: Int

  /// - Parameter targets: standardised, sample by sample.
  func parameters(targets: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: shape.parameterCount)
    for (index, layer) in shape.layers.enumerated() {
      let draws = random.normal((layer.inputs + 1) * layer.outputs, row: member, round: 1 + index)
      // Small, so that a network begins smooth: with weights of order one KL on the stored linear problem doubles.
      for place in draws.indices { result[layer.weights + place] = draws[place] / Double(layer.inputs + 1) }
    }
    let kernels = prior(targets)
    let last = shape.layers[shape.layers.count - 1]
    for (index, value) in kernels.enumerated() { result[last.biases + index] = value }
    return result
  }

  /// Outputs of the mixture that has a kernel for each cluster.
  private func prior(_ targets: [Double]) -> [Double] {
    let dimension = shape.targets
    let clusters = cluster(targets)
    let pooled = covariance(targets, clusters, of: nil)
    var outputs: [Double] = []
    for kernel in 0..<shape.kernels {
      outputs.append(Elementary.log(Double(max(1, clusters.counts[kernel]))))
      outputs += clusters.centres[kernel]
      // Too few samples tell no covariance.
      let own =
        clusters.counts[kernel] > 2 * (dimension + 1) ? covariance(targets, clusters, of: kernel) : pooled
      outputs += factor(own)
    }
    return outputs
  }

  /// Lloyd's iterations from quantiles of one target, or from samples drawn far from each other. A cluster that loses all
  /// its samples takes the one that is farthest from its centre.
  private func cluster(_ targets: [Double]) -> Clusters {
    let (dimension, count) = (shape.targets, targets.count / shape.targets)
    var clusters = Clusters(
      centres: starts(targets, count), counts: Array(repeating: 0, count: shape.kernels),
      members: Array(repeating: -1, count: count))
    for _ in 0..<100 {
      var changed = false
      var sums = Array(repeating: Array(repeating: 0.0, count: dimension), count: shape.kernels)
      var farthest = (distance: -1.0, sample: 0)
      clusters.counts = Array(repeating: 0, count: shape.kernels)
      for sample in 0..<count {
        let own = targets[(sample * dimension)..<((sample + 1) * dimension)]
        var (best, least) = (0, Double.infinity)
        for kernel in 0..<shape.kernels {
          let distance = Self.distance(own, clusters.centres[kernel])
          if distance < least { (best, least) = (kernel, distance) }
        }
        if least > farthest.distance { farthest = (least, sample) }
        changed = changed || clusters.members[sample] != best
        clusters.members[sample] = best
        clusters.counts[best] += 1
        for (index, value) in own.enumerated() { sums[best][index] += value }
      }
      for kernel in 0..<shape.kernels where clusters.counts[kernel] > 0 {
        clusters.centres[kernel] = sums[kernel].map { $0 / Double(clusters.counts[kernel]) }
      }
      if let empty = clusters.counts.firstIndex(of: 0), farthest.distance > 0 {
        let start = farthest.sample * dimension
        clusters.centres[empty] = Array(targets[start..<start + dimension])
        changed = true
      }
      if !changed { break }
    }
    return clusters
  }

  private static func distance(_ a: ArraySlice<Double>, _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  private func starts(_ targets: [Double], _ count: Int) -> [[Double]] {
    let dimension = shape.targets
    if dimension == 1 {
      let sorted = targets.sorted()
      return (0..<shape.kernels).map { kernel in
        [sorted[min(count - 1, (2 * kernel + 1) * count / (2 * shape.kernels))]]
      }
    }
    let draws = random.uniform(shape.kernels, row: member, round: 9)
    var centres: [[Double]] = []
    for kernel in 0..<shape.kernels {
      let weights = (0..<count).map { sample in
        let own = targets[(sample * dimension)..<((sample + 1) * dimension)]
        return centres.isEmpty ? 1 : centres.map { Self.distance(own, $0) }.min() ?? 1
      }
      var left = draws[kernel] * weights.reduce(0, +)
      let chosen = weights.firstIndex { weight in
        left -= weight
        return left < 0
      }
      let start = (chosen ?? kernel % count) * dimension
      centres.append(Array(targets[start..<start + dimension]))
    }
    return centres
  }

  /// Of one cluster, or of all about their own centres.
  private func covariance(_ targets: [Double], _ clusters: Clusters, of kernel: Int?) -> Matrix {
    let dimension = shape.targets
    var (sum, count) = (Matrix(rows: dimension, columns: dimension), 0)
    for (sample, cluster) in clusters.members.enumerated() where kernel == nil || cluster == kernel {
      count += 1
      let centre = clusters.centres[cluster]
      for row in 0..<dimension {
        for column in 0..<dimension {
          sum[row, column] +=
            (targets[sample * dimension + row] - centre[row])
            * (targets[sample * dimension + column] - centre[column])
        }
      }
    }
    for index in sum.values.indices { sum.values[index] /= Double(count) }
    for row in 0..<dimension { sum[row, row] += 1e-4 }
    return sum
  }

  /// The upper triangle U of UᵀU = Σ⁻¹ row by row, with the logarithms of its diagonal. Σ has 1e-4 added to its diagonal,
  /// so that it has a factor.
  private func factor(_ covariance: Matrix) -> [Double] {
    let dimension = covariance.rows
    guard let inverse = try? Cholesky(covariance).inverse(), let own = try? Cholesky(inverse).factor else {
      preconditionFailure("a covariance with a positive diagonal added has a factor")
    }
    var result: [Double] = []
    for row in 0..<dimension {
      for column in row..<dimension {
        result.append(row == column ? Elementary.log(own[row, row]) : own[column, row])
      }
    }
    return result
  }
}
