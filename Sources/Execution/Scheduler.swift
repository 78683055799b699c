import Planning

/// Decides what runs when. Lives on the thread that called `Run.execute`; worker threads only get jobs
/// and give completions, so nothing here is shared.
///
/// A node waits until all it uses is settled, is then evaluated (recipe, key), and is either found in the
/// index — at once, without a thread — or queued to run. Objects are not looked at for nodes that are
/// found; only when a node that runs needs one that is missing or damaged is its maker run again
/// (`isForced`), and what that needs in turn.
final class Scheduler {
  unowned let run: Run
  let store: Store
  let events: Mailbox<Event>
  let evaluator: Evaluator
  var lines = MemberLines()
  var plan: any PlanSource
  /// `plan.nodes` and the pipeline's name, outside the existential.
  var nodes: [Node]
  private let pipelineName: String
  var states: [NodeState]
  var familyStates: [FamilyState]
  /// Steps that families wait for.
  var steps: [Int: Int] = [:]
  /// Families whose step has ended.
  var growths: [Int] = []
  /// Nodes that read outputs of nodes some of whose outputs are volatile.
  var volatileReaders: [Int: [Int]] = [:]
  /// By content hash the nodes that gave a volatile output.
  var volatileHolders: [String: Set<Int>] = [:]
  /// Nodes of the round whose step a family waits for, and all of them.
  var rounds: [Int: [Int]] = [:]
  var isProtected: Set<Int> = []
  /// Nodes of families that are not complete.
  var isHeld: Set<Int> = []
  /// Families whose members each node belongs to, as (family, member).
  var memberships: [Int: [(family: Int, member: Int)]] = [:]
  /// Nodes to evaluate.
  var unevaluated: [Int] = []
  var ready = ReadyQueue()
  var evaluatedNodes: [Int: EvaluatedNode] = [:]
  /// Nodes with a key that is queued or running → other nodes with the same key.
  var sameKey: [String: [Int]] = [:]
  /// Nodes that another process computes.
  var claimedElsewhere: [Int] = []
  var exportJobs: [Job] = []
  /// After a node that was run again: who waits for it (nodes, or families as −1 − index).
  var rerunWaiters: [Int: [Int]] = [:]
  var failures: [StageFailure] = []
  var broken: StoreError?
  var hasCommitted = false
  private(set) var hasToldOfSamplers = false
  var hasExportFailed = false
  var mustStop = false
  /// Nodes that `RunOptions.wait` keeps from starting, and whether its time is over.
  private var setAside: [Int] = []
  private var isLate = false
  private let began = Posix.seconds()
  var running = 0
  var workers: WorkerCrew?

  init(run: Run, store: Store, events: Mailbox<Event>) {
    (self.run, self.store, self.events) = (run, store, events)
    evaluator = Evaluator(store: store)
    plan = run.plan
    (nodes, pipelineName) = (plan.nodes, plan.pipeline.name)
    states = nodes.indices.map { NodeState(rank: $0) }
    familyStates = plan.families.map { _ in FamilyState() }
    wireAll()
  }

  var summary: PlanSummary {
    PlanSummary(
      pipeline: plan.pipeline.name, nodes: nodes.count,
      families: plan.families.map { .init(stage: $0.stage, members: $0.memberNodes.count) },
      jobs: run.options.jobs)
  }

  func event(_ id: Int) -> NodeEvent {
    NodeEvent(id: id, name: nodes[id].name, kind: nodes[id].signature.kind)
  }

  // MARK: - The loop

  /// - Throws: `StoreError` when the store fails; running nodes are waited for first.
  func work() throws {
    unevaluated = states.indices.reversed().filter { states[$0].pending == 0 }
    defer {
      workers?.stop()
      // With it goes the scratch folder; the scheduler may live on.
      workers = nil
    }
    while true {
      settleReady()
      if isStopping { stopWaiting() }
      if running == 0, unevaluated.isEmpty, ready.isEmpty, exportJobs.isEmpty, claimedElsewhere.isEmpty {
        break
      }
      guard !hasNothingToWaitFor else { continue }
      for event in events.takeAll(milliseconds: claimedElsewhere.isEmpty ? 1000 : 20) {
        if case .completed(let completion) = event { finish(completion) }
        if !growths.isEmpty { store.lease.hold { growFamilies() } }
      }
      unevaluated += claimedElsewhere
      claimedElsewhere = []
    }
    if let broken { throw broken }
  }

  private var hasNothingToWaitFor: Bool {
    running == 0 && claimedElsewhere.isEmpty && !(ready.isEmpty && exportJobs.isEmpty && unevaluated.isEmpty)
  }

  var isStopping: Bool { run.isCancelled || broken != nil || mustStop || isLate }

  /// Whether something did not start since the time for it was over.
  var isUnfinished: Bool { isLate || !setAside.isEmpty }

  /// Whether a node that is ready may start: not after the time that the user waits, and with a time of nothing no member of
  /// a family.
  private func mayStart(_ id: Int) -> Bool {
    guard let wait = run.options.wait else { return true }
    if wait == 0 {
      if nodes[id].name.members.isEmpty || nodes[id].name.isBetweenStages { return true }
      states[id].phase = .waiting
      setAside.append(id)
    } else if Posix.seconds() - began >= wait {
      states[id].phase = .waiting
      isLate = true
    } else {
      return true
    }
    return false
  }

  /// Evaluates what can be, and starts what there are threads for; every so often, so that threads need
  /// not wait until all recipes of a wide graph are made.
  private func settleReady() {
    while !isStopping, !unevaluated.isEmpty {
      store.lease.hold {
        for _ in 0..<32 {
          guard let id = unevaluated.popLast() else { break }
          evaluate(id)
          if !growths.isEmpty { growFamilies() }
        }
      }
      dispatch()
    }
    dispatch()
  }

  private func dispatch() {
    guard !isStopping, !(ready.isEmpty && exportJobs.isEmpty) else { return }
    do {
      if workers == nil {
        workers = try WorkerCrew(scheduler: self)
        tellOfSamplers()
      }
    } catch {
      broken = error
      return
    }
    guard let workers else { return }
    workers.budget.setDemand(ready.count + exportJobs.count)
    while workers.budget.free > 0 {
      if let job = exportJobs.popLast() {
        start(job, workers)
      } else if let id = ready.pop() {
        guard let evaluated = evaluatedNodes.removeValue(forKey: id) else { continue }
        guard mayStart(id) else {
          if isLate { return }
          continue
        }
        run.observer.nodeStarted(event(id))
        states[id].phase = .running
        start(.run(job(id, evaluated)), workers)
      } else {
        break
      }
    }
    workers.budget.setDemand(ready.count + exportJobs.count)
  }

  /// Before the first node runs.
  private func tellOfSamplers() {
    guard !hasToldOfSamplers else { return }
    hasToldOfSamplers = true
    let open = openNodes(nodes.indices)
    let costs = RunRecords(layout: run.layout).costs(of: Set(open.keys), pipeline: plan.pipeline.name)
    run.observer.expects(ExpectedWork(nodes: open, seconds: costs))
    for family in plan.families where !states[family.node].phase.isSettled {
      guard let note = SamplerNotice.text(nodes[family.node], run) else { continue }
      run.observer.notice("\(nodes[family.node].name): \(note)")
    }
  }

  /// Nodes that are not settled, by stage.
  func openNodes(_ ids: Range<Int>) -> [String: Int] {
    var counts: [String: Int] = [:]
    for id in ids where !states[id].phase.isSettled { counts[nodes[id].name.stage, default: 0] += 1 }
    return counts
  }

  private func start(_ job: Job, _ workers: WorkerCrew) {
    workers.budget.take()
    running += 1
    do throws(StoreError) {
      try workers.submit(job, running: running)
    } catch {
      workers.budget.release()
      running -= 1
      broken = error
    }
  }

  private func job(_ id: Int, _ evaluated: EvaluatedNode) -> NodeJob {
    return NodeJob(
      id: id, node: nodes[id], kind: run.kind(of: nodes[id]), evaluated: evaluated,
      exportNames: exportNames(id),
      isForced: states[id].mustRun, isAgain: run.options.again.contains(nodes[id].name.stage))
  }

  func exportNames(_ id: Int) -> [String?] {
    guard run.options.exportResults, nodes[id].name.members.isEmpty, !nodes[id].name.isBetweenStages else {
      return []
    }
    return nodes[id].outputs.map { port in
      port.isVolatile
        ? nil : Results.name(pipeline: pipelineName, stage: nodes[id].name.stage, port: port)
    }
  }

  /// Everything that has not started is stopped; exports of finished nodes are left for the next run.
  private func stopWaiting() {
    for id in ready.removeAll() + claimedElsewhere + unevaluated { states[id].phase = .waiting }
    (claimedElsewhere, unevaluated, exportJobs) = ([], [], [])
    evaluatedNodes = [:]
  }

  // MARK: - What a thread has done

  private func finish(_ completion: Completion) {
    let id = completion.node
    running -= 1
    workers?.budget.release()
    for hash in store.objects.takeDamage() { run.observer.notice(Run.damageNotice(hash)) }
    switch completion.result {
    case .done(let outputs, let exportError):
      hasCommitted = true
      warn(id, completion.warnings)
      succeed(id, outputs, .executed, completion.seconds)
      note(exportError, id)
    case .found(let outputs, let exportError):
      warn(id, completion.warnings)
      succeed(id, outputs, .cached, 0)
      note(exportError, id)
    case .claimed:
      release(id, keepingKey: false)
      claimedElsewhere.append(id)
    case .needs(let makers):
      if states[id].phase == .running { release(id, keepingKey: false) }
      runAgain(makers, for: makers == [id] ? nil : id)
    case .failed(let failure):
      warn(id, completion.warnings)
      fail(id, failure, seconds: completion.seconds)
    case .stopped:
      states[id].phase = .waiting
    case .broken(let error):
      states[id].phase = .waiting
      states[id].message = error.description
      broken = broken ?? error
    case .exported(let error):
      note(error, id)
    }
  }

  private func note(_ exportError: StoreError?, _ id: Int) {
    guard let exportError else { return }
    if case .damagedObject = exportError { return runAgain([id], for: nil) }
    states[id].message = exportError.description
    guard exportError.isInTheWay else {
      broken = broken ?? exportError
      return
    }
    hasExportFailed = true
    failures.append(
      StageFailure(
        node: nodes[id].name, stage: nodes[id].signature.kind, recipe: states[id].key,
        underlying: exportError, log: ""))
  }
}

/// The threads of a run; made when the first node has to run.
final class WorkerCrew {
  let budget: ThreadBudget
  private let pool = WorkerPool()
  private let jobs = Mailbox<Job>()
  private let workspace: Workspace
  private let claims: Claims
  private let scheduler: (store: Store, events: Mailbox<Event>, run: Run)

  init(scheduler: Scheduler) throws(StoreError) {
    let events = scheduler.events
    self.scheduler = (scheduler.store, events, scheduler.run)
    budget = ThreadBudget(scheduler.run.options.jobs) { events.post(.wake) }
    workspace = try Workspace(in: scheduler.store.layout.temporary)
    claims = try Claims(layout: scheduler.store.layout)
  }

  /// Hands a job to a thread, starting one more if all are busy.
  func submit(_ job: Job, running: Int) throws(StoreError) {
    if running > pool.count {
      let run = scheduler.run
      let runner = NodeRunner(
        store: scheduler.store, claims: claims, budget: budget, scratch: try workspace.scratch(pool.count),
        isCancelled: { run.isCancelled }, instructions: run.options.instructions,
        scratchLimit: run.options.scratchLimit)
      let (jobs, events) = (jobs, scheduler.events)
      let syncer = GroupSync(store: scheduler.store)
      try pool.start {
        while let job = jobs.take() {
          events.post(.completed(runner.perform(job)))
          syncer.syncIfDue()
        }
      }
    }
    jobs.post(job)
  }

  func stop() {
    jobs.close()
    pool.join()
  }
}

/// Forces the store to the disk now and then, so that a power cut costs seconds of work, not hours.
private final class GroupSync: @unchecked Sendable {
  // Used by one worker's thread alone.
  private var last = Posix.seconds()
  private let store: Store

  init(store: Store) { self.store = store }

  func syncIfDue() {
    let now = Posix.seconds()
    guard now - last > 10 else { return }
    last = now
    store.sync()
  }
}
