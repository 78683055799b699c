/// Pages of `pipe explain` for the codes of `GraphFact`. Their examples are those that the
/// catalogue registers.
let graphExplanations: [Int: Explanation] = [
  110: Explanation(
    "output does not fit the input",
    """
    What flows along the arrow is of another type than the input takes. A grid of unknown \
    content fits wherever a grid is taken, and is checked there.
    """),
  111: Explanation(
    "circle of stages",
    """
    Each stage of the chain needs the result of the one before it, so none can be first. A \
    family may feed the setting that it varies: a cross-validation's trials give that setting \
    themselves.
    """),
  112: Explanation(
    "'~' outside a family",
    """
    Only stages that repeat others (ensembles, searches) draw values.
    """),
  113: Explanation(
    "nothing of that name to vary",
    """
    The stage has neither a setting nor an output of that name.
    """),
  114: Explanation(
    "variation without effect",
    """
    What is varied does not reach the repeated stage: it lies beside or below it, or above \
    another family that is computed once. List that family in 'nested' to repeat it in each \
    member.
    """),
  115: Explanation(
    "variation of what is no number",
    """
    Only numbers can be drawn.
    """),
  116: Explanation(
    "output without uncertainty",
    """
    Only data that carry their standard deviations can be perturbed.
    """),
  117: Explanation(
    "varied twice",
    """
    A family draws each setting or output once.
    """),
  118: Explanation(
    "nested stage repeats nothing",
    """
    'nested' lists families above the repeated stage that each member repeats anew. Other stages \
    are repeated where they must be without being told.
    """),
  119: Explanation(
    "nested stage not above the repeated one",
    """
    The nested family has no influence on the repeated stage.
    """),
  120: Explanation(
    "score is no number",
    """
    Trials are compared by one number.
    """),
  121: Explanation(
    "score missing",
    """
    A search needs to know which output tells a good trial from a bad one.
    """),
  122: Explanation(
    "repeats a family",
    """
    A family can't repeat another one directly. Repeat a stage below it, and list it in 'nested' \
    if each member shall compute it anew.
    """),
  123: Explanation(
    "family varies by itself",
    """
    The kind of stage knows what it varies. Use the kind `search` to vary something else.
    """),
  124: Explanation(
    "nothing varied",
    """
    Without a '~' line all members would be the same.
    """),
  125: Explanation(
    "repeated stage does not fit",
    """
    The kind of family varies a setting, or compares an output, that the repeated stage has not.
    """),
  126: Explanation(
    "expectation of what is no number",
    """
    [expect] compares outputs that are single numbers.
    """),
  127: Explanation(
    "data noise on a setting",
    """
    normal(uncertainty) draws each datum by its own standard deviation. A setting is one number.
    """),
  128: Explanation(
    "distribution on data",
    """
    Data are drawn by their own standard deviations.
    """),
]
