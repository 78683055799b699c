import ArgumentParser
import Planning
import Stages

struct StagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages",
    abstract: "Lists the kinds of stage, or one with its settings, inputs and outputs.")

  @Argument(help: "A kind of stage.")
  var kind: String?

  @OptionGroup var answer: AnswerOptions

  func run() throws {
    let catalogue = Catalogue.standard
    guard let kind else {
      guard !answer.json else { return try tell(catalogue.kinds.values.map(\.signature)) }
      print(SignatureText.list(catalogue), terminator: "")
      return
    }
    guard let page = SignatureText.page(kind, catalogue) else {
      let hint = SignatureText.nearest(to: kind, catalogue).map { "did you mean '\($0)'?" }
      throw ValidationError("no stage kind '\(kind)'; \(hint ?? "`pipe stages` lists them")")
    }
    if answer.json, let signature = catalogue.signature(kind) { return try tell([signature]) }
    print(page, terminator: "")
  }

  private func tell(_ signatures: [StageSignature]) throws {
    let shown = signatures.filter(\.isPublic).sorted { $0.kind < $1.kind }
    try JSONAnswer(command: "stages", body: CatalogueAnswer(shown)).print()
  }
}
