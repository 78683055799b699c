import Manifests

/// What the pages of `pipe explain` show for the codes of `NameFact`. A test checks that every wrong example has the
/// mistake and that no right one does.
let nameExamples: [Int: MistakeExample] = [
  50: MistakeExample(
    wrong: """
      [m : sinthetic_model]
      spacing = 1 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  51: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [m : synthetic_model]
      spacing = 1 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [n : synthetic_model]
      spacing = 2 km
      """),
  52: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      dampng = 0.1
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
  53: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      spacing = 2 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  54: MistakeExample(
    wrong: """
      [pipeline]
      x = 1 km
      x = 2 km
      [m : synthetic_model]
      spacing = $x
      """,
    right: """
      [pipeline]
      x = 2 km
      [m : synthetic_model]
      spacing = $x
      """),
  55: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [expect]
      [expect]
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [expect]
      """),
  56: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      zref <- modl.rms_error
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
  57: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity <- m.gravty
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
  58: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      masks <- m.gravity
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
  59: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity = 3 mGal
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
  60: MistakeExample(
    wrong: """
      [g : read_grid]
      file = file("g.nc")
      """,
    right: """
      [g : read_grid]
      file = file("g.nc")
      quantity = topography
      """),
  61: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity <- m.gravity
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
  62: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = $spacng
      """,
    right: """
      [pipeline]
      spacing = 1 km
      [m : synthetic_model]
      spacing = $spacing
      """),
  63: MistakeExample(
    wrong: """
      [pipeline]
      x = 1 km
      [m : synthetic_model]
      spacing = 1 km
      """,
    right: """
      [pipeline]
      x = 1 km
      [m : synthetic_model]
      spacing = $x
      """),
  65: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [profile ci]
      i.dampng = 1
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      [profile ci]
      i.damping = 1
      """),
  67: MistakeExample(
    wrong: """
      # nothing here
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  68: MistakeExample(
    wrong: """
      [expect : synthetic_model]
      spacing = 1 km
      """,
    right: """
      [expected : synthetic_model]
      spacing = 1 km
      """),
  69: MistakeExample(
    wrong: """
      [pipeline]
      a = 1 km
      b = $a
      [m : synthetic_model]
      spacing = $b
      """,
    right: """
      [pipeline]
      b = 1 km
      [m : synthetic_model]
      spacing = $b
      """),
  70: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      m.spacing = 2 km
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
  71: MistakeExample(
    wrong: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      derivative <- m.gravity
      damping = 0.1
      """,
    right: """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      derivative = exact
      damping = 0.1
      """),
  72: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [profile ci]
      spacing = 8 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [profile ci]
      m.spacing = 8 km
      """),
  73: MistakeExample(
    wrong: """
      [c : command]
      program = "sh"
      outputs = table, table
      """,
    right: """
      [c : command]
      program = "sh"
      outputs = table, report
      """),
  74: MistakeExample(
    wrong: """
      [c : command]
      program   = "sh"
      arguments = "-c", "echo 1 > {output.tabel}"
      outputs   = table
      """,
    right: """
      [c : command]
      program   = "sh"
      arguments = "-c", "echo 1 > {output.table}"
      outputs   = table
      """),
  75: MistakeExample(
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [results]
      table = csv
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [results]
      tables = csv
      """),
]
