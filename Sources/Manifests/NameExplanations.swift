/// Pages of `pipe explain` for the codes of `NameFact`. Their examples are those that the
/// catalogue registers.
let nameExplanations: [Int: Explanation] = [
  50: Explanation(
    "unknown kind of stage",
    """
    The word behind the colon names no kind of stage. `pipe stages` lists them.
    """),
  51: Explanation(
    "stage declared twice",
    """
    Names of stages are unique, over all included files.
    """),
  52: Explanation(
    "unknown setting",
    """
    The stage's kind has no setting of that name. `pipe stages KIND` lists them.
    """),
  53: Explanation(
    "setting given twice",
    """
    A setting or input of a stage may be given once.
    """),
  54: Explanation(
    "pipeline setting given twice",
    """
    A setting of [pipeline] may be given once, over all included files. --set and profiles \
    override it.
    """),
  55: Explanation(
    "section given twice",
    """
    A file has one [pipeline], one [expect] and one profile of a name.
    """),
  56: Explanation(
    "unknown stage",
    """
    No stage of that name is declared in the manifest or its includes.
    """),
  57: Explanation(
    "unknown output",
    """
    The stage exists, but its kind has no such output. `pipe stages KIND` lists them.
    """),
  58: Explanation(
    "unknown input",
    """
    The stage's kind has no input or setting of that name.
    """),
  59: Explanation(
    "input given as a value",
    """
    Inputs come from other stages. To use a file, add a stage that reads it.
    """),
  60: Explanation(
    "setting missing",
    """
    The stage's kind needs a setting that has no default.
    """),
  61: Explanation(
    "input missing",
    """
    The stage's kind needs an input that nothing feeds.
    """),
  62: Explanation(
    "unknown pipeline setting",
    """
    $name takes the value of a setting in [pipeline].
    """),
  63: Explanation(
    "unused pipeline setting",
    """
    A warning: nothing uses the setting, so changing it changes nothing.
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
    """),
  68: Explanation(
    "reserved name",
    """
    pipeline, profile and expect are words of the language and name no stage.
    """),
  69: Explanation(
    "pipeline setting from another",
    """
    Settings of [pipeline] are values; one can't take another's.
    """),
  70: Explanation(
    "setting of another stage",
    """
    A stage fixes its own settings only. Other stages' settings are drawn with '~' by families, \
    or overridden in a profile.
    """),
  71: Explanation(
    "setting can't come from a stage",
    """
    Only numbers can be taken from another stage's output.
    """),
  72: Explanation(
    "path without owner",
    """
    Lines of profiles and of [expect], and '~' lines, say whose setting or output they mean.
    """),
  73: Explanation(
    "port declared twice",
    """
    The inputs, outputs and settings that a command stage declares need names of their own, which are not \
    those of the settings that every command stage has.
    """),
  74: Explanation(
    "unknown placeholder",
    """
    {input.x} stands for an input listed in `inputs`, {output.x} for one of `outputs`, {setting.x} for a line \
    `x = value` of the same stage, {member} for the number of a family's member.
    """),
  75: Explanation(
    "unknown setting of results",
    """
    [results] says what stands in results/ for other programs beside the results: `tables = csv` writes each table of \
    a stage as comma-separated values, too. It changes no result and no key.
    """),
]
