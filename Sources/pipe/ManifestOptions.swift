import ArgumentParser
import Execution
import Manifests
import Planning
import Stages

/// The manifest of a command and what changes its settings.
struct ManifestOptions: ParsableArguments {
  @Argument(help: "Path of the manifest.")
  var manifest: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Overrides a pipeline setting (runs=40) or a stage's (inversion.damping=0.2).",
      valueName: "name=value"))
  var overrides: [String] = []

  @Option(help: "Applies the section [profile NAME].")
  var profile: String?

  /// Reads, parses and checks the manifest; prints every mistake and exits when there is one.
  func resolved() throws -> ResolvedPipeline {
    let pairs = try overrides.map { override in
      guard let equals = override.firstIndex(of: "="), equals != override.startIndex else {
        throw ValidationError("--set \(override): expected name=value")
      }
      return (
        name: String(override[..<equals]), value: String(override[override.index(after: equals)...])
      )
    }
    let result = Resolver.resolve(
      manifestPath: manifest, catalogue: .standard, overrides: pairs, profile: profile)
    Terminal.report(result.diagnostics)
    guard let pipeline = result.pipeline else { throw ExitCode(.manifest) }
    return pipeline
  }
}
