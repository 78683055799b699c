// Answers about the store, and the lines of an event stream.
extension AnswerKind {
  // MARK: - The store

  static let cleaning = AnswerKind(
    name: "gc", summary: "pipe gc --json.", command: "gc",
    fields: [
      command, AnswerField("is_deleted", .boolean, "with --delete; else nothing was removed"),
      AnswerField(
        "runs",
        .list(.object([AnswerField("run", .text, "id"), AnswerField("pipeline", .text, "")])),
        "whose records go, oldest first"),
      AnswerField(
        "stages",
        .list(
          .object([
            AnswerField("stage", .text, "unknown where no recipe tells"),
            AnswerField("results", .integer, ""),
            AnswerField("bytes", .integer, ""),
          ])), "whose results go"),
      AnswerField("objects", .integer, "that go"), AnswerField("bytes", .integer, "of them"),
      AnswerField("quarantine_bytes", .integer, "of damaged objects that were set aside; they go too"),
      AnswerField("kept_runs", .integer, ""), AnswerField("kept_objects", .integer, ""),
      AnswerField("kept_bytes", .integer, ""),
      AnswerField("living_runs", .integer, "at work now; what they use is kept"),
      AnswerField("exceeds_maximum", .boolean, "more than --max-size has to stay"),
    ])

  static let verification = AnswerKind(
    name: "verify", summary: "pipe verify --json.", command: "verify",
    fields: [
      command, AnswerField("objects", .integer, "that were read"), AnswerField("bytes", .integer, "of them"),
      AnswerField(
        "damaged",
        .list(
          .object([
            AnswerField("sha256", .text, "that it should have"),
            AnswerField(optional: "node", .text, "that made it"),
            AnswerField(optional: "problem", .text, "why it could not be read"),
          ])), ""),
      AnswerField("damaged_index_lines", .integer, ""),
      AnswerField("missing", .integer, "known results without an object; made again when needed"),
      AnswerField(
        "dropped", .integer, "known results whose object was dropped by intent; made again when needed"),
      AnswerField("is_sound", .boolean, "nothing is damaged"),
      AnswerField("is_repaired", .boolean, "with --repair: what was damaged is set aside"),
    ])

  static let recomputation = AnswerKind(
    name: "verify_recompute", summary: "pipe verify --recompute 2% --json.", command: "verify",
    fields: [
      command, AnswerField("candidates", .integer, "nodes with a known result"),
      AnswerField(
        "nodes",
        .list(
          .object(
            node + [
              AnswerField("outcome", .word(["same", "different", "not_possible", "failed"]), ""),
              AnswerField("ports", .list(.text), "whose bytes differ"),
              AnswerField(optional: "message", .text, "why it failed"),
            ])), "of the sample"),
      AnswerField("is_reproduced", .boolean, "none was different or failed"),
    ])

  // MARK: - Events

  static let event = AnswerKind(
    name: "event", summary: "One line of pipe run --events FILE; written as it happens.", command: nil,
    fields: [
      AnswerField("event", .word(RunEvent.names), "what happened"),
      AnswerField("time", .text, "UTC, ISO 8601 with milliseconds"),
      AnswerField("elapsed", .number, "seconds since the program began to follow the run"),
      AnswerField(optional: "pipeline", .text, "run_started"),
      AnswerField(optional: "manifest", .text, "run_started"),
      AnswerField(optional: "nodes", .integer, "run_started: how many are known"),
      AnswerField(optional: "jobs", .integer, "run_started"),
      AnswerField(
        optional: "families",
        .list(.object([AnswerField("stage", .text, ""), AnswerField("members", .integer, "known so far")])),
        "run_started"),
      AnswerField(optional: "node", .text, "node_*, step_told"),
      AnswerField(optional: "stage", .text, "node_*, step_told, member_progress"),
      AnswerField(optional: "kind", .text, "node_*"),
      AnswerField(optional: "members", members.shape, "node_*, step_told"),
      AnswerField(optional: "seconds", .number, "node_*: that it ran; run_finished"),
      AnswerField(optional: "peak_memory_bytes", .integer, "of the whole program so far"),
      AnswerField(optional: "message", .text, "node_failed, node_skipped, node_warning, notice"),
      AnswerField(optional: "done", .integer, "member_progress"),
      AnswerField(optional: "failed", .integer, "member_progress"),
      AnswerField(optional: "total", .integer, "member_progress"),
      AnswerField(optional: "is_complete", .boolean, "member_progress: no more members will come"),
      AnswerField(
        optional: "numbers", .table(.numberOrNull),
        "step_told: a row of the family's history (iteration, misfit, radius, …), null where there is no number"
      ),
      AnswerField(optional: "run", .text, "run_finished: id"),
      AnswerField(optional: "outcome", .text, "run_finished"),
      AnswerField(optional: "counts", .table(.integer), "run_finished: outcome → nodes"),
    ])
}
