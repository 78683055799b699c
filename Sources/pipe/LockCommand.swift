import ArgumentParser
import Execution
import Planning
import Reporting

struct LockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Writes MANIFEST.lock: what every result must be for `pipe run --locked`.",
    discussion: """
      Runs the pipeline as far as it is not known and writes, sorted by stage and output, a digest of each \
      result's content with count, mean, RMS, minimum and maximum of its variables. The digest covers \
      dimensions, attributes and the bits of all values, not the bytes of the file: those also tell the \
      version of the NetCDF library. A profile has a lock of its own, MANIFEST.PROFILE.lock.
      """)

  @OptionGroup var manifest: ManifestOptions

  @Option(help: ArgumentHelp("Writes this file instead.", valueName: "file"))
  var lockFile: String?

  @Option(name: .shortAndLong, help: "Stages at once, and threads in all (default: all processors).")
  var jobs: Int?

  @Option(help: "Folder of .pipe and results (default: found from the manifest's place).")
  var root: String?

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if lockFile == nil, !manifest.changes.overrides.isEmpty {
      throw ValidationError("--set changes the results: name a file for their lock with --lock-file")
    }
  }

  func run() throws {
    let plan = try manifest.plan(answer: answer.json ? "lock" : nil)
    let layout = ProjectLayout.of(manifest: manifest.manifest, root: root)
    let session = RunSession(
      plan: plan, layout: layout, options: RunOptions(jobs: jobs ?? Execution.Run.processors),
      manifest: manifest.manifest, writesReport: false)
    let record = try session.execute(observers: [])
    let lock = try ResultLock(record, layout: layout)
    let file = LockFile(manifest: manifest.manifest, profile: manifest.changes.profile, explicit: lockFile)
    let before = file.current
    try file.write(lock)
    let stages = record.nodes.filter(\.members.isEmpty).map(\.stage)
    let changed = before.map { LockComparison(locked: $0, found: lock, order: stages).stages.map(\.name) }
    guard !answer.json else {
      let body = LockAnswer(
        pipeline: record.pipeline, run: record.id, file: file.path, changed: changed, outputs: lock.outputs)
      return try JSONAnswer(command: "lock", body: body).print()
    }
    let what = changed.map { $0.isEmpty ? "as before" : "changed: \($0.joined(separator: ", "))" } ?? "new"
    print("\(file.path): \(lock.outputs.count) results, \(what)")
  }
}

struct LockAnswer: Encodable {
  var pipeline, run, file: String
  /// Stages whose results differ from the lock that stood there; absent if none stood there.
  var changed: [String]?
  var outputs: [ResultLock.Output]
}
