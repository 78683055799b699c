#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Removes from a store what no kept run needs.
///
/// Order of removal: entries of the index, recipes, warnings, records of runs, logs, objects. A crash in between
/// leaves objects that nothing refers to, which the next cleaning finds; never an entry of a kept run
/// without its object. Safe beside working runs: see `Lease.swift`.
public struct Cleaner: Sendable {
  private let layout: ProjectLayout

  /// Of one project.
  public init(layout: ProjectLayout) { self.layout = layout }

  /// What would go; nothing is changed.
  /// - Parameter now: seconds since 1970, for ages.
  /// - Throws: `StoreError` if something can't be read.
  public func plan(_ policy: CleaningPolicy, now: Double? = nil) throws -> CleaningPlan {
    do {
      return try plan(policy, now: now, living: withGate { $0 })
    } catch let error as StoreError where error.isReadOnly {
      // No run can work in a store that can't be written, so none needs to be kept out.
      return try plan(policy, now: now, living: LivingRuns(layout: layout))
    }
  }

  /// Removes what the policy allows.
  /// - Returns: what has gone.
  /// - Throws: `StoreError`; what was removed by then is gone, what stays is whole.
  public func clean(_ policy: CleaningPolicy, now: Double? = nil) throws -> CleaningPlan {
    let plan = try withGate { living in
      let plan = try self.plan(policy, now: now, living: living)
      try ActionIndex(path: layout.index).compact { plan.kept.contains($0) }
      try RecipeLog(path: layout.recipes).compact { plan.kept.contains($0) }
      try WarningLog(path: layout.warnings).compact { plan.kept.contains($0) }
      return plan
    }
    for run in plan.runs { try Self.remove(RunRecords(layout: layout).path(run.id)) }
    // A working stage's log is of a key that is not pinned yet.
    if plan.livingRuns == 0 { try NodeLogs(layout: layout).removeAll(but: plan.kept) }
    try removeObjects(plan)
    try compactMemories()
    for name in Posix.names(in: layout.quarantine) { Posix.removeTree(layout.quarantine + "/" + name) }
    return plan
  }

  // MARK: - Deciding

  private func plan(_ policy: CleaningPolicy, now: Double?, living: LivingRuns) throws -> CleaningPlan {
    let now = now ?? Double(Posix.wallClock()) * 1e-9
    let survey = try StoreSurvey(layout: layout)
    var selection = RunSelection(survey, policy, now: now, living: living)
    // What living runs have made they may be about to read.
    let volatile = living.count > 0 ? [] : try VolatileLog(layout: layout).objects().map(\.hash)
    selection.shrink(to: policy.maximumBytes, volatile: volatile)
    var plan = CleaningPlan()
    plan.runs = selection.removed.map {
      .init(id: survey.records[$0].id, pipeline: survey.records[$0].pipeline)
    }
    plan.keptRuns = survey.records.count - plan.runs.count
    plan.kept = selection.needed
    plan.forgotten = survey.outputs.filter { !selection.isNeeded($0.key) }
    plan.livingRuns = living.count
    plan.dropped = selection.dropped
    plan.quarantineBytes = survey.quarantineBytes
    plan.exceedsMaximum = policy.maximumBytes.map { selection.bytes > $0 } ?? false
    var stages: [String: CleaningPlan.Stage] = [:]
    for (hash, object) in survey.objects {
      if selection.isNeeded(hash) {
        plan.keptObjects += 1
        plan.keptBytes += object.bytes
        continue
      }
      plan.doomed.append(hash)
      plan.objects += 1
      plan.bytes += object.bytes
      let name = survey.makers[hash] ?? Self.unknown
      stages[name, default: .init(name: name, results: 0, bytes: 0)].results += 1
      stages[name]?.bytes += object.bytes
    }
    plan.doomed.sort()
    plan.stages = stages.values.sorted {
      ($0.name == Self.unknown ? 1 : 0, $0.name) < ($1.name == Self.unknown ? 1 : 0, $1.name)
    }
    return plan
  }

  private static let unknown = "unknown"

  // MARK: - Removing

  /// Holds the gate alone while `body` goes on: no run finds or commits anything meanwhile.
  private func withGate<Result>(_ body: (LivingRuns) throws -> Result) throws -> Result {
    try Posix.makeFolder(layout.store)
    let gate = try Descriptor(layout.gate, O_RDWR | O_CREAT)
    while flock(gate.raw, LOCK_EX) != 0 {
      if errno != EINTR { throw Posix.failure("lock", layout.gate) }
    }
    defer { flock(gate.raw, LOCK_UN) }
    return try body(try LivingRuns(layout: layout))
  }

  /// In small lots, so that a run waits for none of them long. What a run has taken up since the plan was
  /// made stays.
  private func removeObjects(_ plan: CleaningPlan) throws {
    let store = ObjectStore(layout: layout)
    for start in stride(from: 0, to: plan.doomed.count, by: 500) {
      try withGate { living in
        // Bytes that were to go may have been made again since, or found by a run with an older index.
        var used: Set<String> = []
        for entry in try ActionIndex(path: layout.index).entries() { used.formUnion(entry.outputs.values) }
        for key in living.keys { used.formUnion(plan.forgotten[key] ?? []) }
        let volatile = VolatileLog(layout: layout)
        for hash in plan.doomed[start..<min(start + 500, plan.doomed.count)] {
          if plan.dropped.contains(hash) {
            if living.count > 0 { continue }
            try volatile.dropped(hash)
          } else if used.contains(hash) {
            continue
          }
          try Self.remove(store.path(hash))
        }
      }
    }
    try withGate { _ in for folder in Posix.names(in: layout.objects) { rmdir(layout.objects + "/" + folder) }
    }
  }

  /// Memories that only save reading: the newest line for each file, and numbers of objects that are there.
  private func compactMemories() throws {
    let store = ObjectStore(layout: layout)
    for path in [layout.files, layout.exports] {
      try AppendLog(path).compact { payload in
        let words = String(decoding: payload, as: UTF8.self).split(separator: " ")
        return words.last.map(String.init)
      }
    }
    for path in [layout.scalars, layout.texts] {
      try AppendLog(path).compact { payload in
        let hash = String(decoding: payload.prefix(64), as: UTF8.self)
        return store.exists(hash) ? hash : nil
      }
    }
  }

  private static func remove(_ path: String) throws(StoreError) {
    if unlink(path) != 0, errno != ENOENT { throw Posix.failure("remove", path) }
  }
}
