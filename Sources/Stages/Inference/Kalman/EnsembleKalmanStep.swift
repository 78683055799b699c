import Datasets
import Inference
import NumericCore
import Planning
import StageSupport

/// One round of an ensemble Kalman method: takes what the members predict and moves them.
struct EnsembleKalmanStep: StageKind {
  static let kind = "ensemble_kalman_step"

  private static let before = Input.optional("state", [.table], "the ensemble")
  static let state = Output("state", .table, "the ensemble, and what it predicts where that is known")
  private static let plan = Output("plan", .file, "the members that run next")
  private static let report = Output("report", .file, "of the round")

  let signature = StageSignature(
    kind: EnsembleKalmanStep.kind, version: 2, summary: "a round of an ensemble Kalman method",
    declares: [PosteriorSettings.ofStep, KalmanEntries.model] + KalmanEntries.algorithm + [
      KalmanEntries.outer, before, state, plan, report,
    ]
  ).hidden

  func run(_ context: StageContext) throws {
    let unknown = try KalmanUnknown(context)
    var ensemble =
      try context[Self.before].map { try KalmanState($0) }
      ?? KalmanState(try unknown.start(context), context.settings)
    var columns: [(name: String, value: Double)] = []
    if !context.members.isEmpty {
      let round = try KalmanRound(context, unknown, ensemble)
      switch context[KalmanEntries.method] {
      case .smoother: columns = round.smooth(&ensemble)
      case .inversion: columns = round.invert(&ensemble)
      }
    }
    try ensemble.write(to: context[Self.state])
    let next = ensemble.isOver ? [] : ensemble.next(context.settings)
    try context.write(try plan(next, unknown, context), FoldReport(columns))
  }

  /// Rows of the members, and grids for those that move.
  private func plan(_ next: [[Double]], _ unknown: KalmanUnknown, _ context: StageContext) throws -> RoundPlan
  {
    switch unknown {
    case .settings(let coordinates): return RoundPlan(next.map(coordinates.physical))
    case .field(let field):
      for row in 0..<KalmanEntries.rows(context.settings) {
        guard let path = context.outputs["proposal_\(row)"] else {
          preconditionFailure("a proposal for each member")
        }
        // When all is over nobody moves, and a proposal must be there.
        try field.write(row < next.count ? next[row] : field.mean, to: path)
      }
      return RoundPlan(rows: next.indices.map { RoundPlan.Row([], moves: ["proposal_\($0)"]) })
    }
  }
}

/// What the members of a round predict.
struct KalmanRound {
  private let context: StageContext
  private let unknown: KalmanUnknown
  private let taper: KalmanTaper?
  /// The members that ran, those that failed replaced, with their residuals in units of the noise.
  private let members, residuals: [[Double]]
  private let meanResidual: [Double]?
  /// Nil of members that failed.
  private let predictions: [[Double]?]
  private let logLikelihoods: [Double]
  private let failed: Int
  /// Round of what is drawn.
  private let number: Int

  init(_ context: StageContext, _ unknown: KalmanUnknown, _ ensemble: KalmanState) throws {
    (self.context, self.unknown, number) = (context, unknown, ensemble.round)
    let data = try PosteriorData(context)
    taper = try KalmanTaper(context, unknown, data)
    let tried = ensemble.next(context.settings)
    let onFailure: PosteriorSettings.Failure = context[KalmanEntries.onFailure] == .stop ? .stop : .drop
    let found = try data.evaluations(context.members, onFailure: onFailure)
    let count = context[KalmanEntries.draws]
    guard found.count == tried.count else { preconditionFailure("a member for each row") }
    let lost = Set((0..<count).filter { found[$0] == nil })
    guard 2 * lost.count <= count else {
      throw StageError.outOfPlace(
        "\(lost.count) of \(count) members gave no prediction, more than half: `pipe log` of a member tells why"
      )
    }
    failed = found.count { $0 == nil }
    let size = found.compactMap { $0?.residual.count }.first ?? 0
    // Parameters and residuals of a lost member by the same weights of the others: what it would be if the model
    // were linear.
    let joined = (0..<count).map { row in
      tried[row] + (found[row]?.residual ?? [Double](repeating: 0, count: size))
    }
    let full = EnsembleSmoother.replaced(
      joined, failed: lost, seed: UInt64(context[FamilySettings.seed]),
      stream: KalmanEntries.stream(context.settings), round: number)
    let parameters = tried[0].count
    members = full.map { Array($0[..<parameters]) }
    residuals = full.map { Array($0[parameters...]) }
    meanResidual = found.count > count ? found[count]?.residual : nil
    predictions = try (0..<count).map { row in
      found[row] == nil ? nil : try data.predictions(context.members[row])
    }
    logLikelihoods = (0..<count).map { found[$0]?.logLikelihood ?? .nan }
  }

  /// Of every node, how much each datum may tell it.
  private var factors: (@Sendable (Int) -> [Double])? {
    guard let taper else { return nil }
    return { (node: Int) -> [Double] in taper(node) }
  }

  /// Root mean square of all residuals in units of the noise.
  private var error: Double { Statistics.rms(residuals.flatMap(\.self)) }

  /// Root mean square over parameters of the ensemble's deviation in units of the prior's.
  private func spread(_ members: [[Double]]) -> Double {
    let count = members.first?.count ?? 0
    let deviations = (0..<count).map { axis in Statistics.deviation(members.map { $0[axis] }, lostDegrees: 1)
    }
    return Statistics.rms(deviations) / unknown.priorDeviation
  }

  private func report(_ iteration: Int, _ more: [(name: String, value: Double)]) -> [(
    name: String, value: Double
  )] {
    [
      (KalmanReport.iteration, Double(iteration)), (KalmanReport.error, error),
      (KalmanReport.spread, spread(members)),
    ] + more + [(KalmanReport.failed, Double(failed))]
  }

  /// An assimilation; after the last one the round that tells what its members predict.
  func smooth(_ ensemble: inout KalmanState) -> [(name: String, value: Double)] {
    let smoother = KalmanEntries.smoother(context.settings)
    let assimilation = ensemble.round
    ensemble.round += 1
    guard assimilation < smoother.inflations.count else {
      ensemble.keep(members, predictions, logLikelihoods, of: unknown)
      ensemble.isOver = true
      return report(assimilation, [])
    }
    ensemble.members = smoother.update(
      members, residuals: residuals, assimilation: assimilation,
      transform: context[KalmanEntries.transform] == .squareRoot ? .squareRoot : .perturbedData,
      taper: factors,
      workers: context.workers)
    return report(assimilation, [(KalmanReport.inflation, smoother.inflations[assimilation])])
  }

  func invert(_ ensemble: inout KalmanState) -> [(name: String, value: Double)] {
    ensemble.round += 1
    guard var inversion = ensemble.inversion else { preconditionFailure("an inversion has a state") }
    let isTaken = inversion.fold(
      tried: members, residuals: residuals, mean: meanResidual,
      control: KalmanEntries.control(context.settings),
      taper: factors, workers: context.workers)
    ensemble.inversion = inversion
    if isTaken { ensemble.keep(members, predictions, logLikelihoods, of: unknown) }
    return report(
      inversion.iteration,
      [
        (KalmanReport.step, inversion.step), (KalmanReport.update, inversion.changeNorm),
        (KalmanReport.refused, Double(inversion.refused)),
      ])
  }
}
