import Artefacts
import Inference
import NumericCore
import Planning
import StageSupport
import Topography

/// A search in every window of a region: settings that differ from place to place become grids.
struct WindowedSearch: FoldKind {
  private enum Merge: String, SettingWord {
    case spline, nearest

    var summary: String {
      switch self {
      case .spline: "within the range of the windows' values, and their mean of fewer than three"
      case .nearest: ""
      }
    }
  }

  private static let score = Setting(
    "score", .output, .required, "scalar output that judges a trial")
  static let goal = Setting(
    "goal", .word(ScoreGoal.self), .default(.minimise), "which score is the best")
  private static let cuts = Setting(
    "windows", .list(.stage, 1...10), .required,
    "stages of kind cut that keep the window itself: points that score")
  private static let paddedCuts = Setting(
    "padded_windows", .list(.stage, 1...10), .required,
    "stages of kind cut that keep the window with its buffer: data, surface, points for the regional field")

  private static let region = PlaneOrGlobe<Region>.region(of: "the model's nodes")
  private static let spacing = PlaneOrGlobe<Double>.spacing()
  private static let width = PlaneOrGlobe<Double>(
    Setting("window_width", .number(in: .metre), .optional, .above(0), "side of a window"),
    Setting("angular_window_width", .number(in: .degree), .optional, .above(0), "side of a window"),
    of: "a region")
  private static let overlap = Setting(
    "window_overlap", .number, .default(0), .atLeast(0).below(1),
    "part of a window that its neighbour covers too, about")
  private static let buffer = Setting(
    "window_buffer", .number(in: .metre), .default(0), .atLeast(0),
    "how far data and model reach beyond the window; a multiple of the spacing")
  private static let angularBuffer = Setting(
    "angular_window_buffer", .number(in: .degree), .optional(meaning: 0), .atLeast(0),
    "the same with geographic_region")
  static let minimumConstraints = Setting(
    "min_constraints", .integer, .default(1), .atLeast(1), "windows with fewer points are skipped")

  private static let merge = Setting(
    "merge", .word(Merge.self), .default(.spline), "between the windows' centres")
  private static let mergeDamping = Setting(
    "merge_damping", .number, .optional(otherwise: "none"), .atLeast(0), "of the spline")

  static let points = Input(
    "points", [.constraints, .table], "the points that score: those in each window are counted")
  static let windows = Output(
    "windows", .table,
    "place, points, trials, best values and score of every window; NaN where "
      + "skipped or failed")
  static let scores = Output(
    "scores", .table,
    "window, tried values and score of every trial; of folds also score_of_fold")
  static let finished = Output("finished", .scalar(.dimensionless), "windows that give a value")
  static let skipped = Output(
    "skipped", .scalar(.dimensionless), "windows with too few points, or without a score")

  private static let spec: FamilySpec = {
    var spec = FamilySettings.searchSpec(choosing: .init(goal: goal.name))
    spec.given = [cuts.name, paddedCuts.name].map {
      FamilySpec.Given(
        $0, parts: ["west", "east", "south", "north"], targets: ["geographic_region", "region"])
    }
    (spec.best, spec.toleratesFailures) = (.ofType(.grid), true)
    return spec
  }()

  let signature = StageSignature(
    kind: "windowed_search", version: 3,
    summary: "a search in every window of a region, and grids of the best values out of them",
    declares: [
      FamilySettings.repeat, score, goal, cuts, paddedCuts, region, spacing, width, overlap, buffer,
      angularBuffer, minimumConstraints, FamilySettings.ofSearches, merge, mergeDamping, points, windows,
      scores, finished, skipped,
    ], rules: rules, family: spec)

  private static let rules: [Rule] = [
    region.needed(because: "it says what the windows cover"),
    .only(spacing.plane, width.plane, buffer, with: region.plane),
    .only(spacing.globe, width.globe, angularBuffer, with: region.globe),
    .needs(spacing.plane, with: region.plane), .needs(width.plane, with: region.plane),
    .needs(spacing.globe, with: region.globe), .needs(width.globe, with: region.globe),
    .divided(region.plane, by: spacing.plane), .divided(region.globe, by: spacing.globe, isGeographic: true),
    .check(buffer, spacing.plane, "fit: the buffer has whole spacings") { buffer, spacing in
      spacing.flatMap { notWhole(buffer, of: $0, " m") }
    },
    .check(angularBuffer, spacing.globe, "fit: the buffer has whole spacings") { buffer, spacing in
      spacing.flatMap { notWhole(buffer, of: $0, "°") }
    },
    .only(mergeDamping, with: merge, in: .spline),
  ]

  @Sendable private static func notWhole(_ buffer: Double, of spacing: Double, _ unit: String) -> String? {
    let cells = buffer / spacing
    guard abs(cells - cells.rounded()) >= 1e-6 else { return nil }
    return "don't fit: a buffer of \(buffer)\(unit) is \(cells) times the spacing of \(spacing)\(unit)"
  }

  /// The nodes that the windows cover; in longitude and latitude where `geographic_region` is given.
  static func geometry(_ settings: Settings) throws -> GridGeometry {
    let isGeographic = settings[region.globe] != nil
    return GridGeometry(
      region: try region.neededValue(settings, isGeographic: isGeographic),
      spacing: try spacing.neededValue(settings, isGeographic: isGeographic), isGeographic: isGeographic)
  }

  static func tiling(_ settings: Settings) throws -> WindowTiling {
    let geometry = try geometry(settings)
    let isGeographic = geometry.isGeographic
    return try WindowTiling(
      region: geometry.region, width: try width.neededValue(settings, isGeographic: isGeographic),
      overlap: settings[overlap],
      // As given: the geometry's own may differ in its last digit.
      spacing: try spacing.neededValue(settings, isGeographic: isGeographic),
      buffer: settings[isGeographic ? angularBuffer : buffer])
  }

  /// How the windows' values become a grid.
  static func merging(_ settings: Settings) -> WindowMerge {
    switch settings[merge] {
    case .spline: .spline(damping: settings[mergeDamping])
    case .nearest: .nearest
    }
  }

  static func edges(_ window: WindowTiling.Window) -> [Double] {
    [window.region, window.padded].flatMap { [$0.west, $0.east, $0.south, $0.north] }
  }

  func design(_ request: DesignRequest) throws -> RoundPlan {
    let trials = try Self.design(request).all(request[FamilySettings.trials])
    let windows = try Self.tiling(request.settings).windows
    return RoundPlan(windows.flatMap { window in trials.map { $0 + Self.edges(window) } })
  }

  /// All windows go on side by side, so that the first rows of the first round are the first trials of each.
  func fold(_ request: DesignRequest) throws -> Fold? {
    let design = try Self.design(request)
    guard design.learns else { return nil }
    let places = try Self.tiling(request.settings).windows.map(Self.edges)
    return SearchStep.fold(
      request.settings, first: try design.first().flatMap { trial in places.map { trial + $0 } })
  }

  func rows(_ progress: FoldProgress) throws -> Int {
    let trials = progress.settings[FamilySettings.trials]
    guard let done = progress.last?[SearchStep.reported.trials] else {
      return trials * (try Self.tiling(progress.settings).windows.count)
    }
    return Int(done) < trials ? progress.next.rows.count : 0
  }

  private static func design(_ request: DesignRequest) throws -> SearchDesign {
    SearchDesign(
      request.settings, goals: [request[goal]],
      variables: try request.variables.map { try DrawnVariable($0) })
  }

  func run(_ context: StageContext) throws { try WindowedOutputs(context).write() }
}

extension WindowedSearch: ReportedKind {
  var report: StageReport {
    StageReport(
      [.windows(Self.windows.name, points: Self.points.name), .trials(Self.scores.name)],
      numbers: [.bestValues])
  }
}
