import Planning

extension Scheduler {
  /// Settles a node whose uses are all settled, or queues it.
  func evaluate(_ id: Int) {
    // A family that failed while it grew.
    guard !states[id].phase.isSettled else { return }
    let unsettled = usesBeingRunAgain(id)
    if !unsettled.isEmpty { return wait(for: unsettled, id) }
    if !nodes[id].isPlain, nodes[id].relay != nil { return pass(id) }
    if let cause = failedUse(id) { return skip(id, because: cause) }
    if let error = tooManyFailures(id) { return giveUp(id, error) }
    if !nodes[id].isPlain, !nodes[id].chunkSizes.isEmpty, let error = tooManyRowsFailed(id) {
      return giveUp(id, error)
    }
    do {
      switch try evaluator.evaluate(nodes[id], &lines, output: output, name: { nodes[$0].name }) {
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
    let wanted = nodes[id].isPlain ? nil : nodes[id].wanted
    if !states[id].mustRun, !run.options.again.contains(nodes[id].name.stage),
      let outputs = try store.index.lookup(key, ports: nodes[id].outputs, wanted: wanted)
    {
      store.lease.pin(key)
      warn(id, try store.warnings.warnings(of: key, foundIn: store.index))
      succeed(id, outputs, .cached, 0)
      exportIfStale(id)
      return
    }
    sameKey[key] = []
    states[id].phase = .queued
    evaluatedNodes[id] = evaluated
    // Members one after the other, so that a run that is stopped leaves whole ones.
    let isMember = !nodes[id].name.members.isEmpty
    ready.push(id, height: isMember ? -1 : states[id].height, rank: states[id].rank)
  }

  /// A relay is what its step gave.
  private func pass(_ id: Int) {
    guard let input = nodes[id].inputs.first else {
      return fail(id, NodeError.notReached(name: nodes[id].name.description, last: nodes[id].relay?.last))
    }
    guard let hash = output(input.source) else { return skip(id, because: input.source.node) }
    succeed(id, [hash], .cached, 0)
  }

  /// Where too many members of a round have failed it is the family that fails, not its step.
  private func giveUp(_ id: Int, _ error: any Error) {
    guard let family = steps[id] else { return fail(id, error) }
    let own = plan.families[family].node
    if !states[own].phase.isSettled { fail(own, error) }
    let failed = nodes[id].inputs.first { $0.member != nil && !states[$0.source.node].phase.hasOutputs }
    skip(id, because: failed?.source.node ?? own)
  }

  private func exportIfStale(_ id: Int) {
    let copies = Copy.all(states[id].outputs, exportNames(id))
    if copies.allSatisfy({ store.results.wasCurrent($0.name, hash: $0.hash) }) { return }
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
    if let family = steps[id], let allowed = plan.families[family].maximumFailures {
      return tooManyFailures(of: family, allowed)
    }
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

  /// Of members in chunks, by what the chunks tell.
  private func tooManyRowsFailed(_ id: Int) -> (any Error)? {
    guard let members = nodes[id].members else { return nil }
    var failed = 0
    var first: String?
    do {
      for input in nodes[id].inputs where input.port == ChunkPlan.failures && input.chunk != nil {
        // One that is missing is made again before the family reads it.
        guard let hash = output(input.source), let text = try store.texts.value(hash, store: store.objects)
        else { continue }
        let failures = ChunkFailures(text).rows
        failed += failures.count
        if first == nil, let row = failures.keys.min() {
          let chunk = nodes[input.source.node]
          let family = chunk.name.members.last?.family ?? chunk.name.stage
          first = "\(family) \((chunk.chunk?.first ?? 0) + row): \(failures[row] ?? "")"
        }
      }
    } catch {
      return error
    }
    guard let first, failed > min(members.maximumFailures, members.values.count - 1) else { return nil }
    return NodeError.tooManyFailures(
      failed: failed, allowed: members.maximumFailures, of: members.values.count, first: first)
  }

  /// In all rounds of a family so far.
  private func tooManyFailures(of family: Int, _ allowed: Int) -> NodeError? {
    let state = familyStates[family]
    let isOver = state.failed > allowed || state.failed == state.remaining.count
    guard isOver, state.failed > 0, let member = state.hasFailed.firstIndex(of: true),
      let first = plan.families[family].memberNodes[member].first(where: { !states[$0].phase.hasOutputs })
    else { return nil }
    return .tooManyFailures(
      failed: state.failed, allowed: allowed, of: state.remaining.count,
      first: "\(nodes[first].name): \(states[first].message ?? "failed")")
  }
}
