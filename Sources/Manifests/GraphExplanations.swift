/// Pages of `pipe explain` for the codes of `GraphFact`. A test checks that every wrong example has the
/// mistake and that no right one does.
let graphExplanations: [Int: Explanation] = [
  110: Explanation(
    "output does not fit the input",
    """
    What flows along the arrow is of another type than the input takes. A grid of unknown \
    content fits wherever a grid is taken, and is checked there.
    """,
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
  111: Explanation(
    "circle of stages",
    """
    Each stage of the chain needs the result of the one before it, so none can be first. A \
    family may feed the setting that it varies: a cross-validation's trials give that setting \
    themselves.
    """,
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
  112: Explanation(
    "'~' outside a family",
    """
    Only stages that repeat others (ensembles, searches) draw values.
    """,
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
  113: Explanation(
    "nothing of that name to vary",
    """
    The stage has neither a setting nor an output of that name.
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
  114: Explanation(
    "variation without effect",
    """
    What is varied does not reach the repeated stage: it lies beside or below it, or above \
    another family that is computed once. List that family in 'nested' to repeat it in each \
    member.
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
  115: Explanation(
    "variation of what is no number",
    """
    Only numbers can be drawn.
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
  116: Explanation(
    "output without uncertainty",
    """
    Only data that carry their standard deviations can be perturbed.
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
  117: Explanation(
    "varied twice",
    """
    A family draws each setting or output once.
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
  118: Explanation(
    "nested stage repeats nothing",
    """
    'nested' lists families above the repeated stage that each member repeats anew. Other stages \
    are repeated where they must be without being told.
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
  119: Explanation(
    "nested stage not above the repeated one",
    """
    The nested family has no influence on the repeated stage.
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
  120: Explanation(
    "score is no number",
    """
    Trials are compared by one number.
    """,
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
  121: Explanation(
    "score missing",
    """
    A search needs to know which output tells a good trial from a bad one.
    """,
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
  122: Explanation(
    "repeats a family",
    """
    A family can't repeat another one directly. Repeat a stage below it, and list it in 'nested' \
    if each member shall compute it anew.
    """,
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
  123: Explanation(
    "family varies by itself",
    """
    The kind of stage knows what it varies. Use the kind `search` to vary something else.
    """,
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
  124: Explanation(
    "nothing varied",
    """
    Without a '~' line all members would be the same.
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
  125: Explanation(
    "repeated stage does not fit",
    """
    The kind of family varies a setting, or compares an output, that the repeated stage has not.
    """,
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
  126: Explanation(
    "expectation of what is no number",
    """
    [expect] compares outputs that are single numbers.
    """,
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
  127: Explanation(
    "data noise on a setting",
    """
    normal(uncertainty) draws each datum by its own standard deviation. A setting is one number.
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
  128: Explanation(
    "distribution on data",
    """
    Data are drawn by their own standard deviations.
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
