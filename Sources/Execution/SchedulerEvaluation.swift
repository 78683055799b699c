import Planning

extension Scheduler {
  /// Settles a node whose uses are all settled, or queues it.
  func evaluate(_ id: Int) {
    // A family that failed while it grew.
    guard !states[id].phase.isSettled else { return }
    let unsettled = usesBeingRunAgain(id)
    if !unsettled.isEmpty { return wait(for: unsettled, id) }
    if let cause = failedUse(id) { return skip(id, because: cause) }
    if let error = tooManyFailures(id) { return fail(id, error) }
    do {
      switch try evaluator.evaluate(nodes[id], output: output, name: { nodes[$0].name }) {
      case .needs(let makers): runAgain(makers, for: id)
      case .known(let evaluated): try place(id, evaluated)
      }
    } catch let error as StoreError {
      broken = broken ?? error
    } catch {
      fail(id, error)
    }
  }

  private func place(_ id: Int, _ evaluated: EvaluatedNode) throws {
    let key = evaluated.recipe.key
    states[id].key = key
    if !sameKey.isEmpty, sameKey[key] != nil {
      sameKey[key]?.append(id)
      return
    }
    if !states[id].mustRun, let outputs = try store.index.lookup(key, ports: nodes[id].outputs) {
      store.lease.pin(key)
      warn(id, try store.warnings.warnings(of: key, foundIn: store.index))
      succeed(id, outputs, .cached, 0)
      exportIfStale(id)
      return
    }
    sameKey[key] = []
    states[id].phase = .queued
    evaluatedNodes[id] = evaluated
    ready.push(id, height: states[id].height)
  }

  private func exportIfStale(_ id: Int) {
    let names = exportNames(id)
    var isCurrent = true
    for (hash, name) in zip(states[id].outputs, names) where isCurrent {
      isCurrent = store.results.wasCurrent(name, hash: hash)
    }
    if isCurrent { return }
    let copies = zip(states[id].outputs, names).map { Copy(hash: $0, name: $1) }
    exportJobs.append(.export(node: id, copies: copies))
  }

  /// Uses that were settled, but whose objects turned out to be missing.
  private func usesBeingRunAgain(_ id: Int) -> [Int] {
    // The common case, without a table of hashes.
    var uses: [Int] = []
    for input in nodes[id].inputs where !states[input.source.node].phase.isSettled {
      uses.append(input.source.node)
    }
    for (_, setting) in nodes[id].settings {
      if case .output(let port) = setting, !states[port.node].phase.isSettled { uses.append(port.node) }
    }
    return uses.isEmpty ? uses : Set(uses).sorted()
  }

  /// The first use that failed and isn't a member's.
  private func failedUse(_ id: Int) -> Int? {
    for input in nodes[id].inputs where input.member == nil && !states[input.source.node].phase.hasOutputs {
      return input.source.node
    }
    var cause: Int?
    for (_, setting) in nodes[id].settings {
      guard case .output(let port) = setting, !states[port.node].phase.hasOutputs else { continue }
      cause = min(cause ?? port.node, port.node)
    }
    return cause
  }

  private func tooManyFailures(_ id: Int) -> NodeError? {
    guard let members = nodes[id].members else { return nil }
    var failed: Set<Int> = []
    var first: Int?
    for input in nodes[id].inputs {
      guard let member = input.member, !states[input.source.node].phase.hasOutputs else { continue }
      failed.insert(member)
      first = first ?? input.source.node
    }
    guard let first, failed.count > members.maximumFailures else { return nil }
    return .tooManyFailures(
      failed: failed.count, allowed: members.maximumFailures, of: members.values.count,
      first: "\(nodes[first].name): \(states[first].message ?? "failed")")
  }
}
