import ArgumentParser
import Planning
import Stages

struct StagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages",
    abstract: "Lists the kinds of stage, or one with its settings, inputs and outputs.")

  @Argument(help: "A kind of stage.")
  var kind: String?

  func run() throws {
    let catalogue = Catalogue.standard
    guard let kind else {
      print(SignatureText.list(catalogue), terminator: "")
      return
    }
    guard let page = SignatureText.page(kind, catalogue) else {
      let hint = SignatureText.nearest(to: kind, catalogue).map { "did you mean '\($0)'?" }
      throw ValidationError("no stage kind '\(kind)'; \(hint ?? "`pipe stages` lists them")")
    }
    print(page, terminator: "")
  }
}
