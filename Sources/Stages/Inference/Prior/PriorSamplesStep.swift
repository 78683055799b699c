import Artefacts
import Datasets
import Inference
import Planning
import StageSupport

/// Draws the next chunk of a prior that is truncated to a region.
struct PriorSamplesStep: StageKind {
  static let kind = "prior_samples_step"
  static let stateName = "state"

  private static let before = Input.optional(stateName, [.table], "how far the draws have come")
  private static let region = Input("within", [.table, .samples], "samples that tell the region")
  private static let state = Output(stateName, .table, "how far the draws have come")
  private static let plan = Output("plan", .file, "the draws that are simulated next")
  private static let report = Output("report", .file, "of the round")
  /// More draws outside of the region than this for each that is wanted end the search.
  private static let patience = 20_000

  let signature = StageSignature(
    kind: PriorSamplesStep.kind, version: 1, summary: "draws of a prior within a region",
    declares: [
      PriorSamples.sampler, FamilySettings.seed, PriorSamples.share, region, before, state, plan, report,
    ]
  ).hidden

  func run(_ context: StageContext) throws {
    let drawn = try context.memberDraws.map { try DrawnVariable($0.variable) }
    let region = try PriorRegion(
      context[Self.region], context.memberVariables, drawn, share: context[PriorSamples.share])
    var state = try context[Self.before].map { try PriorRegionState($0) } ?? PriorRegionState()
    state.boxShare = region.boxShare
    let bounds = try drawn.indices.map { try region.bounds($0) }
    (state.low, state.high) = (bounds.map(\.low), bounds.map(\.high))
    var rows: [[Double]] = []
    var tried = 0
    while rows.count < ChunkPlan.rows {
      try context.checkCancelled()
      for unit in try units(context, from: state.next, drawn) where rows.count < ChunkPlan.rows {
        state.next += 1
        tried += 1
        if let values = try region.values(at: unit) { rows.append(values) }
      }
      guard tried < Self.patience * max(1, rows.count) + 1_000_000 else {
        throw StageError.outOfPlace(
          "\(rows.count) of \(tried) draws between the bounds of the region of 'within' lie in it: it is too thin to be drawn "
            + "from; raise within_share or truncate fewer parameters")
      }
    }
    state.held += rows.count
    context.log(
      "\(rows.count) of \(tried) draws; the region holds a share of \(state.share) of the prior")
    try state.write(to: context[Self.state])
    try context.write(RoundPlan(rows), FoldReport([("tried", Double(tried)), ("share", state.share)]))
  }

  private func units(_ context: StageContext, from first: Int, _ drawn: [DrawnVariable]) throws -> [[Double]]
  {
    let seed = UInt64(context[FamilySettings.seed])
    let count = 1024
    switch context[PriorSamples.sampler] {
    case .monteCarlo:
      let names = context.memberDraws.map(\.variable.name)
      return (first..<(first + count)).map { number in
        names.map { MonteCarlo.unit(member: number, dimension: $0, seed: seed) }
      }
    case .sobol:
      return Sobol.scrambled(count: count, dimensions: drawn.count, seed: seed, skip: first)
    }
  }
}
