/// Pages of codes M140 to M149: settings and inputs that don't go together.
let ruleExplanations: [Int: Explanation] = [
  140: Explanation(
    "setting or input out of place",
    """
    It belongs to a choice that the stage does not make: a method, a type, an input. It would change nothing, so \
    it is refused wherever it is given: in the stage's section, a profile, --set or a family's ~ line. `pipe stages \
    KIND` says beside each setting what it goes with.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [r : regional_separation]
      gravity <- m.gravity
      method = trend
      filter_width = 30 km
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [r : regional_separation]
      gravity <- m.gravity
      method = filter
      filter_width = 30 km
      """),
  141: Explanation(
    "setting or input needed here",
    """
    It may be left out in general, but not beside what the stage has chosen.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [r : regional_separation]
      gravity <- m.gravity
      method = filter
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [r : regional_separation]
      gravity <- m.gravity
      method = filter
      filter_width = 30 km
      """),
  142: Explanation(
    "settings or inputs that exclude each other",
    """
    They say the same thing in two ways; one of them is to be kept.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [r : regional_separation]
      gravity     <- m.gravity
      constraints <- m.constraints
      method   = constraints
      damping  = 0.1
      dampings = 0.01, 0.1, 1
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [r : regional_separation]
      gravity     <- m.gravity
      constraints <- m.constraints
      method   = constraints
      dampings = 0.01, 0.1, 1
      """),
  143: Explanation(
    "one of several needed",
    """
    One of the settings or inputs has to be given.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [r : regional_separation]
      gravity     <- m.gravity
      constraints <- m.constraints
      method = constraints_cv
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [r : regional_separation]
      gravity     <- m.gravity
      constraints <- m.constraints
      method = constraints_cv
      damping_limits = 0.001, 1
      """),
  144: Explanation(
    "values that don't fit",
    """
    Each value is one that its setting may have, but they don't fit each other: limits in the wrong order, a spacing \
    that does not divide a region. Where a family draws them, or another stage gives them, the same is looked at \
    again when the stage runs.
    """,
    wrong: """
      [m : synthetic_model]
      spacing = 1 km
      [r : regional_separation]
      gravity     <- m.gravity
      constraints <- m.constraints
      method = constraints_cv
      damping_limits = 1, 0.001
      """,
    right: """
      [m : synthetic_model]
      spacing = 1 km
      [r : regional_separation]
      gravity     <- m.gravity
      constraints <- m.constraints
      method = constraints_cv
      damping_limits = 0.001, 1
      """),
]
