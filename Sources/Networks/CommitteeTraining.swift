public import NumericCore

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
    /// Of each target before it was truncated; nil where it was not. None for no truncation.
    public var wholes: [TargetPrior?] = []
    /// Of each target the period, where it is an angle. None for no angles.
    public var periods: [Double?] = []
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

  /// What all members of a committee have in common: prepared alike wherever one of them is trained.
  public struct Prepared: Sendable {
    fileprivate let samples: Samples
    fileprivate let split: DataSplit
    fileprivate let transform: InputTransform
    fileprivate let targets: [NetworkTarget]
    fileprivate let parts: Parts
    fileprivate let set: TrainingSet
  }

  /// Standardises the samples.
  public func prepare(_ samples: Samples, split: DataSplit) throws -> Prepared {
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
      targets: parts.labels(split.training), inputCount: transform.inputs, targetCount: targets.width,
      noise: factor, validation: parts.blocks(split.validation, "validation"))
    return Prepared(
      samples: samples, split: split, transform: transform, targets: targets, parts: parts, set: set)
  }

  /// Trains one member, by its number.
  public func member(_ number: Int, of prepared: Prepared) throws -> NetworkMember {
    try train(number, prepared.set, workers)
  }

  /// Weighs the members of a committee.
  public func committee(_ members: [NetworkMember], of prepared: Prepared) throws -> NetworkCommittee {
    let judged = prepared.parts.blocks(prepared.split.weights, "weights")
    let losses = members.map { member in
      NetworkLoss(shape: member.shape, workers: workers).value(member.parameters, judged)
    }
    return NetworkCommittee(
      targets: prepared.targets, transform: prepared.transform, members: members,
      weights: Self.weights(losses), losses: losses,
      range: try range(prepared.samples, prepared.split, prepared.transform))
  }

  /// Trains all members, side by side, and weighs them.
  public func run(_ samples: Samples, split: DataSplit) throws -> NetworkCommittee {
    let prepared = try prepare(samples, split: split)
    return try committee(try train(prepared.set), of: prepared)
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
      var target = NetworkTarget(
        name: name, prior: samples.priors[index] ?? TargetPrior(samples: values), mean: mean, scale: scale)
      if !samples.wholes.isEmpty { target.whole = samples.wholes[index] }
      if !samples.periods.isEmpty, let period = samples.periods[index] {
        let range = target.prior.range
        guard range.upperBound - range.lowerBound <= period * (1 + 1e-9) else {
          throw .beyondPeriod(name: name, low: range.lowerBound, high: range.upperBound, period: period)
        }
        (target.period, target.mean, target.scale) = (period, 0, period / 12.0.squareRoot())
      }
      result.append(target)
    }
    return result
  }

  /// The other parts, whose noise is drawn once.
  fileprivate struct Parts {
    let samples: Samples
    let transform: InputTransform
    let targets: [NetworkTarget]
    let factor: NoiseFactor?
    let seed: UInt64

    func labels(_ indices: [Int]) -> [Double] {
      let radii = CounterRandom(seed: seed, stream: "radius")
      return indices.flatMap { sample in
        targets.indices.flatMap { target -> [Double] in
          let (value, known) = (samples.targets[sample * targets.count + target], targets[target])
          guard let period = known.period else { return [(value - known.mean) / known.scale] }
          let draw = radii.normal(1, row: sample, round: target)[0]
          let radius = max(0.1, 1 + CircularDensity.radius * draw)
          let (sin, cos) = Elementary.sincos(2 * Double.pi * value / period)
          return [radius * cos, radius * sin]
        }
      }
    }

    func blocks(_ indices: [Int], _ stream: String) -> LabelledBlocks {
      var inputs = transform(samples.rows(samples.data, samples.dataCount, indices))
      factor?.add(to: &inputs, CounterRandom(seed: seed, stream: stream), row: 0, round: 0)
      return LabelledBlocks(
        inputs: SampleBlocks(rows: inputs, features: transform.inputs),
        targets: SampleBlocks(rows: labels(indices), features: targets.width))
    }
  }

  private func train(_ set: TrainingSet) throws -> [NetworkMember] {
    let count = options.committee
    let results = MemberResults(count)
    // Members side by side; the blocks of a single one.
    let inner = count == 1 ? workers : workers.alone
    workers.forEach(count) { member in
      results.set(member, Result { try train(member, set, inner) })
    }
    return try results.all()
  }

  private func train(_ member: Int, _ set: TrainingSet, _ workers: Workers) throws -> NetworkMember {
    var training = MemberTraining(set: set, options: options, member: member, workers: workers)
    training.tell = { tell(member, $0, $1) }
    training.checkCancelled = checkCancelled
    return try training.run()
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
