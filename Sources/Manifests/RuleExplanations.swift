/// Pages of codes M140 to M149: settings and inputs that don't go together.
let ruleExplanations: [Int: Explanation] = [
  140: Explanation(
    "setting or input out of place",
    """
    It belongs to a choice that the stage does not make: a method, a type, an input. It would change nothing, so \
    it is refused wherever it is given: in the stage's section, a profile, --set or a family's ~ line. `pipe stages \
    KIND` says beside each setting what it goes with.
    """),
  141: Explanation(
    "setting or input needed here",
    """
    It may be left out in general, but not beside what the stage has chosen.
    """),
  142: Explanation(
    "settings or inputs that exclude each other",
    """
    They say the same thing in two ways; one of them is to be kept.
    """),
  143: Explanation(
    "one of several needed",
    """
    One of the settings or inputs has to be given.
    """),
  144: Explanation(
    "values that don't fit",
    """
    Each value is one that its setting may have, but they don't fit each other: limits in the wrong order, a spacing \
    that does not divide a region. Where a family draws them, or another stage gives them, the same is looked at \
    again when the stage runs.
    """),
]
