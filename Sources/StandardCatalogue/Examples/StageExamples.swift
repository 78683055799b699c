import Manifests

/// What the pages of `pipe explain` show for the codes of `StageFact`. A test checks that every wrong example has the
/// mistake and that no right one does.
let stageExamples: [Int: MistakeExample] = [
  150: MistakeExample(
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
  151: MistakeExample(
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
  152: MistakeExample(
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
  154: MistakeExample(
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
  155: MistakeExample(
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
  156: MistakeExample(
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
  157: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast  = 2669 kg/m3
      constraints       = 10
      constraints_noise = 5 m
      [s : starting_topography]
      method       = spline
      constraints <- m.constraints
      like        <- m.topography
      [p : score_at_points]
      surface <- s.topography
      points  <- m.constraints
      [e : ensemble_loop]
      repeat = p
      runs   = 20
      m.constraints ~ normal(uncertainty)
      [t : merged_stats]
      members <- e.members
      [c : compare_grids]
      surface   <- t.statistics
      reference <- m.topography
      """,
    right: """
      [m : synthetic_model]
      density_contrast  = 2669 kg/m3
      constraints       = 10
      constraints_noise = 5 m
      [s : starting_topography]
      method       = spline
      constraints <- m.constraints
      like        <- m.topography
      [e : ensemble_loop]
      repeat = s
      runs   = 20
      m.constraints ~ normal(uncertainty)
      [t : merged_stats]
      members <- e.members
      [c : compare_grids]
      surface   <- t.statistics
      reference <- m.topography
      """),
  158: MistakeExample(
    wrong: """
      [g : read_grid]
      file     = file("g.nc")
      quantity = gravity
      height   = 1 km
      crs      = EPSG:32722
      [t : read_grid]
      file     = file("g.nc")
      quantity = topography
      crs      = EPSG:32723
      [e : topographic_effect]
      cells       = prisms
      gravity    <- g.grid
      topography <- t.grid
      """,
    right: """
      [g : read_grid]
      file     = file("g.nc")
      quantity = gravity
      height   = 1 km
      crs      = EPSG:32722
      [t : read_grid]
      file     = file("g.nc")
      quantity = topography
      crs      = EPSG:32722
      [e : topographic_effect]
      cells       = prisms
      gravity    <- g.grid
      topography <- t.grid
      """),
]
