/// Pages of codes M129 to M132: how families choose their members.
let samplerExplanations: [Int: Explanation] = [
  129: Explanation(
    "sampler that can't do this",
    """
    golden_section narrows in on one setting that is not a whole number, by one score. gaussian_process \
    learns from one score, tpe from one or two. sobol has directions for 128 settings. startup_trials \
    belongs to samplers that learn. An ensemble with 'until' draws member after member, as monte_carlo and \
    sobol can; a Latin hypercube depends on the number of runs. criterion belongs to latin_hypercube, and \
    candidates to a criterion that compares them: maximin or, of two settings or more, minimum_correlation.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [s : search]
      repeat  = i
      score   = i.score
      sampler = golden_section
      i.zref             ~ uniform(0, 1) m
      i.density_contrast ~ uniform(2600, 2700) kg/m3
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [s : search]
      repeat  = i
      score   = i.score
      sampler = gaussian_process
      i.zref             ~ uniform(0, 1) m
      i.density_contrast ~ uniform(2600, 2700) kg/m3
      """),
  130: Explanation(
    "goals and scores",
    """
    A search has one score or two: score = a.b, c.d. goal is one word for both or one for each, and choose \
    says which trial of those that no other beats in both is called the best.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [s : search]
      repeat = i
      score  = i.score
      goal   = minimise, maximise
      i.zref ~ uniform(0, 1) m
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [s : search]
      repeat = i
      score  = i.score, i.rms_error
      goal   = minimise, maximise
      i.zref ~ uniform(0, 1) m
      """),
  131: Explanation(
    "impossible correlation",
    """
    correlation takes the names of two settings that are drawn and a number between -1 and 1, and more such \
    triples: correlation = zref, density_contrast, -0.5. Together they must be possible.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat      = i
      runs        = 3
      correlation = zref, damping, 0.5
      i.zref             ~ normal(3, 1) m
      i.density_contrast ~ normal(2669, 50) kg/m3
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat      = i
      runs        = 3
      correlation = zref, density_contrast, 0.5
      i.zref             ~ normal(3, 1) m
      i.density_contrast ~ normal(2669, 50) kg/m3
      """),
  132: Explanation(
    "stage that has no folds or region",
    """
    A search with folds = split computes every trial once for each fold of the stage 'split', whose settings are \
    fold (which one is held out) and folds (how many there are, a number). Several such stages must have as many. \
    fold_average goes with it. A windowed search changes the region of stages of kind cut.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [s : search]
      repeat = i
      score  = i.score
      folds  = m
      i.zref ~ uniform(0, 1) m
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [split : split_table]
      folds  = 5
      table <- m.constraints
      [start : starting_topography]
      method       = spline
      constraints <- split.training
      like        <- m.topography
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- start.topography
      [s : search]
      repeat = i
      score  = i.score
      folds  = split
      i.zref ~ uniform(0, 1) m
      """),
]
