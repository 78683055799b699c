import Inference
import Inversion
import NumericCore
import Planning

/// A search in every window of a region: settings that differ from place to place become grids.
struct WindowedSearch: FamilyKind {
  private static let spec: FamilySpec = {
    var spec = FamilySettings.searchSpec()
    spec.regionSettings = ["windows", "padded_windows"]
    (spec.hasBestGrids, spec.toleratesFailures) = (true, true)
    return spec
  }()

  let signature = StageSignature(
    kind: "windowed_search", version: 1,
    summary: "a search in every window of a region, and grids of the best values out of them",
    settings: [
      FamilySettings.repeat,
      SettingSpec("score", .output, .required, "scalar output that judges a trial"),
      SettingSpec("goal", Search.goalWord, .defaultsTo("minimise"), "which score is the best"),
      SettingSpec(
        "windows", .list(.stage, count: 1...10), .required,
        "stages of kind cut that keep the window itself: points that score"),
      SettingSpec(
        "padded_windows", .list(.stage, count: 1...10), .required,
        "stages of kind cut that keep the window with its buffer: data, surface, points for the regional field"
      ),
    ] + windowSettings + [
      FamilySettings.trials, FamilySettings.searchSamplers, FamilySettings.startupTrials,
      FamilySettings.folds, FamilySettings.foldAverage, FamilySettings.seed, FamilySettings.nested,
    ] + mergeSettings,
    inputs: [
      InputSpec("points", [.constraints, .table], "the points that score: those in each window are counted")
    ],
    outputs: [
      OutputSpec(
        "windows", .table,
        "place, points, trials, best values and score of every window, SI units; NaN where "
          + "skipped or failed"),
      OutputSpec(
        "scores", .table,
        "window, tried values and score of every trial, SI units; of folds also score_of_fold"),
      OutputSpec("finished", .scalar(.dimensionless), "windows that give a value"),
      OutputSpec("skipped", .scalar(.dimensionless), "windows with too few points, or without a score"),
    ],
    family: WindowedSearch.spec)

  private static let windowSettings: [SettingSpec] = [
    SettingSpec(
      "region", .list(.number(.length), count: 4...4), .required,
      "west, east, south, north edge of the model's nodes"
    ),
    SettingSpec(
      "spacing", .number(.length), .required, minimum: "0 m", minimumExcluded: true,
      "distance of the model's nodes; windows begin at nodes"),
    SettingSpec(
      "window_width", .number(.length), .required, minimum: "0 m", minimumExcluded: true, "side of a window"),
    SettingSpec(
      "window_overlap", .number(.dimensionless), .defaultsTo("0"), minimum: "0", maximum: "1",
      maximumExcluded: true, "part of a window that its neighbour covers too, about"),
    SettingSpec(
      "window_buffer", .number(.length), .defaultsTo("0 m"), minimum: "0 m",
      "how far data and model reach beyond the window; a multiple of the spacing"),
    SettingSpec(
      "min_constraints", .integer, .defaultsTo("1"), minimum: "1",
      "windows with fewer points are skipped"),
  ]

  private static let mergeSettings: [SettingSpec] = [
    SettingSpec(
      "merge", .word(["spline", "nearest"]), .defaultsTo("spline"),
      "between the windows' centres; within the range of their values, and their mean of fewer than three"),
    SettingSpec(
      "merge_damping", .number(.dimensionless), .optional, minimum: "0", "of the spline; default none"),
  ]

  static func tiling(_ settings: Settings) throws -> WindowTiling {
    let (spacing, buffer) = (settings.metres("spacing"), settings.metres("window_buffer"))
    let cells = buffer / spacing
    guard abs(cells - cells.rounded()) < 1e-6 else {
      throw StageError.outOfPlace(
        "window_buffer must be a multiple of the spacing: \(buffer) m are \(cells) times \(spacing) m")
    }
    let region = settings.region("region")
    try checkDivides(region, spacing: spacing)
    return try WindowTiling(
      region: region, width: settings.metres("window_width"), overlap: settings.number("window_overlap"),
      spacing: spacing, buffer: buffer)
  }

  static func goal(_ settings: Settings) -> ScoreGoal { ScoreGoal(settings.word("goal")) }

  static func edges(_ window: WindowTiling.Window) -> [Double] {
    [window.region, window.padded].flatMap { [$0.west, $0.east, $0.south, $0.north] }
  }

  /// All windows go on side by side; one whose trials all fail is given up.
  func design(_ request: DesignRequest) throws -> DesignStep {
    let variables = try request.variables.map { try DrawnVariable($0) }
    let search = SearchDesign(request.settings, goals: [Self.goal(request.settings)], variables: variables)
    let finished = request.averaged(FamilySettings.foldAverage(request.settings))
    var all = DesignStep(members: [], isComplete: true)
    for window in try Self.tiling(request.settings).windows {
      let edges = Self.edges(window)
      let own = finished.filter { Array($0.values.dropFirst(variables.count)) == edges }
        .map { DesignRequest.Finished(values: Array($0.values.prefix(variables.count)), scores: $0.scores) }
      if !own.isEmpty, own.allSatisfy({ $0.scores == nil }) { continue }
      let step = try search.step(finished: own)
      all.members += step.members.map { $0 + edges }
      all.isComplete = all.isComplete && step.isComplete
    }
    return all
  }

  func run(_ context: StageContext) throws { try WindowedOutputs(context).write() }
}
