import Inference
import NumericCore
import Planning
import StageSupport

/// Looks at all trials of a search so far and chooses the next: one, or one for each window.
struct SearchStep: StageKind {
  static let kind = "search_step"

  let signature = StageSignature(
    kind: SearchStep.kind, version: 1, summary: "the trial after those so far",
    settings: [
      SettingSpec(
        "goal", .either([Search.goalWord, .list(Search.goalWord, count: 2...2)]), .required, "of the scores"),
      FamilySettings.searchSamplers, FamilySettings.seed, FamilySettings.startupTrials,
      FamilySettings.foldAverage,
      SettingSpec("limits", .list(.number(.dimensionless), count: 2...2), .optional, "of a damping"),
    ],
    inputs: [InputSpec("state", [.table], required: false, "the trials before")],
    outputs: [
      OutputSpec("state", .table, "all trials so far"), OutputSpec("plan", .file, "what is tried next"),
      OutputSpec(
        "report", .file, "number of trials, of each window where there are some, and the last score"),
    ],
    isPublic: false)

  /// How a search of these settings learns: nothing of its number of trials.
  static func fold(_ settings: Settings, first: [[Double]]) -> Fold {
    var own: NameTable<SettingValue> = [:]
    for name in ["goal", "sampler", "seed", "startup_trials", FamilySettings.foldAverage.name, "limits"] {
      own[name] = settings.values[name]
    }
    if own["goal"] == nil { own["goal"] = .word(ScoreGoal.minimise.rawValue) }
    var fold = Fold(step: kind, settings: own, first: RoundPlan(first))
    (fold.failures, fold.numbersThrough, fold.knowsOuter) = (.ofFamily, true, false)
    return fold
  }

  func run(_ context: StageContext) throws {
    let trials = try SearchTrials(context)
    try trials.write(to: context)
    let goals = Search.goals(context.settings)
    let average = FamilySettings.foldAverage(context.settings)
    let columns = FamilySpec.scorePorts.filter(trials.has).map { trials.averaged($0, by: average) }
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
    let report = FoldReport([("trials", Double(most)), ("score", columns.first?.last ?? .nan)])
    try context.write(RoundPlan(next), report)
  }

  private static func variables(_ context: StageContext) throws -> [DrawnVariable] {
    try context.memberDraws.map { draw in
      guard draw.variable.distribution.name == "own" else { return try DrawnVariable(draw.variable) }
      return try DampingCrossValidation.damping(context.settings)
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
