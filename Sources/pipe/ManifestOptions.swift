import ArgumentParser
import Execution
import Manifests
import Planning
import StandardCatalogue

/// The manifest of a command and what changes its settings.
struct ManifestOptions: ParsableArguments {
  @Argument(help: "Path of the manifest.", completion: .manifests)
  var manifest: String

  @OptionGroup var changes: ManifestChanges

  /// - Parameter answer: the command, when mistakes are to be told as its JSON.
  func plan(answer: String? = nil) throws -> Plan { try changes.plan(manifest, answer: answer) }

  /// The plan with the texts that it was made from, by path.
  func planAndSources(answer: String? = nil) throws -> (plan: Plan, sources: [String: [UInt8]]) {
    let all = try changes.planAndWarnings(manifest, answer: answer)
    return (all.plan, all.sources)
  }
}

/// What changes the settings of a manifest on the command line.
struct ManifestChanges: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Overrides a pipeline setting (runs=40) or a stage's (inversion.damping=0.2).",
      valueName: "name=value"))
  var overrides: [String] = []

  @Option(help: "Applies the section [profile NAME].", completion: .profiles)
  var profile: String?

  /// Reads, parses and checks the manifest.
  /// - Parameter readsFiles: whether stages look into their input files.
  func resolve(_ manifest: String, readsFiles: Bool = false) throws -> ResolutionResult {
    let pairs = try overrides.map { override in
      guard let equals = override.firstIndex(of: "="), equals != override.startIndex else {
        throw ValidationError("--set \(override): expected name=value")
      }
      return (
        name: String(override[..<equals]), value: String(override[override.index(after: equals)...])
      )
    }
    return Resolver.resolve(
      manifestPath: manifest, catalogue: .standard, overrides: pairs, profile: profile, readsFiles: readsFiles
    )
  }

  /// The plan of the manifest. Prints every mistake and exits when there is one; also what only the graph of
  /// a family shows to be wrong.
  /// - Parameter answer: the command, when mistakes are to be told as its JSON.
  func plan(_ manifest: String, answer: String? = nil) throws -> Plan {
    try planAndWarnings(manifest, answer: answer).plan
  }

  func planAndWarnings(
    _ manifest: String, answer: String? = nil, readsFiles: Bool = false
  ) throws -> (plan: Plan, warnings: [DiagnosticAnswer], sources: [String: [UInt8]]) {
    let result = try resolve(manifest, readsFiles: readsFiles)
    keepToTheEnd(result)
    if answer == nil { Terminal.report(result) }
    let diagnostics = result.diagnostics.map { DiagnosticAnswer($0) }
    guard let pipeline = result.pipeline else {
      throw try Self.refusal(diagnostics, answer, result.lacksFilesOnly ? .noInput : .manifest)
    }
    do {
      let plan = try Plan(pipeline: pipeline, catalogue: .standard)
      keepToTheEnd(plan)
      return (plan, diagnostics, result.sources)
    } catch let error as PlanError {
      if answer == nil { Terminal.say("\(error)") }
      throw try Self.refusal(diagnostics + [DiagnosticAnswer(error)], answer)
    }
  }

  private static func refusal(
    _ diagnostics: [DiagnosticAnswer], _ answer: String?, _ code: Execution.ExitCode = .manifest
  ) throws -> any Error {
    if let answer { try JSONAnswer(command: answer, body: MistakesAnswer(diagnostics: diagnostics)).print() }
    return code.thrown
  }
}

extension Execution.ExitCode {
  /// As the error that ends the program with this status.
  var thrown: ArgumentParser.ExitCode { ArgumentParser.ExitCode(rawValue) }
}
