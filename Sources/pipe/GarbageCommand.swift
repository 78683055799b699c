import ArgumentParser
import Execution

struct GarbageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Removes stored results that no kept run needs; first says which.",
    discussion: """
      Without --delete nothing is removed. The newest run of each pipeline always stays with all it needs, \
      and so does whatever a run that works now uses. Without --keep-runs, --older-than and --max-size only \
      results go that no run recorded (those of a killed run after a day) and damaged objects that were set \
      aside. Copies in results/ are never touched.
      """)

  @Flag(help: "Removes it.")
  var delete = false

  @Option(help: ArgumentHelp("Of each pipeline the newest N runs stay.", valueName: "N"))
  var keepRuns: Int?

  @Option(help: ArgumentHelp("Oldest runs go until the store is no larger (20GB, 500MB).", valueName: "size"))
  var maxSize: ByteCount?

  @Option(help: ArgumentHelp("Only runs older than this go (30d, 12h).", valueName: "age"))
  var olderThan: Age?

  @Option(help: "Folder of .pipe and results (default: found from the working directory).")
  var root: String?

  @OptionGroup var answer: AnswerOptions

  func validate() throws {
    if let keepRuns, keepRuns < 1 { throw ValidationError("--keep-runs must be at least 1") }
  }

  func run() throws {
    let cleaner = Cleaner(layout: ProjectLayout.locate(manifestPath: "./-", explicitRoot: root))
    let policy = CleaningPolicy(
      keepRuns: keepRuns, olderThan: olderThan?.seconds, maximumBytes: maxSize?.bytes)
    let plan = try Terminal.guarded { delete ? try cleaner.clean(policy) : try cleaner.plan(policy) }
    guard !answer.json else {
      return try JSONAnswer(command: "gc", body: CleaningAnswer(plan, isDeleted: delete)).print()
    }
    for line in lines(of: plan) { print(line) }
  }

  private func lines(of plan: CleaningPlan) -> [String] {
    let verb = delete ? "removed" : "would be removed"
    var lines: [String] = []
    for run in plan.runs { lines.append("run \(run.id) of \(run.pipeline)") }
    for stage in plan.stages {
      lines.append("\(stage.name): \(counted(stage.results, "result")), \(ByteCount(stage.bytes))")
    }
    if plan.quarantineBytes > 0 {
      lines.append("damaged objects that were set aside: \(ByteCount(plan.quarantineBytes))")
    }
    let gone = "\(counted(plan.runs.count, "run")), \(counted(plan.objects, "object"))"
    lines.append(
      plan.isEmpty
        ? "nothing to remove" : "\(verb): \(gone), \(ByteCount(plan.bytes + plan.quarantineBytes))")
    let kept = "\(counted(plan.keptRuns, "run")), \(counted(plan.keptObjects, "object"))"
    lines.append("kept: \(kept), \(ByteCount(plan.keptBytes))")
    if plan.livingRuns > 0 {
      lines.append("\(counted(plan.livingRuns, "run")) at work here: what it uses is kept")
    }
    if plan.exceedsMaximum { lines.append("more than --max-size: the runs that stay need all of it") }
    if !delete, !plan.isEmpty { lines.append("run it again with --delete to remove them") }
    return lines
  }
}

/// "1 run", "3 runs".
private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// `20GB`, `500 MB`, `1.5GiB`, `4096`.
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
  let bytes: Int

  init(_ bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let units: [(String, Double)] = [
      ("KIB", 0x1p10), ("MIB", 0x1p20), ("GIB", 0x1p30), ("TIB", 0x1p40), ("KB", 1e3), ("MB", 1e6),
      ("GB", 1e9), ("TB", 1e12), ("B", 1), ("", 1),
    ]
    let text = argument.uppercased()
    guard let (unit, factor) = units.first(where: { text.hasSuffix($0.0) }),
      let number = Double(text.dropLast(unit.count).filter { $0 != " " }), number >= 0, number.isFinite,
      number * factor < 0x1p62
    else { return nil }
    bytes = Int(number * factor)
  }

  var description: String {
    var (value, unit) = (Double(bytes), "B")
    for next in ["kB", "MB", "GB", "TB"] where value >= 1000 { (value, unit) = (value / 1000, next) }
    if unit == "B" { return "\(bytes) B" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(unit)"
  }
}

/// `30d`, `12h`, `45min`, `2w`.
struct Age: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    let units: [(String, Double)] = [("min", 60), ("w", 604_800), ("d", 86_400), ("h", 3600), ("s", 1)]
    guard let (unit, factor) = units.first(where: { argument.hasSuffix($0.0) }),
      let number = Double(argument.dropLast(unit.count)), number >= 0, number.isFinite
    else { return nil }
    seconds = number * factor
  }
}
