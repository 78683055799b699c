import ArgumentParser
import Execution
import Planning

struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Prints what a stage, or a member's copy of it, had to say when it ran.",
    discussion: """
      Looks at the last run, of the manifest's pipeline if one is named. For a stage that was found in the \
      store the log is that of the run that computed it. Quote members for the shell: \
      pipe log 'inversion[ensemble 3]'
      """)

  @Argument(
    help: ArgumentHelp("A stage, or one of a family's members.", valueName: "stage[member]"),
    completion: .nodes)
  var stage: String

  @Argument(
    help: "Path of the manifest (default: whatever ran last in this project).", completion: .manifests)
  var manifest: String?

  @Option(
    name: .customLong("run"), help: "A run: its id or the beginning of it, last, last~1.", completion: .runs)
  var runName: String?

  @Option(help: "Folder of .pipe and results (default: found from the manifest's place).")
  var root: String?

  @OptionGroup var answer: AnswerOptions

  func run() throws { try Terminal.guarded(answerQuestion) }

  private func answerQuestion() throws {
    let history = RunHistory(layout: .of(manifest: manifest, root: root))
    let found: (run: RunRecord, node: NodeRecord)
    if let runName {
      let record = try history.record(try history.id(runName))
      found = (record, try RunHistory.node(stage, of: record))
    } else {
      found = try history.node(stage, pipeline: manifest.map(ResolvedPipeline.name))
    }
    let node = found.node
    var lines = NodeLogText.lines(key: node.key, layout: history.layout)
    if node.kind == "chunk", node.name != stage, let row = MemberRow(stage) {
      lines = lines.map(row.lines).flatMap { $0.isEmpty ? nil : $0 }
    }
    guard !answer.json else {
      let body = LogAnswer(
        run: found.run.id, node: node.name, kind: node.kind, outcome: node.outcome.rawValue, key: node.key,
        seconds: node.seconds, message: node.message, lines: lines ?? [], warnings: node.warnings)
      return try JSONAnswer(command: "log", body: body).print()
    }
    Terminal.say("\(node.name): \(node.outcome.rawValue) in run \(found.run.id)")
    if let message = node.message, lines == nil { Terminal.say(message) }
    // The log may have gone; what was warned of stands in the record as well.
    if lines == nil, !node.warnings.isEmpty { return node.warnings.forEach { print("warning: \($0)") } }
    guard let lines else { return Terminal.say("it had nothing to say") }
    for line in lines { print(line) }
  }
}

struct LogAnswer: Encodable {
  var run, node, kind, outcome, key: String
  var seconds: Double
  var message: String?
  var lines: [String]
  var warnings: [String]
}

/// The log of a node without the line that names it.
enum NodeLogText {
  /// Nil if the node had nothing to say.
  static func lines(key: String, layout: ProjectLayout) -> [String]? {
    guard !key.isEmpty, let text = try? NodeLogs(layout: layout).text(key) else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return Array((lines.first?.hasPrefix("# ") == true ? lines.dropFirst() : lines[...]).dropLast())
  }
}
