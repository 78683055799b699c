import ArgumentParser
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

  func run() throws {
    var differs = false
    for path in manifests {
      let text = try TextFile.read(path)
      let formatted = ManifestFormatter.format(text)
      if check {
        if formatted != text {
          print(path)
          differs = true
        }
      } else if inPlace {
        if formatted != text { try TextFile.write(formatted, to: path) }
      } else {
        print(formatted, terminator: "")
      }
    }
    if differs { throw ExitCode(1) }
  }
}
