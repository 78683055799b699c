public import Planning
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How a plan is run; nothing of it is part of a recipe.
public struct RunOptions: Sendable {
  /// Nodes that run at once, and threads in all.
  public var jobs: Int
  /// After a failure: go on with everything that doesn't depend on it. False: start nothing more.
  /// Members of a family that are tolerated are no failures.
  public var keepGoing: Bool
  /// Write the copies in `results/`.
  public var exportResults: Bool
  /// Remove copies of stages that the pipeline no longer has. False where the plan is a part of it.
  public var removeStaleResults: Bool
  /// Read every input file again whatever its times say.
  public var isParanoid: Bool
  /// `StageContext.instructions`.
  public var instructions: String?
  /// Outputs that are volatile are dropped, oldest first, while they take more bytes than this.
  public var scratchLimit = 10_000_000_000
  /// Stages that are computed again although their results are known, with their members.
  public var again: Set<String> = []
  /// Seconds after which nothing new is started; with 0 no member of a family is, only what follows from the store. Nil: no
  /// limit.
  public var wait: Double?
  /// Members of a chunk that a thread takes at once.
  public var block = 64

  /// Every processor, on after failures, with copies in `results/`, unless told otherwise.
  public init(
    jobs: Int = Run.processors, keepGoing: Bool = true, exportResults: Bool = true,
    removeStaleResults: Bool = true, isParanoid: Bool = false
  ) {
    (self.jobs, self.keepGoing) = (max(1, jobs), keepGoing)
    (self.exportResults, self.removeStaleResults) = (exportResults, removeStaleResults)
    self.isParanoid = isParanoid
  }
}

/// One execution of a plan.
public final class Run: Sendable {
  /// Processors this process may use.
  public static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  let plan: any PlanSource
  let catalogue: Catalogue
  let layout: ProjectLayout
  let options: RunOptions
  let manifestPath: String
  let programVersion: String
  let observer: any RunObserver
  private let rowSizes = RowSizes()
  private let cancelled = Atomic(false)
  private let unfinished = Atomic(false)
  private let events = Mailbox<Event>()
  private let failed = Mutex<[StageFailure]>([])
  /// Goes with the run: freeing what a scheduler knows takes as long as settling its nodes, and a program that
  /// keeps its run to its end leaves that to the system.
  nonisolated(unsafe) private var scheduler: Scheduler?

  /// Where a plan comes from, for the record of the run.
  public struct Origin: Sendable {
    /// Path of the manifest, absolute; the record holds it relative to the project.
    public var manifest: String
    /// Version of the program.
    public var version: String

    /// - Parameter manifest: absolute path.
    public init(manifest: String, version: String) { (self.manifest, self.version) = (manifest, version) }
  }

  /// A run that has not begun.
  public convenience init(
    plan: Plan, catalogue: Catalogue, layout: ProjectLayout, options: RunOptions, origin: Origin,
    observer: any RunObserver
  ) {
    self.init(
      source: plan, catalogue: catalogue, layout: layout, options: options, origin: origin, observer: observer
    )
  }

  init(
    source: any PlanSource, catalogue: Catalogue, layout: ProjectLayout, options: RunOptions, origin: Origin,
    observer: any RunObserver
  ) {
    (self.plan, self.catalogue, self.layout) = (source, catalogue, layout)
    (self.options, self.observer) = (options, observer)
    (manifestPath, programVersion) = (origin.manifest, origin.version)
  }

  /// Stages that failed, after `execute`; members that were tolerated too.
  public var failures: [StageFailure] { failed.withLock { $0 } }

  /// The kind of stage of a node.
  func kind(of node: Node) -> any StageKind {
    if let chunk = node.chunk {
      return ChunkKind(
        node: node, chunk: chunk, catalogue: catalogue, block: max(1, options.block), sizes: rowSizes)
    }
    guard let kind = catalogue.kinds[node.signature.kind] else {
      preconditionFailure("the plan holds a kind of stage that the catalogue doesn't: \(node.signature.kind)")
    }
    return kind
  }

  /// Whether `cancel` was called.
  public var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  /// Whether something was left when `RunOptions.wait` was over.
  public var isUnfinished: Bool { unfinished.load(ordering: .relaxed) }

  /// Stops at the next safe point; what is finished stays. May be called from any thread.
  public func cancel() {
    cancelled.store(true, ordering: .relaxed)
    events.post(.wake)
  }

  /// Computes what is not known, copies results out and writes the record.
  ///
  /// A stage that fails is no error of this function: it is in the record (whose outcome is `failed`)
  /// and in `failures`.
  /// - Parameter opening: the store, if it is being opened already.
  /// - Returns: the record, also written to `.pipe/runs`.
  /// - Throws: `StoreError` when the store can't be used; what was committed stays.
  public func execute(opening: StoreOpening? = nil) throws -> RunRecord {
    let clock = RunClock()
    let store =
      try opening?.store() ?? Store(layout: layout, catalogue: catalogue, isParanoid: options.isParanoid)
    defer { store.lease.end() }
    for notice in store.notices { observer.notice(notice) }
    let scheduler = Scheduler(run: self, store: store, events: events)
    self.scheduler = scheduler
    observer.started(scheduler.summary)
    var broken: StoreError?
    do { try scheduler.work() } catch let error as StoreError { broken = error }
    failed.withLock { $0 = scheduler.failures }
    unfinished.store(scheduler.isUnfinished, ordering: .relaxed)
    let hasWork = scheduler.hasCommitted
    if broken == nil, options.exportResults, options.removeStaleResults, !isCancelled {
      try removeStale(store)
    }
    if broken == nil, options.exportResults {
      do throws(StoreError) {
        try store.results.tidySums(pipeline: plan.pipeline.name)
      } catch {
        // Where no copy could be written, this list can't be either.
        guard error.isReadOnly, !hasWork else { throw error }
      }
    }
    for hash in store.objects.takeDamage() { observer.notice(Self.damageNotice(hash)) }
    let record = scheduler.record(clock: clock, broken: broken)
    do throws(StoreError) {
      try RunRecords(layout: layout).write(record)
    } catch {
      // Nothing to do in a store that can't be written is no failure.
      guard broken != nil || (!hasWork && error.isReadOnly) else { throw error }
      observer.notice("the run was not recorded: \(error)")
    }
    // What takes seconds to compute again isn't worth a sync, which waits for everybody's writes.
    if hasWork, record.seconds > 5 { store.sync() }
    observer.finished(record)
    if let broken { throw broken }
    return record
  }

  static func damageNotice(_ hash: String) -> String {
    "object \(hash.prefix(12))… of the store was damaged: it was set aside and is made again"
  }

  private func removeStale(_ store: Store) throws(StoreError) {
    let pipeline = plan.pipeline
    let stale = try store.results.removeStale(pipeline: pipeline.name) { pipeline.position(of: $0) != nil }
    for name in stale.edited {
      observer.notice("results/\(name) is of a stage that is gone; it stays since it was edited")
    }
  }
}

/// Start of a run.
struct RunClock {
  let monotonic = Posix.seconds()
  let wall: Int64

  init(wall: Int64 = Posix.wallClock()) { self.wall = wall }

  /// ISO 8601 in UTC; with a compact form for names of files, which tells milliseconds, since runs are sorted
  /// by it and a run may take less than a second.
  func text(compact: Bool) -> String {
    var seconds = time_t(wall / 1_000_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let date = [String(parts.tm_year + 1900), two(parts.tm_mon + 1), two(parts.tm_mday)]
    let time = [two(parts.tm_hour), two(parts.tm_min), two(parts.tm_sec)]
    let milliseconds = String(1000 + wall / 1_000_000 % 1000).dropFirst()
    return compact
      ? date.joined() + "T" + time.joined() + "." + milliseconds + "Z"
      : date.joined(separator: "-") + "T" + time.joined(separator: ":") + "Z"
  }
}
