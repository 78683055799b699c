import Inference
import NumericCore
import Planning
import StageSupport

/// One round of Markov chains: accepts or rejects what the members were tried for, and proposes the next.
struct MarkovChainStep: StageKind {
  static let kind = "markov_chain_step"

  private static let stateBefore = Input.optional("state", [.table], "where the walkers are")
  private static let archiveBefore = Input.optional("archive", [.table], "where ensembles have been")
  private static let historyBefore = Input.optional(
    "history", [.table], "draws that the step before has put together")
  static let state = Output("state", .table, "where the walkers are")
  static let archive = Output("archive", .table, "where ensembles have been, of differential chains")
  static let history = Output("history", .table, "a block of draws that are kept")
  private static let plan = Output("plan", .file, "where walkers may go next")
  private static let report = Output("report", .file, "of the round")
  /// Inputs by which blocks of the history are handed on.
  static func block(_ index: Int) -> String { "block_\(index)" }

  let signature = StageSignature(
    kind: MarkovChainStep.kind, version: 2, summary: "a round of Markov chains",
    declares: [PosteriorSettings.ofStep] + ChainEntries.algorithm + [
      ChainEntries.outer, stateBefore, archiveBefore, historyBefore, state, archive, history, plan, report,
    ]
  ).hidden

  func run(_ context: StageContext) throws {
    let prior = try PosteriorPrior(context.memberDraws.map(\.variable), context.settings)
    let coordinates = try prior.coordinates(.priorQuantile)
    let count = prior.margins.count
    let settings = try ChainEntries.chains(context.settings, dimensions: count)
    var (state, blocks) =
      try ChainFiles.state(context[Self.stateBefore], context[Self.archiveBefore], settings)
      ?? (ChainState(settings, draw: ChainEntries.start(context.settings, dimensions: count)), [])
    let failed = try fold(context, &state, coordinates, settings)
    var report = ChainRound(state, settings).report
    report.columns.append((ChainReport.failed, Double(failed)))
    let keeps = try keep(context, state, settings, &blocks, &report)
    try ChainFiles.write(state, blocks, settings, to: context)
    var plan = RoundPlan(state.proposals(settings).map { coordinates.physical($0.position) })
    plan.keeps = keeps
    try context.write(plan, report)
  }

  /// - Returns: how many members gave no likelihood.
  private func fold(
    _ context: StageContext, _ state: inout ChainState, _ coordinates: PriorCoordinates,
    _ settings: ChainSettings
  ) throws -> Int {
    let data = try PosteriorData(context)
    let proposals = state.proposals(settings)
    guard proposals.count == context.members.count else {
      preconditionFailure("a member for each of \(proposals.count) proposals, not \(context.members.count)")
    }
    let onFailure: PosteriorSettings.Failure =
      switch context[ChainEntries.onFailure] {
      case .reject: .drop
      case .stop: .stop
      }
    let found = try data.evaluations(context.members, onFailure: onFailure)
    let failed = found.count { $0 == nil }
    if state.round == 0, failed == found.count {
      throw StageError.outOfPlace(
        "none of the \(failed) points of the prior where walkers begin gave a likelihood: `pipe log` of a member tells why"
      )
    }
    let densities = zip(proposals, found).map { proposal, evaluation in
      ChainDensity(
        likelihood: evaluation?.logLikelihood ?? -.infinity,
        prior: coordinates.logPrior(at: proposal.position))
    }
    state.fold(densities, settings)
    return failed
  }

  /// Keeps the draws of this round, if it is one of those that are kept, and looks at all of them now and then.
  ///
  /// The state of such a round holds its draws already: a block of one iteration is that file, and only larger ones are
  /// written.
  private func keep(
    _ context: StageContext, _ state: ChainState, _ settings: ChainSettings, _ blocks: inout [Int],
    _ report: inout FoldReport
  ) throws -> [RoundPlan.Keep] {
    let after = state.iterations(settings) - settings.warmUp
    var keeps = blocks.indices.map { RoundPlan.Keep(Self.block($0), .kept(Self.block($0))) }
    var history = ChainHistory(chains: settings.chains, dimensions: settings.dimensions)
    guard state.endsIteration(settings), after > 0, after % context[ChainEntries.thinning] == 0 else {
      try ChainFiles.write(history, to: context[Self.history])
      return keeps
    }
    let (taken, sizes) = ChainHistory.merged(blocks)
    let files = try blocks.indices.map { try path(context, $0) }
    for file in files.suffix(taken) { history.append(try ChainFiles.history(file, settings)) }
    let isAlone = taken == 0
    if isAlone { try ChainFiles.write(history, to: context[Self.history]) }
    history.append(state)
    if !isAlone { try ChainFiles.write(history, to: context[Self.history]) }
    blocks = sizes
    keeps.removeLast(taken)
    keeps.append(
      RoundPlan.Keep(Self.block(sizes.count - 1), .port(isAlone ? Self.state.name : Self.history.name)))
    if ChainHistory.isLookedAt(after: sizes.reduce(0, +)) {
      var all = ChainHistory(chains: settings.chains, dimensions: settings.dimensions)
      for file in files.dropLast(taken) { all.append(try ChainFiles.history(file, settings)) }
      all.append(history)
      let (rHat, size) = all.verdict()
      report.columns += [(ChainReport.rHat, rHat), (ChainReport.size, size)]
      context.log("\(sizes.reduce(0, +)) iterations: R-hat \(rHat), effective size \(size)")
    }
    return keeps
  }

  private func path(_ context: StageContext, _ index: Int) throws -> String {
    guard let path = context.inputs[Self.block(index)] else {
      preconditionFailure("the plan before keeps \(Self.block(index))")
    }
    return path
  }
}

/// What a round tells of itself.
struct ChainRound {
  private let state: ChainState
  private let settings: ChainSettings

  init(_ state: ChainState, _ settings: ChainSettings) { (self.state, self.settings) = (state, settings) }

  var report: FoldReport {
    let iteration = state.iterations(settings)
    let cold = state.densities[..<settings.chains].map(\.likelihood).filter(\.isFinite)
    let tried = state.tried[0]
    var columns: [(name: String, value: Double)] = [
      (ChainReport.iteration, Double(iteration)),
      (ChainReport.acceptance, tried == 0 ? .nan : Double(state.accepted[0]) / Double(tried)),
      (ChainReport.logLikelihood, Statistics.mean(cold)),
    ]
    guard settings.ladder.count > 1, state.endsIteration(settings), iteration > settings.warmUp else {
      return FoldReport(columns)
    }
    for rung in settings.ladder.indices {
      let walkers = (rung * settings.chains)..<((rung + 1) * settings.chains)
      let step = rung == 0 ? 0 : settings.ladder[rung - 1] - settings.ladder[rung]
      let sample = TemperedEvidence.Sample(state.densities[walkers].map(\.likelihood), step: step)
      columns += [
        (ChainReport.mean(rung), sample.mean), (ChainReport.square(rung), sample.square),
        (ChainReport.stone(rung), sample.stone),
      ]
      if rung < state.swapsTried.count, state.swapsTried[rung] > 0 {
        let share = Double(state.swapsAccepted[rung]) / Double(state.swapsTried[rung])
        columns.append((ChainReport.exchanged(rung), share))
      }
    }
    return FoldReport(columns)
  }
}
