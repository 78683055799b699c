import ArgumentParser

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of what commands answer with --json, and of the lines of run --events.")

  @Argument(help: "Only this answer: run, run_dry, diff, event, …")
  var answer: String?

  func run() throws {
    guard let answer else { return print(SchemaText(AnswerKind.all).text, terminator: "") }
    let chosen = AnswerKind.all.filter { $0.name == answer }
    guard !chosen.isEmpty else {
      let names = AnswerKind.all.map(\.name).joined(separator: ", ")
      throw ValidationError("there is no answer '\(answer)'; there are \(names)")
    }
    print(SchemaText(chosen).text, terminator: "")
  }
}
