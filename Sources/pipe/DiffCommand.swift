import ArgumentParser
import Execution
import Planning

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Says how two runs differ, in settings and in results.",
    discussion: """
      Members of a family are compared each with its namesake and told together: how many differ, the RMS of \
      the differences, and the largest with its member. --members tells of each; --json always does.
      """)

  @Argument(help: "A run: its id or the beginning of it, last, last~1.", completion: .runs)
  var old: String

  @Argument(help: "The other run (default: the last).", completion: .runs)
  var new = "last"

  @Flag(help: "Tells of each member of a family.")
  var members = false

  @Option(help: "Folder of .pipe and results (default: found from the current folder).")
  var root: String?

  @OptionGroup var answer: AnswerOptions

  func run() throws { try Terminal.guarded(answerQuestion) }

  private func answerQuestion() throws {
    let history = RunHistory(layout: .of(manifest: nil, root: root))
    let (before, now) = (try history.record(history.id(old)), try history.record(history.id(new)))
    let difference = try RunDifference(before, now, layout: history.layout)
    guard !answer.json else {
      return try JSONAnswer(command: "diff", body: RunDifferenceAnswer(difference)).print()
    }
    print("\(before.id) (\(before.pipeline), \(before.started))")
    print("→ \(now.id) (\(now.pipeline), \(now.started))")
    for line in RunDifferenceText(difference: difference, showsMembers: members).lines { print(line) }
  }
}
