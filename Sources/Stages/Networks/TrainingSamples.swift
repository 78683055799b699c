import Artefacts
import Datasets
import Inference
import Networks
import NumericCore
import Planning
import StageSupport

/// What a network learns from, of the samples of a prior.
struct TrainingSamples {
  let samples: CommitteeTraining.Samples
  /// Of the targets.
  let units: [String?]
  /// Of the data.
  let noise: DataNoise

  /// What a section says of the samples.
  struct Choice {
    /// Of the targets; nil for all that was drawn.
    var names: [String]?
    /// Share of the variance that principal components hold; nil for what is usual.
    var explained: Double?
    var noise = DataNoise.none
    /// Of targets that are angles.
    var periods: [String: Double] = [:]
  }

  init(_ artefact: SamplesArtefact, _ choice: Choice) throws {
    let data = try artefact.data()
    let width = artefact.dataCount
    var columns: [SamplesArtefact.Target] = []
    let drawn = try artefact.targetNames.filter { try artefact.target($0)?.prior != nil }
    for name in choice.names ?? drawn {
      guard let target = try artefact.target(name) else {
        let known = artefact.targetNames.map { "'\($0)'" }.joined(separator: ", ")
        throw StageError.outOfPlace("the samples have no '\(name)' to learn of; they have \(known)")
      }
      columns.append(target)
    }
    for name in choice.periods.keys.sorted() where !columns.contains(where: { $0.name == name }) {
      let known = columns.map { "'\($0.name)'" }.joined(separator: ", ")
      throw StageError.outOfPlace("'circular' names '\(name)', and what the network learns of is \(known)")
    }
    let targets = (0..<artefact.count).flatMap { sample in columns.map { $0.values[sample] } }
    var samples = CommitteeTraining.Samples(
      data: data, dataCount: width, targets: targets, names: columns.map(\.name),
      priors: columns.map(Self.prior))
    samples.wholes = columns.map { $0.bounds == nil ? nil : Self.whole($0) }
    samples.periods = columns.map { choice.periods[$0.name] }
    samples.explained = choice.explained ?? (width > 40 ? 0.9999 : nil)
    samples.noise = choice.noise
    if let deviations = try choice.noise.deviations(width) {
      try Self.check(deviations, data, artefact.blocks)
    }
    self.samples = samples
    noise = choice.noise
    units = columns.map(\.units)
  }

  /// Noise that drowns everything is likely to be in another unit.
  private static func check(_ noise: [Double], _ data: [Double], _ blocks: [SamplesArtefact.Block]) throws {
    var start = 0
    for block in blocks {
      var largest = 0.0
      for column in start..<(start + block.count) {
        let values = stride(from: column, to: data.count, by: noise.count).map { data[$0] }
        largest = max(largest, Statistics.deviation(values.filter(\.isFinite)))
      }
      let least = noise[start..<(start + block.count)].min() ?? 0
      if largest > 0, least > 100 * largest {
        throw StageError.outOfPlace(
          "the noise of '\(block.name)' is at least \(least)\(block.units.map { " " + $0 } ?? "") and the data vary by no more "
            + "than \(largest): is the noise in a unit of other data?")
      }
      start += block.count
    }
  }

  /// By the distribution that the samples were drawn from; nil where samples tell alone.
  static func prior(_ target: SamplesArtefact.Target) -> TargetPrior? {
    guard let bounds = target.bounds else { return whole(target) }
    // Inside of a region its shape is what the samples have.
    return TargetPrior(samples: target.values, support: bounds)
  }

  /// The same, whatever it was truncated to.
  private static func whole(_ target: SamplesArtefact.Target) -> TargetPrior? {
    guard let (word, numbers) = target.prior else { return nil }
    let support: ClosedRange<Double>?
    switch word {
    case "uniform": return .uniform(low: numbers[0], high: numbers[1])
    case "normal": return .normal(mean: numbers[0], deviation: numbers[1])
    case "truncated_normal": support = numbers[2]...numbers[3]
    case "log_uniform", "integers": support = numbers[0]...numbers[1]
    default: support = nil
    }
    guard target.bounds != nil else { return TargetPrior(samples: target.values, support: support) }
    // What has been truncated tells nothing of the whole: its quantiles by the distribution, all but 10⁻⁴ at each end.
    guard let quantile = quantile(word, numbers) else { return nil }
    return .sampled(
      (0...200).map { quantile(min(1 - 1e-4, max(1e-4, Double($0) / 200))) }, support: support)
  }

  /// The values below which shares of a distribution lie.
  private static func quantile(_ word: String, _ n: [Double]) -> ((Double) -> Double)? {
    switch word {
    case "log_uniform": { Quantile.logUniform($0, low: n[0], high: n[1]) }
    case "log_normal": { Quantile.logNormal($0, median: n[0], decades: n[1]) }
    case "truncated_normal":
      { Quantile.truncatedNormal($0, mean: n[0], deviation: n[1], low: n[2], high: n[3]) }
    case "normal_between": { Quantile.normalBetween($0, low: n[0], high: n[1], share: n[2]) }
    case "log_normal_between": { Quantile.logNormalBetween($0, low: n[0], high: n[1], share: n[2]) }
    case "integers": { Double(Quantile.integers($0, low: Int(n[0]), high: Int(n[1]))) }
    default: nil
    }
  }

  /// A number that other samples hardly have: the sums of data and targets.
  var fingerprint: Double { Statistics.sum(samples.data) + Statistics.sum(samples.targets) }
}
