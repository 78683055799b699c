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

  @Option(
    help: "With --pages: examples of each kind are taken from the manifests of this folder.",
    completion: .directory)
  var examples: String?

  @Option(
    help: "With --pages: what KIND.md in this folder says of the method of a kind is put into its page.",
    completion: .directory)
  var methods: String?

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    guard examples == nil || pages != nil else { throw ValidationError("--examples goes with --pages") }
    guard methods == nil || pages != nil else { throw ValidationError("--methods goes with --pages") }
    guard pages == nil || (kind == nil && !answer.json) else {
      throw ValidationError("--pages writes every kind, as Markdown: without a kind and without --json")
    }
  }

  func run() throws {
    let catalogue = Catalogue.standard
    if let pages { return try write(SignatureMarkdown.pages(catalogue), to: pages) }
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

  private func write(_ pages: [(kind: String, text: String)], to folder: String) throws {
    let sections = try examples.map { try ShippedExamples.sections(in: $0) } ?? [:]
    for page in pages {
      var text = page.text
      if let methods, TextFile.exists(methods + "/\(page.kind).md") {
        text += "\n## Method\n\n" + (try TextFile.read(methods + "/\(page.kind).md"))
      }
      if let example = sections[page.kind] {
        text += "\n## Example\n\nOf `pipelines/\(example.manifest)`:\n\n```ini\n\(example.text)```\n"
      }
      try TextFile.write(text, to: folder + "/" + page.kind + ".md")
    }
  }

  private func tell(_ signatures: [StageSignature]) throws {
    let shown = signatures.filter(\.isPublic).sorted { $0.kind < $1.kind }
    try JSONAnswer(command: "stages", body: CatalogueAnswer(shown)).print()
  }
}
