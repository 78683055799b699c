import ArgumentParser
import Execution
import Planning
import StandardCatalogue

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compares every stored result with its hash, or runs a sample again.",
    discussion: """
      --recompute 2% runs a sample of the stages with known results again, always the same one, in a scratch \
      folder, and compares bytes: of the last run's manifest unless another is named; settings that were \
      given to the run by --set or --profile must be given again. Exit status: 0 all is well (or was \
      repaired), 3 a result was not reproduced, 74 the store is damaged.
      """)

  @Argument(help: "Path of the manifest for --recompute (default: that of the project's last run).")
  var manifest: String?

  @OptionGroup var changes: ManifestChanges

  @Flag(help: "Sets damaged objects aside, so that the next run makes them again; heals the index.")
  var repair = false

  @Option(help: ArgumentHelp("Runs this share of the stages again (2%).", valueName: "share"))
  var recompute: Share?

  @Option(name: .shortAndLong, help: "Threads (default: all processors).")
  var jobs: Int?

  @Option(help: "Folder of .pipe and results (default: found from the working directory or manifest).")
  var root: String?

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if manifest != nil, recompute == nil { throw ValidationError("a manifest goes with --recompute") }
    if repair, recompute != nil { throw ValidationError("--repair does not go with --recompute") }
  }

  func run() throws {
    if let recompute { try runAgain(recompute) } else { try verify() }
  }

  private func verify() throws {
    let layout = ProjectLayout.locate(manifestPath: "./-", explicitRoot: root)
    let report = try Terminal.guarded {
      try Verifier(layout: layout).verify(repairs: repair, jobs: jobs ?? Execution.Run.processors)
    }
    if answer.json {
      try JSONAnswer(command: "verify", body: VerificationAnswer(report, isRepaired: repair)).print()
    } else {
      tell(report)
    }
    guard report.isSound || repair else {
      Terminal.say("pipe: the store is damaged; `pipe verify --repair` sets damaged objects aside")
      throw Execution.ExitCode.store.thrown
    }
  }

  private func tell(_ report: VerificationReport) {
    for damage in report.damaged {
      let maker = damage.maker.isEmpty ? "of an unknown stage" : "of \(damage.maker)"
      print("damaged: \(damage.hash) \(maker)\(damage.problem.map { ": " + $0 } ?? "")")
    }
    if report.damagedLines > 0 { print("damaged: \(report.damagedLines) line(s) of the index") }
    if report.missing > 0 {
      print("\(report.missing) known result(s) are not in the store; they are made again when needed")
    }
    if report.dropped > 0 { print("\(report.dropped) dropped by intent; they are made again when needed") }
    let verdict = report.isSound ? "all intact" : "\(report.damaged.count) damaged"
    print("\(report.objects) objects, \(ByteCount(report.bytes)) read: \(verdict)")
    if repair, !report.isSound { print("repaired: run the pipeline again to make what was damaged") }
  }

  private func runAgain(_ share: Share) throws {
    let path = try manifest ?? LastRun.manifest(root: root, command: "verify --recompute \(share.percent)%")
    let layout = ProjectLayout.locate(manifestPath: path, explicitRoot: root)
    let run = try Execution.Run(
      plan: changes.plan(path, answer: answer.json ? "verify" : nil), catalogue: .standard,
      layout: layout,
      options: RunOptions(jobs: jobs ?? Execution.Run.processors).withKernels(),
      origin: .init(manifest: path, version: programVersion), observer: SilentObserver())
    let report = try Terminal.guarded { try run.recompute(share: share.percent / 100) }
    if answer.json {
      try JSONAnswer(command: "verify", body: RecomputationAnswer(report)).print()
    } else {
      for entry in report.entries { print("\(entry.name): \(Self.words(entry.outcome))") }
      let same = report.entries.count { $0.outcome == .same }
      print("\(same) of \(report.entries.count) gave the same bytes; \(report.candidates) results are known")
    }
    if !report.isReproduced { throw Execution.ExitCode.lockMismatch.thrown }
  }

  private static func words(_ outcome: RecomputationReport.Outcome) -> String {
    switch outcome {
    case .same: "same bytes"
    case .different(let ports): "DIFFERENT: \(ports.joined(separator: ", "))"
    case .notPossible: "not possible: what it uses is no longer in the store"
    case .failed(let error): "FAILED: \(error)"
    }
  }
}

/// `2%`, `100 %`.
struct Share: ExpressibleByArgument {
  let percent: Double

  init?(argument: String) {
    guard argument.hasSuffix("%"), let number = Double(argument.dropLast().filter { $0 != " " }),
      number > 0, number <= 100
    else { return nil }
    percent = number
  }
}
