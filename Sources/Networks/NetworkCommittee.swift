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
    var found = (0..<count).map { _ in
      JointMixture(targets: targets.count, weights: [], means: [], factors: [])
    }
    for (member, weight) in zip(members, weights) where weight > 0 {
      let loss = NetworkLoss(shape: member.shape, workers: workers)
      let outputs = loss.outputs(member.parameters, inputs)
      for sample in 0..<count {
        append(member.shape, outputs, sample * member.shape.outputs, weight, to: &found[sample])
      }
    }
    return found
  }

  private func append(
    _ shape: NetworkShape, _ outputs: [Double], _ start: Int, _ weight: Double, to mixture: inout JointMixture
  ) {
    let count = targets.count
    var largest = -Double.infinity
    for kernel in 0..<shape.kernels { largest = max(largest, outputs[start + kernel * shape.rows]) }
    let shares = (0..<shape.kernels).map { Elementary.exp(outputs[start + $0 * shape.rows] - largest) }
    let all = shares.reduce(0, +)
    for kernel in 0..<shape.kernels {
      var place = start + kernel * shape.rows + 1
      mixture.weights.append(weight * shares[kernel] / all)
      for target in 0..<count {
        mixture.means.append(targets[target].mean + targets[target].scale * outputs[place])
        place += 1
      }
      for row in 0..<count {
        for column in 0..<count {
          guard column >= row else {
            mixture.factors.append(0)
            continue
          }
          let entry = row == column ? Elementary.exp(outputs[place]) : outputs[place]
          mixture.factors.append(entry / targets[column].scale)
          place += 1
        }
      }
    }
  }

  /// The supports of the targets' priors.
  public var supports: [ClosedRange<Double>?] { targets.map(\.prior.support) }
}

/// Trains committees.
public struct CommitteeTraining: Sendable {
  /// How members are trained.
  public var options: TrainingOptions
  /// Threads for members side by side.
  public var workers: Workers
  /// Told of every epoch of a member with the loss of the validation part.
  public var tell: @Sendable (_ member: Int, _ epoch: Int, _ loss: Double) -> Void = { _, _, _ in }
  /// Throws where the work is to end.
  public var checkCancelled: @Sendable () throws -> Void = {}

  /// Training with options.
  public init(options: TrainingOptions, workers: Workers = .serial) {
    (self.options, self.workers) = (options, workers)
  }

  /// Samples with what is known of them.
  public struct Samples: Sendable {
    /// Data and targets, sample by sample, without noise.
    public var data, targets: [Double]
    /// Data of a sample.
    public var dataCount: Int
    /// Of the targets.
    public var names: [String]
    /// Of each target; nil where the samples tell alone.
    public var priors: [TargetPrior?]
    /// What is added to the data.
    public var noise: DataNoise
    /// Share of the variance that principal components hold; nil for none.
    public var explained: Double?

    /// Samples without noise.
    public init(data: [Double], dataCount: Int, targets: [Double], names: [String], priors: [TargetPrior?]) {
      (self.data, self.dataCount, self.targets) = (data, dataCount, targets)
      (self.names, self.priors, noise) = (names, priors, .none)
    }

    /// How many there are.
    public var count: Int { dataCount == 0 ? 0 : data.count / dataCount }

    func rows(_ values: [Double], _ width: Int, _ indices: [Int]) -> [Double] {
      indices.flatMap { values[($0 * width)..<(($0 + 1) * width)] }
    }
  }

  /// Trains all members, side by side, and weighs them.
  public func run(_ samples: Samples, split: DataSplit) throws -> NetworkCommittee {
    try check(samples)
    let transform = try InputTransform(
      rows: samples.rows(samples.data, samples.dataCount, split.training), data: samples.dataCount,
      noise: samples.noise, explained: samples.explained, workers: workers)
    let targets = try targets(samples, split)
    let factor = try transform.componentNoise(samples.noise).map { matrix throws(NetworkError) in
      try NoiseFactor(matrix)
    }
    let parts = Parts(
      samples: samples, transform: transform, targets: targets, factor: factor, seed: options.seed)
    let set = TrainingSet(
      inputs: transform(samples.rows(samples.data, samples.dataCount, split.training), workers: workers),
      targets: parts.labels(split.training), inputCount: transform.inputs, targetCount: targets.count,
      noise: factor,
      validation: parts.blocks(split.validation, "validation"))
    let members = try train(set)
    let weighing = parts.blocks(split.weights, "weights")
    let losses = members.map { NetworkLoss(shape: $0.shape, workers: workers).value($0.parameters, weighing) }
    return NetworkCommittee(
      targets: targets, transform: transform, members: members, weights: Self.weights(losses), losses: losses,
      range: try range(samples, split, transform))
  }

  /// exp(−loss) over their sum, by way of the least.
  static func weights(_ losses: [Double]) -> [Double] {
    let least = losses.filter(\.isFinite).min() ?? 0
    let raw = losses.map { $0.isFinite ? Elementary.exp(least - $0) : 0 }
    let sum = raw.reduce(0, +)
    return raw.map { $0 / sum }
  }

  private func check(_ samples: Samples) throws(NetworkError) {
    for (what, values, width) in [
      ("a datum", samples.data, samples.dataCount), ("a target", samples.targets, samples.names.count),
    ] {
      if let index = values.firstIndex(where: { !$0.isFinite }) {
        throw .nonFinite(what: what, index: index / width)
      }
    }
    for (index, value) in samples.targets.enumerated() {
      let target = index % samples.names.count
      guard let support = samples.priors[target]?.support else { continue }
      let slack = 1e-9 * (support.upperBound - support.lowerBound)
      guard value >= support.lowerBound - slack, value <= support.upperBound + slack else {
        throw .outsidePrior(
          name: samples.names[target], value: value, low: support.lowerBound, high: support.upperBound)
      }
    }
  }

  private func targets(_ samples: Samples, _ split: DataSplit) throws(NetworkError) -> [NetworkTarget] {
    var result: [NetworkTarget] = []
    for (index, name) in samples.names.enumerated() {
      let values = split.training.map { samples.targets[$0 * samples.names.count + index] }
      let mean = Statistics.mean(values)
      let scale = Statistics.deviation(values, lostDegrees: 1)
      guard scale > 1e-13 * abs(mean) else { throw .constantTarget(name: name, value: mean) }
      result.append(
        NetworkTarget(
          name: name, prior: samples.priors[index] ?? TargetPrior(samples: values), mean: mean, scale: scale))
    }
    return result
  }

  /// The other parts, whose noise is drawn once.
  private struct Parts {
    let samples: Samples
    let transform: InputTransform
    let targets: [NetworkTarget]
    let factor: NoiseFactor?
    let seed: UInt64

    func labels(_ indices: [Int]) -> [Double] {
      indices.flatMap { sample in
        targets.indices.map { target in
          (samples.targets[sample * targets.count + target] - targets[target].mean) / targets[target].scale
        }
      }
    }

    func blocks(_ indices: [Int], _ stream: String) -> LabelledBlocks {
      var inputs = transform(samples.rows(samples.data, samples.dataCount, indices))
      factor?.add(to: &inputs, CounterRandom(seed: seed, stream: stream), row: 0, round: 0)
      return LabelledBlocks(
        inputs: SampleBlocks(rows: inputs, features: transform.inputs),
        targets: SampleBlocks(rows: labels(indices), features: targets.count))
    }
  }

  private func train(_ set: TrainingSet) throws -> [NetworkMember] {
    let count = options.committee
    let results = MemberResults(count)
    // Members side by side; the blocks of a single one.
    let inner = count == 1 ? workers : workers.alone
    workers.forEach(count) { member in
      results.set(
        member,
        Result {
          var training = MemberTraining(set: set, options: options, member: member, workers: inner)
          training.tell = { tell(member, $0, $1) }
          training.checkCancelled = checkCancelled
          return try training.run()
        })
    }
    return try results.all()
  }

  /// Distances to samples for training, and of those held back.
  private func range(
    _ samples: Samples, _ split: DataSplit, _ transform: InputTransform
  ) throws(NetworkError) -> TrainingRange {
    let noisy = try samples.noisy(split.training, seed: options.seed, stream: "range")
    // All that the parameters were not fitted to: the more there are, the rarer the data that can be told.
    let held = try samples.noisy(
      split.validation + split.weights + split.test, seed: options.seed, stream: "range of the held back")
    return try TrainingRange(training: noisy, held: held, transform: transform)
  }
}

extension CommitteeTraining.Samples {
  /// The data of some samples, one after the other, with noise of a stream of its own.
  public func noisy(_ indices: [Int], seed: UInt64, stream: String) throws(NetworkError) -> [Double] {
    var chosen = rows(data, dataCount, indices)
    guard let covariance = try noise.covariance(scales: Array(repeating: 1, count: dataCount)) else {
      return chosen
    }
    try NoiseFactor(covariance).add(to: &chosen, CounterRandom(seed: seed, stream: stream), row: 0, round: 0)
    return chosen
  }
}
