import Artefacts
import Datasets
import Networks
import Planning
import StageSupport

/// What a committee and each of its parts make of a section alike.
struct NetworkTraining {
  let artefact: SamplesArtefact
  let chosen: TrainingSamples
  let split: DataSplit
  let training: CommitteeTraining
  let prepared: CommitteeTraining.Prepared

  init(_ context: StageContext) throws {
    artefact = try SamplesArtefact(context[NetworkEntries.training])
    var choice = TrainingSamples.Choice()
    (choice.names, choice.explained) = (context[NetworkEntries.targets], context[NetworkEntries.explained])
    choice.noise = try NoiseSetting.noise(context, artefact)
    for name in context[NetworkEntries.circular] ?? [] {
      choice.periods[name] = context[NetworkEntries.period]
    }
    chosen = try TrainingSamples(artefact, choice)
    let options = NetworkEntries.options(context)
    var split = try DataSplit(
      count: artefact.count, shares: context[NetworkEntries.split], seed: options.seed)
    if let used = context[NetworkEntries.used] { split.training = Array(split.training.prefix(used)) }
    self.split = split
    var training = CommitteeTraining(options: options, workers: context.workers)
    let log = context.log
    training.tell = { member, epoch, loss in
      if epoch % 50 == 0 { log("network \(member + 1): epoch \(epoch), loss of the stopping part \(loss)") }
    }
    training.checkCancelled = context.checkCancelled
    self.training = training
    prepared = try training.prepare(chosen.samples, split: split)
  }
}

/// Trains one network of a committee.
struct MixtureNetworkPart: StageKind {
  static let kind = "mixture_network_part"
  static let number = Setting("member", .integer, .required, "number of the network, from 0")
  static let member = Output("member", .network, "the network")

  let signature = StageSignature(
    kind: MixtureNetworkPart.kind, version: 2, summary: "one network of a committee",
    declares: NetworkEntries.first + NetworkEntries.entries + [number, member]
  ).hidden

  func run(_ context: StageContext) throws {
    let common = try NetworkTraining(context)
    let member = try common.training.member(context[Self.number], of: common.prepared)
    context.log(
      "\(member.iterations) iterations, loss of the stopping part \(member.validationLoss) at \(member.best)")
    try NetworkMemberFile.write(member, to: context[Self.member])
  }
}
