/// Pages of codes M129 to M134: how families choose their members, and what they read of them.
let samplerExplanations: [Int: Explanation] = [
  129: Explanation(
    "sampler that can't do this",
    """
    golden_section narrows in on one setting that is not a whole number, by one score. gaussian_process \
    learns from one score, tpe from one or two. sobol has directions for 128 settings. An ensemble with \
    'until' draws member after member, as monte_carlo and sobol can; a Latin hypercube depends on the number \
    of runs. Its criterion maximin needs a setting that is drawn, minimum_correlation two.
    """),
  130: Explanation(
    "goals and scores",
    """
    A search has one score or two: score = a.b, c.d. goal is one word for both or one for each, and choose \
    says which trial of those that no other beats in both is called the best.
    """),
  131: Explanation(
    "impossible correlation",
    """
    correlation takes the names of two settings that are drawn and a number between -1 and 1, and more such \
    triples: correlation = depth, width, -0.5. Together they must be possible.
    """),
  132: Explanation(
    "stage that has no folds or region",
    """
    A search with folds = split computes every trial once for each fold of the stage 'split', whose settings are \
    fold (which one is held out) and folds (how many there are, a number). Several such stages must have as many. \
    fold_average goes with it. A windowed search changes the region of stages of kind cut.
    """),
  133: Explanation(
    "score that nothing changes",
    """
    A search compares its trials by a score. This one comes from a stage that no trial changes, so that all trials \
    would be equally good: score the repeated stage, or one behind it.
    """),
  134: Explanation(
    "nothing to collect",
    """
    An ensemble keeps of each member the outputs that the repeated stage marks, or else its first grid. This stage has \
    neither: repeat one that makes a grid, such as one behind it.
    """),
]
