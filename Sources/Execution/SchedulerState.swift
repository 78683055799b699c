import Planning

/// Where a node is in a run.
struct NodeState {
  enum Phase: UInt8 {
    case waiting, queued, running, executed, cached, failed, skipped

    var isSettled: Bool { rawValue >= Phase.executed.rawValue }
    var hasOutputs: Bool { self == .executed || self == .cached }
  }

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
    var incomplete: Set<Int> = []
    for family in plan.families where !family.isComplete { incomplete.insert(family.node) }
    for id in nodes.indices { wire(id, membersToo: !incomplete.contains(id)) }
    // A family that may still grow is held until it is complete.
    for node in incomplete { states[node].pending += 1 }
    for family in plan.families.indices { wireMembers(family) }
    setHeights(from: 0)
  }

  private func wire(_ id: Int, membersToo: Bool) {
    for input in nodes[id].inputs where membersToo || input.member == nil { connect(input.source.node, id) }
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
    let known = familyStates[family].remaining.count
    let description = plan.families[family]
    let perMember = description.scoresPerMember
    let scored = perMember == 0 ? 0 : description.scores.count / perMember
    let count = max(description.memberNodes.count, scored)
    for member in known..<max(known, count) {
      var ids = member < description.memberNodes.count ? Set(description.memberNodes[member]) : []
      for port in description.scores.dropFirst(member * perMember).prefix(perMember) { ids.insert(port.node) }
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
    return states[port.node].outputs[index]
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
    tellOthers(id)
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
      if waiter < 0 {
        familyStates[-1 - waiter].remaining[0] -= 1
        checkFamily(-1 - waiter)
      } else {
        tell(waiter)
      }
    }
    guard !states[id].wasSettled else { return }
    states[id].wasSettled = true
    for successor in states[id].successors { tell(successor) }
    guard !memberships.isEmpty else { return }
    for (family, member) in memberships.removeValue(forKey: id) ?? [] { settleMember(family, member, id) }
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

  /// Lets a node (or family −1 − index) wait for nodes that are being run again.
  func wait(for makers: [Int], _ waiter: Int) {
    var isWaiting = false
    for maker in makers where !states[maker].phase.isSettled {
      isWaiting = true
      rerunWaiters[maker, default: []].append(waiter)
      if waiter >= 0 {
        states[waiter].pending += 1
      } else {
        familyStates[-1 - waiter].remaining[0] += 1
      }
    }
    if !isWaiting, waiter >= 0 { unevaluated.append(waiter) }
  }

  // MARK: - Families

  private func settleMember(_ family: Int, _ member: Int, _ id: Int) {
    familyStates[family].remaining[member] -= 1
    if !states[id].phase.hasOutputs { familyStates[family].hasFailed[member] = true }
    guard familyStates[family].remaining[member] == 0 else { return }
    familyStates[family].done += 1
    if familyStates[family].hasFailed[member] { familyStates[family].failed += 1 }
    let state = familyStates[family]
    run.observer.familyProgress(
      FamilyProgress(
        stage: plan.families[family].stage, done: state.done, failed: state.failed,
        total: state.remaining.count, isComplete: plan.families[family].isComplete))
    if !plan.families[family].isComplete { checkFamily(family) }
  }

  /// Asks an incomplete family for more members once those it has are finished.
  func checkFamily(_ family: Int) {
    guard !plan.families[family].isComplete, !isStopping,
      familyStates[family].remaining.allSatisfy({ $0 == 0 })
    else { return }
    let node = plan.families[family].node
    do {
      var scores: [Double?] = []
      var missing: Set<Int> = []
      for port in plan.families[family].scores {
        guard let hash = output(port) else {
          scores.append(nil)
          continue
        }
        let value = try store.scalars.value(hash, store: store.objects)
        if value == nil { missing.insert(port.node) }
        scores.append(value)
      }
      if !missing.isEmpty { return runAgain(missing.sorted(), for: -1 - family) }
      try extend(family, scores)
    } catch let error as StoreError {
      broken = broken ?? error
    } catch {
      giveUp(family, node, error)
    }
  }

  private func extend(_ family: Int, _ scores: [Double?]) throws {
    let node = plan.families[family].node
    let membersBefore = plan.families[family].memberNodes.count
    let added = try plan.extend(family: family, scores: scores, catalogue: run.catalogue)
    nodes = plan.nodes
    let isComplete = plan.families[family].isComplete
    if !isComplete, plan.families[family].memberNodes.count == membersBefore {
      throw NodeError.familyStuck(family: plan.families[family].stage)
    }
    states += [NodeState](repeating: NodeState(), count: added.count)
    for id in added { wire(id, membersToo: true) }
    wireMembers(family)
    if isComplete {
      for input in nodes[node].inputs where input.member != nil { connect(input.source.node, node) }
      tell(node)
    }
    for id in added where states[id].successors.isEmpty { states[id].height = states[node].height + 1 }
    setHeights(from: added.lowerBound)
    for id in added.reversed() where states[id].pending == 0 { unevaluated.append(id) }
    // Every new member may be one that is there already.
    checkFamily(family)
  }

  private func giveUp(_ family: Int, _ node: Int, _ error: any Error) {
    guard !states[node].phase.isSettled else { return }
    fail(node, error)
  }
}
