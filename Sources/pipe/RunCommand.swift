import ArgumentParser
import Execution
import Planning
import StandardCatalogue

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a pipeline; computes only what is not known yet.",
    discussion: """
      Results go to results/PIPELINE beside the manifest's project, with a report. Exit status: 0 done, \
      1 a stage failed, 2 an [expect] line does not hold, 3 a result is not as locked, \
      64 wrong command line, 65 the manifest has mistakes, 66 an input is missing, 70 a fault of the program, \
      71 the system refused something, 73 a result could not be written, 74 the store failed, \
      75 --wait is over and something is left, \
      130 stopped by Ctrl-C, 143 by SIGTERM.
      """)

  @OptionGroup var manifest: ManifestOptions

  @Flag(name: [.customShort("n"), .long], help: "Says what would run and why; runs nothing.")
  var dryRun = false

  @Option(name: .shortAndLong, help: "Stages at once, and threads in all (default: all processors).")
  var jobs: Int?

  @Flag(inversion: .prefixedNo, help: "After a failure, go on with what does not depend on it.")
  var keepGoing = true

  @Option(
    help: ArgumentHelp(
      "Runs only what this stage needs, or an output of it; inversion.iteration_2 runs to that iteration; may be repeated.",
      valueName: "stage"),
    completion: .stages)
  var target: [String] = []

  @Option(
    name: [.customShort("R"), .customLong("again")],
    help: ArgumentHelp(
      "Computes this stage again though its result is known; may be repeated.", valueName: "stage"),
    completion: .stages)
  var again: [String] = []

  @Flag(help: "Runs again whenever the manifest or an input file has changed, until Ctrl-C.")
  var watch = false

  @Option(help: "Folder of .pipe and results (default: found from the manifest's place).")
  var root: String?

  @Flag(help: "Reads every input file again instead of trusting its inode, size and times.")
  var paranoid = false

  @Flag(inversion: .prefixedNo, help: "Writes results/PIPELINE/report.html.")
  var report = true

  @Flag(help: "Compares the results with MANIFEST.lock and exits with 3 if any differs.")
  var locked = false

  @Option(help: ArgumentHelp("Compares with this file instead of MANIFEST.lock.", valueName: "file"))
  var lockFile: String?

  @Option(
    help: ArgumentHelp(
      "Writes what happens as one JSON object a line; - is standard output.", valueName: "file"))
  var events: String?

  @Flag(help: "With -n: tells of each member of a family.")
  var members = false

  @Option(
    help: ArgumentHelp(
      "Gigabytes that volatile outputs may take: above that the oldest are dropped, and made again when needed.",
      valueName: "GB"))
  var scratchLimit = 10.0

  @Option(
    help: ArgumentHelp(
      "Starts nothing new after so long (90, 10min, 2h); with 0 it does what follows from the store and runs no member of a family. "
        + "Status 75 where something is left.", valueName: "time"))
  var wait: WaitingTime?

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    if !(scratchLimit >= 0) || scratchLimit > 1e9 {
      throw ValidationError("--scratch-limit must be 0 or more")
    }
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if answer.json, events == "-" {
      throw ValidationError("--json and --events - both want standard output: name a file for the events")
    }
    if dryRun, locked || events != nil {
      throw ValidationError("-n runs nothing, so that --locked and --events have nothing to tell")
    }
    if dryRun || watch, wait != nil { throw ValidationError("--wait goes with neither -n nor --watch") }
    if members, !dryRun { throw ValidationError("--members goes with -n") }
    if watch, dryRun || answer.json {
      throw ValidationError("--watch goes with neither -n nor --json")
    }
    if dryRun, !again.isEmpty { throw ValidationError("-n runs nothing, so that -R has nothing to do") }
    if lockFile != nil, !locked { throw ValidationError("--lock-file needs --locked") }
  }

  func run() throws {
    if watch {
      let arguments = CommandLine.arguments.dropFirst().filter { $0 != "--watch" }
      try Watch(manifest: manifest.manifest, changes: manifest.changes, arguments: Array(arguments)).run()
    }
    let layout = ProjectLayout.locate(manifestPath: manifest.manifest, explicitRoot: root)
    let opening = dryRun ? nil : openStore(layout)
    let (manifest, target) = try aimed()
    let planned = try manifest.planAndSources(answer: answer.json ? "run" : nil)
    var plan = planned.plan
    if !target.isEmpty { plan = try selected(plan, target) }
    var options = RunOptions(
      jobs: jobs ?? Execution.Run.processors, keepGoing: keepGoing,
      removeStaleResults: target.isEmpty, isParanoid: paranoid)
    options.scratchLimit = Int(scratchLimit * 1e9)
    options.again = try known(again, plan)
    options.wait = wait?.seconds
    var session = RunSession(
      plan: plan, layout: layout, options: options, manifest: manifest.manifest, writesReport: report,
      opening: opening)
    session.asked = ReportFile.Asked(targets: target, changes: manifest.changes, sources: planned.sources)
    if dryRun { return try tell(session.forecasts(), plan) }
    let lock = try locked ? LockCheck(lockOf(manifest), isPartial: !target.isEmpty) : nil
    let log = try events.map { try EventLog(path: $0, manifest: manifest.manifest) }
    try session.run(observers: [log].compactMap(\.self), lock: lock, answersInJSON: answer.json)
  }

  private func openStore(_ layout: ProjectLayout) -> StoreOpening {
    StoreOpening(
      layout: layout, catalogue: .standard, isParanoid: paranoid,
      pipeline: ResolvedPipeline.name(of: manifest.manifest))
  }

  private func lockOf(_ manifest: ManifestOptions) -> LockFile {
    LockFile(manifest: manifest.manifest, profile: manifest.changes.profile, explicit: lockFile)
  }

  private func tell(_ forecasts: [NodeForecast], _ plan: Plan) throws {
    let name = plan.pipeline.name
    guard !answer.json else {
      return try JSONAnswer(command: "run", body: ForecastAnswer(pipeline: name, forecasts)).print()
    }
    print(ForecastText(forecasts, showsMembers: members).text(pipeline: name), terminator: "")
  }

  private func known(_ stages: [String], _ plan: Plan) throws -> Set<String> {
    let names = plan.pipeline.stages.map(\.name)
    for stage in stages where !names.contains(stage) {
      let near = Suggestion.nearest(to: stage, in: names).map { "; did you mean '\($0)'?" } ?? ""
      throw ValidationError("-R: no stage is called '\(stage)'\(near)")
    }
    return Set(stages)
  }

  /// The stages that `--target` names, and the manifest with their families going as far as it says:
  /// `inversion.iteration_2` runs to there whatever the manifest says.
  private func aimed() throws -> (ManifestOptions, [String]) {
    guard target.contains(where: { $0.contains(".") }) else { return (manifest, target) }
    let pipeline = try manifest.plan(answer: answer.json ? "run" : nil).pipeline
    var aimed = manifest
    var stages: [String] = []
    for name in target {
      guard let dot = name.firstIndex(of: ".") else {
        stages.append(name)
        continue
      }
      let (stage, port) = (String(name[..<dot]), String(name[name.index(after: dot)...]))
      stages.append(stage)
      guard let signature = pipeline.stages.first(where: { $0.name == stage })?.signature else { continue }
      if signature.outputs.contains(where: { $0.name == port }) { continue }
      guard let family = signature.family, family.isState(port) else {
        let near = Suggestion.nearest(to: port, in: signature.outputs.map(\.name)).map {
          "; did you mean '\($0)'?"
        }
        throw ValidationError("--target: stage '\(stage)' has no output '\(port)'\(near ?? "")")
      }
      if let iteration = family.iterationNamed(by: port), let budget = family.budget {
        aimed.changes.overrides.append("\(stage).\(budget)=\(iteration)")
      }
    }
    return (aimed, stages)
  }

  private func selected(_ plan: Plan, _ target: [String]) throws -> Plan {
    do {
      return try plan.selecting(targets: target)
    } catch let error as PlanError {
      var near: String?
      if case .unknownTarget(let name) = error {
        near = Suggestion.nearest(to: name, in: plan.pipeline.stages.map(\.name))
      }
      throw ValidationError("--target: \(error)" + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
  }
}
