/// Pages of `pipe explain` for the codes of `ValueFact`. Their examples are those that the
/// catalogue registers.
let valueExplanations: [Int: Explanation] = [
  80: Explanation(
    "unit missing",
    """
    A number with a dimension needs a unit, zero too: units exist so that nobody has to guess. \
    One unit behind the last element of a list serves all of them if no other has one.
    """),
  81: Explanation(
    "wrong dimension",
    """
    The unit measures something else than the setting.
    """),
  82: Explanation(
    "unit on a plain number",
    """
    The setting has no dimension. Only % may follow a fraction.
    """),
  83: Explanation(
    "unknown unit",
    """
    The unit is not in the table of units. Capitals matter.
    """),
  84: Explanation(
    "unknown word",
    """
    The setting takes one of a few words.
    """),
  85: Explanation(
    "wrong type",
    """
    The value is of another type than the setting.
    """),
  86: Explanation(
    "out of range",
    """
    The number lies outside the range that the kind of stage allows.
    """),
  87: Explanation(
    "wrong number of elements",
    """
    The list is too short or too long.
    """),
  88: Explanation(
    "not a whole number",
    """
    The setting counts something.
    """),
  89: Explanation(
    "file not found",
    """
    file("path") names a file relative to the manifest it stands in; it may lie outside the \
    project. Nothing is run before all inputs exist.
    """),
  90: Explanation(
    "unknown distribution",
    """
    Known are normal, truncated_normal, normal_between, uniform, log_uniform, log_normal, log_normal_between, \
    discrete, integers and samples.
    """),
  91: Explanation(
    "wrong number of arguments",
    """
    normal takes mean and deviation; log_normal median and deviation in decades; uniform, \
    log_uniform and integers low and high; truncated_normal mean, deviation, low and high; normal_between and \
    log_normal_between low, high and the share of the draws between them (95 %); discrete its values. \
    normal(uncertainty) draws data by their own standard deviations.
    """),
  92: Explanation(
    "ends in the wrong order",
    """
    The low end comes first and lies below the high end.
    """),
  93: Explanation(
    "argument not positive",
    """
    Standard deviations, medians and ends of logarithmic distributions lie above zero.
    """),
  94: Explanation(
    "unknown option",
    """
    The distribution has no such named argument. normal(uncertainty) knows correlation_length \
    with correlation, which correlate the noise, and data_low_pass, which filters the drawn data.
    """),
  95: Explanation(
    "range in the wrong order",
    """
    low .. high: the high end must not lie below the low one.
    """),
  96: Explanation(
    "number too large",
    """
    The number does not fit a binary number of 64 bits.
    """),
  97: Explanation(
    "program not found",
    """
    A program in quotes is looked for in the folders of PATH. A program of the project is given by its path, \
    from the manifest's folder: file("../bin/forward").
    """),
  98: Explanation(
    "decimal comma",
    """
    Decimals have a point; a comma begins the next element of a list. The value has more elements than it takes, and \
    would have the right number with points for the commas that stand between two digits. Thousands have no mark.
    """),
  99: Explanation(
    "word for nothing",
    """
    A setting that has no value is left out; none, null and nan are no words of the language unless a setting has them.
    """),
]
