/// Pages of `pipe explain` for the codes of `StageFact`. Their examples are those that the
/// catalogue registers.
let stageExplanations: [Int: Explanation] = [
  150: Explanation(
    "input lacks a variable",
    """
    A stage reads a variable that what feeds it will not have. What stages hand on is known before anything runs: \
    one adds a variable to what it is fed, a reader hands on what its settings name. The message says which stage to \
    put between, or which setting to give.
    """),
  151: Explanation(
    "no uncertainty to draw from",
    """
    `stage.output ~ normal(uncertainty)` draws each datum by its own standard deviation, and the data have none. They are \
    given where the data are made or read: the noise of a synthetic model, the uncertainty of a file or table.
    """),
  152: Explanation(
    "grids with other nodes",
    """
    Two inputs must have the same nodes, and it is known that they have not. A stage of kind resample takes a grid to \
    the nodes of another (like).
    """),
  153: Explanation(
    "file without what is asked of it",
    """
    The header of the file shows that it lacks what the settings name: a variable, a column. `pipe check` looks into \
    headers; `pipe run` leaves that to the stage which reads the file.
    """),
  154: Explanation(
    "settings and data that can't work",
    """
    The stage would fail: settings of it, or what feeds it, don't fit. The message says which.
    """),
  155: Explanation(
    "score without a value",
    """
    A search or cross-validation compares its trials by a number that none of them will have: the score at data held \
    out needs data of which some are held out, a score at known points needs such points. The message says which stage \
    or setting gives them.
    """),
  156: Explanation(
    "output that holds nothing",
    """
    The stage is not told what it would take to make this output, and something uses it. The message says what to set.
    """),
  157: Explanation(
    "content of another form",
    """
    What an output holds follows what it is made of: the statistics of an ensemble of tables are a table, those of an \
    ensemble of numbers are numbers. A stage that reads a grid can't use them.
    """),
  158: Explanation(
    "coordinates that mean other places",
    """
    Two inputs are in different coordinate reference systems, by their files or by crs: equal numbers mean other places in them. \
    Stages of kind project bring them into one; where a file says the wrong system, crs corrects it.
    """),
]
