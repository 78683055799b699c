public import NumericCore

/// Whether a network's posterior may be believed at one data set: the local classifier two-sample test.
///
/// A classifier learns to tell pairs (true targets, data) of held-back samples from pairs (a draw of the network's posterior, the same
/// data). Where it answers ½ at draws for the data in question, nothing tells the two apart there; the statistic is the mean square of
/// its distance from ½. Under the hypothesis that the posterior is right classes may be swapped within each pair, which gives the
/// statistics that chance allows. [Linhart2023]
public struct LocalTest: Sendable, Equatable {
  /// Mean square distance from ½ at draws for the data.
  public let statistic: Double
  /// Share of swapped classes with a statistic at least as large, at least 1/(trials + 1).
  public let pValue: Double

  /// Principal components of the inputs that the classifier gets at most.
  private static let mostInputs = 6

  /// - Parameters:
  ///   - held: samples that were held back, data with noise, one after the other.
  ///   - data: the data set in question.
  ///   - trials: swaps of the classes.
  public init(
    _ network: NetworkCommittee, held: (rows: [Double], truths: [Double]), data: [Double],
    trials: Int = 100, seed: UInt64, workers: Workers = .serial
  ) throws(NetworkError) {
    let (rows, truths) = held
    let (count, width) = (rows.count / network.transform.data, network.targets.count)
    guard count >= 20 else { throw .tooFewSamples(part: "the local test", found: count, needed: 20) }
    let random = CounterRandom(seed: seed, stream: "local test")
    let inputs = Self.inputs(network, rows)
    let place = Self.inputs(network, data)
    let kept = place.count
    let features = width + kept
    let mixtures = try network.mixtures(rows, workers: workers)
    var (real, drawn) = ([Double](), [Double]())
    for (sample, mixture) in mixtures.enumerated() {
      guard let draw = network.draws(mixture, 1, random: random, row: sample).draws.first else { continue }
      let own = inputs[(sample * kept)..<((sample + 1) * kept)]
      real += truths[(sample * width)..<((sample + 1) * width)] + own
      drawn += draw + own
    }
    let pairs = drawn.count / features
    guard pairs >= 20, let mixture = try network.mixtures(data, workers: workers).first else {
      throw .tooFewSamples(part: "the local test", found: pairs, needed: 20)
    }
    let draws = network.draws(mixture, 500, random: random, row: count).draws
    guard !draws.isEmpty else { throw .tooFewSamples(part: "the local test", found: 0, needed: 1) }
    let labels = Array(repeating: 0.0, count: pairs) + Array(repeating: 1.0, count: pairs)
    var statistics = [Double](repeating: 0, count: trials + 1)
    let (first, second) = (real, drawn)
    statistics.withUnsafeMutableBufferPointer { statistics in
      nonisolated(unsafe) let statistics = statistics
      workers.forEach(trials + 1) { trial in
        let coins = trial == 0 ? [] : random.uniform(pairs, row: count + 1, round: trial)
        let swapped =
          trial == 0 ? labels : labels.indices.map { coins[$0 % pairs] < 0.5 ? labels[$0] : 1 - labels[$0] }
        let classifier = LogisticNetwork(
          first + second, labels: swapped, shape: (features, 10),
          random: CounterRandom(seed: seed, stream: "local classifier"), row: trial, iterations: 30)
        let squares = draws.map { draw -> Double in
          let distance = classifier.probability(draw + place) - 0.5
          return distance * distance
        }
        statistics[trial] = Statistics.mean(squares)
      }
    }
    statistic = statistics[0]
    let own = statistics[0]
    pValue = Double(1 + statistics.dropFirst().count { $0 >= own }) / Double(trials + 1)
  }

  /// The whitened inputs that vary most.
  private static func inputs(_ network: NetworkCommittee, _ rows: [Double]) -> [Double] {
    let all = network.range.whitening(network.transform(rows))
    let width = network.range.whitening.inputs
    let kept = min(width, mostInputs)
    return stride(from: 0, to: all.count, by: width).flatMap { all[$0..<$0 + kept] }
  }
}
