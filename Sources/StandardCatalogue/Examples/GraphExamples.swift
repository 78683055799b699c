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
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      """),
  111: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [a : topography_inversion]
      gravity <- m.gravity
      topography <- b.topography
      [b : topography_inversion]
      gravity <- m.gravity
      topography <- a.topography
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      """),
  112: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      i.zref ~ normal(3, 1) m
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      """),
  113: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zreff ~ normal(3, 1) m
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      """),
  114: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      n.spacing ~ uniform(1, 2) km
      [n : synthetic_model]
      spacing = 1 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      m.spacing ~ uniform(1, 2) km
      """),
  115: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.derivative ~ normal(1, 2)
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      """),
  116: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      m.topography ~ normal(uncertainty)
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      m.gravity ~ normal(uncertainty)
      """),
  117: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      i.zref ~ normal(3, 2) m
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 2) m
      """),
  118: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      nested = m
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      """),
  119: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
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
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
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
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [s : search]
      repeat = i
      i.zref ~ uniform(0, 1) km
      score = i.topography
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [s : search]
      repeat = i
      i.zref ~ uniform(0, 1) km
      score = i.rms_error
      """),
  121: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [s : search]
      repeat = i
      i.zref ~ uniform(0, 1) km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [s : search]
      repeat = i
      i.zref ~ uniform(0, 1) km
      score = i.rms_error
      """),
  122: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [s : search]
      repeat = i
      i.zref ~ uniform(0, 1) km
      score = i.rms_error
      [e : ensemble_loop]
      repeat = s
      runs = 3
      i.zref ~ normal(3, 1) m
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      """),
  123: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [d : damping_cv]
      repeat = i
      limits = 0.1, 1
      i.zref ~ normal(3, 1) m
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [d : damping_cv]
      repeat = i
      limits = 0.1, 1
      """),
  124: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
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
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [d : damping_cv]
      repeat = i
      limits = 0.1, 1
      """),
  126: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [expect]
      i.topography <= 3 m
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [expect]
      i.rms_error <= 3 m
      """),
  127: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(uncertainty)
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 1) m
      """),
  128: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      m.gravity ~ normal(0, 1) mGal
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      m.gravity ~ normal(uncertainty)
      """),
]
