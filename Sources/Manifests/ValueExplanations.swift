/// Pages of `pipe explain` for the codes of `ValueFact`. A test checks that every wrong example has the
/// mistake and that no right one does.
let valueExplanations: [Int: Explanation] = [
  80: Explanation(
    "unit missing",
    """
    A number with a dimension needs a unit, zero too: units exist so that nobody has to guess. \
    One unit behind the last element of a list serves all of them if no other has one.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  81: Explanation(
    "wrong dimension",
    """
    The unit measures something else than the setting.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 mGal
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  82: Explanation(
    "unit on a plain number",
    """
    The setting has no dimension. Only % may follow a fraction.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 0.1 m
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 10 %
      """),
  83: Explanation(
    "unknown unit",
    """
    The unit is not in the table of units. Capitals matter: mGal, km.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 KM
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  84: Explanation(
    "unknown word",
    """
    The setting takes one of a few words.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      derivative = anulus
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      derivative = annulus
      """),
  85: Explanation(
    "wrong type",
    """
    The value is of another type than the setting.
    """,
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
  86: Explanation(
    "out of range",
    """
    The number lies outside the range that the kind of stage allows.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 0 m
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
  87: Explanation(
    "wrong number of elements",
    """
    The list is too short or too long.
    """,
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
  88: Explanation(
    "not a whole number",
    """
    The setting counts something.
    """,
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
  89: Explanation(
    "file not found",
    """
    file("path") names a file relative to the manifest it stands in; it may lie outside the \
    project. Nothing is run before all inputs exist.
    """,
    wrong: """
      [g : read_grid]
      path = file("missing.nc")
      """,
    right: """
      [g : read_grid]
      path = file("g.nc")
      """),
  90: Explanation(
    "unknown distribution",
    """
    Known are normal, truncated_normal, normal_between, uniform, log_uniform, log_normal, log_normal_between, \
    discrete, integers and samples.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ gaussian(3, 1) m
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
  91: Explanation(
    "wrong number of arguments",
    """
    normal takes mean and deviation; log_normal median and deviation in decades; uniform, \
    log_uniform and integers low and high; truncated_normal mean, deviation, low and high; normal_between and \
    log_normal_between low, high and the share of the draws between them (95 %); discrete its values. \
    normal(uncertainty) draws data by their own standard deviations.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3) m
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
  92: Explanation(
    "ends in the wrong order",
    """
    The low end comes first and lies below the high end.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ uniform(2, 1) m
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
      i.zref ~ uniform(1, 2) m
      """),
  93: Explanation(
    "argument not positive",
    """
    Standard deviations, medians and ends of logarithmic distributions lie above zero.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      i.zref ~ normal(3, 0) m
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
  94: Explanation(
    "unknown option",
    """
    The distribution has no such named argument. normal(uncertainty) knows low_pass, a \
    wavelength.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      [e : ensemble_loop]
      repeat = i
      runs = 3
      m.gravity ~ normal(uncertainty, lowpass = 1 km)
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
      m.gravity ~ normal(uncertainty, low_pass = 1 km)
      """),
  95: Explanation(
    "range in the wrong order",
    """
    low .. high: the high end must not lie below the low one.
    """,
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
  96: Explanation(
    "number too large",
    """
    The number does not fit a binary number of 64 bits.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 1e400
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity    <- m.gravity
      topography <- m.topography
      damping = 1e40
      """),
  97: Explanation(
    "program not found",
    """
    A program in quotes is looked for in the folders of PATH. A program of the project is given by its path, \
    from the manifest's folder: file("../bin/forward").
    """,
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
  98: Explanation(
    "decimal comma",
    """
    Decimals have a point; a comma begins the next element of a list. The value has more elements than it takes, and \
    would have the right number with points for the commas that stand between two digits. Thousands have no mark.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 0,5 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 0.5 km
      """),
  99: Explanation(
    "word for nothing",
    """
    A setting that has no value is left out; none, null and nan are no words of the language unless a setting has them.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      title = none
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      """),
]
