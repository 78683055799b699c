import Planning

/// Where a node is in a run.
struct NodeState {
  enum Phase: UInt8 {
    case waiting, queued, running, executed, cached, failed, skipped

    var isSettled: Bool { rawValue >= Phase.executed.rawValue }
    var hasOutputs: Bool { self == .executed || self == .cached }
  }

  /// Among members' nodes those of a lower rank go first: a family inside a member has that member's.
  var rank = 0
  var phase = Phase.waiting
  /// Uses that are not settled, and holds.
  var pending = 0
  /// Longest way to an end of the graph.
  var height = 0
  var successors: [Int] = []
  /// Content hashes in the order of the node's outputs.
  var outputs: [String] = []
  var key = ""
  var seconds = 0.0
  var message: String?
  var warnings: [String] = []
  /// Its objects are missing: run although the key is known.
  var mustRun = false
  /// It was settled before, and its successors were told.
  var wasSettled = false
}

struct FamilyState {
  /// Nodes of each member that are not settled.
  var remaining: [Int] = []
  var hasFailed: [Bool] = []
  var done = 0, failed = 0
}

extension Scheduler {
  /// Counts what every node waits for.
  func wireAll() {
    isHeld = Set(plan.families.lazy.filter { !$0.isComplete }.map(\.node))
    for id in nodes.indices { wire(id) }
    for family in plan.families.indices { wireMembers(family) }
    setHeights(from: 0)
  }

  /// A family that may still grow is held until it is complete, and a relay until its step is known.
  private func wire(_ id: Int) {
    if !nodes[id].isPlain, nodes[id].relay != nil, nodes[id].inputs.isEmpty { states[id].pending += 1 }
    if isHeld.isEmpty || !isHeld.contains(id) {
      for input in nodes[id].inputs {
        connect(input.source.node, id)
        noteReader(id, of: input.source.node)
      }
    } else {
      states[id].pending += 1
    }
    for (_, setting) in nodes[id].settings {
      if case .output(let port) = setting { connect(port.node, id) }
    }
  }

  private func connect(_ source: Int, _ target: Int) {
    guard !states[source].wasSettled else { return }
    states[source].successors.append(target)
    states[target].pending += 1
  }

  /// Longest way from each node to an end of the graph. Only a family's node uses nodes after it, so
  /// one pass from the end does; new members get theirs from the family's node.
  private func setHeights(from first: Int) {
    for id in stride(from: nodes.count - 1, through: first, by: -1) {
      for target in states[id].successors {
        states[id].height = max(states[id].height, states[target].height + 1)
      }
    }
  }

  private func wireMembers(_ family: Int) {
    let description = plan.families[family]
    if let step = description.step { steps[step] = family }
    protectRound(of: family)
    for member in familyStates[family].remaining.count..<description.memberNodes.count {
      let ids = Set(description.memberNodes[member])
      let open = ids.filter { !states[$0].wasSettled }
      for id in open { memberships[id, default: []].append((family, member)) }
      let hasFailed = ids.contains { [.failed, .skipped].contains(states[$0].phase) }
      familyStates[family].remaining.append(open.count)
      familyStates[family].hasFailed.append(hasFailed)
      if open.isEmpty {
        familyStates[family].done += 1
        if hasFailed { familyStates[family].failed += 1 }
      }
    }
  }

  // MARK: - Settling

  func output(_ port: NodePort) -> String? {
    guard states[port.node].phase.hasOutputs,
      let index = nodes[port.node].outputs.firstIndex(where: { $0.name == port.port })
    else { return nil }
    // Empty for an output that nobody has wanted.
    let hash = states[port.node].outputs[index]
    return hash.isEmpty ? nil : hash
  }

  /// Tells what a stage warned of; once, though a result that is missing is made again.
  func warn(_ id: Int, _ warnings: [String]) {
    for warning in warnings where !states[id].warnings.contains(warning) {
      run.observer.nodeWarned(event(id), warning: warning)
    }
    states[id].warnings = warnings
  }

  func succeed(_ id: Int, _ outputs: [String], _ phase: NodeState.Phase, _ seconds: Double) {
    let isRepair = states[id].mustRun
    states[id].outputs = outputs
    states[id].phase = phase
    states[id].seconds += seconds
    states[id].mustRun = false
    if isRepair { states[id].message = states[id].message ?? "its result was missing from the store" }
    run.observer.nodeFinished(
      event(id), outcome: phase == .executed ? .executed : .cached, seconds: seconds, message: nil)
    for other in release(id, keepingKey: true) { states[other].mustRun = false }
    noteVolatile(id)
    tellOthers(id)
    dropAfter(id)
  }

  /// - Parameter failure: nil when the node is skipped as something it needs failed.
  func fail(_ id: Int, _ failure: StageFailure, seconds: Double) {
    states[id].phase = .failed
    states[id].seconds = seconds
    states[id].message = "\(failure.underlying)"
    failures.append(failure)
    run.observer.nodeFinished(event(id), outcome: .failed, seconds: seconds, message: states[id].message)
    let twins = sameKey.removeValue(forKey: states[id].key) ?? []
    tellOthers(id)
    // The same recipe would fail again.
    for twin in twins where !states[twin].phase.isSettled {
      let copy = StageFailure(
        node: nodes[twin].name, stage: failure.stage, recipe: failure.recipe, underlying: failure.underlying,
        log: failure.log)
      fail(twin, copy, seconds: 0)
    }
    if !run.options.keepGoing, nodes[id].name.members.isEmpty { mustStop = true }
  }

  func fail(_ id: Int, _ error: any Error) {
    let failure = StageFailure(
      node: nodes[id].name, stage: nodes[id].signature.kind, recipe: states[id].key, underlying: error,
      log: "")
    fail(id, failure, seconds: 0)
  }

  func skip(_ id: Int, because cause: Int) {
    states[id].phase = .skipped
    states[id].message =
      "needs \(nodes[cause].name), which \(states[cause].phase == .failed ? "failed" : "was skipped")"
    run.observer.nodeFinished(event(id), outcome: .skipped, seconds: 0, message: states[id].message)
    tellOthers(id)
  }

  /// A node's key is no longer in work: its twins are evaluated again.
  @discardableResult
  func release(_ id: Int, keepingKey: Bool) -> [Int] {
    let twins = sameKey.isEmpty ? [] : sameKey.removeValue(forKey: states[id].key) ?? []
    if !keepingKey { states[id].phase = .waiting }
    unevaluated += twins.reversed()
    return twins
  }

  private func tellOthers(_ id: Int) {
    for waiter in rerunWaiters.isEmpty ? [] : rerunWaiters.removeValue(forKey: id) ?? [] {
      if waiter < 0 { growths.append(-1 - waiter) } else { tell(waiter) }
    }
    guard !states[id].wasSettled else { return }
    states[id].wasSettled = true
    for successor in states[id].successors { tell(successor) }
    if !memberships.isEmpty {
      for (family, member) in memberships.removeValue(forKey: id) ?? [] { settleMember(family, member, id) }
    }
    if !steps.isEmpty, let family = steps[id] { growths.append(family) }
  }

  private func tell(_ id: Int) {
    states[id].pending -= 1
    if states[id].pending == 0 { unevaluated.append(id) }
  }

  /// Runs nodes again whose objects are missing or damaged; `waiter` is evaluated when they have.
  func runAgain(_ makers: [Int], for waiter: Int?) {
    for maker in makers where states[maker].phase.hasOutputs && !states[maker].mustRun {
      states[maker].mustRun = true
      states[maker].phase = .waiting
      unevaluated.append(maker)
    }
    if let waiter { wait(for: makers, waiter) }
  }

  /// Lets a node (or a family that grows, −1 − index) wait for nodes that are being run again.
  func wait(for makers: [Int], _ waiter: Int) {
    var isWaiting = false
    for maker in makers where !states[maker].phase.isSettled {
      isWaiting = true
      rerunWaiters[maker, default: []].append(waiter)
      if waiter >= 0 { states[waiter].pending += 1 }
    }
    guard !isWaiting else { return }
    if waiter >= 0 { unevaluated.append(waiter) } else { growths.append(-1 - waiter) }
  }

  // MARK: - Families

  private func settleMember(_ family: Int, _ member: Int, _ id: Int) {
    familyStates[family].remaining[member] -= 1
    if !states[id].phase.hasOutputs { familyStates[family].hasFailed[member] = true }
    guard familyStates[family].remaining[member] == 0 else { return }
    familyStates[family].done += 1
    if familyStates[family].hasFailed[member] { familyStates[family].failed += 1 }
    tellProgress(of: family)
  }

  private func tellProgress(of family: Int) {
    let state = familyStates[family]
    run.observer.familyProgress(
      FamilyProgress(
        stage: plan.families[family].stage, done: state.done, failed: state.failed,
        total: state.remaining.count, isComplete: plan.families[family].isComplete))
  }

  /// Takes up what steps have planned since this was done last.
  func growFamilies() {
    while !isStopping, let family = growths.popLast() { grow(family) }
  }

  /// Reads what a family's step has planned and adds the nodes of the next round.
  private func grow(_ family: Int) {
    guard let step = plan.families[family].step else { return }
    do {
      switch try answer(of: step) {
      case nil: runAgain([step], for: -1 - family)
      case let answer?:
        let growth = try plan.grow(family: family, answer, catalogue: run.catalogue)
        steps[step] = nil
        if case .texts(_, let report) = answer {
          run.observer.stepTold(StepFacts(name: nodes[step].name, text: report))
        }
        try take(growth, family)
      }
    } catch let error as StoreError {
      broken = broken ?? error
    } catch {
      steps[step] = nil
      let own = plan.families[family].node
      if !states[own].phase.isSettled { fail(own, error) }
    }
  }

  /// Nil where an object is missing.
  private func answer(of step: Int) throws -> StepAnswer? {
    guard states[step].phase.hasOutputs else { return .failed }
    return try store.stepAnswer(nodes[step].outputs, states[step].outputs)
  }

  private func take(_ growth: Plan.Growth, _ family: Int) throws {
    let own = plan.families[family].node
    let isComplete = plan.families[family].isComplete
    nodes += plan.nodes(growth.added)
    // Not before: the plan would copy what a node of ours shares with it, all rounds so far, in every round.
    if isComplete { nodes[own] = plan.node(own) }
    states += growth.added.map { NodeState(rank: $0) }
    for id in growth.wantedMore { nodes[id] = plan.node(id) }
    for id in growth.families {
      familyStates.append(FamilyState())
      if !plan.families[id].isComplete { isHeld.insert(plan.families[id].node) }
    }
    for id in growth.added { wire(id) }
    for id in [family] + growth.families { wireMembers(id) }
    for id in growth.resolved { resolve(id) }
    if isComplete {
      release(family: family, own)
      tellProgress(of: family)
    }
    if !nodes[own].name.members.isEmpty {
      for id in growth.added { states[id].rank = states[own].rank }
    }
    for id in growth.added where states[id].successors.isEmpty { states[id].height = states[own].height + 1 }
    setHeights(from: growth.added.lowerBound)
    for id in growth.added.reversed() where states[id].pending == 0 { unevaluated.append(id) }
    for id in growth.wantedMore { wantMore(id) }
    if hasToldOfSamplers {
      run.observer.expects(ExpectedWork(nodes: openNodes(growth.added), seconds: [:]))
    }
    guard isComplete || plan.families[family].step != nil else {
      throw NodeError.familyStuck(family: plan.families[family].stage)
    }
  }

  /// What the members of a round leave stays until their step has planned who reads it.
  private func protectRound(of family: Int) {
    for id in rounds.removeValue(forKey: family) ?? [] { isProtected.remove(id) }
    guard plan.families[family].step != nil, !volatileReaders.isEmpty else { return }
    let first = familyStates[family].remaining.count
    let members = plan.families[family].memberNodes.dropFirst(first).joined()
    let volatile = members.filter { !nodes[$0].volatile.isEmpty }
    rounds[family] = volatile
    isProtected.formUnion(volatile)
  }

  /// A complete family waits for nothing but what it uses.
  private func release(family: Int, _ own: Int) {
    isHeld.remove(own)
    for input in nodes[own].inputs {
      connect(input.source.node, own)
      noteReader(own, of: input.source.node)
    }
    tell(own)
  }

  private func resolve(_ relay: Int) {
    nodes[relay] = plan.node(relay)
    for input in nodes[relay].inputs { connect(input.source.node, relay) }
    tell(relay)
  }

  /// More outputs are wanted of a node that may have run already: it runs again if the store lacks them.
  private func wantMore(_ id: Int) {
    guard states[id].phase.hasOutputs else { return }
    let isThere = zip(nodes[id].outputs, states[id].outputs).allSatisfy { output, hash in
      !hash.isEmpty || nodes[id].wanted?.contains(output.name) == false
    }
    if isThere { return }
    states[id].phase = .waiting
    unevaluated.append(id)
  }
}
