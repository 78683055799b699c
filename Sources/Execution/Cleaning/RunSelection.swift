/// Which runs go, and what the others need.
struct RunSelection {
  private let survey: StoreSurvey
  /// Positions in `survey.records`, oldest first.
  private(set) var removed: [Int] = []
  private var keptKeys: Set<String> = []
  /// Of the objects that stay.
  private(set) var bytes = 0
  /// Runs that may go for want of space, oldest first.
  private var spare: [Int] = []
  /// How many kept runs (and pins, and orphans) need each hash or key.
  private var uses: [String: Int] = [:]

  init(_ survey: StoreSurvey, _ policy: CleaningPolicy, now: Double, living: LivingRuns) {
    self.survey = survey
    var newer: [String: Int] = [:]
    var mentioned: Set<String> = []
    var kept: [Int] = []
    for index in survey.records.indices.reversed() {
      let record = survey.records[index]
      mentioned.formUnion(record.hashes)
      let rank = newer[record.pipeline, default: 0]
      newer[record.pipeline] = rank + 1
      let isSpare = rank >= policy.keepRuns ?? 1
      let isOld = policy.olderThan.map { now - record.began > $0 } ?? true
      if policy.removesRuns, isSpare, isOld {
        removed.append(index)
      } else {
        kept.append(index)
        if isSpare { spare.append(index) }
      }
    }
    removed.reverse()
    spare.reverse()
    for index in kept { for hash in survey.records[index].hashes { uses[hash, default: 0] += 1 } }
    for key in living.keys { uses[key, default: 0] += 1 }
    for (key, outputs) in survey.outputs where !mentioned.contains(key) {
      let since = outputs.compactMap { survey.objects[$0]?.since }.max()
      if let since, now - since <= policy.orphanAge { uses[key, default: 0] += 1 }
    }
    settle()
  }

  /// A kept key's outputs are kept, whether the record names them or not.
  private mutating func settle() {
    keptKeys = []
    for (key, outputs) in survey.outputs where uses[key, default: 0] > 0 {
      keptKeys.insert(key)
      for hash in outputs { uses[hash, default: 0] += 1 }
    }
    bytes = survey.objects.reduce(0) { $0 + (isNeeded($1.key) ? $1.value.bytes : 0) }
  }

  /// Every hash and key that somebody needs.
  var needed: Set<String> { Set(uses.lazy.filter { $0.value > 0 }.map(\.key)) }

  func isNeeded(_ hash: String) -> Bool { uses[hash, default: 0] > 0 }

  /// Objects that go though a run that stays mentions them: they may be made again.
  private(set) var dropped: Set<String> = []

  /// Gives up volatile objects, the oldest first, and then the oldest runs until the objects fit.
  mutating func shrink(to maximum: Int?, volatile: [String]) {
    guard let maximum else { return }
    for hash in volatile where bytes > maximum {
      guard isNeeded(hash), let object = survey.objects[hash] else { continue }
      uses[hash] = 0
      dropped.insert(hash)
      bytes -= object.bytes
    }
    var next = spare.makeIterator()
    while bytes > maximum, let index = next.next() {
      removed.append(index)
      for hash in survey.records[index].hashes { release(hash) }
    }
    removed.sort()
  }

  private mutating func release(_ hash: String) {
    guard let count = uses[hash], count > 0 else { return }
    uses[hash] = count - 1
    guard count == 1 else { return }
    if let object = survey.objects[hash] { bytes -= object.bytes }
    // The last use of a key: its own hold on its outputs ends with it.
    if keptKeys.remove(hash) != nil { for output in survey.outputs[hash] ?? [] { release(output) } }
  }
}
