import Manifests

/// What the pages of `pipe explain` show for the codes of `SyntaxFact`. A test checks that every wrong example has the
/// mistake and that no right one does.
let syntaxExamples: [Int: MistakeExample] = [
  4: MistakeExample(
    wrong: """
      manifest 2
      [m : synthetic_model]
      spacing = 1 km
      """,
    right: """
      manifest 1
      [m : synthetic_model]
      spacing = 1 km
      """),
  5: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      manifest 1
      """,
    right: """
      manifest 1
      [m : synthetic_model]
      spacing = 1 km
      """),
  6: MistakeExample(
    wrong: """
      [m synthetic_model]
      spacing = 1 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  7: MistakeExample(
    wrong: """
      [m : synthetic_model
      spacing = 1 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  8: MistakeExample(
    wrong: """
      [My-model : synthetic_model]
      spacing = 1 km
      """,
    right: """
      [my_model : synthetic_model]
      spacing = 1 km
      """),
  9: MistakeExample(
    wrong: """
      [m : synthetic_model] spacing = 1 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  10: MistakeExample(
    wrong: """
      spacing = 1 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  11: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing 1 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  12: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing =
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  13: MistakeExample(
    wrong: """
      [t : read_table]
      file = file("g.nc")
      upward = "height
      """,
    right: """
      [t : read_table]
      file = file("g.nc")
      upward = "height"
      """),
  14: MistakeExample(
    wrong: """
      [t : read_table]
      file = file("g.nc")
      upward = "a\\b"
      """,
    right: """
      [t : read_table]
      file = file("g.nc")
      upward = "a\\\\b"
      """),
  15: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1.2.5 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1.25 km
      """),
  16: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km 2
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  17: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      region = 0, 40, 0, 30 km,
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      region = 0, 40, 0, 30 km
      """),
  18: MistakeExample(
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
      i.zref ~ uniform(0, 1 m
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
      i.zref ~ uniform(0, 1) m
      """),
  19: MistakeExample(
    wrong: """
      include common.manifest
      """,
    right: """
      include "common.manifest"
      """),
  20: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      include "common.manifest"
      """,
    right: """
      include "common.manifest"
      [m : synthetic_model]
      spacing = 1 km
      """),
  22: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      zref <- a.b.c
      damping = 0.1
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      zref = 1 m
      damping = 0.1
      """),
  23: MistakeExample(
    wrong: """
      [pipeline]
      x <- m.gravity
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      """,
    right: """
      [pipeline]
      spacing = 1 km
      [m : synthetic_model]
      spacing = 1 km
      """),
  24: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [s : merged_stats]
      members <- 3
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
      i.zref ~ uniform(0, 1) m
      [s : merged_stats]
      members <- e.members
      """),
  25: MistakeExample(
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
      i.zref ~ 3 m
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
  26: MistakeExample(
    wrong: """
      [g : read_grid]
      file = file(g.nc)
      quantity = topography
      """,
    right: """
      [g : read_grid]
      file = file("g.nc")
      quantity = topography
      """),
  27: MistakeExample(
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
      i.zref ~ normal(log(3), 1) m
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
  28: MistakeExample(
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
      m.gravity ~ normal(data_low_pass = 1 km, uncertainty)
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
  29: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      region = 0,, 40, 0, 30 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      region = 0, 40, 0, 30 km
      """),
  30: MistakeExample(
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
      m.gravity ~ normal(uncertainty, data_low_pass = 1 km, data_low_pass = 2 km)
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
      m.gravity ~ normal(uncertainty, data_low_pass = 2 km)
      """),
  31: MistakeExample(
    wrong: """
      [g : read_grid]
      file = data/g.nc
      quantity = topography
      """,
    right: """
      [g : read_grid]
      file = file("data/g.nc")
      quantity = topography
      """),
  32: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      region = 0 .., 0 .. 30 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      region = 0 .. 40 km, 0 .. 30 km
      """),
  34: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      region = 0/40/0/30 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      region = 0, 40, 0, 30 km
      """),
  35: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing: 1 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  36: MistakeExample(
    wrong: """
      m:
        kind: synthetic_model
        spacing: 1 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  37: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      density_contrast = 2669 kg m-3
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      density_contrast = 2669 kg/m3
      """),
  38: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      region =
        - 0 km
        - 40 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      region = 0, 40, 0, 30 km
      """),
]
