import Planning

/// The trials of a search: a column for each setting that was tried, under its name, and these.
public enum TrialVariables {
  /// The dimension of the trials.
  public static let dimension = "trial"
  /// What is minimised or maximised, in the unit that `scoreName` tells; NaN where the trial failed.
  public static let score = Variable("score", nil, "score")
  /// The other goal of a search for a front.
  public static let secondScore = Variable("second_score", nil, "second score")
  /// 1 on the front of Pareto.
  public static let isOnFront = Variable(
    "on_front", .flag(no: "dominated", yes: "on_front"),
    "1 where no other trial is better in one score and no worse in the other")
  /// Members of a family that failed, where a trial is one.
  public static let failed = EnsembleVariables.failed
  /// Of a search by windows: which of them the trial belongs to.
  public static let window = Variable("window", .count, "window")
  /// Of the inversion that was tried; no unit.
  public static let damping = Variable("damping", .number, "damping")

  /// Columns that hold no setting.
  public static let beside: [Variable] = [score, secondScore, isOnFront, failed]
  /// Those with one name in every table.
  public static let all: [Variable] = [score, secondScore, isOnFront, window, damping]

  /// Attribute: what the score is, with its unit in the file.
  public static let scoreName = "score_name"
  /// Attribute: `minimise` or `maximise`, of the score and of the second.
  public static let goal = "goal"
  /// Of the second score, as `goal`.
  public static let secondGoal = "second_goal"
  /// The word of both for the greatest.
  public static let maximised = "maximise"
  /// Attribute: number of the trial that was chosen.
  public static let bestTrial = "best_trial"
  /// Attribute: how one of the front was chosen.
  public static let choice = "choice"
  /// Attribute `scale_NAME`: `log` or `linear`. Tables of others may call it `NAME_scale`, or give it to the column.
  public static let scale = "scale_"
  /// Behind the name, in tables of others.
  public static let foreignScale = "_scale"
  /// Attribute of a column in tables of others.
  public static let ownScale = "scale"
  /// Units of a file of earlier versions at the end of a score's name, which a figure shows another of.
  public static let unitsInName = [", m s-2", ", SI units"]
}

/// The windows of a search by windows: a column for each setting that was sought, under its name, and these.
public enum WindowVariables {
  /// Metres.
  public static let west = Variable("west", .distance, "west edge")
  /// Metres.
  public static let east = Variable("east", .distance, "east edge")
  /// Metres.
  public static let south = Variable("south", .distance, "south edge")
  /// Metres.
  public static let north = Variable("north", .distance, "north edge")
  /// Of the best trial in the window.
  public static let score = TrialVariables.score
  /// Observations in the window.
  public static let points = Variable("points", .count, "points inside")
  /// Of the search in the window.
  public static let trials = Variable("trials", .count, "trials")
  /// They count as trials.
  public static let failedTrials = Variable("failed_trials", .count, "trials without a score")
  /// Words: what became of the window.
  public static let state = "state"

  /// In the order of a region: w, e, s, n.
  public static let edges: [Variable] = [west, east, south, north]
  /// Columns that hold no setting.
  public static let beside: [Variable] =
    PointVariables.places + edges + [score, points, trials, failedTrials]
  /// Those that no other table has.
  public static let all: [Variable] = edges + [points, trials, failedTrials]
}

/// The iterations of an inversion: norms of each, and where they were asked for the grids of each.
public enum IterationVariables {
  /// The dimension that they lie along.
  public static let dimension = "iteration"
  /// A row each; 0 is the start.
  public static let iteration = Variable("iteration", .count, "iteration; 0 is the start")
  /// √(Σ r²/n) over the inner region, mGal.
  public static let rmse = EnsembleVariables.rmse.described("RMS residual, inner region")
  /// √rmse: what Invert4Geom's tolerance is compared with.
  public static let norm = Variable(
    "l2_norm", Quantity("norms of the residual", .dimensionless, units: "mGal0.5"), "square root of rmse")
  /// Previous norm over this one: above 1 where the fit got better.
  public static let change = Variable("delta_l2_norm", .number, "previous l2_norm to this one")
  /// √(Σ δ²/n) of the correction, metres.
  public static let step = Variable("step_rms", .height, "RMS correction")
  /// The same of a density contrast, kg/m³.
  public static let contrastStep = step.described(step.longName, .densityContrast)
  /// Of the step's linear system.
  public static let solverIterations = Variable(
    "solver_iterations", .count, "conjugate-gradient iterations")
  /// Grids that have other nodes than the surface carry this before their names and those of their coordinates.
  public static let otherNodes = "data_"

  /// The columns of the history.
  public static let all: [Variable] = [iteration, norm, change, step, solverIterations]

  /// What an iteration adds to what is sought: the start has none.
  public static let additions: [Variable] = [SurfaceVariables.correction]
  /// The column with the root mean square of a residual, by the residual's name.
  public static let normOfResidual: [String: Variable] = [GravityVariables.residual.name: rmse]
  /// What small maps call variables whose names don't say it.
  public static let words: [String: String] = [
    SurfaceVariables.topography.name: "surface", GravityVariables.residual.name: "residual",
  ]

  /// Attributes.
  public static let normTolerance = "l2_norm_tolerance"
  /// What `change` is compared with.
  public static let changeTolerance = "delta_l2_norm_tolerance"
  /// The number of the iteration whose surface is the result.
  public static let returned = "returned_iteration"
  /// Why it ended, a word.
  public static let reason = "termination_reason"
  /// Of the inversion; no unit.
  public static let damping = "damping"
}
