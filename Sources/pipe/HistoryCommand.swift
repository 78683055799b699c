import ArgumentParser
import Execution
import Planning

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Lists the runs of a project, the newest last.")

  @Argument(help: "Path of a manifest: only runs of its pipeline, in its project.", completion: .manifests)
  var manifest: String?

  @Option(help: "How many runs at most; 0 for all.")
  var limit = 20

  @Option(help: "Folder of .pipe and results (default: found from the manifest's place).")
  var root: String?

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit must be at least 0") }
  }

  func run() throws { try Terminal.guarded(answerQuestion) }

  private func answerQuestion() throws {
    let history = RunHistory(layout: .of(manifest: manifest, root: root))
    let pipeline = manifest.map(ResolvedPipeline.name)
    var heads: [RunHistory.Head] = []
    for id in history.records.ids.reversed() where limit == 0 || heads.count < limit {
      let head = try history.head(id)
      if pipeline == nil || head.record.pipeline == pipeline { heads.append(head) }
    }
    heads.reverse()
    guard !answer.json else {
      return try JSONAnswer(command: "history", body: HistoryAnswer(runs: heads.map(RunAnswer.init))).print()
    }
    let rows = heads.map { head in
      let record = head.record
      let counts = [(NodeRecord.Outcome.executed, "executed"), (.cached, "cached"), (.failed, "failed")]
        .filter { $0.0 != .failed || head.counts[.failed, default: 0] > 0 }
        .map { "\(head.counts[$0.0, default: 0]) \($0.1)" }
      return [
        record.id, record.started, record.pipeline, record.outcome.rawValue,
        counts.joined(separator: ", "), RunAnswer.seconds(record.seconds),
      ]
    }
    guard !rows.isEmpty else { return Terminal.say("no run is recorded in \(history.layout.root)") }
    print(
      TextTable.text([["run", "started", "pipeline", "outcome", "nodes", "time"]] + rows), terminator: "")
  }
}
