import Planning

extension AnswerKind {
  static let rules = """
    One object a command on standard output. Names are in snake case. A field without a value is absent; null \
    stands for a number that does not exist. New fields may come at any time. Numbers are in the units of the \
    file where a field names units, bytes and seconds elsewhere; values in texts carry their units. Where a \
    command can't answer, standard output is empty: its exit status and standard error tell why.
    """

  /// Every answer there is.
  static let all: [AnswerKind] =
    planned + looks + [
      AnswerKind(
        name: "mistakes",
        summary: "Any command that reads a manifest, when that has mistakes (exit status 65).",
        command: nil, fields: [command, AnswerField("diagnostics", .list(diagnostic), "in the files' order")]),
      cleaning, verification, recomputation, event,
    ]

  // MARK: - Parts

  static let command = AnswerField("command", .text, "the command that answers")

  static let members = AnswerField(
    "members",
    .list(
      .object([
        AnswerField("family", .text, "stage of the family"),
        AnswerField("index", .integer, "number of the member, from 0"),
      ])), "of a family's member, outermost family first; empty for a stage's own node")

  static let node: [AnswerField] = [
    AnswerField("node", .text, "name of the node, as in inversion[ensemble 3]"),
    AnswerField("stage", .text, "its stage"), members,
    AnswerField("kind", .text, "kind of stage"),
  ]

  static let place = AnswerShape.object([
    AnswerField("file", .text, "path of the manifest, or --set name=value"),
    AnswerField(optional: "line", .integer, "from 1"),
    AnswerField(optional: "column", .integer, "from 1, in characters"),
    AnswerField(optional: "length", .integer, "characters"),
  ])

  static let diagnostic = AnswerShape.object([
    AnswerField("severity", .word(["error", "warning"]), "warnings don't keep a pipeline from running"),
    AnswerField(optional: "code", .text, "M052: `pipe explain M052` tells of it"),
    AnswerField("message", .text, "what is wrong"),
    AnswerField(optional: "place", place, "where"),
    AnswerField(
      optional: "note",
      .object([
        AnswerField("message", .text, "what else matters"), AnswerField("place", place, "where that is"),
      ]), "a second place"),
  ])

  static let outcomes = AnswerShape.word(["executed", "cached", "failed", "skipped", "stopped"])

  static let run: [AnswerField] = [
    AnswerField("run", .text, "id of the run"),
    AnswerField("pipeline", .text, "name of the manifest's file without its ending"),
    AnswerField("manifest", .text, "path from the project's root"),
    AnswerField("program_version", .text, "of pipe"),
    AnswerField("host", .text, "name of the machine"),
    AnswerField("started", .text, "UTC, ISO 8601"),
    AnswerField("outcome", .word(["succeeded", "failed", "cancelled"]), "of the whole run"),
    AnswerField("threads", .integer, "--jobs"),
    AnswerField("seconds", .number, "from start to end"),
    AnswerField("peak_memory_bytes", .integer, "of the program"),
    AnswerField("executed", .integer, "nodes that ran"),
    AnswerField("cached", .integer, "nodes whose results were known"),
    AnswerField("failed", .integer, "nodes that failed"),
    AnswerField("skipped", .integer, "nodes that need one that failed"),
    AnswerField("stopped", .integer, "nodes that were not reached"),
  ]

  // MARK: - Manifests and runs

  static let forecast: [AnswerField] = [
    command, AnswerField("pipeline", .text, "name of the pipeline"),
    AnswerField(
      "nodes",
      .list(
        .object(
          node + [
            AnswerField(
              "state", .word(["cached", "will_run", "may_run", "will_restore"]),
              "may_run: decided when what it uses has run; will_restore: known, but its object is missing"),
            AnswerField(optional: "key", .text, "SHA-256 of its recipe, where that is known"),
            AnswerField(optional: "reason", .text, "why it does not simply stay"),
            AnswerField(
              "differences", .list(.text), "from the recipe of the last run, as inversion.damping: 0.1 → 0.14"
            ),
          ])), "all, members too"),
  ]

  static let planned: [AnswerKind] = [
    AnswerKind(
      name: "run", summary: "pipe run --json, after the run, whatever its outcome.", command: "run",
      fields: [command] + run + [
        AnswerField(
          "nodes",
          .list(
            .object(
              node + [
                AnswerField("version", .integer, "of the kind of stage"),
                AnswerField("outcome", outcomes, "what became of it"),
                AnswerField(optional: "key", .text, "SHA-256 of its recipe"),
                AnswerField("seconds", .number, "that it ran"),
                AnswerField("outputs", .table(.text), "port → SHA-256 of the artefact"),
                AnswerField(optional: "message", .text, "what went wrong, or why it ran"),
                AnswerField("warnings", .list(.text), "of the stage, when the result was made"),
              ])), "all, members too"),
        AnswerField(
          "warnings",
          .list(
            .object([
              AnswerField("node", .text, "the first that gave it"),
              AnswerField("stage", .text, "its stage"), members,
              AnswerField("message", .text, "what the stage said"),
              AnswerField("count", .integer, "nodes that said so, but for numbers"),
              AnswerField("total", .integer, "copies of the stage in the families' members; 1 for a stage"),
            ])), "of all nodes, members of a family together"),
        AnswerField(
          "expectations",
          .list(
            .object([
              AnswerField("text", .text, "the line of [expect]"),
              AnswerField("place", place, "where it stands"),
              AnswerField("found", .numberOrNull, "in the unit"),
              AnswerField(optional: "units", .text, "of what was found; absent for a plain number"),
              AnswerField("holds", .boolean, ""),
            ])), "of a run that succeeded"),
        AnswerField(
          optional: "lock",
          .object([
            AnswerField("file", .text, "path of the lock file"), AnswerField("holds", .boolean, ""),
            AnswerField("results", .integer, "how many were compared"),
            AnswerField(
              "differences",
              .list(
                .object([
                  AnswerField("stage", .text, ""), AnswerField("lines", .list(.text), "what differs"),
                ])), "the first stage is one that no other differing one comes before"),
          ]), "with --locked, of a run that succeeded"),
      ]),
    AnswerKind(
      name: "run_dry", summary: "pipe run -n --json: what would run, and why.", command: "run",
      fields: forecast),
    AnswerKind(
      name: "explain", summary: "pipe explain --json: the same, of all nodes or of one stage's.",
      command: "explain", fields: forecast),
    AnswerKind(
      name: "explain_code", summary: "pipe explain M052 --json.", command: "explain",
      fields: [
        command, AnswerField("code", .text, "M052"), AnswerField("title", .text, "the mistake"),
        AnswerField("meaning", .text, "and what to do"), AnswerField("wrong", .text, "an example"),
        AnswerField("right", .text, "and how it should be"),
      ]),
    AnswerKind(
      name: "check", summary: "pipe check --json, of a manifest without mistakes.", command: "check",
      fields: [
        command, AnswerField("pipeline", .text, "name of the pipeline"),
        AnswerField("stages", .integer, "in the manifest"),
        AnswerField("nodes", .integer, "with members, as far as they are known"),
        AnswerField("diagnostics", .list(diagnostic), "warnings"),
      ]),
    AnswerKind(
      name: "new", summary: "pipe new --json.", command: "new",
      fields: [
        command, AnswerField("manifest", .text, "that was written"),
        AnswerField("guesses", .list(.text), "lines that hold what no file tells"),
        AnswerField("diagnostics", .list(diagnostic), "what `pipe check` tells of it"),
      ]),
    AnswerKind(
      name: "format", summary: "pipe format --check --json and --in-place --json.", command: "format",
      fields: [
        command,
        AnswerField(
          "manifests",
          .list(
            .object([
              AnswerField("file", .text, "path"),
              AnswerField("is_canonical", .boolean, "whether its layout was"),
              AnswerField("is_rewritten", .boolean, "whether the file was changed"),
            ])), "in the order of the command line"),
      ]),
    AnswerKind(
      name: "graph", summary: "pipe graph --json.", command: "graph",
      fields: [
        command, AnswerField("pipeline", .text, "name of the pipeline"),
        AnswerField(
          "stages",
          .list(
            .object([
              AnswerField("stage", .text, "name"), AnswerField("kind", .text, "kind of stage"),
              AnswerField(optional: "repeat", .text, "of a family: the stage that it repeats"),
              AnswerField(optional: "members", .integer, "of a family, as far as they are known"),
              AnswerField("inputs", .table(.text), "input port, or setting → stage.port that feeds it"),
            ])), "in the manifest's order"),
      ]),
    AnswerKind(
      name: "tree", summary: "pipe tree --json.", command: "tree",
      fields: [
        command, AnswerField("pipeline", .text, "name of the pipeline"),
        AnswerField(
          "sections",
          .list(
            .object([
              AnswerField("stage", .text, "name"),
              AnswerField(optional: "continues", .text, "the iteration of another section that it continues"),
              AnswerField("events", .list(.text), "as the section lists them"),
              AnswerField(
                "iterations",
                .list(
                  .object([
                    AnswerField("iteration", .integer, "along the path; 0 is the model that is begun with"),
                    AnswerField("rejected", .integer, "trials that were rejected from here"),
                    AnswerField("numbers", .table(.number), "what the rounds reported last"),
                  ])), "of the last run"),
            ])), "in the manifest's order"),
      ]),
    AnswerKind(
      name: "lock", summary: "pipe lock --json.", command: "lock",
      fields: [
        command, AnswerField("pipeline", .text, "name of the pipeline"),
        AnswerField("run", .text, "id of the run"),
        AnswerField("file", .text, "path of the lock file"),
        AnswerField(
          optional: "changed", .list(.text), "stages that differ from the lock that stood there, if one did"),
        AnswerField(
          "outputs",
          .list(
            .object([
              AnswerField("stage", .text, ""), AnswerField("port", .text, ""),
              AnswerField("content", .text, "digest of the content"),
              AnswerField(
                "variables",
                .list(
                  .object([
                    AnswerField("name", .text, ""), AnswerField("count", .integer, "values"),
                    AnswerField("missing", .integer, "of them NaN"),
                    AnswerField(
                      "norms",
                      .list(
                        .object([
                          AnswerField("name", .text, "mean, rms, min, max"),
                          AnswerField("value", .text, "shortest decimal that reads back"),
                        ])), ""),
                  ])), ""),
            ])), "sorted by stage and port"),
      ]),
  ]
}
