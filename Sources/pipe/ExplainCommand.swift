import ArgumentParser
import Execution
import Manifests
import Planning
import Stages

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract:
      "Says why a stage is cached or will run, with its recipe and log; or what a mistake's code means.")

  @Argument(help: "A stage of the manifest, or a code such as M052.")
  var subject: String

  @Argument(help: "Path of the manifest (default: that of the project's last run).")
  var manifest: String?

  @OptionGroup var changes: ManifestChanges

  @Option(help: "Folder of .pipe and results (default: found from the manifest's place).")
  var root: String?

  func run() throws {
    if manifest == nil, let code = DiagnosticCode(subject) {
      guard code.explained != nil else { throw ValidationError("there is no code \(code)") }
      print(code.explanation)
      return
    }
    let path = try manifest ?? LastRun.manifest(root: root, command: "explain \(subject)")
    let plan = try changes.plan(path)
    guard plan.pipeline[subject] != nil else {
      throw ValidationError("\(path) has no stage '\(subject)'")
    }
    let layout = ProjectLayout.locate(manifestPath: path, explicitRoot: root)
    try StageExplanation(plan: plan, layout: layout, manifest: path).print(stage: subject)
  }
}

/// What is known of a stage's node and of its members.
struct StageExplanation {
  let plan: Plan
  let layout: ProjectLayout
  let manifest: String

  func print(stage: String) throws {
    let run = Execution.Run(
      plan: plan, catalogue: .standard, layout: layout, options: RunOptions(isDryRun: true),
      manifestPath: manifest, programVersion: programVersion, observer: SilentObserver())
    let forecasts = try run.forecast().filter { $0.name.stage == stage }
    for forecast in forecasts where forecast.name.members.isEmpty { describe(forecast) }
    let members = forecasts.filter { !$0.name.members.isEmpty }
    guard !members.isEmpty else { return }
    let cached = members.count { $0.state == .cached }
    Swift.print("members of families: \(members.count), of them \(cached) cached")
    for member in members where member.state != .cached {
      Swift.print("  \(member.name): \(member.state.rawValue) \(member.reason)")
    }
  }

  private func describe(_ forecast: NodeForecast) {
    Swift.print("\(forecast.name): \(forecast.kind), \(RunSession.words(forecast.state))")
    if !forecast.reason.isEmpty { Swift.print("because: \(forecast.reason)") }
    guard !forecast.key.isEmpty else { return }
    Swift.print("key: \(forecast.key)")
    if let log = try? TextFile.read(layout.log(key: forecast.key)) {
      Swift.print("log:")
      for line in log.split(separator: "\n") { Swift.print("  \(line)") }
    }
  }
}
