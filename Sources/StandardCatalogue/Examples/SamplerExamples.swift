import Manifests

/// What the pages of `pipe explain` show for the codes of `SamplerFact`. A test checks that every wrong example has the
/// mistake and that no right one does.
let samplerExamples: [Int: MistakeExample] = [
  129: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [s : search]
      repeat  = i
      score   = i.rmse
      sampler = golden_section
      i.zref             ~ uniform(0, 1) m
      i.density_contrast ~ uniform(2600, 2700) kg/m3
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [s : search]
      repeat  = i
      score   = i.rmse
      sampler = gaussian_process
      i.zref             ~ uniform(0, 1) m
      i.density_contrast ~ uniform(2600, 2700) kg/m3
      """),
  130: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [s : search]
      repeat = i
      score  = i.rmse
      goal   = minimise, maximise
      i.zref ~ uniform(0, 1) m
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [s : search]
      repeat = i
      score  = i.rmse, i.rmse
      goal   = minimise, maximise
      i.zref ~ uniform(0, 1) m
      """),
  131: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat      = i
      runs        = 3
      correlation = zref, damping, 0.5
      i.zref             ~ normal(3, 1) m
      i.density_contrast ~ normal(2669, 50) kg/m3
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat      = i
      runs        = 3
      correlation = zref, density_contrast, 0.5
      i.zref             ~ normal(3, 1) m
      i.density_contrast ~ normal(2669, 50) kg/m3
      """),
  132: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [s : search]
      repeat = i
      score  = i.rmse
      folds  = m
      i.zref ~ uniform(0, 1) m
      """,
    right: """
      [m : synthetic_model]
      constraints = 10
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [split : split_table]
      method = kfold
      folds  = 5
      table <- m.constraints
      [start : starting_topography]
      method       = spline
      constraints <- split.training
      like        <- m.topography
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- start.topography
      damping = 0.1
      [s : search]
      repeat = i
      score  = i.rmse
      folds  = split
      i.zref ~ uniform(0, 1) m
      """),
  133: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [j : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [s : search]
      repeat = i
      score  = j.rmse
      i.zref ~ uniform(0, 1) m
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [s : search]
      repeat = i
      score  = i.rmse
      i.zref ~ uniform(0, 1) m
      """),
  134: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      gravity_noise = 0.2 mGal
      [c : command]
      program   = "sh"
      inputs    = data
      arguments = "-c", "cp {input.data} {output.copy}"
      outputs   = copy
      data     <- m.gravity
      [e : ensemble_loop]
      repeat = c
      runs   = 3
      m.gravity ~ normal(uncertainty)
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      gravity_noise = 0.2 mGal
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs   = 3
      m.gravity ~ normal(uncertainty)
      """),
]
