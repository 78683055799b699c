/// Why a network can't be trained or applied.
public enum NetworkError: Error, Equatable, Sendable {
  /// A part of the samples is empty or too small.
  case tooFewSamples(part: String, found: Int, needed: Int)
  /// A value of a sample is not finite; `index` counts samples from 0.
  case nonFinite(what: String, index: Int)
  /// A target that is the same in all samples of the training part.
  case constantTarget(name: String, value: Double)
  /// A sample whose target lies outside of what its prior allows.
  case outsidePrior(name: String, value: Double, low: Double, high: Double)
  /// An angle whose prior is wider than a turn.
  case beyondPeriod(name: String, low: Double, high: Double, period: Double)
  /// Data of another length than those that the network has learnt from.
  case dataLength(found: Int, expected: Int)
  /// Noise for another number of data.
  case noiseLength(found: Int, expected: Int)
  /// A covariance that isn't symmetric positive semidefinite.
  case noiseCovariance
  /// All data are the same in all samples.
  case constantData
  /// No member of the committee has a finite loss.
  case diverged(member: Int)
}

extension NetworkError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .tooFewSamples(let part, let found, let needed):
      "the part for \(part) has \(found) samples and needs \(needed); draw more or change the split"
    case .nonFinite(let what, let index): "\(what) of sample \(index) is not a finite number"
    case .constantTarget(let name, let value):
      "\(name) is \(value) in all samples for training: there is nothing to learn"
    case .outsidePrior(let name, let value, let low, let high):
      "a sample has \(name) = \(value), outside of its prior from \(low) to \(high)"
    case .beyondPeriod(let name, let low, let high, let period):
      "the prior of \(name) goes from \(low) to \(high), which is more than its period of \(period)"
    case .dataLength(let found, let expected):
      "there are \(found) data and the network has learnt from \(expected)"
    case .noiseLength(let found, let expected): "noise is given for \(found) data of \(expected)"
    case .noiseCovariance: "the covariance of the noise is not symmetric and positive"
    case .constantData: "all data are the same in all samples for training: there is nothing to learn from"
    case .diverged(let member): "member \(member) of the committee has no finite loss at its start"
    }
  }
}
