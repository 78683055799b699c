import Datasets
import Planning
import StageSupport

/// Takes the posterior of a round and hands its draws to the prior of the next.
struct SequentialPriorStep: StageKind {
  static let kind = "sequential_prior_step"
  /// Samples of the first round and of a round at most; nil where they do not vary.
  static let first = Setting("first_runs", .integer, .optional, "samples of the first round")
  static let last = Setting("last_runs", .integer, .optional, "samples of a round at most")

  private static let before = Input.optional("state", [.table], "of the rounds so far")
  private static let oldRegion = Input.optional("region", [.table], "draws of the round before")
  private static let state = Output("state", .table, "of the rounds so far")
  private static let region = Output("region", .table, "draws that tell where the next round's prior is")
  private static let plan = Output("plan", .file, "the next round")
  private static let report = Output("report", .file, "of the round")

  let signature = StageSignature(
    kind: SequentialPriorStep.kind, version: 1, summary: "a round of a sequence of priors",
    declares: [first, last, before, oldRegion, state, region, plan, report]
  ).hidden

  /// Where what a round has given lies.
  static func given(_ inputs: [String: String], _ port: String) throws -> String {
    guard let source = inputs[port] else {
      throw StageError.outOfPlace("no round has given '\(port)'")
    }
    return source
  }

  func run(_ context: StageContext) throws {
    guard let member = context.members.first, let gainPath = member.inputs[SequentialPrior.gain.name] else {
      preconditionFailure("a round has a member")
    }
    let gain = try NetCDFFile.readScalar(gainPath)
    guard gain.isFinite else {
      throw StageError.outOfPlace("the gain of the round is no number, so that nobody knows whether to go on")
    }
    var (round, best) = (0.0, -Double.infinity)
    if let path = context[Self.before] {
      let before = try NetCDFFile.read(path)
      (round, best) = (
        before.attribute("rounds")?.number ?? 0, before.attribute("best_gain")?.number ?? -.infinity
      )
    }
    try GivenFile.copy(
      Self.given(member.inputs, SequentialPrior.draws.name), to: context[Self.region])
    var columns = [(name: SequentialReport.gain, value: gain)]
    var next = RoundPlan.Row([], moves: [Self.region.name])
    if let first = context[Self.first], let last = context[Self.last] {
      var runs = first
      for _ in 0..<Int(round) { runs = min(last, 2 * runs) }
      columns.insert((SequentialReport.runs, Double(runs)), at: 0)
      next.values = [Double(min(last, 2 * runs))]
    }
    let isBest = gain > best
    let kept = [
      (SequentialReport.draws, SequentialPrior.draws.name),
      (SequentialReport.posterior, SequentialPrior.posterior.name),
    ].map { name, role in
      RoundPlan.Keep(name, isBest ? .member(0, role: role) : .kept(name))
    }
    var table = Dataset()
    table.setAttribute("title", text: "rounds of a sequence of priors")
    table.setAttribute("rounds", round + 1)
    table.setAttribute("best_gain", max(gain, best))
    try NetCDFFile.write(table, to: context[Self.state])
    context.log("round \(Int(round) + 1): gain \(gain)")
    try context.write(RoundPlan(rows: [next], keeps: kept), FoldReport(columns))
  }
}
