import ArgumentParser
import Planning
import StandardCatalogue

struct StagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages",
    abstract: "Lists the kinds of stage, or one with its settings, inputs and outputs.")

  @Argument(help: "A kind of stage.", completion: .kinds)
  var kind: String?

  @Option(
    help: "Writes a page of the manual for every kind, KIND.md, into this folder.", completion: .directory)
  var pages: String?

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    guard pages == nil || (kind == nil && !answer.json) else {
      throw ValidationError("--pages writes every kind, as Markdown: without a kind and without --json")
    }
  }

  func run() throws {
    let catalogue = Catalogue.standard
    if let pages {
      for page in SignatureMarkdown.pages(catalogue) {
        try TextFile.write(page.text, to: pages + "/" + page.kind + ".md")
      }
      return
    }
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
