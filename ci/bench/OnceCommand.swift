import ArgumentParser
import Execution
import Planning

/// One run in a process of its own, by the way that `pipe run` takes: manifest, plan, execution with the
/// printer of progress.
struct OnceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "once", abstract: "Runs a manifest of toy stages; what `bench scale` measures.",
    shouldDisplay: false)

  @Argument var manifest: String
  @Option var root: String
  @Option var jobs = Execution.Run.processors
  @Flag(help: "Says how long each step took.") var steps = false

  func run() throws {
    var last = ChildProcess.clock()
    func step(_ name: String) {
      let now = ChildProcess.clock()
      if steps { print("\(name): \(Text.milliseconds(now - last))") }
      last = now
    }
    let layout = ProjectLayout(root: root)
    let opening = StoreOpening(
      layout: layout, catalogue: ToyKind.catalogue, isParanoid: false,
      pipeline: ResolvedPipeline.name(of: manifest))
    let result = Resolver.resolve(manifestPath: manifest, catalogue: ToyKind.catalogue)
    guard let pipeline = result.pipeline else {
      throw ProcessError(description: "\(result.diagnostics.count) mistakes")
    }
    keepToTheEnd(result)
    step("resolve")
    let plan = try Plan(pipeline: pipeline, catalogue: ToyKind.catalogue)
    keepToTheEnd(plan)
    step("plan")
    let run = Execution.Run(
      plan: plan, catalogue: ToyKind.catalogue, layout: layout,
      options: RunOptions(jobs: jobs), origin: .init(manifest: manifest, version: "bench"),
      observer: ProgressPrinter())
    keepToTheEnd(run)
    let record = try run.execute(opening: opening)
    keepToTheEnd(record)
    step("execute")
    guard record.outcome == .succeeded else { throw ProcessError(description: "the run failed") }
    if steps { for (outcome, count) in record.counts { print("\(outcome): \(count)") } }
  }
}

/// As `pipe` does: what lives to the end is not freed piece by piece.
private func keepToTheEnd<Value: Sendable>(_ value: Value) {
  _ = Unmanaged.passRetained(Kept(value))
}

private final class Kept<Value: Sendable>: Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}
