/// Pages of `pipe explain` for the codes of `SyntaxFact`. Their examples are those that the
/// catalogue registers.
let syntaxExplanations: [Int: Explanation] = [
  1: Explanation(
    "manifest can't be read",
    """
    The manifest, or a file that it includes, does not exist or can't be read. An include is \
    looked for beside the file that names it.
    """),
  2: Explanation(
    "invalid UTF-8",
    """
    A manifest is UTF-8 text. Save the file in that encoding; the place is that of the first bad \
    byte in the line.
    """),
  3: Explanation(
    "control character",
    """
    A manifest is plain text. A control character other than a tab or a line end usually comes \
    from a binary file or from copied terminal output; delete it.
    """),
  4: Explanation(
    "unsupported version of the language",
    """
    The first line may say which version of the manifest language the file is written in. This \
    program reads version 1.
    """),
  5: Explanation(
    "version line not at the beginning",
    """
    The version belongs before everything else but comments.
    """),
  6: Explanation(
    "malformed section",
    """
    A section is [pipeline], [name : kind], [profile name], [results] or [expect].
    """),
  7: Explanation(
    "section without closing bracket",
    """
    The header of a section ends with ']' on the same line.
    """),
  8: Explanation(
    "malformed name",
    """
    Names are lower-case letters, digits and underscores and start with a letter.
    """),
  9: Explanation(
    "text behind a section header",
    """
    Only a comment may follow a header on its line.
    """),
  10: Explanation(
    "setting outside a section",
    """
    Every setting belongs to the section above it.
    """),
  11: Explanation(
    "operator missing",
    """
    A line is name = value, name <- stage.output or stage.name ~ distribution; in [expect] it \
    compares an output with a number.
    """),
  12: Explanation(
    "value missing",
    """
    Something must stand right of the operator.
    """),
  13: Explanation(
    "string without end",
    """
    A quoted string ends on the line where it begins. Write \\n for a line break in it.
    """),
  14: Explanation(
    "unknown escape",
    """
    In a quoted string a backslash begins an escape: \\" \\\\ \\n \\t. Write a backslash as \\\\.
    """),
  15: Explanation(
    "malformed number",
    """
    A number is digits with at most one point and perhaps an exponent: 12, -0.5, 1e-3.
    """),
  16: Explanation(
    "unexpected text",
    """
    Something stands where nothing, a comma or a comment is due.
    """),
  17: Explanation(
    "dangling comma",
    """
    A comma at the end of a line continues the list on the next line, but no element follows \
    there.
    """),
  18: Explanation(
    "parenthesis without end",
    """
    A parenthesis is not closed.
    """),
  19: Explanation(
    "malformed include",
    """
    An include names one file in quotes, relative to the file it stands in.
    """),
  20: Explanation(
    "include not at the beginning",
    """
    Includes stand before the first section, so that no line of a section is torn from it.
    """),
  21: Explanation(
    "circle of includes",
    """
    A manifest includes itself, perhaps by way of others. Remove one of the includes in the \
    chain.
    """),
  22: Explanation(
    "too many dots",
    """
    A name is either alone or has the name of a stage in front: stage.output.
    """),
  23: Explanation(
    "operator not allowed here",
    """
    [pipeline] and [profile] sections fix values with '='; [expect] compares with <=, >=, < or \
    >; '<-' and '~' belong to stages.
    """),
  24: Explanation(
    "arrow without output",
    """
    Right of '<-' stands the output of a stage, stage.output.
    """),
  25: Explanation(
    "draw without distribution",
    """
    Right of '~' stands a distribution.
    """),
  26: Explanation(
    "malformed file",
    """
    An input file is named by file("path"), relative to the manifest. That is the only way, so \
    that every input is found and hashed.
    """),
  27: Explanation(
    "nested call",
    """
    The language has no arithmetic; calls do not nest.
    """),
  28: Explanation(
    "argument behind an option",
    """
    Arguments without a name come first.
    """),
  29: Explanation(
    "empty element",
    """
    Two commas follow each other, or a comma the opening parenthesis.
    """),
  30: Explanation(
    "option given twice",
    """
    A named argument may be given once.
    """),
  31: Explanation(
    "path without quotes",
    """
    A path is written file("path").
    """),
  32: Explanation(
    "incomplete range",
    """
    A range has two ends: low .. high. A unit behind the high end belongs to both.
    """),
  33: Explanation(
    "includes nested too deep",
    """
    Includes may be nested 64 deep. Generated manifests should list their parts in one file.
    """),
  34: Explanation(
    "slashes between the elements of a list",
    """
    The elements of a list stand between commas; 0/40/0/30 is how GMT writes a region. A unit behind the last element \
    belongs to all.
    """),
  35: Explanation(
    "colon for '='",
    """
    A line is name = value; a manifest is not YAML. A section begins with its name and the kind of its stage in \
    brackets.
    """),
  36: Explanation(
    "text of another language",
    """
    The file has no section and reads like YAML, JSON or XML. A manifest has sections [name : kind of stage] with lines \
    name = value, name <- stage.output and, in families, stage.name ~ distribution. It is told once: the rest of the \
    file is not looked at.
    """),
  37: Explanation(
    "unit in several words",
    """
    A unit is one word: kg/m3, m/s2. In files the same may be written kg m-3.
    """),
  38: Explanation(
    "line that begins with a dash",
    """
    A list stands on the line of its setting, its elements between commas; a trailing comma continues it on the next \
    line.
    """),
]
