import Artefacts
import Datasets
import Networks
import NumericCore
import Planning
import StageSupport

/// Trains a committee of mixture density networks on samples of a prior.
struct MixtureNetwork: StageKind {
  private static let training = Input("training", [.samples], "samples of the prior with the data of each")
  private static let uncertainty = Input.optional(
    "uncertainty", [.grid, .table], "data whose standard deviations (`uncert`) are those of the noise")
  private static let noise = Setting(
    "noise", .any(.list(.either(NoiseSetting.types), count: 1...20)),
    .optional(otherwise: "that of the input uncertainty; none without it"),
    "standard deviation of the data's noise, in a unit of the data: one for all or one for each variable of the data vector; "
      + "drawn anew for every member of the committee")
  private static let targets = Setting(
    "targets", .list(.name, 1...8), .optional(otherwise: "all that was drawn"),
    "parameters and derived numbers of which the network learns the joint distribution")
  private static let committee = Setting(
    "committee", .integer, .default(10), .atLeast(1).atMost(200), "networks that are trained")
  private static let hidden = Setting(
    "hidden", .list(.integer, 1...2), .default([25, 50]), .atLeast(1).atMost(1000),
    "units of a hidden layer: each network draws a number between the two")
  private static let layers = Setting(
    "layers", .integer, .default(1), .atLeast(1).atMost(2), "hidden layers")
  private static let kernels = Setting(
    "kernels", .list(.integer, 1...2), .default([3, 8]), .atLeast(1).atMost(100),
    "normal distributions of a mixture: each network draws a number between the two")
  private static let split = Setting(
    "split", .list(.number, 4...4), .default([0.8, 0.1, 0.05, 0.05]), .above(0).below(1),
    "shares of the samples that train, stop, weigh and test the networks")
  private static let optimizer = Setting(
    "optimizer", .word(Optimizer.self), .default(.lbfgs), "what moves the parameters of a network")
  private static let iterations = Setting(
    "max_iterations", .integer, .default(1000), .atLeast(1), "the most iterations over all samples")
  private static let patience = Setting(
    "patience", .integer, .default(50), .atLeast(1),
    "iterations, or epochs, without a lower loss of the stopping part after which a network is done")
  private static let redraw = Setting(
    "redraw", .integer, .default(10), .atLeast(1),
    "iterations over all samples after which noise is drawn anew; an epoch of mini-batches always has its own"
  )
  private static let epochs = Setting(
    "epochs", .integer, .optional(meaning: 50), .atLeast(1), "passes through the samples in mini-batches")
  private static let batch = Setting(
    "batch", .integer, .optional(meaning: 256), .atLeast(1), "samples of a mini-batch")
  private static let rate = Setting(
    "rate", .number, .optional(meaning: 0.003), .above(0),
    "length of a step of mini-batches, decaying to a hundredth")
  private static let explained = Setting(
    "explained_variance", .number,
    .optional(otherwise: "0.9999 of more than 40 data, no components of fewer"),
    .above(0).atMost(1),
    "the network's inputs are the principal components that hold this share of the variance of standardised data"
  )
  private static let seed = Setting("seed", .integer, .default(0), .atLeast(0), "seed of all that is drawn")
  private static let network = Output(
    "network", .network, "the committee with all that it takes to apply it: one file")
  private static let history = Output(
    "history", .table, "loss of the stopping part of every network by epoch or iteration")
  private static let loss = Output(
    "loss", .scalar(.dimensionless),
    "mean negative log likelihood of standardised targets in the part for weights, least of the committee")

  /// What moves the parameters.
  private enum Optimizer: String, SettingWord {
    case lbfgs, adam

    var summary: String {
      switch self {
      case .lbfgs: "all samples at once, by quasi-Newton steps with a line search"
      case .adam: "mini-batches with clipped gradients and steps that decay, then lbfgs"
      }
    }
  }

  let signature = StageSignature(
    kind: "mixture_network", version: 1,
    summary: "trains a committee of mixture density networks: the posterior of parameters for any data",
    declares: [
      training, uncertainty, targets, noise, committee, hidden, layers, kernels, split, optimizer, iterations,
      patience,
      redraw, epochs, batch, rate, explained, seed, network, history, loss,
    ],
    rules: [
      .only(epochs, batch, rate, with: optimizer, in: .adam), .atMostOne(noise, uncertainty),
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
    ])

  func run(_ context: StageContext) throws {
    let artefact = try SamplesArtefact(context[Self.training])
    let chosen = try TrainingSamples(
      artefact, targets: context[Self.targets], explained: context[Self.explained],
      noise: try noise(context, artefact.blocks))
    let options = options(context)
    let split = try DataSplit(count: artefact.count, shares: context[Self.split], seed: options.seed)
    var training = CommitteeTraining(options: options, workers: context.workers)
    let log = context.log
    training.tell = { member, epoch, loss in
      if epoch % 50 == 0 { log("network \(member + 1): epoch \(epoch), loss of the stopping part \(loss)") }
    }
    training.checkCancelled = context.checkCancelled
    let committee = try training.run(chosen.samples, split: split)
    let learnt = NetworkFile.Training(
      noise: chosen.noise, test: split.test, seed: options.seed, fingerprint: chosen.fingerprint)
    let file = NetworkFile(
      committee: committee, units: chosen.units, blocks: artefact.blocks, places: try artefact.places(),
      training: learnt)
    try NetCDFFile.write(file.dataset(), to: context[Self.network])
    try writeHistory(committee, context)
    let least = committee.losses.min() ?? .nan
    context.log("\(committee.members.count) networks, least loss \(least)")
    try NetCDFFile.writeScalar(
      least, name: Self.loss.name, units: "1", longName: "mean negative log likelihood",
      to: context[Self.loss])
  }

  private func options(_ context: StageContext) -> TrainingOptions {
    var options = TrainingOptions()
    func range(_ list: [Int]) -> ClosedRange<Int> { (list.first ?? 1)...(list.last ?? 1) }
    options.committee = context[Self.committee]
    options.hidden = range(context[Self.hidden])
    options.layers = context[Self.layers]
    options.kernels = range(context[Self.kernels])
    switch context[Self.optimizer] {
    case .lbfgs: options.optimiser = .lbfgs
    case .adam: options.optimiser = .adam
    }
    options.iterations = context[Self.iterations]
    options.patience = context[Self.patience]
    options.redraw = context[Self.redraw]
    options.epochs = context[Self.epochs]
    options.batch = context[Self.batch]
    options.rate = context[Self.rate]
    options.seed = UInt64(context[Self.seed])
    return options
  }

  /// Standard deviations of all data, in the units of the file; nil without noise.
  private func noise(_ context: StageContext, _ blocks: [SamplesArtefact.Block]) throws -> [Double]? {
    if let path = context[Self.uncertainty] {
      return try DataVector(try NetCDFFile.read(path), blocks, places: []).deviations()
    }
    guard let given = context[Self.noise] else { return nil }
    return try NoiseSetting.deviations(given, blocks)
  }

  private func writeHistory(_ committee: NetworkCommittee, _ context: StageContext) throws {
    var table = Dataset()
    table.setAttribute("title", text: "training of a committee of networks")
    var (network, epoch, loss) = ([Double](), [Double](), [Double]())
    for (index, member) in committee.members.enumerated() {
      for (number, value) in member.history.enumerated() {
        network.append(Double(index + 1))
        epoch.append(Double(number))
        loss.append(value)
      }
    }
    try table.add(NetworkVariables.network, network, along: "step")
    try table.add(NetworkVariables.epoch, epoch, along: "step")
    try table.add(NetworkVariables.loss, loss, along: "step")
    try NetCDFFile.write(table, to: context[Self.history])
  }
}

extension MixtureNetwork: ReportedKind {
  var report: StageReport {
    StageReport([
      .curve(
        ColumnCurve(
          "history", NetworkVariables.epoch, NetworkVariables.loss, title: "Training",
          "Loss of the part that stops the training, of all networks of the committee."))
    ])
  }

  var views: [ArtefactView] { [.variables(NetworkVariables.all)] }
}
