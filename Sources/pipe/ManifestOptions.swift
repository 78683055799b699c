import ArgumentParser
import Execution
import Manifests
import Planning
import Stages

/// The manifest of a command and what changes its settings.
struct ManifestOptions: ParsableArguments {
  @Argument(help: "Path of the manifest.")
  var manifest: String

  @OptionGroup var changes: ManifestChanges

  func resolved() throws -> ResolvedPipeline { try changes.resolve(manifest) }

  func plan() throws -> Plan { try changes.plan(manifest) }
}

/// What changes the settings of a manifest on the command line.
struct ManifestChanges: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Overrides a pipeline setting (runs=40) or a stage's (inversion.damping=0.2).",
      valueName: "name=value"))
  var overrides: [String] = []

  @Option(help: "Applies the section [profile NAME].")
  var profile: String?

  /// Reads, parses and checks the manifest; prints every mistake and exits when there is one.
  func resolve(_ manifest: String) throws -> ResolvedPipeline {
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
    Terminal.report(result)
    guard let pipeline = result.pipeline else { throw Execution.ExitCode.manifest.thrown }
    return pipeline
  }

  /// The plan of the manifest; what only the graph of a family shows to be wrong is printed too.
  func plan(_ manifest: String) throws -> Plan {
    let pipeline = try resolve(manifest)
    do {
      return try Plan(pipeline: pipeline, catalogue: .standard)
    } catch let error as PlanError {
      Terminal.say("\(error)")
      throw Execution.ExitCode.manifest.thrown
    }
  }
}

extension Execution.ExitCode {
  /// As the error that ends the program with this status.
  var thrown: ArgumentParser.ExitCode { ArgumentParser.ExitCode(rawValue) }
}
