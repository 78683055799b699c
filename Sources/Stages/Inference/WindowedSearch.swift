import Artefacts
import Inference
import NumericCore
import Planning
import StageSupport
import Topography

/// A search in every window of a region: settings that differ from place to place become grids.
struct WindowedSearch: FoldKind {
  private static let spec: FamilySpec = {
    var spec = FamilySettings.searchSpec()
    spec.regionSettings = ["windows", "padded_windows"]
    (spec.hasBestGrids, spec.toleratesFailures) = (true, true)
    return spec
  }()

  let signature = StageSignature(
    kind: "windowed_search", version: 3,
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
        "place, points, trials, best values and score of every window; NaN where "
          + "skipped or failed"),
      OutputSpec(
        "scores", .table,
        "window, tried values and score of every trial; of folds also score_of_fold"),
      OutputSpec("finished", .scalar(.dimensionless), "windows that give a value"),
      OutputSpec("skipped", .scalar(.dimensionless), "windows with too few points, or without a score"),
    ],
    family: WindowedSearch.spec)

  private static let windowSettings: [SettingSpec] =
    PlaceSettings.region("the model's nodes") + PlaceSettings.spacing("windows begin at nodes") + [
      SettingSpec(
        "window_width", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
        "side of a window; needed with region"),
      SettingSpec(
        "angular_window_width", .number(.angle), .optional, minimum: "0 deg", minimumExcluded: true,
        "side of a window; needed with geographic_region"),
      SettingSpec(
        "window_overlap", .number(.dimensionless), .defaultsTo("0"), minimum: "0", maximum: "1",
        maximumExcluded: true, "part of a window that its neighbour covers too, about"),
      SettingSpec(
        "window_buffer", .number(.length), .defaultsTo("0 m"), minimum: "0 m",
        "how far data and model reach beyond the window; a multiple of the spacing"),
      SettingSpec(
        "angular_window_buffer", .number(.angle), .optional, minimum: "0 deg",
        "the same with geographic_region; default 0"),
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

  /// The nodes that the windows cover; in longitude and latitude where `geographic_region` is given.
  static func geometry(_ settings: Settings) throws -> GridGeometry {
    let isGeographic = settings.has(FamilySpec.geographicRegion)
    guard let region = try PlaceSettings.region(settings, isGeographic: isGeographic) else {
      throw StageError.missingSetting(
        name: "region", because: "it says what the windows cover (in degrees: geographic_region)")
    }
    let spacing = try needed("spacing", "angular_spacing", settings, isGeographic: isGeographic)
    try checkDivides(region, spacing: spacing)
    return GridGeometry(region: region, spacing: spacing, isGeographic: isGeographic)
  }

  private static func needed(
    _ plane: String, _ globe: String, _ settings: Settings, isGeographic: Bool
  ) throws -> Double {
    let name = try PlaceSettings.fitting(
      plane, globe, of: "a region", settings, isGeographic: isGeographic)
    guard let value = settings.optionalNumber(name) else {
      throw StageError.missingSetting(
        name: name, because: "the region is in \(isGeographic ? "degrees" : "metres")")
    }
    return value
  }

  static func tiling(_ settings: Settings) throws -> WindowTiling {
    let geometry = try geometry(settings)
    let isGeographic = geometry.isGeographic
    // As given: the geometry's own may differ in its last digit.
    let spacing = try needed("spacing", "angular_spacing", settings, isGeographic: isGeographic)
    guard isGeographic || !settings.has("angular_window_buffer"),
      !isGeographic || settings.metres("window_buffer") == 0
    else {
      throw StageError.outOfPlace(
        "the region is in \(isGeographic ? "degrees" : "metres"); give '\(isGeographic ? "angular_" : "")window_buffer'"
      )
    }
    let buffer =
      isGeographic ? settings.optionalNumber("angular_window_buffer") ?? 0 : settings.metres("window_buffer")
    let cells = buffer / spacing
    let unit = isGeographic ? "°" : " m"
    guard abs(cells - cells.rounded()) < 1e-6 else {
      throw StageError.outOfPlace(
        "window_buffer must be a multiple of the spacing: \(buffer)\(unit) are \(cells) times \(spacing)\(unit)"
      )
    }
    let width = try needed(
      "window_width", "angular_window_width", settings, isGeographic: isGeographic)
    return try WindowTiling(
      region: geometry.region, width: width, overlap: settings.number("window_overlap"), spacing: spacing,
      buffer: buffer)
  }

  static func goal(_ settings: Settings) -> ScoreGoal { ScoreGoal(settings.word("goal")) }

  static func edges(_ window: WindowTiling.Window) -> [Double] {
    [window.region, window.padded].flatMap { [$0.west, $0.east, $0.south, $0.north] }
  }

  func design(_ request: DesignRequest) throws -> RoundPlan {
    let trials = try Self.design(request).all(request.settings.integer("trials"))
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
    let trials = progress.settings.integer("trials")
    guard let done = progress.last?["trials"] else {
      return trials * (try Self.tiling(progress.settings).windows.count)
    }
    return Int(done) < trials ? progress.next.rows.count : 0
  }

  private static func design(_ request: DesignRequest) throws -> SearchDesign {
    SearchDesign(
      request.settings, goals: [goal(request.settings)],
      variables: try request.variables.map { try DrawnVariable($0) })
  }

  func run(_ context: StageContext) throws { try WindowedOutputs(context).write() }
}

extension WindowedSearch: ReportedKind {
  var report: StageReport {
    StageReport([.windows("windows", points: "points"), .trials("scores")], numbers: [.bestValues])
  }
}
