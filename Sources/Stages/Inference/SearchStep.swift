import Inference
import NumericCore
import Planning
import StageSupport

/// Looks at all trials of a search so far and chooses the next: one, or one for each window.
struct SearchStep: StageKind {
  static let kind = "search_step"

  private static let goal = Setting("goal", ScoreGoal.form, .required, "of the scores")
  private static let limits = Setting("limits", .list(.number, 2), .optional, "of a damping")
  /// The trials before: of a step, and of a search's own node those that no step has left out.
  static let before = Input.optional("state", [.table], "the trials before")
  static let after = Output("state", .table, "all trials so far")
  private static let plan = Output("plan", .file, "what is tried next")
  private static let report = Output(
    "report", .file, "number of trials, of each window where there are some, and the last score")
  /// What the report calls the number of trials, and the last score.
  static let reported = (trials: "trials", score: "score")

  let signature = StageSignature(
    kind: SearchStep.kind, version: 1, summary: "the trial after those so far",
    declares: [
      goal, FamilySettings.sampler, FamilySettings.seed, FamilySettings.startupTrials,
      FamilySettings.foldAverage, limits, before, after, plan, report,
    ]
  ).hidden

  /// How a search of these settings learns: nothing of its number of trials.
  static func fold(_ settings: Settings, first: [[Double]]) -> Fold {
    var own: NameTable<SettingValue> = [:]
    for name in [
      goal.name, FamilySettings.sampler.name, FamilySettings.seed.name, FamilySettings.startupTrials.name,
      FamilySettings.foldAverage.name, limits.name,
    ] { own[name] = settings.values[name] }
    if own[goal.name] == nil { own[goal.name] = .word(ScoreGoal.minimise.rawValue) }
    var fold = Fold(step: kind, settings: own, first: RoundPlan(first))
    (fold.failures, fold.numbersThrough, fold.knowsOuter) = (.ofFamily, true, false)
    return fold
  }

  func run(_ context: StageContext) throws {
    let trials = try SearchTrials(context)
    try trials.write(to: context)
    let goals = context[Self.goal]
    let average = context[FamilySettings.foldAverage]
    let columns = FamilySettings.scorePorts.filter(trials.has).map { trials.averaged($0, by: average) }
    let variables = try Self.variables(context)
    let design = SearchDesign(context.settings, goals: goals, variables: variables)
    let count = variables.count
    let isWindowed = context.memberVariables.count > count
    var next: [[Double]] = []
    var most = 0
    for (place, indices) in Self.places(trials.values, from: count) {
      let known = indices.map { index -> SearchDesign.Trial in
        let scores = columns.map { $0[index] }
        let isScored = !scores.isEmpty && scores.allSatisfy(\.isFinite)
        return (Array(trials.values[index].prefix(count)), isScored ? scores : nil)
      }
      most = max(most, known.count)
      // One whose trials all fail is given up.
      if isWindowed, known.allSatisfy({ $0.scores == nil }) { continue }
      if let values = try design.next(after: known) { next.append(values + place) }
    }
    let report = FoldReport([
      (Self.reported.trials, Double(most)), (Self.reported.score, columns.first?.last ?? .nan),
    ])
    try context.write(RoundPlan(next), report)
  }

  private static func variables(_ context: StageContext) throws -> [DrawnVariable] {
    try context.memberDraws.map { draw in
      guard draw.variable.distribution.name == "own" else { return try DrawnVariable(draw.variable) }
      return try DampingCrossValidation.damping(between: context[given: limits])
    }
  }

  /// Trials by what stands behind their values, in the order of the first of each.
  static func places(_ values: [[Double]], from count: Int) -> [(place: [Double], trials: [Int])] {
    var places: [(place: [Double], trials: [Int])] = []
    var positions: [[Double]: Int] = [:]
    for (trial, row) in values.enumerated() {
      let place = Array(row.dropFirst(count))
      if let position = positions[place] {
        places[position].trials.append(trial)
      } else {
        positions[place] = places.count
        places.append((place, [trial]))
      }
    }
    return places
  }
}
