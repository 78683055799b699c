import Artefacts
import Networks
import Planning
import StageSupport

/// Settings and inputs of the training of a committee, which its parts have too.
enum NetworkEntries {
  /// What moves the parameters.
  enum Optimizer: String, SettingWord {
    case lbfgs, adam

    var summary: String {
      switch self {
      case .lbfgs: "all samples at once, by quasi-Newton steps with a line search"
      case .adam: "mini-batches with clipped gradients and steps that decay, then lbfgs"
      }
    }
  }

  static let training = Input("training", [.samples], "samples of the prior with the data of each")
  static let uncertainty = Input.optional(
    "uncertainty", [.grid, .table], "data whose standard deviations (`uncert`) are those of the noise")
  static let noise = Setting(
    "noise", .any(.list(.either(NoiseSetting.types), count: 1...20)),
    .optional(otherwise: "that of the input uncertainty; none without it"),
    "standard deviation of the data's noise, in a unit of the data: one for all or one for each variable of the data vector; "
      + "drawn anew for every member of the committee")
  static let noiseCovariance = Setting(
    "noise_covariance", .file, .optional,
    "file of the covariance matrix of the noise of the whole data vector, in its units, squared: a line a row, numbers between "
      + "blanks or commas")
  static let correlationLength = Setting(
    "correlation_length", .number(in: .metre), .optional, .above(0),
    "length over which the noise is correlated, within each variable of the data vector; without it every datum has noise of its "
      + "own")
  static let noiseCorrelation = Setting(
    "noise_correlation", .word(NoiseCorrelation.self), .optional(meaning: .exponential),
    "how the noise's correlation falls with distance over that length")
  static let targets = Setting(
    "targets", .list(.name, 1...8), .optional(otherwise: "all that was drawn"),
    "parameters and derived numbers of which the network learns the joint distribution")
  static let circular = Setting(
    "circular", .list(.name, 1...8), .optional,
    "targets that are angles: the network learns cosine and sine of them, and its answer goes around the turn"
  )
  static let period = Setting(
    "period", .number, .optional(meaning: 360), .above(0),
    "after which a circular target is the same again, in the unit that files give it in: 360 for a strike in degrees, 180 for an "
      + "axis")
  static let hidden = Setting(
    "hidden", .list(.integer, 1...2), .default([25, 50]), .atLeast(1).atMost(1000),
    "units of a hidden layer: each network draws a number between the two")
  static let layers = Setting(
    "layers", .integer, .default(1), .atLeast(1).atMost(2), "hidden layers")
  static let kernels = Setting(
    "kernels", .list(.integer, 1...2), .default([3, 8]), .atLeast(1).atMost(100),
    "normal distributions of a mixture: each network draws a number between the two")
  static let split = Setting(
    "split", .list(.number, 4...4), .default([0.8, 0.1, 0.05, 0.05]), .above(0).below(1),
    "shares of the samples that train, stop, weigh and test the networks")
  static let used = Setting(
    "samples", .integer, .optional(otherwise: "all"), .atLeast(10),
    "samples of the training part that are learnt from at most; the other parts stay, so that networks of different numbers are "
      + "judged alike")
  static let optimizer = Setting(
    "optimizer", .word(Optimizer.self), .default(.lbfgs), "what moves the parameters of a network")
  static let iterations = Setting(
    "max_iterations", .integer, .default(1000), .atLeast(1), "the most iterations over all samples")
  static let patience = Setting(
    "patience", .integer, .default(50), .atLeast(1),
    "iterations, or epochs, without a lower loss of the stopping part after which a network is done")
  static let redraw = Setting(
    "redraw", .integer, .default(10), .atLeast(1),
    "iterations over all samples after which noise is drawn anew; an epoch of mini-batches always has its own"
  )
  static let epochs = Setting(
    "epochs", .integer, .optional(meaning: 50), .atLeast(1), "passes through the samples in mini-batches")
  static let batch = Setting(
    "batch", .integer, .optional(meaning: 256), .atLeast(1), "samples of a mini-batch")
  static let rate = Setting(
    "rate", .number, .optional(meaning: 0.003), .above(0),
    "length of a step of mini-batches, decaying to a hundredth")
  static let explained = Setting(
    "explained_variance", .number,
    .optional(otherwise: "0.9999 of more than 40 data, no components of fewer"),
    .above(0).atMost(1),
    "the network's inputs are the principal components that hold this share of the variance of standardised data or, with noise, "
      + "of what noise-weighted data tell"
  )
  static let seed = Setting("seed", .integer, .default(0), .atLeast(0), "seed of all that is drawn")

  /// Behind the number of networks.
  static let entries: [any Declaration] = [
    hidden, layers, kernels, split, used, optimizer, iterations, patience, redraw, epochs, batch, rate,
    explained, seed,
  ]

  /// Before it.
  static let first: [any Declaration] = [
    training, uncertainty, targets, circular, period, noise, noiseCovariance, correlationLength,
    noiseCorrelation,
  ]

  static let rules: [Rule] = [
    .only(epochs, batch, rate, with: optimizer, in: .adam), .atMostOne(noise, uncertainty),
    .only(period, with: circular),
    .atMostOne(noiseCovariance, noise, because: "a covariance matrix says all"),
    .atMostOne(noiseCovariance, uncertainty, because: "a covariance matrix says all"),
    .atMostOne(noiseCovariance, correlationLength, because: "a covariance matrix says all"),
    .only(noiseCorrelation, with: correlationLength),
    .needs(
      noise, when: correlationLength.isGiven && !uncertainty.isGiven,
      because: "a length says how noise is correlated, not how large it is"),
    .check(split, "sums to 1") { shares in
      let sum = shares.reduce(0, +)
      return abs(sum - 1) < 1e-9
        ? nil : "sums to 1, but \(shares.map { "\($0)" }.joined(separator: " + ")) is \(sum)"
    },
    .check(hidden, "goes from low to high") {
      $0.first ?? 0 <= $0.last ?? 0 ? nil : "goes from low to high"
    },
    .check(kernels, "goes from low to high") {
      $0.first ?? 0 <= $0.last ?? 0 ? nil : "goes from low to high"
    },
  ]

  static func options(_ context: StageContext) -> TrainingOptions {
    var options = TrainingOptions()
    func range(_ list: [Int]) -> ClosedRange<Int> { (list.first ?? 1)...(list.last ?? 1) }
    options.hidden = range(context[hidden])
    options.layers = context[layers]
    options.kernels = range(context[kernels])
    switch context[optimizer] {
    case .lbfgs: options.optimiser = .lbfgs
    case .adam: options.optimiser = .adam
    }
    options.iterations = context[iterations]
    options.patience = context[patience]
    options.redraw = context[redraw]
    options.epochs = context[epochs]
    options.batch = context[batch]
    options.rate = context[rate]
    options.seed = UInt64(context[seed])
    return options
  }
}
