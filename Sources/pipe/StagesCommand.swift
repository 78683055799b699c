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
    guard let signature = catalogue.signature(kind) else {
      throw ValidationError("no stage kind '\(kind)'; `pipe stages` lists them")
    }
    print(SignatureText.page(signature), terminator: "")
  }
}
