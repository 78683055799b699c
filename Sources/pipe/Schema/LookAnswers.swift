import Reporting

// Answers of the commands that look at kinds, runs and results.
extension AnswerKind {
  static let looks: [AnswerKind] = [
    AnswerKind(
      name: "stages", summary: "pipe stages --json.", command: "stages",
      fields: [
        command,
        AnswerField(
          "kinds",
          .list(
            .object([
              AnswerField("kind", .text, ""),
              AnswerField("version", .integer, "raised when its results change"),
              AnswerField("summary", .text, ""),
              AnswerField(optional: "family", .word(["search", "ensemble"]), "of kinds that repeat others"),
              AnswerField("settings", .list(setting), ""),
              AnswerField(
                "inputs",
                .list(
                  .object([
                    AnswerField("name", .text, ""), AnswerField("accepts", .list(.text), "types of outputs"),
                    AnswerField("is_required", .boolean, ""), AnswerField("summary", .text, ""),
                    AnswerField(optional: "notes", .list(.text), "what it goes with"),
                  ])), ""),
              AnswerField(
                "outputs",
                .list(
                  .object([
                    AnswerField("name", .text, ""), AnswerField("type", .text, ""),
                    AnswerField("summary", .text, ""),
                  ])), ""),
              AnswerField(
                "rules", .list(.text), "what a section must observe beside the types of its settings"),
            ])), "by name"),
      ]),
    AnswerKind(
      name: "log", summary: "pipe log --json.", command: "log",
      fields: [
        command, AnswerField("run", .text, "id of the run that was asked about"),
        AnswerField("node", .text, "name of the node"), AnswerField("kind", .text, "kind of stage"),
        AnswerField("outcome", outcomes, "in that run"), AnswerField("key", .text, "SHA-256 of its recipe"),
        AnswerField("seconds", .number, "that it ran"),
        AnswerField(optional: "message", .text, "what went wrong"),
        AnswerField("lines", .list(.text), "the log"),
        AnswerField("warnings", .list(.text), "of the stage; in the log as well"),
      ]),
    AnswerKind(
      name: "history", summary: "pipe history --json.", command: "history",
      fields: [command, AnswerField("runs", .list(.object(run)), "oldest first")]),
    AnswerKind(
      name: "show", summary: "pipe show --json.", command: "show", fields: [command] + artefact),
    AnswerKind(
      name: "plot", summary: "pipe plot --json.", command: "plot",
      fields: [
        command, AnswerField("file", .text, "that was written"),
        AnswerField("plot", .word(PlotKind.allCases.map(\.rawValue)), "what was drawn"),
        AnswerField("image", .word(["svg", "png"]), "format of the file"),
        AnswerField("width", .integer, "pixels of a PNG file, CSS pixels of an SVG file"),
        AnswerField("height", .integer, "the same"), AnswerField("bytes", .integer, "of the file"),
      ]),
    AnswerKind(
      name: "export", summary: "pipe export --json.", command: "export",
      fields: [
        command, AnswerField("files", .list(.text), "that were written"),
        AnswerField("written", .word(ExportFormat.allCases.map(\.rawValue)), "format of each"),
      ]),
    AnswerKind(
      name: "diff", summary: "pipe diff --json: members of families each by itself.", command: "diff",
      fields: [command] + difference),
  ]

  static let setting = AnswerShape.object([
    AnswerField("name", .text, ""), AnswerField("type", .text, "in words"), AnswerField("summary", .text, ""),
    AnswerField(optional: "dimension", .text, "length, density, acceleration, …"),
    AnswerField("is_required", .boolean, ""), AnswerField(optional: "default", .text, "with its unit"),
    AnswerField(optional: "otherwise", .text, "what holds in place of a default"),
    AnswerField(optional: "minimum", .text, "with its unit"),
    AnswerField(optional: "maximum", .text, "with its unit"),
    AnswerField("minimum_excluded", .boolean, ""), AnswerField("maximum_excluded", .boolean, ""),
    AnswerField(
      optional: "words",
      .list(.object([AnswerField("word", .text, ""), AnswerField("summary", .text, "")])),
      "those that have a line of documentation"),
    AnswerField(optional: "notes", .list(.text), "what it goes with"),
  ])

  static let difference: [AnswerField] = [
    AnswerField("old", .text, "id of the first run"), AnswerField("new", .text, "id of the second run"),
    AnswerField("added", .list(.text), "nodes that only the second run has"),
    AnswerField("removed", .list(.text), "nodes that only the first run has"),
    AnswerField(
      "changes",
      .list(
        .object([
          AnswerField("node", .text, "name of the node"),
          AnswerField(optional: "setting", .text, "setting or input port; absent for kind and outcome"),
          AnswerField("subject", .text, "as inversion.damping"),
          AnswerField(optional: "old", .text, "value with its unit"),
          AnswerField(optional: "new", .text, "value with its unit"),
        ])), "of what was asked"),
    AnswerField(
      "results",
      .list(
        .object([
          AnswerField("output", .text, "as inversion[ensemble 3].topography"),
          AnswerField("stage", .text, ""),
          members, AnswerField("port", .text, ""),
          AnswerField(optional: "remark", .text, "why there are no variables"),
          AnswerField(
            "variables",
            .list(
              .object([
                AnswerField("name", .text, ""), AnswerField(optional: "units", .text, "of the file"),
                AnswerField(
                  "change", .word(["added", "removed", "shape", "attributes", "entries", "values"]), ""),
                AnswerField("text", .text, "in words"),
                AnswerField(optional: "rms", .number, "of the differences, in the file's units"),
                AnswerField(optional: "largest", .number, "magnitude of a difference, in the file's units"),
              ])), "that differ"),
        ])), "that both runs have and that differ"),
    AnswerField("equal_results", .integer, "outputs of stages that are the same"),
    AnswerField("equal_member_results", .integer, "outputs of members that are the same"),
  ]

  static let variable = AnswerShape.object([
    AnswerField("name", .text, ""), AnswerField("dimensions", .list(.text), ""),
    AnswerField("shape", .list(.integer), ""), AnswerField(optional: "units", .text, ""),
    AnswerField("count", .integer, "values"), AnswerField("missing", .integer, "of them NaN"),
    AnswerField(
      optional: "norms",
      .object(
        ["mean", "deviation", "rms", "minimum", "maximum"].map { AnswerField($0, .numberOrNull, "") }),
      "of the values that are there; absent for text"),
    AnswerField("attributes", .table(.attribute), ""),
  ])

  static let artefact: [AnswerField] = [
    AnswerField(optional: "artefact", .text, "stage.port, where it was asked for so"),
    AnswerField("file", .text, "path"), AnswerField("sha256", .text, "of the file"),
    AnswerField(optional: "content", .text, "digest of what a NetCDF file holds, as in lock files"),
    AnswerField(optional: "bytes", .integer, "of a plain file"),
    AnswerField(
      "dimensions",
      .list(.object([AnswerField("name", .text, ""), AnswerField("size", .integer, "")])), ""),
    AnswerField(optional: "crs", .text, "coordinate reference system, where the file says it"),
    AnswerField(optional: "crs_wkt", .text, "the same as well-known text"),
    AnswerField("variables", .list(variable), ""), AnswerField("attributes", .table(.attribute), "global"),
    AnswerField(optional: "recipe", .text, "key of the recipe that gave it; one of makers"),
    AnswerField(
      "makers",
      .list(
        .object([
          AnswerField("recipe", .text, "key"), AnswerField("node", .text, "when it ran"),
          AnswerField("kind", .text, ""), AnswerField("version", .text, "of the kind"),
          AnswerField(optional: "run", .text, "that computed it, where its record is there"),
          AnswerField(optional: "seconds", .number, "that it ran"),
          AnswerField("settings", .table(.text), "with units where the record is there"),
          AnswerField("origins", .table(.text), "setting → recipe that gave its number"),
          AnswerField(
            "inputs",
            .list(
              .object([
                AnswerField("port", .text, ""), AnswerField(optional: "member", .integer, "of a family"),
                AnswerField("sha256", .text, "of the artefact"),
                AnswerField(optional: "recipe", .text, "that gave it"),
              ])), ""),
          AnswerField(
            "files",
            .list(
              .object([
                AnswerField("setting", .text, ""), AnswerField(optional: "path", .text, ""),
                AnswerField("sha256", .text, ""),
              ])), "input files"),
        ])), "the recipe and those behind it, back to the files"),
  ]
}
