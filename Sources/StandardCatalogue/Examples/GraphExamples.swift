import Manifests

/// What the pages of `pipe explain` show for the codes of `GraphFact`. A test checks that every wrong example has the
/// mistake and that no right one does.
let graphExamples: [Int: MistakeExample] = [
  110: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity <- m.topography
      topography <- m.topography
      damping = 0.1
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      """),
  111: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [a : topography_inversion]
      gravity <- m.gravity
      topography <- b.topography
      damping = 0.1
      [b : topography_inversion]
      gravity <- m.gravity
      topography <- a.topography
      damping = 0.1
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      """),
  112: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      i.zref ~ normal(3, 1) m
      damping = 0.1
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
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      """),
  113: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zreff ~ normal(3, 1) m
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
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      """),
  114: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs = 3
      n.spacing ~ uniform(1, 2) km
      [n : synthetic_model]
      spacing = 1 km
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
      repeat = i
      runs = 3
      m.spacing ~ uniform(1, 2) km
      """),
  115: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.derivative ~ normal(1, 2)
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
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      """),
  116: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs = 3
      m.topography ~ normal(uncertainty)
      """,
    right: """
      [m : synthetic_model]
      gravity_noise = 0.2 mGal
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs = 3
      m.gravity ~ normal(uncertainty)
      """),
  117: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      i.zref ~ normal(3, 2) m
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
      repeat = i
      runs = 3
      i.zref ~ normal(3, 2) m
      """),
  118: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      nested = m
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
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      """),
  119: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      testing_data = yes
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      nested = d
      [d : damping_cv]
      repeat = i
      limits = 0.1, 1
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      testing_data = yes
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      [d : damping_cv]
      repeat = i
      limits = 0.1, 1
      """),
  120: MistakeExample(
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
      i.zref ~ uniform(0, 1) km
      score = i.topography
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
      i.zref ~ uniform(0, 1) km
      score = i.rmse
      """),
  121: MistakeExample(
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
      i.zref ~ uniform(0, 1) km
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
      i.zref ~ uniform(0, 1) km
      score = i.rmse
      """),
  122: MistakeExample(
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
      i.zref ~ uniform(0, 1) km
      score = i.rmse
      [e : ensemble_loop]
      repeat = s
      runs = 3
      i.zref ~ normal(3, 1) m
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
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      """),
  123: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      testing_data = yes
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [d : damping_cv]
      repeat = i
      limits = 0.1, 1
      i.zref ~ normal(3, 1) m
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      testing_data = yes
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [d : damping_cv]
      repeat = i
      limits = 0.1, 1
      """),
  124: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs = 3
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
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      """),
  125: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [d : damping_cv]
      repeat = m
      limits = 0.1, 1
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      testing_data = yes
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [d : damping_cv]
      repeat = i
      limits = 0.1, 1
      """),
  126: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [expect]
      i.topography <= 3 m
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [expect]
      i.rmse <= 3 mGal
      """),
  127: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(uncertainty)
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
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      """),
  128: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs = 3
      m.gravity ~ normal(0, 1) mGal
      """,
    right: """
      [m : synthetic_model]
      gravity_noise = 0.2 mGal
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [e : ensemble_loop]
      repeat = i
      runs = 3
      m.gravity ~ normal(uncertainty)
      """),
]
