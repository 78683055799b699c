import ArgumentParser
import Execution
import Manifests

struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "format",
    abstract: "Prints the canonical layout of a manifest; never changes what it means.")

  @Argument(help: "Paths of the manifests.")
  var manifests: [String]

  @Flag(help: "Rewrites the files instead of printing them.")
  var inPlace = false

  @Flag(help: "Prints the names of files whose layout differs, and exits with 1 if there are any.")
  var check = false

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    if answer.json, !check, !inPlace {
      throw ValidationError("--json goes with --check or --in-place; without them the manifest is printed")
    }
  }

  func run() throws {
    var results: [FormatAnswer.Manifest] = []
    for path in manifests {
      guard let text = try? TextFile.read(path) else {
        throw Terminal.failure("cannot read \(path)", .noInput)
      }
      let formatted = ManifestFormatter.format(text)
      let isCanonical = formatted == text
      let isRewritten = inPlace && !check && !isCanonical
      if isRewritten { try Terminal.guarded { try TextFile.write(formatted, to: path) } }
      if !check, !inPlace { print(formatted, terminator: "") }
      if check, !isCanonical, !answer.json { print(path) }
      results.append(.init(file: path, isCanonical: isCanonical, isRewritten: isRewritten))
    }
    if answer.json { try JSONAnswer(command: "format", body: FormatAnswer(manifests: results)).print() }
    if check, !results.allSatisfy(\.isCanonical) { throw ArgumentParser.ExitCode(1) }
  }
}

struct FormatAnswer: Encodable {
  struct Manifest: Encodable {
    var file: String
    var isCanonical, isRewritten: Bool
  }

  var manifests: [Manifest]
}
