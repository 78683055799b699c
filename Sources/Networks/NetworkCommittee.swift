public import NumericCore

/// A committee of mixture density networks that has learnt p(targets | data).
public struct NetworkCommittee: Sendable, Equatable {
  /// What it tells of.
  public var targets: [NetworkTarget]
  /// From data to inputs.
  public var transform: InputTransform
  /// The networks.
  public var members: [NetworkMember]
  /// exp(−E/N) of the members on the part for weights, divided by their sum.
  public var weights: [Double]
  /// Mean losses of the members on that part.
  public var losses: [Double]
  /// What data it knows.
  public var range: TrainingRange

  /// What a file holds.
  public init(
    targets: [NetworkTarget], transform: InputTransform, members: [NetworkMember], weights: [Double],
    losses: [Double], range: TrainingRange
  ) {
    (self.targets, self.transform, self.members) = (targets, transform, members)
    (self.weights, self.losses, self.range) = (weights, losses, range)
  }

  /// Posterior distributions for data sets, one after the other.
  /// - Throws: `dataLength` or `nonFinite`.
  public func mixtures(_ rows: [Double], workers: Workers = .serial) throws(NetworkError) -> [JointMixture] {
    let count = rows.count / transform.data
    guard !rows.isEmpty, rows.count == count * transform.data else {
      throw .dataLength(found: rows.count, expected: transform.data)
    }
    if let index = rows.firstIndex(where: { !$0.isFinite }) {
      throw .nonFinite(what: "datum \(index % transform.data + 1)", index: index / transform.data)
    }
    let inputs = SampleBlocks(rows: transform(rows, workers: workers), features: transform.inputs)
    let (width, kernels) = (targets.width, members.reduce(0) { $0 + $1.shape.kernels })
    var found = (0..<count).map { _ in
      var mixture = JointMixture(targets: width, weights: [], means: [], factors: [])
      mixture.weights.reserveCapacity(kernels)
      mixture.means.reserveCapacity(kernels * width)
      mixture.factors.reserveCapacity(kernels * width * width)
      return mixture
    }
    let columns = targets.columns
    for (member, weight) in zip(members, weights) where weight > 0 {
      let loss = NetworkLoss(shape: member.shape, workers: workers)
      let outputs = loss.outputs(member.parameters, inputs)
      for sample in 0..<count {
        append(member.shape, outputs, sample * member.shape.outputs, weight, columns, to: &found[sample])
      }
    }
    return found
  }

  private func append(
    _ shape: NetworkShape, _ outputs: [Double], _ start: Int, _ weight: Double,
    _ columns: [(mean: Double, scale: Double)], to mixture: inout JointMixture
  ) {
    let count = columns.count
    var largest = -Double.infinity
    for kernel in 0..<shape.kernels { largest = max(largest, outputs[start + kernel * shape.rows]) }
    let shares = (0..<shape.kernels).map { Elementary.exp(outputs[start + $0 * shape.rows] - largest) }
    let all = shares.reduce(0, +)
    for kernel in 0..<shape.kernels {
      var place = start + kernel * shape.rows + 1
      mixture.weights.append(weight * shares[kernel] / all)
      for target in 0..<count {
        mixture.means.append(columns[target].mean + columns[target].scale * outputs[place])
        place += 1
      }
      for row in 0..<count {
        for column in 0..<count {
          guard column >= row else {
            mixture.factors.append(0)
            continue
          }
          let entry = row == column ? Elementary.exp(outputs[place]) : outputs[place]
          mixture.factors.append(entry / columns[column].scale)
          place += 1
        }
      }
    }
  }

  /// The supports of the targets' priors.
  public var supports: [ClosedRange<Double>?] { targets.map(\.prior.support) }
}
