/// Pages of `pipe explain` for the codes of `StageFact`. A test with the program's own kinds of stage checks that every
/// wrong example has the mistake and that no right one does.
let stageExplanations: [Int: Explanation] = [
  150: Explanation(
    "input lacks a variable",
    """
    A stage reads a variable that what feeds it will not have. What stages hand on is known before anything runs: a \
    forward model adds the misfit, a separation the regional field, a reader what its settings name. The message \
    says which stage to put between, or which setting to give.
    """,
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      [r : regional_separation]
      method = constant
      value  = 1 mGal
      gravity <- m.gravity
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [f : forward_gravity]
      gravity    <- m.gravity
      topography <- s.topography
      [r : regional_separation]
      method = constant
      value  = 1 mGal
      gravity <- f.gravity
      """),
  151: Explanation(
    "no uncertainty to draw from",
    """
    `stage.output ~ normal(uncertainty)` draws each datum by its own standard deviation, and the data have none. It is \
    given where the data are made or read: gravity_noise and constraints_noise of a synthetic model, uncertainty of a \
    file or table.
    """,
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- s.topography
      damping     = 0.1
      [e : ensemble_loop]
      repeat = i
      runs   = 4
      seed   = 1
      m.gravity ~ normal(uncertainty)
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      gravity_noise    = 0.2 mGal
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- s.topography
      damping     = 0.1
      [e : ensemble_loop]
      repeat = i
      runs   = 4
      seed   = 1
      m.gravity ~ normal(uncertainty)
      """),
  152: Explanation(
    "grids with other nodes",
    """
    Two inputs must have the same nodes, and it is known that they have not. A stage of kind resample takes a grid to \
    the nodes of another (like).
    """,
    wrong: """
      [a : synthetic_model]
      [b : synthetic_model]
      spacing = 500 m
      [c : compare_grids]
      surface   <- a.topography
      reference <- b.topography
      """,
    right: """
      [a : synthetic_model]
      [b : synthetic_model]
      spacing = 500 m
      [d : resample]
      data <- b.topography
      like <- a.topography
      [c : compare_grids]
      surface   <- a.topography
      reference <- d.data
      """),
  153: Explanation(
    "file without what is asked of it",
    """
    The header of the file shows that it lacks what the settings name: a variable, a column. `pipe check` looks into \
    headers; `pipe run` leaves that to the stage which reads the file.
    """),
  154: Explanation(
    "settings and data that can't work",
    """
    The stage would fail: settings of it, or what feeds it, don't fit. The message says which.
    """,
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      testing_data     = yes
      [s : split_grid]
      gravity <- m.gravity
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      [s : split_grid]
      gravity <- m.gravity
      """),
  155: Explanation(
    "score without a value",
    """
    A search or cross-validation compares its trials by a number that none of them will have. test_rmse of an inversion \
    needs gravity with nodes held out: by a stage of kind split_grid for data, by testing_data = yes for a synthetic \
    model. constraints_rmse needs points of known height.
    """,
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- s.topography
      damping    <- d.best
      [d : damping_cv]
      repeat = i
      limits = 0.001, 1
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      testing_data     = yes
      [s : starting_topography]
      method = flat
      height = 400 m
      like  <- m.topography
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- s.topography
      damping    <- d.best
      [d : damping_cv]
      repeat = i
      limits = 0.001, 1
      """),
  156: Explanation(
    "output that holds nothing",
    """
    The stage is not told what it would take to make this output, and something uses it. A synthetic model without a \
    density contrast has a surface and points, but no gravity.
    """,
    wrong: """
      [m : synthetic_model]
      [s : split_grid]
      gravity <- m.gravity
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      [s : split_grid]
      gravity <- m.gravity
      """),
]
