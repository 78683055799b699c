import Artefacts
import Datasets
import Networks
import NumericCore
import Planning
import StageSupport

/// Trains a committee of mixture density networks on samples of a prior. Each network is a node of its own
/// (`MixtureNetworkPart`): they are trained side by side, and a larger committee keeps the networks that it had.
struct MixtureNetwork: StageKind {
  private static let committee = Setting(
    "committee", .integer, .default(10), .atLeast(1).atMost(200),
    "networks that are trained, each a node of its own: more keep the first")
  private static let network = Output(
    "network", .network, "the committee with all that it takes to apply it: one file")
  private static let history = Output(
    "history", .table, "loss of the stopping part of every network by epoch or iteration")
  private static let loss = Output(
    "loss", .scalar(.dimensionless),
    "mean negative log likelihood of standardised targets in the part for weights, least of the committee")

  let signature = StageSignature(
    kind: "mixture_network", version: 2,
    summary: "trains a committee of mixture density networks: the posterior of parameters for any data",
    declares: NetworkEntries.first + [committee] + NetworkEntries.entries + [network, history, loss],
    rules: NetworkEntries.rules
  ).made(
    of: PartSpec(
      kind: MixtureNetworkPart.kind, count: committee.name, number: MixtureNetworkPart.number.name,
      output: MixtureNetworkPart.member.name))

  func run(_ context: StageContext) throws {
    let common = try NetworkTraining(context)
    let committee = try common.training.committee(
      try context.parts.map { try NetworkMemberFile.read($0) }, of: common.prepared)
    let learnt = NetworkFile.Training(
      noise: common.chosen.noise, test: common.split.test, seed: common.training.options.seed,
      fingerprint: common.chosen.fingerprint)
    let file = NetworkFile(
      committee: committee, units: common.chosen.units, blocks: common.artefact.blocks,
      places: try common.artefact.places(), training: learnt)
    try NetCDFFile.write(file.dataset(), to: context[Self.network])
    try writeHistory(committee, context)
    let least = committee.losses.min() ?? .nan
    context.log("\(committee.members.count) networks, least loss \(least)")
    try NetCDFFile.writeScalar(
      least, name: Self.loss.name, units: "1", longName: "mean negative log likelihood",
      to: context[Self.loss])
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
