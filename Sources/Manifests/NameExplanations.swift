/// Pages of `pipe explain` for the codes of `NameFact`. A test checks that every wrong example has the
/// mistake and that no right one does.
let nameExplanations: [Int: Explanation] = [
  50: Explanation(
    "unknown kind of stage",
    """
    The word behind the colon names no kind of stage. `pipe stages` lists them.
    """,
    wrong: """
      [m : sinthetic_model]
      spacing = 1 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  51: Explanation(
    "stage declared twice",
    """
    Names of stages are unique, over all included files.
    """,
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
  52: Explanation(
    "unknown setting",
    """
    The stage's kind has no setting of that name. `pipe stages KIND` lists them.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      dampng = 0.1
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1
      """),
  53: Explanation(
    "setting given twice",
    """
    A setting or input of a stage may be given once.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      spacing = 2 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  54: Explanation(
    "pipeline setting given twice",
    """
    A setting of [pipeline] may be given once, over all included files. --set and profiles \
    override it.
    """,
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
  55: Explanation(
    "section given twice",
    """
    A file has one [pipeline], one [expect] and one profile of a name.
    """,
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
  56: Explanation(
    "unknown stage",
    """
    No stage of that name is declared in the manifest or its includes.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      zref <- modl.rms_error
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      zref = 1 m
      """),
  57: Explanation(
    "unknown output",
    """
    The stage exists, but its kind has no such output. `pipe stages KIND` lists them.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity <- m.gravty
      topography <- m.topography
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      """),
  58: Explanation(
    "unknown input",
    """
    The stage's kind has no input or setting of that name.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      weights <- m.gravity
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      """),
  59: Explanation(
    "input given as a value",
    """
    Inputs come from other stages. To use a file, add a stage that reads it.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity = 3 mGal
      topography <- m.topography
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      """),
  60: Explanation(
    "setting missing",
    """
    The stage's kind needs a setting that has no default.
    """,
    wrong: """
      [m : synthetic_model]
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  61: Explanation(
    "input missing",
    """
    The stage's kind needs an input that nothing feeds.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity <- m.gravity
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      """),
  62: Explanation(
    "unknown pipeline setting",
    """
    $name takes the value of a setting in [pipeline].
    """,
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
  63: Explanation(
    "unused pipeline setting",
    """
    A warning: nothing uses the setting, so changing it changes nothing.
    """,
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
  64: Explanation(
    "malformed override",
    """
    --set takes name=value for a pipeline setting, or stage.setting=value; the value is written \
    as in a manifest, on one line.
    """),
  65: Explanation(
    "override of nothing",
    """
    --set or a profile names a setting that does not exist.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [profile ci]
      i.dampng = 1
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [profile ci]
      i.damping = 1
      """),
  66: Explanation(
    "unknown profile",
    """
    --profile names a [profile …] section of the manifest.
    """),
  67: Explanation(
    "no stage",
    """
    A manifest declares at least one stage.
    """,
    wrong: """
      # nothing here
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  68: Explanation(
    "reserved name",
    """
    pipeline, profile and expect are words of the language and name no stage.
    """,
    wrong: """
      [expect : synthetic_model]
      spacing = 1 km
      """,
    right: """
      [expected : synthetic_model]
      spacing = 1 km
      """),
  69: Explanation(
    "pipeline setting from another",
    """
    Settings of [pipeline] are values; one can't take another's.
    """,
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
  70: Explanation(
    "setting of another stage",
    """
    A stage fixes its own settings only. Other stages' settings are drawn with '~' by families, \
    or overridden in a profile.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      m.spacing = 2 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      """),
  71: Explanation(
    "setting can't come from a stage",
    """
    Only numbers can be taken from another stage's output.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      derivative <- m.gravity
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      derivative = exact
      """),
  72: Explanation(
    "path without owner",
    """
    Lines of profiles and of [expect], and '~' lines, say whose setting or output they mean.
    """,
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
  73: Explanation(
    "port declared twice",
    """
    The inputs, outputs and settings that a command stage declares need names of their own, which are not \
    those of the settings that every command stage has.
    """,
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
  74: Explanation(
    "unknown placeholder",
    """
    {input.x} stands for an input listed in `inputs`, {output.x} for one of `outputs`, {setting.x} for a line \
    `x = value` of the same stage, {member} for the number of a family's member.
    """,
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
]
