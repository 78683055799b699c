import Artefacts
import Datasets
import Networks
import NumericCore
import Planning
import StageSupport

/// What a network learns from, of the samples of a prior.
struct TrainingSamples {
  let samples: CommitteeTraining.Samples
  /// Of the targets.
  let units: [String?]
  /// Standard deviations of the data's noise; nil for none.
  let noise: [Double]?

  /// - Parameter names: of the targets; nil for all that was drawn.
  init(_ artefact: SamplesArtefact, targets names: [String]?, explained: Double?, noise: [Double]?) throws {
    let data = try artefact.data()
    let width = artefact.dataCount
    var priors: [TargetPrior?] = []
    var columns: [SamplesArtefact.Target] = []
    let drawn = try artefact.targetNames.filter { try artefact.target($0)?.prior != nil }
    for name in names ?? drawn {
      guard let target = try artefact.target(name) else {
        let known = artefact.targetNames.map { "'\($0)'" }.joined(separator: ", ")
        throw StageError.outOfPlace("the samples have no '\(name)' to learn of; they have \(known)")
      }
      columns.append(target)
      priors.append(Self.prior(target))
    }
    let targets = (0..<artefact.count).flatMap { sample in columns.map { $0.values[sample] } }
    var samples = CommitteeTraining.Samples(
      data: data, dataCount: width, targets: targets, names: columns.map(\.name), priors: priors)
    samples.explained = explained ?? (width > 40 ? 0.9999 : nil)
    if let noise {
      guard noise.count == width else {
        throw StageError.outOfPlace("noise is given for \(noise.count) data and the samples have \(width)")
      }
      try Self.check(noise, data, artefact.blocks)
      samples.noise = .deviations(noise)
    }
    (self.samples, self.noise) = (samples, noise)
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
    guard let (word, numbers) = target.prior else { return nil }
    let support: ClosedRange<Double>?
    switch word {
    case "uniform": return .uniform(low: numbers[0], high: numbers[1])
    case "normal": return .normal(mean: numbers[0], deviation: numbers[1])
    case "truncated_normal": support = numbers[2]...numbers[3]
    case "log_uniform", "integers": support = numbers[0]...numbers[1]
    default: support = nil
    }
    return TargetPrior(samples: target.values, support: support)
  }

  /// A number that other samples hardly have: the sums of data and targets.
  var fingerprint: Double { Statistics.sum(samples.data) + Statistics.sum(samples.targets) }
}
