import Manifests

/// What the pages of `pipe explain` show for the codes of `ValueFact`. A test checks that every wrong example has the
/// mistake and that no right one does.
let valueExamples: [Int: MistakeExample] = [
  80: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  81: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 mGal
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  82: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1 m
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 10 %
      """),
  83: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 KM
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  84: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      derivative = anulus
      damping = 0.1
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      derivative = annulus
      damping = 0.1
      """),
  85: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      testing_data = 1
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      testing_data = yes
      """),
  86: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 0 m
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  87: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      region = 0, 40 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      region = 0, 40, 0, 30 km
      """),
  88: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      constraints = 1.5
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      constraints = 2
      """),
  89: MistakeExample(
    wrong: """
      [g : read_grid]
      file = file("missing.nc")
      quantity = topography
      """,
    right: """
      [g : read_grid]
      file = file("g.nc")
      quantity = topography
      """),
  90: MistakeExample(
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
      i.zref ~ gaussian(3, 1) m
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
  91: MistakeExample(
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
      i.zref ~ normal(3) m
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
  92: MistakeExample(
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
      i.zref ~ uniform(2, 1) m
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
      i.zref ~ uniform(1, 2) m
      """),
  93: MistakeExample(
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
      i.zref ~ normal(3, 0) m
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
  94: MistakeExample(
    wrong: """
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
      m.gravity ~ normal(uncertainty, lowpass = 1 km)
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
      m.gravity ~ normal(uncertainty, data_low_pass = 1 km)
      """),
  95: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      region = 40 .. 0 km, 0 .. 30 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      region = 0 .. 40 km, 0 .. 30 km
      """),
  96: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 1e400
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 1e40
      """),
  97: MistakeExample(
    wrong: """
      [c : command]
      program = "no_such_program_anywhere"
      outputs = table
      """,
    right: """
      [c : command]
      program = "sh"
      outputs = table
      """),
  98: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 0,5 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 0.5 km
      """),
  99: MistakeExample(
    wrong: """
      [t : read_table]
      file = file("g.nc")
      upward = none
      """,
    right: """
      [t : read_table]
      file = file("g.nc")
      """),
]
